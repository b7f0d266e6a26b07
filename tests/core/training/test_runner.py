"""The training thread: how far it goes, when it stops, what it publishes, and how it fails."""

from __future__ import annotations

import logging
import math
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import LayerloomError, NonFiniteError
from core.training.config import TrainingConfig
from core.training.gate import Gate
from core.training.observer import Observer
from core.training.runner import Extent, Runner
from core.training.session import Session
from core.training.snapshot import RunPhase
from tests.core.graph.networks import chain
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data
from tests.core.training.threads import PATIENCE_S, Turnstile, ended, session_of, twin


def test_one_iteration_is_one_iteration() -> None:
    runner = Runner(session_of(), Gate())
    for count in (1, 2, 3):
        runner.start(Extent.ITERATION)
        assert runner.running
        ending = ended(runner)
        assert not runner.running
        assert ending.snapshot.phase is RunPhase.PAUSED
        assert ending.snapshot.iteration == count
        assert digest(ending.state) == twin(count)


def test_an_epoch_ends_where_the_epoch_does() -> None:
    runner = Runner(session_of(), Gate())
    runner.start(Extent.ITERATION)
    ended(runner)
    for epoch in (1, 2):
        runner.start(Extent.EPOCH)
        ending = ended(runner)
        assert ending.snapshot.phase is RunPhase.PAUSED
        assert (ending.snapshot.iteration, ending.snapshot.epoch, ending.snapshot.batch) == (11 * epoch, epoch, 0)
    assert digest(ending.state) == twin(22)


def test_a_run_ends_after_the_epochs_asked_for_and_another_adds_as_many() -> None:
    runner = Runner(session_of(), Gate())
    for epochs in (3, 6):
        runner.start(Extent.RUN)
        ending = ended(runner)
        assert ending.snapshot.phase is RunPhase.FINISHED
        assert ending.snapshot.epoch == epochs
    assert digest(ending.state) == twin(66)


def test_pause_stops_within_one_step() -> None:
    session = session_of()
    turnstile, runner = Turnstile(session), Runner(session, Gate())
    runner.start(Extent.RUN)
    turnstile.allow(6)
    for _ in range(7):
        turnstile.wait_for_a_step_to_begin()
    runner.pause()
    assert runner.collect() is None, "the seventh step is not finished yet"
    turnstile.allow()
    ending = ended(runner)
    assert (ending.snapshot.phase, ending.snapshot.iteration) == (RunPhase.PAUSED, 7)
    assert digest(ending.state) == twin(7)
    assert not turnstile.begun.acquire(blocking=False), "an eighth step began"


def test_a_paused_run_goes_on_bit_for_bit() -> None:
    session = session_of(optimizer="momentum")
    turnstile, runner = Turnstile(session), Runner(session, Gate())
    for count in range(1, 9):
        runner.start(Extent.RUN)
        turnstile.wait_for_a_step_to_begin()
        runner.pause()
        turnstile.allow()
        assert ended(runner).snapshot.iteration == count
    turnstile.allow(33 - 8)
    runner.start(Extent.RUN)
    ending = ended(runner)
    assert ending.snapshot.iteration == 33
    assert digest(ending.state) == twin(33, optimizer="momentum")


def test_a_learning_rate_set_during_a_step_applies_at_the_next_one() -> None:
    session = session_of(learning_rate=0.5)
    turnstile, runner = Turnstile(session), Runner(session, Gate())
    runner.start(Extent.RUN)
    turnstile.wait_for_a_step_to_begin()
    turnstile.allow(1)
    turnstile.wait_for_a_step_to_begin()
    runner.set_learning_rate(0.125)
    turnstile.allow(1)
    turnstile.wait_for_a_step_to_begin()
    runner.pause()
    turnstile.allow(1)
    ending = ended(runner)
    assert ending.snapshot.learning_rate == 0.125

    def change(session: Session) -> None:
        if session.iteration == 2:
            session.set_learning_rate(0.125)

    assert digest(ending.state) == twin(3, change, learning_rate=0.5)


def test_a_learning_rate_set_while_another_is_being_applied_is_not_lost() -> None:
    session = session_of()
    runner = Runner(session, Gate())
    apply, asked = session.set_learning_rate, [0.25]

    def applied_slowly(value: float) -> None:
        if asked:
            # The window sets the next one just now.
            runner.set_learning_rate(asked.pop())
        apply(value)

    session.set_learning_rate = applied_slowly  # type: ignore[method-assign]
    turnstile = Turnstile(session)
    runner.start(Extent.RUN)
    turnstile.wait_for_a_step_to_begin()
    runner.set_learning_rate(0.75)
    turnstile.allow(2)
    for _ in range(2):
        turnstile.wait_for_a_step_to_begin()
    runner.pause()
    turnstile.allow(1)
    assert ended(runner).snapshot.learning_rate == 0.25


