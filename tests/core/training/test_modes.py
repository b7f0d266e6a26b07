"""002's four algorithms, each against its pseudo-code carried out sample by sample in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pytest

from core.data.dataset import PreparedData
from core.training.config import TrainingConfig
from core.training.evaluation import Evaluator
from core.training.session import Session
from tests.core.graph.networks import chain
from tests.core.training.prepared import data_of, random_data, samples_of

GRAPH = chain(5, 3, 3)
"""002's perceptron: five inputs, three hidden units, three outputs, all sigmoid."""

SAMPLES, RATE, EPOCHS, BLOCK = 7, 0.8, 4, 3
Weights = list[list[list[float]]]
"""θ[l][i][j]: layer l, from j to i; j = 0 is the threshold, whose input is always 1."""


def _forward(theta: Weights, x: Sequence[float]) -> list[list[float]]:
    s = [list(x)]
    for layer in theta:
        inputs = [1.0, *s[-1]]
        s.append([1 / (1 + math.exp(-sum(w * v for w, v in zip(row, inputs, strict=True)))) for row in layer])
    return s


def _changes(theta: Weights, x: Sequence[float], t: Sequence[float], rho: float) -> Weights:
    """Δθ = ρ δ s of one sample, with 002's δ = −∂q/∂φ."""
    s = _forward(theta, x)
    last = [si * (1 - si) * (ti - si) for si, ti in zip(s[2], t, strict=True)]
    hidden = [
        s[1][i] * (1 - s[1][i]) * sum(delta * theta[1][r][i + 1] for r, delta in enumerate(last))
        for i in range(len(s[1]))
    ]
    return [
        [[rho * delta * value for value in [1.0, *before]] for delta in deltas]
        for deltas, before in zip((hidden, last), s[:2], strict=True)
    ]


def _add(theta: Weights, changes: Weights, factor: float) -> Weights:
    return [
        [[w + factor * c for w, c in zip(a, b, strict=True)] for a, b in zip(x, y, strict=True)]
        for x, y in zip(theta, changes, strict=True)
    ]


def _nothing(theta: Weights) -> Weights:
    return [[[0.0] * len(row) for row in layer] for layer in theta]


def batch(theta: Weights, x: np.ndarray, t: np.ndarray) -> Weights:
    change = _nothing(theta)
    for n in range(len(x)):
        change = _add(change, _changes(theta, x[n], t[n], RATE), 1.0)
    return _add(theta, change, 1 / len(x))


def mini_batch(theta: Weights, x: np.ndarray, t: np.ndarray) -> Weights:
    for start in range(0, len(x), BLOCK):
        theta = batch(theta, x[start : start + BLOCK], t[start : start + BLOCK])
    return theta


def incremental(theta: Weights, x: np.ndarray, t: np.ndarray) -> Weights:
    for n in range(len(x)):
        theta = _add(theta, _changes(theta, x[n], t[n], RATE), 1 / len(x))
    return theta


def online(theta: Weights, x: np.ndarray, t: np.ndarray) -> Weights:
    for n in range(len(x)):
        theta = _add(theta, _changes(theta, x[n], t[n], RATE), 1.0)
    return theta


EPOCH: dict[str, Callable[[Weights, np.ndarray, np.ndarray], Weights]] = {
    rule.__name__: rule for rule in (batch, mini_batch, incremental, online)
}


def _data() -> PreparedData:
    return random_data(SAMPLES, validation=0)


def _session(mode: str, **training: object) -> Session:
    config = {"learning_rate": RATE, "order": "given", "batch_size": BLOCK, "dtype": "float64", **training}
    return Session(GRAPH, TrainingConfig(mode=mode, **config), _data())  # type: ignore[arg-type]


def _theta(session: Session) -> Weights:
    parameters = session.state().parameters
    return [
        np.vstack([parameters[node, "bias"], parameters[node, kernel]]).T.tolist()
        for node, kernel in (("d1", "kernel.x-d1"), ("d2", "kernel.d1-d2"))
    ]


def _train(session: Session, epochs: int) -> None:
    for _ in range(epochs * session.batches):
        session.step()


