"""The gate: training stands still while the window draws, and loses nothing by it."""

from __future__ import annotations

import threading
import time

import pytest

from core.training.config import TrainingConfig
from core.training.gate import Gate
from core.training.runner import Extent, Runner
from core.training.session import Session
from core.training.snapshot import RunPhase
from tests.core.graph.networks import chain
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data

PATIENCE_S = 20.0


class _WatchedGate(Gate):
    """Tells when the training thread has arrived at the closed gate."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = threading.Event()

    def pass_through(self) -> None:
        if self.closed:
            self.arrived.set()
        super().pass_through()


def _session(epochs: int = 100_000) -> Session:
    # Without a validation part: the gate parks an evaluation too, in the middle of a step.
    config = TrainingConfig(dtype="float64", batch_size=4, epochs=epochs)
    return Session(chain(5, 4, 3), config, random_data(43, validation=0))


def test_training_stands_still_behind_the_closed_gate_and_goes_on_behind_the_open_one() -> None:
    session, gate = _session(), _WatchedGate()
    runner = Runner(session, gate)
    runner.start(Extent.RUN)
    busy = _session()
    iterations = []
    for _ in range(5):
        gate.arrived.clear()
        with gate.parked():
            assert gate.arrived.wait(PATIENCE_S)
            iterations.append(session.iteration)
            parameters = session.parameters.values.tobytes()
            for _ in range(200):
                busy.step()
            assert session.iteration == iterations[-1]
            assert session.parameters.values.tobytes() == parameters
    runner.request_snapshot()
    deadline = time.monotonic() + PATIENCE_S
    while (snapshot := runner.take_snapshot()) is None:
        assert time.monotonic() < deadline, "training did not go on"
    assert snapshot.iteration > iterations[-1]
    runner.pause()
    ending = runner.collect(PATIENCE_S)
    assert ending is not None and ending.snapshot.phase is RunPhase.PAUSED


def test_pause_asked_for_behind_the_closed_gate_stops_there() -> None:
    session, gate = _session(), _WatchedGate()
    runner = Runner(session, gate)
    runner.start(Extent.RUN)
    with gate.parked():
        assert gate.arrived.wait(PATIENCE_S)
        iteration = session.iteration
        runner.pause()
        assert runner.collect() is None
    ending = runner.collect(PATIENCE_S)
    assert ending is not None and ending.snapshot.iteration == iteration


def test_the_gate_opens_again_after_a_fault_of_the_window() -> None:
    gate = Gate()
    with pytest.raises(ZeroDivisionError), gate.parked():
        assert gate.closed
        raise ZeroDivisionError
    assert not gate.closed
    gate.pass_through()


def test_parking_changes_no_number() -> None:
    session, gate = _session(epochs=20), _WatchedGate()
    runner = Runner(session, gate)
    runner.start(Extent.RUN)
    while (ending := runner.collect()) is None:
        with gate.parked():
            runner.request_snapshot()
        runner.take_snapshot()
    twin = _session(epochs=20)
    for _ in range(220):
        twin.step()
    assert digest(ending.state) == digest(twin.state())


def test_an_evaluation_stands_still_between_two_blocks() -> None:
    config = TrainingConfig(dtype="float64", batch_size=43)
    session = Session(chain(5, 4, 3), config, random_data(43, validation=1_600))
    passed: list[int] = []

    class _CountingGate(Gate):
        def pass_through(self) -> None:
            passed.append(session.iteration)
            super().pass_through()

    runner = Runner(session, _CountingGate())
    runner.start(Extent.ITERATION)
    assert runner.collect(PATIENCE_S) is not None
    # 1,600 validation samples are four blocks; the first epoch ends with this one iteration.
    assert passed == [1, 1, 1, 1]