def test_a_learning_rate_set_while_nothing_runs_applies_at_the_next_start() -> None:
    session = session_of(learning_rate=0.5)
    runner = Runner(session, Gate())
    runner.set_learning_rate(0.125)
    assert session.learning_rate == 0.125
    runner.start(Extent.ITERATION)
    assert digest(ended(runner).state) == twin(1, learning_rate=0.125)


def test_a_learning_rate_set_after_the_last_step_applies_at_the_next_start() -> None:
    session = session_of(learning_rate=0.5)
    runner = Runner(session, Gate())
    runner.start(Extent.ITERATION)
    for thread in threading.enumerate():
        if thread.name == "training":
            thread.join(PATIENCE_S)
    runner.set_learning_rate(0.125)
    ended(runner)
    runner.start(Extent.ITERATION)
    ending = ended(runner)

    def change(session: Session) -> None:
        if session.iteration == 1:
            session.set_learning_rate(0.125)

    assert digest(ending.state) == twin(2, change, learning_rate=0.5)


def test_a_state_asked_for_during_a_run_is_that_of_one_moment() -> None:
    session = session_of(optimizer="momentum")
    turnstile, runner = Turnstile(session), Runner(session, Gate())
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
    assert digest(state) == twin(5, optimizer="momentum")
    runner.pause()
    turnstile.allow()
    ended(runner)


def test_a_run_that_diverges_fails_with_the_error_and_the_last_good_state() -> None:
    session = Session(
        chain(5, 6, 3, activation="linear"),
        TrainingConfig(learning_rate=1e6, dtype="float64", epochs=50),
        random_data(64),
    )
    runner = Runner(session, Gate())
    runner.start(Extent.RUN)
    ending = ended(runner)
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
    session = session_of()
    steps = session.steps

    def failing(limit: int) -> int:
        if session.iteration == 5:
            raise fault
        return steps(min(limit, 5 - session.iteration))

    session.steps = failing  # type: ignore[method-assign]
    runner = Runner(session, Gate())
    with caplog.at_level(logging.CRITICAL + 1):
        runner.start(Extent.RUN)
        ending = ended(runner)
    assert ending.snapshot.phase is RunPhase.FAILED
    assert isinstance(ending.snapshot.error, LayerloomError)
    assert str(ending.snapshot.error) == text
    assert digest(ending.state) == twin(5)


def test_ending_and_thread_are_gone_once_collected() -> None:
    runner = Runner(session_of(), Gate())
    assert runner.collect() is None and not runner.running
    runner.start(Extent.RUN)
    ended(runner)
    assert runner.collect() is None and not runner.running
    assert "training" not in [thread.name for thread in threading.enumerate()]


def test_a_session_that_goes_on_has_no_time_per_step_before_its_first_one() -> None:
    first = session_of()
    first.step()
    again = Session(first.graph, first.config, first.data, first.state())
    assert math.isnan(Observer(again).snapshot(RunPhase.PAUSED).microseconds_per_step)


@pytest.mark.parametrize(
    ("extents", "expected"),
    [
        ((Extent.ITERATION, Extent.ITERATION, Extent.RUN), [math.nan, 250_000.0, 250_000.0]),
        ((Extent.RUN,), [250_000.0]),
    ],
)
def test_the_first_step_which_reads_and_binds_the_loops_is_no_part_of_the_time_per_step(
    monkeypatch: pytest.MonkeyPatch, extents: tuple[Extent, ...], expected: list[float]
) -> None:
    config = TrainingConfig(dtype="float64", batch_size=4, epochs=3)
    session = Session(chain(5, 4, 3), config, random_data(40, validation=0))
    now, steps = [0.0], session.steps
    monkeypatch.setattr("core.training.observer.time", SimpleNamespace(perf_counter=lambda: now[0]))

    def with_a_slow_first(limit: int) -> int:
        begins = session.iteration == 0
        made = steps(limit)
        now[0] += 10.0 if begins else 0.25 * made
        return made

    session.steps = with_a_slow_first  # type: ignore[method-assign]
    runner, shown = Runner(session, Gate()), []
    for extent in extents:
        runner.start(extent)
        shown.append(ended(runner).snapshot.microseconds_per_step)
    np.testing.assert_array_equal(shown, expected)