@pytest.mark.parametrize("mode", EPOCH)
def test_a_mode_trains_as_its_pseudo_code(mode: str) -> None:
    session = _session(mode)
    theta, training = _theta(session), session.data.training
    for _ in range(EPOCHS):
        theta = EPOCH[mode](theta, training.inputs, training.targets)
    _train(session, EPOCHS)
    assert session.epoch == EPOCHS
    for found, expected in zip(_theta(session), theta, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_the_four_modes_are_four_algorithms() -> None:
    ends = {}
    for mode in EPOCH:
        session = _session(mode)
        _train(session, EPOCHS)
        ends[mode] = session.parameters.values.copy()
    for one, other in combinations(ends, 2):
        assert np.abs(ends[one] - ends[other]).max() > 1e-4, (one, other)


@pytest.mark.parametrize(("mode", "batches"), [("batch", 1), ("mini_batch", 3), ("incremental", 7), ("online", 7)])
def test_a_mode_makes_so_many_updates_in_an_epoch(mode: str, batches: int) -> None:
    session = _session(mode)
    assert session.batches == batches
    used = []
    for number in range(batches):
        assert session.batch == number
        session.step()
        used += session.samples.tolist()
    assert used == list(range(SAMPLES))
    assert session.at_epoch_start and session.epoch == 1


def test_the_learning_rate_that_is_shown_is_without_the_share_of_the_incremental_mode() -> None:
    session = _session("incremental")
    assert session.learning_rate == RATE
    session.set_learning_rate(0.25)
    assert session.learning_rate == 0.25


def _hard_and_easy() -> Session:
    """One linear neuron with weight 1 and target 0: the loss of a sample is ½ x²."""
    inputs = [[3.0], [-1.0], [2.0], [1.0], [-3.0], [0.5]]
    graph = chain(1, 1, activation="linear", bias=False)
    config = TrainingConfig(order="curriculum", mode="online", learning_rate=0.0, dtype="float64")
    session = Session(graph, config, data_of(samples_of(inputs, [[0.0]] * 6)))
    session.parameters.values[:] = 1.0
    return session


def _order(session: Session) -> list[int]:
    rows = []
    for _ in range(session.batches):
        session.step()
        rows += session.samples.tolist()
    return rows


def test_a_curriculum_takes_easy_samples_first_and_equal_ones_by_row() -> None:
    assert _order(_hard_and_easy()) == [5, 1, 3, 2, 0, 4]


def test_a_curriculum_is_drawn_up_anew_for_each_epoch_by_the_network_of_that_moment() -> None:
    config = TrainingConfig(order="curriculum", batch_size=4, learning_rate=2.0, dtype="float64")
    session = Session(chain(5, 4, 3), config, random_data(30))
    orders = []
    for _ in range(4):
        losses = Evaluator(session.graph, session.parameters).row_losses(session.data.training, lambda: None)
        orders.append(_order(session))
        assert orders[-1] == np.argsort(losses, kind="stable").tolist()
    assert len({tuple(order) for order in orders}) == 4


@pytest.mark.parametrize(("last", "loss"), [("sigmoid", "squared_error"), ("softmax", "cross_entropy")])
@pytest.mark.parametrize("count", [1, 499, 500, 501, 1_203])
def test_the_losses_of_the_samples_have_the_mean_that_an_evaluation_gives(last: str, loss: str, count: int) -> None:
    session = Session(chain(5, 4, 3, last=last, loss=loss), TrainingConfig(dtype="float64"), random_data(count))
    blocks: list[None] = []
    losses = Evaluator(session.graph, session.parameters).row_losses(session.data.training, lambda: blocks.append(None))
    assert losses.shape == (count,) and losses.min() > 0
    assert losses.mean() == pytest.approx(session.evaluate(session.data.training).loss, rel=1e-12)
    assert len(blocks) == -(-count // 500)


def test_noise_is_added_to_the_inputs_of_training_alone() -> None:
    config = TrainingConfig(input_noise=0.5, dtype="float64", batch_size=1_000, order="given")
    session = Session(chain(5, 3), config, random_data(2_000))
    inputs, exact = session.data.training.inputs.copy(), session.evaluate(session.data.training)
    noises = []
    for _ in range(2):
        session.step()
        noises.append(session.plan.input - inputs[session.samples])
    noise = np.vstack(noises)
    # 10,000 draws: the mean within 5 standard errors of 0.005, the deviation within 5 of 0.0035.
    assert abs(noise.mean()) < 0.025 and abs(noise.std() - 0.5) < 0.018
    assert np.abs(np.corrcoef(noise.T) - np.eye(5)).max() < 0.12
    assert not np.array_equal(noises[0], noises[1])
    np.testing.assert_array_equal(session.data.training.inputs, inputs)
    quiet = Session(chain(5, 3), TrainingConfig(dtype="float64"), session.data)
    assert quiet.evaluate(quiet.data.training) == exact


def test_noise_leaves_the_other_random_streams_as_they_were() -> None:
    runs = []
    for deviation in (0.0, 0.1):
        config = TrainingConfig(input_noise=deviation, dtype="float64", batch_size=4)
        session = Session(chain(5, 4, 3), config, random_data(10))
        start = session.parameters.values.tolist()
        runs.append((start, [_order(session) for _ in range(3)]))
    assert runs[0] == runs[1]


def test_settings_of_other_modes_have_no_say() -> None:
    for mode in ("batch", "online"):
        ends = []
        for size in (1, 3, 100):
            session = _session(mode, batch_size=size)
            _train(session, 2)
            ends.append(session.parameters.values.tobytes())
        assert len(set(ends)) == 1


def test_the_samples_hand_out_no_array_that_can_be_changed() -> None:
    session = _session("mini_batch")
    session.step()
    assert not session.samples.flags.writeable
    assert isinstance(session.state().counters, MappingProxyType)
