"""Schedules, clipping and penalties in a session: each against a run that is steered by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.graph.model import Graph
from core.numerics.clipping import CLIPPINGS
from core.numerics.schedules import SCHEDULES
from core.project import edits
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.observer import Observer
from core.training.session import Session
from core.training.snapshot import RunPhase
from tests.core.graph.networks import chain
from tests.core.training.prepared import random_data

GRAPH = chain(5, 4, 3, activation="tanh")
STEPS = 40


def _session(graph: Graph = GRAPH, **training: Any) -> Session:
    values = {"dtype": "float64", "batch_size": 4, "epochs": 4, **training}
    return Session(graph, TrainingConfig(**values), random_data(22, validation=6))


@pytest.mark.parametrize("schedule", SCHEDULES.keys)
@pytest.mark.parametrize("warm_up", [0, 9])
def test_a_scheduled_run_is_that_with_the_rates_set_by_hand(schedule: str, warm_up: int) -> None:
    session, by_hand = _session(schedule=schedule, warm_up=warm_up, learning_rate=0.7), _session()
    bound = SCHEDULES[schedule].bind(session.config.schedule_options, 4, {})
    for iteration in range(STEPS):
        time = iteration / 6  # epochs of six batches, the last with two samples
        time = iteration // 6 + (iteration % 6) * 4 / 22
        expected = 0.7 * min(1.0, (iteration + 1) / warm_up if warm_up else 1.0) * bound.factor(time)
        assert session.learning_rate == pytest.approx(expected, rel=1e-14)
        by_hand.set_learning_rate(session.learning_rate)
        session.step()
        by_hand.step()
        assert session.parameters.values.tobytes() == by_hand.parameters.values.tobytes()


def test_a_rate_set_by_hand_scales_what_follows() -> None:
    options: dict[str, Any] = {"schedule": "exponential", "schedule_options": {"factor": 0.5}, "learning_rate": 1.0}
    session, other = _session(**options), _session(**options)
    for _ in range(10):
        session.step()
        other.step()
    session.set_learning_rate(3.0)
    for _ in range(10):
        assert session.learning_rate == pytest.approx(3.0 * other.learning_rate, rel=1e-15)
        session.step()
        other.step()


def test_a_snapshot_tells_the_rate_in_force() -> None:
    session = _session(schedule="step", schedule_options={"every": 1, "factor": 0.1}, learning_rate=0.5)
    observer = Observer(session)
    rates = []
    for _ in range(13):
        rates.append(observer.snapshot(RunPhase.RUNNING).learning_rate)
        session.step()
    assert rates == pytest.approx([0.5] * 6 + [0.05] * 6 + [0.005], rel=1e-14)


def test_the_rate_falls_when_the_validation_loss_stands_still() -> None:
    options = {"patience": 2, "factor": 0.5, "smallest": 0.1}
    session = _session(schedule="plateau", schedule_options=options, learning_rate=0.0)
    rates = []
    for _ in range(9):
        for _ in range(session.batches):
            session.step()
        session.set_learning_rate(0.0)
        rates.append(session._updater.schedule.factor(0.0))
    # With rate 0 the loss never changes: the first value counts as progress, then every second epoch is too much.
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.1]


def _parts(session: Session) -> list[np.ndarray]:
    return list(session.parameters.views(session.parameters.gradients).values())


@pytest.mark.parametrize("clipping", CLIPPINGS.keys)
def test_clipping_changes_the_gradient_before_the_update(clipping: str) -> None:
    limit = 0.02
    session, plain = _session(clipping=clipping, clip_limit=limit), _session()
    session.step()
    plain.step()
    gradients, whole = _parts(plain), np.linalg.norm(plain.parameters.gradients)
    expected = {
        "none": lambda g: g,
        "element": lambda g: np.clip(g, -limit, limit),
        "norm": lambda g: g * min(1.0, limit / np.linalg.norm(g)),
        "global_norm": lambda g: g * min(1.0, limit / whole),
        "scale": lambda g: g * limit / whole,
    }[clipping]
    for found, gradient in zip(_parts(session), gradients, strict=True):
        np.testing.assert_allclose(found, expected(gradient), rtol=1e-13)
    start = _session().parameters.values
    np.testing.assert_array_equal(session.parameters.values, start - 0.5 * session.parameters.gradients)
    assert (clipping == "none") == np.array_equal(session.parameters.values, plain.parameters.values)


def test_a_frozen_layer_takes_no_part_in_clipping_and_penalties() -> None:
    frozen = edits.set_option(Project(GRAPH), "d1", "frozen", True).graph
    session = _session(frozen, clipping="scale", clip_limit=2.0, l1=0.1, l2=0.1)
    session.step()
    gradients = session.parameters.views(session.parameters.gradients)
    assert not gradients["d1", "kernel.x-d1"].any()
    alone = [gradients["d2", "kernel.d1-d2"].ravel(), gradients["d2", "bias"]]
    assert np.linalg.norm(np.concatenate(alone)) == pytest.approx(2.0, rel=1e-12)
    weights = _session(frozen).parameters.views(_session(frozen).parameters.values)["d2", "kernel.d1-d2"]
    assert session.last_penalty == pytest.approx(0.1 * np.abs(weights).sum() + 0.05 * (weights**2).sum(), rel=1e-12)


PENALTIES = {"l1": 0.03, "l2": 0.2}


def _objective(session: Session, values: np.ndarray) -> float:
    """Loss of the whole training part with the penalty, at other values of the parameters; biases are free of it."""
    kept = session.parameters.values.copy()
    session.parameters.values[:] = values
    total = session.evaluate(session.data.training).loss
    views = session.parameters.views(session.parameters.values)
    for (_, name), kernel in views.items():
        if name.startswith("kernel"):
            total += PENALTIES["l1"] * np.abs(kernel).sum() + 0.5 * PENALTIES["l2"] * (kernel**2).sum()
    session.parameters.values[:] = kept
    return float(total)


def test_with_penalties_the_gradient_is_that_of_loss_and_penalty_together() -> None:
    session = _session(mode="batch", learning_rate=0.0, **PENALTIES)
    values = session.parameters.values.copy()
    loss = session.step()
    assert loss + session.last_penalty == pytest.approx(_objective(session, values), rel=1e-12)
    for place in range(values.size):
        step = np.zeros_like(values)
        step[place] = 1e-6
        slope = (_objective(session, values + step) - _objective(session, values - step)) / 2e-6
        assert session.parameters.gradients[place] == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_the_record_has_the_loss_with_and_without_the_penalty() -> None:
    session, snapshots = _session(**PENALTIES), []
    observer = Observer(session)
    losses, totals = 0.0, 0.0
    for _ in range(10):
        loss = session.step()
        count = len(session.samples)
        losses += count * loss
        totals += count * (loss + session.last_penalty)
        snapshots.append(observer.snapshot(RunPhase.RUNNING))
    samples = 22 + 4 * 4
    row = session.history.training
    assert row["loss"][-1] == pytest.approx(losses / samples, rel=1e-12)
    assert row["total_loss"][-1] == pytest.approx(totals / samples, rel=1e-12)
    assert snapshots[-1].penalty == session.last_penalty > 0
    assert snapshots[-1].batch_loss == session.last_loss


def test_a_layer_may_have_a_penalty_of_its_own_in_place_of_the_common_one() -> None:
    def with_own(graph: Graph, node: str, l1: float, l2: float) -> Graph:
        project = Project(graph)
        for key, value in (("penalty", "own"), ("l1", l1), ("l2", l2)):
            project = edits.set_option(project, node, key, value)
        return project.graph

    def sums(session: Session, layer: str) -> tuple[float, float]:
        views = session.parameters.views(session.parameters.values)
        (kernel,) = [view for (node, name), view in views.items() if node == layer and name.startswith("kernel")]
        return float(np.abs(kernel).sum()), float((kernel**2).sum())

    free = with_own(GRAPH, "d1", 0.0, 0.0)
    session = _session(free, learning_rate=0.0, **PENALTIES)
    session.step()
    size, square = sums(session, "d2")
    assert session.last_penalty == pytest.approx(0.03 * size + 0.1 * square, rel=1e-12)
    plain = _session(GRAPH, learning_rate=0.0)
    plain.step()
    ours, theirs = (s.parameters.views(s.parameters.gradients)["d1", "kernel.x-d1"] for s in (session, plain))
    np.testing.assert_array_equal(ours, theirs)

    session = _session(with_own(GRAPH, "d1", 0.4, 0.5), learning_rate=0.0)
    session.step()
    size, square = sums(session, "d1")
    assert session.last_penalty == pytest.approx(0.4 * size + 0.25 * square, rel=1e-12)
    kernel = session.parameters.views(session.parameters.values)["d1", "kernel.x-d1"]
    found = session.parameters.views(session.parameters.gradients)["d1", "kernel.x-d1"]
    np.testing.assert_allclose(found, theirs + 0.4 * np.sign(kernel) + 0.5 * kernel, rtol=1e-12, atol=1e-15)


def test_without_penalties_there_is_no_second_loss() -> None:
    session = _session()
    for _ in range(10):
        session.step()
    assert "total_loss" not in session.history.training
    assert session.last_penalty == 0.0


def test_a_penalty_keeps_weights_small_and_l1_brings_them_to_0() -> None:
    sizes, zeros = {}, {}
    for name, penalties in (("none", {}), ("l1", {"l1": 0.05}), ("l2", {"l2": 0.05})):
        session = _session(learning_rate=0.1, **penalties)
        for _ in range(2_000):
            session.step()
        kernel = session.parameters.views(session.parameters.values)["d1", "kernel.x-d1"]
        sizes[name], zeros[name] = np.linalg.norm(kernel), np.count_nonzero(np.abs(kernel) < 0.01)
    assert max(sizes["l1"], sizes["l2"]) < 0.6 * sizes["none"]
    assert zeros["l1"] > 10 > 5 > max(zeros["l2"], zeros["none"])
