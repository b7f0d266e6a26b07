"""The iterations that the microscope looks at: the same each time they are asked for, and how much room they take."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from core.data.reference import DataReference
from core.data.sources import load_prepared
from core.project.templates import layered_project
from core.training.config import TrainingConfig
from core.training.session import Session
from designer.microscope.iterations import Iterations, trace_bytes


def _iterations(**config: Any) -> Iterations:
    training = TrainingConfig(**{"batch_size": 4, "optimizer": "adam", "dtype": "float64", "seed": 3, **config})
    project = layered_project(
        [64, 3, 10],
        activation="sigmoid",
        loss="squared_error",
        initializer="normal",
        training=training,
        data=DataReference(source="digits"),
    )
    return Iterations(project, load_prepared(project.data, "float64"))


def _blocks(value: Any) -> dict[int, int]:
    """Bytes of every array that a value leads to."""
    if isinstance(value, np.ndarray):
        return {id(value): value.nbytes}
    if hasattr(value, "values") and callable(value.values):
        return {key: size for part in value.values() for key, size in _blocks(part).items()}
    if is_dataclass(value):
        return {key: size for f in fields(value) for key, size in _blocks(getattr(value, f.name)).items()}
    return {}


@pytest.mark.parametrize("config", [{}, {"l2": 0.1}, {"clipping": "norm", "l1": 0.1}, {"optimizer": "sgd"}])
def test_every_array_of_a_trace_is_counted_once(config: dict[str, Any]) -> None:
    trace = _iterations(**config).trace(0)
    parts = [getattr(trace, f.name) for f in fields(trace) if f.name not in ("graph", "config", "shapes")]
    expected: dict[int, int] = {}
    for part in parts:
        expected |= _blocks(part)
    assert trace_bytes(trace) == sum(expected.values())


def test_penalties_and_clipping_take_room_of_their_own() -> None:
    plain, more = (trace_bytes(_iterations(**config).trace(0)) for config in ({}, {"l2": 0.1, "clipping": "norm"}))
    parameters = 8 * (64 * 3 + 3 + 3 * 10 + 10)
    assert more == plain + 2 * parameters


def test_samples_are_traced_in_the_iteration_at_hand_without_making_those_before_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iterations = _iterations()
    iterations.trace(5)
    session = Session(iterations.project.graph, iterations.project.training, iterations.data)
    for _ in range(5):
        session.step()
    before = session.state().parameters
    session.choose(np.array([7, 2]))
    session.step()
    steps: list[int] = []
    step = Session.step

    def counted(self: Session) -> float:
        steps.append(1)
        return step(self)

    monkeypatch.setattr(Session, "step", counted)
    trace = iterations.on_samples([7, 2], 5)
    assert len(steps) == 1
    for key, values in session.state().parameters.items():
        np.testing.assert_array_equal(trace.old[key], before[key])
        np.testing.assert_array_equal(trace.new[key], values)
    iterations.on_samples([3], 5)
    assert len(steps) == 2
    iterations.trace(2)  # further back: these are made again, once
    assert len(steps) == 2 + 3
    iterations.on_samples([3], 2)
    assert len(steps) == 2 + 3 + 1
