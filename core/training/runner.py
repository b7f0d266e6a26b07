"""Runs a session in a thread of its own and publishes snapshots into a one-slot mailbox."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from enum import Enum

from core.errors import LayerloomError
from core.training.gate import Gate
from core.training.keeper import Keeper
from core.training.observer import Observer
from core.training.session import Session
from core.training.snapshot import RunPhase, Snapshot
from core.training.state import TrainedState
from core.training.timeline import Timeline

NOTHING_KEPT = Timeline()

_log = logging.getLogger(__name__)


class Extent(Enum):
    """How far one start of the runner goes."""

    ITERATION = "iteration"
    EPOCH = "epoch"
    RUN = "run"


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """How a start of the runner ended: the last picture and all that was reached."""

    snapshot: Snapshot
    state: TrainedState


class Runner:
    """Trains in a thread until it is paused, has gone as far as asked, or fails.

    All methods are for the thread that made the runner (the window's). The training thread never calls back: the
    owner asks for a snapshot and picks it up later.

    Parameters
    ----------
    timeline : moments that were kept of this run before.
    """

    def __init__(self, session: Session, gate: Gate, timeline: Timeline = NOTHING_KEPT) -> None:
        self._session, self._gate = session, gate
        self._observer, self._keeper = Observer(session), Keeper(session, timeline)
        self._thread: threading.Thread | None = None
        self._attention = False
        self._pause = False
        self._wanted = False
        self._state_wanted = False
        self._state: TrainedState | None = None
        self._new_rate: float | None = None
        self._mailbox: Snapshot | None = None
        self._ending: Ending | None = None
        session.between_blocks = gate.pass_through

    def start(self, extent: Extent) -> None:
        """Begin to train; the runner must not be running."""
        assert self._thread is None
        self._pause, self._ending = False, None
        self._apply_rate()
        self._session.begin_run(rules=extent is Extent.RUN)
        self._keeper.begin()
        self._thread = threading.Thread(target=self._work, args=(extent,), name="training", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the training thread is at work (or its ending was not collected yet)."""
        return self._thread is not None

    @property
    def timeline(self) -> Timeline:
        """The moments that are kept so far; also while the training thread is at work."""
        return self._keeper.timeline

    def pause(self) -> None:
        """Ask the training thread to stop after the iterations that it is making: about a millisecond, or one step."""
        self._pause = True
        self._attention = True

    def set_learning_rate(self, value: float) -> None:
        """Use another learning rate from the iterations on that begin next."""
        self._new_rate = value
        self._attention = True
        if self._thread is None:
            self._attend()

    def request_snapshot(self) -> None:
        """Ask for a new snapshot; it lies in the mailbox soon after."""
        self._wanted = True
        self._attention = True

    def take_snapshot(self) -> Snapshot | None:
        """Return the snapshot in the mailbox, which is then empty."""
        snapshot, self._mailbox = self._mailbox, None
        return snapshot

    def request_state(self) -> None:
        """Ask for all that was reached so far, without stopping; ``take_state`` returns it soon after."""
        self._state_wanted = True
        self._attention = True

    def take_state(self) -> TrainedState | None:
        """Return the state that was asked for, once."""
        state, self._state = self._state, None
        return state

    def snapshot_now(self, phase: RunPhase) -> Snapshot:
        """Return a snapshot made by the calling thread; only while the training thread is not at work."""
        return self._observer.snapshot(phase)

    def collect(self, timeout_s: float = 0.0) -> Ending | None:
        """Return the ending once the training thread has stopped, or None while it has not."""
        if self._thread is None:
            return None
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            return None
        self._thread = None
        return self._ending

    def _work(self, extent: Extent) -> None:
        error: LayerloomError | None = None
        phase = RunPhase.PAUSED
        try:
            phase = self._train(extent)
        except LayerloomError as expected:
            error, phase = expected, RunPhase.FAILED
        except MemoryError:
            error, phase = LayerloomError("The training ran out of memory."), RunPhase.FAILED
        except Exception as unexpected:  # a fault of ours: the run ends, the window must hear of it
            _log.exception("the training thread failed")
            error = LayerloomError(
                "The training stopped by a fault of the program ({fault}). What was learnt is kept.",
                fault=f"{type(unexpected).__name__}: {unexpected}",
            )
            phase = RunPhase.FAILED
        self._ending = Ending(self._observer.snapshot(phase, error), self._session.state())

    def _train(self, extent: Extent) -> RunPhase:
        session, gate, keeper = self._session, self._gate, self._keeper
        clock = self._observer.clock
        clock.start()
        while True:
            session.steps(1 if extent is Extent.ITERATION else keeper.due - session.iteration)
            if clock.cold:
                clock.leave_out_first_step()
            if session.iteration >= keeper.due:
                keeper.look()
            if self._attention:
                self._attend()
            if gate.closed:
                parked_at = time.perf_counter()
                gate.pass_through()
                clock.leave_out(time.perf_counter() - parked_at)
            if self._pause or extent is Extent.ITERATION:
                return RunPhase.PAUSED
            if session.stop_reason is not None:
                return RunPhase.FINISHED
            if extent is Extent.EPOCH and session.at_epoch_start:
                return RunPhase.PAUSED

    def _attend(self) -> None:
        """Do what the owner asked for since the last iteration."""
        self._attention = False
        self._apply_rate()
        if self._wanted:
            self._wanted = False
            self._mailbox = self._observer.snapshot(RunPhase.RUNNING)
        if self._state_wanted:
            self._state_wanted = False
            self._state = self._session.state()

    def _apply_rate(self) -> None:
        # Taken out before it is applied: the owner may set the next one meanwhile.
        rate, self._new_rate = self._new_rate, None
        if rate is not None:
            self._session.set_learning_rate(rate)
