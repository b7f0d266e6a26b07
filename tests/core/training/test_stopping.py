"""Rules of stopping: when a run ends, why, and with which weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.data.dataset import PreparedData
from core.graph.model import Graph
from core.training import stopping
from core.training.config import TrainingConfig
from core.training.session import Session
from core.training.state import TrainedState
from tests.core.graph.networks import chain
from tests.core.training.prepared import data_of, random_data, samples_of

GRAPH = chain(5, 4, 3)
MOST = 2_000


def _session(data: PreparedData | None = None, **training: Any) -> Session:
    values = {"dtype": "float64", "batch_size": 5, "epochs": 6, **training}
    return Session(GRAPH, TrainingConfig(**values), data or random_data(20))


def _run(session: Session, **begin: bool) -> tuple[int, str]:
    """Train until the run ends by itself; returns the iterations made and the reason."""
    session.begin_run(**begin)
    for made in range(1, MOST + 1):
        session.step()
        if session.stop_reason is not None:
            return made, str(session.stop_reason)
    raise AssertionError("it did not stop")


def test_a_run_ends_after_its_epochs_and_another_one_is_as_long() -> None:
    session = _session()
    assert _run(session) == (24, "Epoch 6 is done.")
    assert _run(session) == (24, "Epoch 12 is done.")


def test_a_run_that_was_interrupted_ends_where_it_would_have() -> None:
    session = _session()
    for _ in range(10):
        session.step()
    assert session.stop_reason is None
    assert _run(session) == (14, "Epoch 6 is done.")


def test_a_run_ends_after_so_many_iterations_in_the_middle_of_an_epoch() -> None:
    session = _session(stop_iterations=13)
    assert _run(session) == (13, "Iteration 13 is made.")
    assert _run(session) == (11, "Epoch 6 is done.")
    assert _run(session) == (13, "Iteration 37 is made.")


def test_single_steps_are_ended_by_no_rule() -> None:
    session = _session(stop_iterations=3, stop_loss=1e6, stop_gradient=1e6, early_stopping="restore", patience=1)
    session.begin_run(rules=False)
    for _ in range(100):
        session.step()
    assert session.stop_reason is None


def test_lengths_can_be_left_out() -> None:
    session = _session(stop_iterations=3, stop_loss=0.1, learning_rate=3.0)
    made, reason = _run(session, lengths=False)
    assert made > 24 and "is below 0.1" in reason


def test_a_run_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(stopping.time, "perf_counter", lambda: clock[0])
    session = _session(stop_seconds=2.5)
    session.begin_run()
    for _ in range(5):
        session.step()
        clock[0] += 0.5
        assert session.stop_reason is None
    session.step()
    assert str(session.stop_reason) == "The time of 2.5 s is over."
    session.begin_run()
    assert session.stop_reason is None, "another start has its own time"


def test_a_run_ends_when_the_mean_loss_of_an_epoch_is_below_a_limit() -> None:
    twin, means = _session(learning_rate=3.0), []
    for _ in range(100):
        losses = [twin.step() for _ in range(4)]
        means.append(sum(losses) / 4)
    epoch = next(number for number, mean in enumerate(means, start=1) if mean < 0.2)
    made, reason = _run(_session(learning_rate=3.0, epochs=1_000, stop_loss=0.2))
    assert made == 4 * epoch
    assert reason == f"The mean loss of epoch {epoch}, {means[epoch - 1]:.4g}, is below 0.2."


def test_a_run_ends_when_no_gradient_of_an_epoch_is_as_long_as_a_limit() -> None:
    twin, longest = _session(learning_rate=2.0), []
    for _ in range(300):
        norms = []
        for _ in range(4):
            twin.step()
            norms.append(np.linalg.norm(twin.parameters.gradients))
        longest.append(max(norms))
    epoch = next(number for number, norm in enumerate(longest, start=1) if norm < 0.15)
    assert epoch > 1
    made, reason = _run(_session(learning_rate=2.0, epochs=1_000, stop_gradient=0.15))
    assert made == 4 * epoch
    assert reason == f"No gradient in epoch {epoch} was longer than {longest[epoch - 1]:.4g}, which is below 0.15."


def _overfitting() -> PreparedData:
    """The validation part contradicts the training part: whatever is learnt makes it worse, sooner or later."""
    data = random_data(20, validation=20)
    wrong = np.roll(data.training.targets, 1, axis=1)
    return data_of(data.training, samples_of(data.training.inputs, 0.7 * data.training.targets + 0.3 * wrong))


def _validation_losses(epochs: int, **training: Any) -> tuple[list[float], list[bytes]]:
    twin = _session(_overfitting(), learning_rate=3.0, epochs=1_000, **training)
    losses, weights = [], []
    for _ in range(epochs):
        for _ in range(twin.batches):
            twin.step()
        losses.append(twin.evaluate(twin.data.validation).loss)
        weights.append(twin.parameters.values.tobytes())
    return losses, weights


def _expected_end(losses: list[float], patience: int, change: float) -> tuple[int, int]:
    """The epoch after which the run must end, and the best one."""
    best, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if best == float("inf") or loss < best - change:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch == patience:
            return epoch, best_epoch
    raise AssertionError("no end")


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("rule", ["stop", "restore"])
@pytest.mark.parametrize(("patience", "change"), [(1, 0.0), (3, 0.0), (3, 0.002)])
def test_a_run_ends_when_it_makes_no_progress(rule: str, patience: int, change: float, optimizer: str) -> None:
    losses, weights = _validation_losses(200, optimizer=optimizer)
    last, best = _expected_end(losses, patience, change)
    session = _session(
        _overfitting(),
        learning_rate=3.0,
        epochs=1_000,
        optimizer=optimizer,
        early_stopping=rule,
        patience=patience,
        minimum_change=change,
    )
    made, reason = _run(session)
    assert made == 4 * last
    assert reason.startswith(f"No progress since epoch {best}, whose loss of {losses[best - 1]:.4g} is the best.")
    kept = best if rule == "restore" else last
    assert session.parameters.values.tobytes() == weights[kept - 1]
    assert reason.endswith("The weights are those after it.") == (rule == "restore")
    if rule == "restore":
        assert not any(array.any() for slot in session.state().slots.values() for array in slot.values())
        assert session.state().counters["updates"] == 0


def test_a_run_that_made_no_progress_may_be_started_again_and_waits_anew() -> None:
    session = _session(_overfitting(), learning_rate=3.0, epochs=1_000, early_stopping="stop", patience=3)
    _run(session)
    session.set_learning_rate(0.0)
    made, reason = _run(session)
    assert made == 4 * 3 and reason.startswith("No progress since epoch")


def _goes_on(state: TrainedState, graph: Graph = GRAPH, **training: Any) -> Session:
    values = {"dtype": "float64", "batch_size": 5, "epochs": 1_000, "learning_rate": 3.0, **training}
    return Session(graph, TrainingConfig(**values), _overfitting(), state)


def test_a_run_that_is_to_go_back_from_now_on_goes_back_to_weights_that_it_has_kept() -> None:
    before = _session(_overfitting(), learning_rate=3.0, epochs=1_000, early_stopping="stop", patience=3)
    _run(before)
    state, worse = before.state(), {"input_noise": 5.0}
    twin, losses, weights = _goes_on(state, **worse), [], []
    for _ in range(60):
        for _ in range(twin.batches):
            twin.step()
        losses.append(twin.evaluate(twin.data.validation).loss)
        weights.append(twin.parameters.values.tobytes())
    last, best = _expected_end(losses, 3, 0.0)
    assert losses[best - 1] > state.counters["early.best"]
    session = _goes_on(state, early_stopping="restore", patience=3, **worse)
    made, reason = _run(session)
    assert made == 4 * last
    assert reason.startswith(f"No progress since epoch {before.epoch + best}, whose loss of {losses[best - 1]:.4g} is")
    assert session.parameters.values.tobytes() == weights[best - 1]


@pytest.mark.parametrize("rule", ["stop", "restore"])
def test_the_losses_of_another_loss_function_are_nothing_to_compare_with(rule: str) -> None:
    """A cross-entropy is larger than the squared error of the same answers: it would never be an improvement."""
    before = _session(_overfitting(), learning_rate=0.5, early_stopping=rule, patience=3)
    _run(before)
    other = chain(5, 4, 3, loss="binary_cross_entropy")
    session = _goes_on(before.state(), other, early_stopping=rule, patience=3, learning_rate=0.2)
    twin = _goes_on(before.state(), other, learning_rate=0.2)
    first = twin.epoch
    losses = []
    for _ in range(100):
        for _ in range(twin.batches):
            twin.step()
        losses.append(twin.evaluate(twin.data.validation).loss)
    last, best = _expected_end(losses, 3, 0.0)
    assert min(losses) > before.state().counters["early.best"]
    made, reason = _run(session)
    assert made == 4 * last
    assert reason.startswith(f"No progress since epoch {first + best}, whose loss of {losses[best - 1]:.4g} is")


def test_a_plateau_is_one_of_the_loss_that_is_trained_now() -> None:
    options = {"patience": 2, "minimum_change": 0.0}
    settings = {"schedule": "plateau", "schedule_options": options, "epochs": 1_000, "learning_rate": 0.1}
    before = _session(_overfitting(), **settings)
    for _ in range(20):
        before.step()
    other = chain(5, 4, 3, loss="binary_cross_entropy")
    session = _goes_on(before.state(), other, **settings)
    losses = []
    for _ in range(5):
        for _ in range(session.batches):
            session.step()
        losses.append(session.evaluate(session.data.validation).loss)
    assert losses == sorted(losses, reverse=True)
    assert session.learning_rate == 0.1


def test_the_progress_of_training_is_watched_where_nothing_is_held_back() -> None:
    data = random_data(20, validation=0)
    # In another order the same losses add up to another last digit.
    standing = {"learning_rate": 0.0, "order": "given"}
    made, reason = _run(_session(data, epochs=1_000, early_stopping="stop", patience=4, **standing))
    assert made == 4 * 5
    assert reason.startswith("No progress since epoch 1, ")


def test_progress_is_looked_at_after_every_epoch_though_few_are_recorded() -> None:
    session = _session(random_data(5), mode="batch", learning_rate=0.0, epochs=1_000, early_stopping="stop", patience=4)
    assert _run(session)[0] == 5
    assert len(session.history.validation["iteration"]) == 1


def test_with_all_rules_off_nothing_is_remembered() -> None:
    session = _session()
    for _ in range(6):
        session.step()
    state = session.state()
    assert dict(state.counters) == {"updates": 6.0}
    assert not state.best
