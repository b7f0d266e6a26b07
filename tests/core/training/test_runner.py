"""The training thread: how far it goes, when it stops, what it publishes, and how it fails."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from core.errors import LayerloomError, NonFiniteError
from core.training.config import TrainingConfig
from core.training.gate import Gate
from core.training.observer import Observer
from core.training.runner import Ending, Extent, Runner
from core.training.session import Session
from core.training.snapshot import RunPhase, Snapshot
from tests.core.graph.networks import chain
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data

PATIENCE_S = 20.0
GRAPH = chain(5, 4, 3)


def _session(**training: Any) -> Session:
    config = TrainingConfig(**{"dtype": "float64", "batch_size": 4, "epochs": 3, **training})
    return Session(GRAPH, config, random_data(43))


class _Turnstile:
    """Lets a session make as many steps as the test allows, one by one."""

    def __init__(self, session: Session) -> None:
        self._step, self._allowed = session.step, threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        session.step = self._stepped  # type: ignore[method-assign]

    def _stepped(self) -> float:
        self.begun.release()
        assert self._allowed.acquire(timeout=PATIENCE_S), "the test allowed no further step"
        return self._step()

    def wait_for_a_step_to_begin(self) -> None:
        assert self.begun.acquire(timeout=PATIENCE_S), "no step began"

    def allow(self, steps: int = 1) -> None:
        self._allowed.release(steps)


def _ended(runner: Runner) -> Ending:
    ending = runner.collect(PATIENCE_S)
    assert ending is not None, "the training thread did not stop"
    return ending


def _twin(steps: int, change: Callable[[Session], None] = lambda session: None, **training: Any) -> dict[str, Any]:
    """The state after so many steps without any thread; `change` is called before each step."""
    session = _session(**training)
    for _ in range(steps):
        change(session)
        session.step()
    return digest(session.state())


def test_one_iteration_is_one_iteration() -> None:
    runner = Runner(_session(), Gate())
    for count in (1, 2, 3):
        runner.start(Extent.ITERATION)
        assert runner.running
        ending = _ended(runner)
        assert not runner.running
        assert ending.snapshot.phase is RunPhase.PAUSED
        assert ending.snapshot.iteration == count
        assert digest(ending.state) == _twin(count)


def test_an_epoch_ends_where_the_epoch_does() -> None:
    runner = Runner(_session(), Gate())
    runner.start(Extent.ITERATION)
    _ended(runner)
    for epoch in (1, 2):
        runner.start(Extent.EPOCH)
        ending = _ended(runner)
        assert ending.snapshot.phase is RunPhase.PAUSED
        assert (ending.snapshot.iteration, ending.snapshot.epoch, ending.snapshot.batch) == (11 * epoch, epoch, 0)
    assert digest(ending.state) == _twin(22)


def test_a_run_ends_after_the_epochs_asked_for_and_another_adds_as_many() -> None:
    runner = Runner(_session(), Gate())
    for epochs in (3, 6):
        runner.start(Extent.RUN)
        ending = _ended(runner)
        assert ending.snapshot.phase is RunPhase.FINISHED
        assert ending.snapshot.epoch == epochs
    assert digest(ending.state) == _twin(66)


def test_pause_stops_within_one_step() -> None:
    session = _session()
    turnstile, runner = _Turnstile(session), Runner(session, Gate())
    runner.start(Extent.RUN)
    turnstile.allow(6)
    for _ in range(7):
        turnstile.wait_for_a_step_to_begin()
    runner.pause()
    assert runner.collect() is None, "the seventh step is not finished yet"
    turnstile.allow()
    ending = _ended(runner)
    assert (ending.snapshot.phase, ending.snapshot.iteration) == (RunPhase.PAUSED, 7)
    assert digest(ending.state) == _twin(7)
    assert not turnstile.begun.acquire(blocking=False), "an eighth step began"


def test_a_paused_run_goes_on_bit_for_bit() -> None:
    session = _session(optimizer="momentum")
    turnstile, runner = _Turnstile(session), Runner(session, Gate())
    for count in range(1, 9):
        runner.start(Extent.RUN)
        turnstile.wait_for_a_step_to_begin()
        runner.pause()
        turnstile.allow()
        assert _ended(runner).snapshot.iteration == count
    turnstile.allow(33 - 8)
    runner.start(Extent.RUN)
    ending = _ended(runner)
    assert ending.snapshot.iteration == 33
    assert digest(ending.state) == _twin(33, optimizer="momentum")


def test_a_learning_rate_set_during_a_step_applies_at_the_next_one() -> None:
    session = _session(learning_rate=0.5)
    turnstile, runner = _Turnstile(session), Runner(session, Gate())
    runner.start(Extent.RUN)
    turnstile.wait_for_a_step_to_begin()
    turnstile.allow(1)
    turnstile.wait_for_a_step_to_begin()
    runner.set_learning_rate(0.125)
    turnstile.allow(1)
    turnstile.wait_for_a_step_to_begin()
    runner.pause()
    turnstile.allow(1)
    ending = _ended(runner)
    assert ending.snapshot.learning_rate == 0.125

    def change(twin: Session) -> None:
        if twin.iteration == 2:
            twin.set_learning_rate(0.125)

    assert digest(ending.state) == _twin(3, change, learning_rate=0.5)


def test_a_learning_rate_set_while_another_is_being_applied_is_not_lost() -> None:
    session = _session()
    runner = Runner(session, Gate())
    apply, asked = session.set_learning_rate, [0.25]

    def applied_slowly(value: float) -> None:
        if asked:
            # The window sets the next one just now.
            runner.set_learning_rate(asked.pop())
        apply(value)

    session.set_learning_rate = applied_slowly  # type: ignore[method-assign]
    turnstile = _Turnstile(session)
    runner.start(Extent.RUN)
    turnstile.wait_for_a_step_to_begin()
    runner.set_learning_rate(0.75)
    turnstile.allow(2)
    for _ in range(2):
        turnstile.wait_for_a_step_to_begin()
    runner.pause()
    turnstile.allow(1)
    assert _ended(runner).snapshot.learning_rate == 0.25


def test_a_learning_rate_set_while_nothing_runs_applies_at_the_next_start() -> None:
    session = _session(learning_rate=0.5)
    runner = Runner(session, Gate())
    runner.set_learning_rate(0.125)
    assert session.learning_rate == 0.125
    runner.start(Extent.ITERATION)
    assert digest(_ended(runner).state) == _twin(1, learning_rate=0.125)


def test_a_learning_rate_set_after_the_last_step_applies_at_the_next_start() -> None:
    session = _session(learning_rate=0.5)
    runner = Runner(session, Gate())
    runner.start(Extent.ITERATION)
    for thread in threading.enumerate():
        if thread.name == "training":
            thread.join(PATIENCE_S)
    runner.set_learning_rate(0.125)
    _ended(runner)
    runner.start(Extent.ITERATION)
    ending = _ended(runner)

    def change(twin: Session) -> None:
        if twin.iteration == 1:
            twin.set_learning_rate(0.125)

    assert digest(ending.state) == _twin(2, change, learning_rate=0.5)


def _picture(snapshot: Snapshot) -> dict[str, Any]:
    """All numbers of a snapshot, as bytes."""
    return {
        "parameters": {key: array.tobytes() for key, array in snapshot.parameters.items()},
        "layers": {
            node_id: [None if array is None else array.tobytes() for array in (values.z, values.a, values.delta)]
            for node_id, values in snapshot.layers.items()
        },
        "samples": snapshot.samples.tolist(),
        "rows": {name: column.tobytes() for name, column in snapshot.history.training.items()},
        "evaluations": {name: column.tobytes() for name, column in snapshot.history.validation.items()},
        "place": (snapshot.epoch, snapshot.batch, snapshot.batches, snapshot.batch_loss),
    }


def test_every_snapshot_is_the_picture_of_one_moment_and_never_changes() -> None:
    epochs = 40
    pictures = {}
    alone = Runner(_session(), Gate())
    for _ in range(11 * epochs):
        alone.start(Extent.ITERATION)
        snapshot = _ended(alone).snapshot
        pictures[snapshot.iteration] = _picture(snapshot)
    session = _session(epochs=epochs)
    turnstile, runner = _Turnstile(session), Runner(session, Gate())
    taken: list[Snapshot] = []
    runner.start(Extent.RUN)
    while (ending := runner.collect()) is None:
        runner.request_snapshot()
        turnstile.allow()
        turnstile.begun.acquire(timeout=0.01)
        snapshot = runner.take_snapshot()
        if snapshot is not None:
            taken.append(snapshot)
    assert len(taken) > 50
    for snapshot in (*taken, ending.snapshot):
        assert _picture(snapshot) == pictures[snapshot.iteration]
    assert [snapshot.serial for snapshot in taken] == sorted({snapshot.serial for snapshot in taken})
    assert all(snapshot.phase is RunPhase.RUNNING for snapshot in taken)
    _assert_read_only(taken[-1])


def _assert_read_only(snapshot: Snapshot) -> None:
    arrays = [*snapshot.parameters.values(), *snapshot.history.training.values(), snapshot.samples]
    arrays += [
        array
        for values in snapshot.layers.values()
        for array in (getattr(values, field.name) for field in fields(values))
        if array is not None
    ]
    assert arrays and not any(array.flags.writeable for array in arrays)


def test_a_snapshot_is_made_only_when_asked_for_and_taken_once() -> None:
    session = _session()
    turnstile, runner = _Turnstile(session), Runner(session, Gate())
    runner.start(Extent.RUN)
    turnstile.allow(3)
    for _ in range(4):
        turnstile.wait_for_a_step_to_begin()
    assert runner.take_snapshot() is None
    runner.request_snapshot()
    turnstile.allow()
    turnstile.wait_for_a_step_to_begin()
    snapshot = runner.take_snapshot()
    assert snapshot is not None and snapshot.iteration == 4
    assert runner.take_snapshot() is None
    runner.pause()
    turnstile.allow()
    _ended(runner)


def test_a_state_asked_for_during_a_run_is_that_of_one_moment() -> None:
    session = _session(optimizer="momentum")
    turnstile, runner = _Turnstile(session), Runner(session, Gate())
    runner.start(Extent.RUN)
    turnstile.allow(4)
    for _ in range(5):
        turnstile.wait_for_a_step_to_begin()
    runner.request_state()
    assert runner.take_state() is None
    turnstile.allow(7)
    for _ in range(7):
        turnstile.wait_for_a_step_to_begin()
    state = runner.take_state()
    assert state is not None and runner.take_state() is None
    assert digest(state) == _twin(5, optimizer="momentum")
    runner.pause()
    turnstile.allow()
    _ended(runner)


def test_the_snapshot_of_a_session_that_has_not_begun_has_no_layers() -> None:
    snapshot = Runner(_session(), Gate()).snapshot_now(RunPhase.PAUSED)
    assert (snapshot.iteration, snapshot.epoch, snapshot.epochs, snapshot.batches) == (0, 0, 3, 11)
    assert snapshot.layers == {} and snapshot.samples.size == 0
    assert np.isnan(snapshot.loss) and np.isnan(snapshot.batch_loss) and np.isnan(snapshot.microseconds_per_step)


def test_a_snapshot_has_delta_of_each_sample_and_not_of_the_mean() -> None:
    session = _session()
    runner = Runner(session, Gate())
    before = session.state().parameters
    runner.start(Extent.ITERATION)
    values = _ended(runner).snapshot.layers["d2"]
    x, t = (part[session.samples] for part in (session.data.training.inputs, session.data.training.targets))
    a1 = 1 / (1 + np.exp(-(x @ before["d1", "kernel.x-d1"] + before["d1", "bias"])))
    z2 = a1 @ before["d2", "kernel.d1-d2"] + before["d2", "bias"]
    a2 = 1 / (1 + np.exp(-z2))
    assert values.z is not None and values.delta is not None
    np.testing.assert_allclose(values.z, z2, rtol=1e-12)
    np.testing.assert_allclose(values.a, a2, rtol=1e-12)
    np.testing.assert_allclose(values.delta, (a2 - t) * a2 * (1 - a2), rtol=1e-10)


def test_a_run_that_diverges_fails_with_the_error_and_the_last_good_state() -> None:
    session = Session(
        chain(5, 6, 3, activation="linear"),
        TrainingConfig(learning_rate=1e6, dtype="float64", epochs=50),
        random_data(64),
    )
    runner = Runner(session, Gate())
    runner.start(Extent.RUN)
    ending = _ended(runner)
    assert ending.snapshot.phase is RunPhase.FAILED
    assert isinstance(ending.snapshot.error, NonFiniteError)
    assert all(np.isfinite(array).all() for array in ending.state.parameters.values())
    assert ending.state.position.iteration == ending.snapshot.iteration == session.iteration
    assert not runner.running


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (MemoryError(), "The training ran out of memory."),
        (
            KeyError("gone"),
            "The training stopped by a fault of the program (KeyError: 'gone'). What was learnt is kept.",
        ),
    ],
)
def test_any_fault_ends_the_run_in_words_and_keeps_what_was_learnt(
    fault: Exception, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    session = _session()
    step = session.step

    def failing() -> float:
        if session.iteration == 5:
            raise fault
        return step()

    session.step = failing  # type: ignore[method-assign]
    runner = Runner(session, Gate())
    with caplog.at_level(logging.CRITICAL + 1):
        runner.start(Extent.RUN)
        ending = _ended(runner)
    assert ending.snapshot.phase is RunPhase.FAILED
    assert isinstance(ending.snapshot.error, LayerloomError)
    assert str(ending.snapshot.error) == text
    assert digest(ending.state) == _twin(5)


def test_ending_and_thread_are_gone_once_collected() -> None:
    runner = Runner(_session(), Gate())
    assert runner.collect() is None and not runner.running
    runner.start(Extent.RUN)
    _ended(runner)
    assert runner.collect() is None and not runner.running
    assert "training" not in [thread.name for thread in threading.enumerate()]


def test_a_session_that_goes_on_has_no_time_per_step_before_its_first_one() -> None:
    first = _session()
    first.step()
    again = Session(GRAPH, first.config, random_data(43), first.state())
    assert math.isnan(Observer(again).snapshot(RunPhase.PAUSED).microseconds_per_step)
