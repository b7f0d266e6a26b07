"""The run as the window sees it: starts and stops the training thread, polls it, brings back what was learnt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from core.errors import LayerloomError
from core.loops.library import Compilation
from core.project import edits
from core.project.delta import ProjectDelta
from core.texts import Text
from core.training.gate import Gate
from core.training.runner import Ending, Extent
from core.training.snapshot import RunPhase, Snapshot
from core.training.state import TrainedState
from core.training.timeline import Timeline
from designer.datasets.service import DataService
from designer.document import Document
from designer.problems.service import ProblemService
from designer.run.compiled_run import CompiledRun, compile_run
from designer.run.refresh import Refresher
from designer.run.run_status import RunStatus, why_blocked
from designer.run.run_undo import RunUndo

__all__ = ["RunController", "RunStatus"]

POLL_INTERVAL_MS = 33
IDLE_DELAY_MS = 60
STOP_TIMEOUT_S = 30.0


class RunController(QObject):
    """Owns the session and the runner.

    The training thread is asked for a snapshot at display rate and never calls the window. When it stops, the state
    that was reached goes into the document as one step of undo.

    Signals
    -------
    snapshot_taken(Snapshot) : there is a newer picture of the run.
    status_changed() : status, error, stale or the reason why Run is blocked may differ.
    starting() : a run is about to begin, from what is in the document after this.

    Attributes
    ----------
    compiling : whether the run waits for its loops, which are compiled when they are first needed.
    gate : what the training waits at while a panel is drawn.
    """

    snapshot_taken = Signal(object)
    status_changed = Signal()
    starting = Signal()

    def __init__(
        self,
        document: Document,
        data: DataService,
        problems: ProblemService,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._data, self._problems = document, data, problems
        self.gate = Gate()
        self.refresher = Refresher(self.gate)
        self._compiled: CompiledRun | None = None
        self._snapshot: Snapshot | None = None
        self._held: Snapshot | None = None
        self._error: LayerloomError | None = None
        self._after_stop: list[Callable[[], object]] = []
        self._after_state: list[Callable[[], object]] = []
        self._undo = RunUndo(document)
        self.compiling = False
        self._timer = QTimer(self, interval=POLL_INTERVAL_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._poll)
        self._idle = QTimer(self, singleShot=True, interval=IDLE_DELAY_MS)
        self._idle.timeout.connect(self._show_idle)
        document.changed.connect(self._follow)
        data.changed.connect(self._follow_data)
        problems.changed.connect(self.status_changed)

    @property
    def running(self) -> bool:
        """Whether the training thread is at work."""
        return self._compiled is not None and self._compiled.running

    @property
    def status(self) -> RunStatus:
        """What Run would do, or is doing."""
        if self.running:
            return RunStatus.RUNNING
        if self.blocked_reason is not None:
            return RunStatus.BLOCKED
        if self._error is not None:
            return RunStatus.FAILED
        state = self._document.project.state
        if state is None or state.position.iteration == 0:
            return RunStatus.READY
        done = state.position.sample == 0 and state.position.epoch >= self._document.project.training.epochs
        return RunStatus.FINISHED if done else RunStatus.PAUSED

    @property
    def snapshot(self) -> Snapshot | None:
        """The picture that is shown; None while there is no network that could run, or no data."""
        return self._held or self._snapshot

    @property
    def present(self) -> Snapshot | None:
        """The newest picture of the run, also while an earlier moment is shown."""
        return self._snapshot

    @property
    def holding(self) -> bool:
        """Whether an earlier moment is shown in place of the present."""
        return self._held is not None

    @property
    def committing(self) -> bool:
        """Whether the document is just taking over what was learnt."""
        return self._undo.committing

    @property
    def timeline(self) -> Timeline:
        """The moments that were kept until now."""
        if self._compiled is not None and self._compiled.running:
            return self._compiled.runner.timeline
        return self._document.project.timeline

    @property
    def error(self) -> LayerloomError | None:
        """Why the last run failed, until the next one or an edit."""
        return self._error

    @property
    def blocked_reason(self) -> Text | None:
        """Why Run cannot start, or None."""
        return why_blocked(self._document.project, self._problems, self._data)

    @property
    def stale(self) -> bool:
        """Whether the network, its configuration or its data were edited since the running plan was compiled."""
        return self._compiled is not None and self._compiled.is_stale(self._document.project)

    def run(self) -> None:
        """Train until paused, or until the configured number of epochs is reached."""
        self._start(Extent.RUN)

    def step_iteration(self) -> None:
        """Make one iteration."""
        self._start(Extent.ITERATION)

    def step_epoch(self) -> None:
        """Train to the end of the epoch."""
        self._start(Extent.EPOCH)

    def pause(self) -> None:
        """Stop after the iteration that is being made."""
        if self._compiled is not None:
            self._compiled.runner.pause()

    def rewind(self) -> None:
        """Go back to the initial weights of the same seed."""
        self.when_stopped(lambda: self._document.apply(self.tr("Rewind"), edits.set_state, None))

    def new_weights(self) -> None:
        """Go to the initial weights of the next seed."""
        self.when_stopped(lambda: self._document.apply(self.tr("New weights"), edits.new_weights))

    def hold(self, snapshot: Snapshot | None, *, redraw: bool = True) -> None:
        """Show the picture of an earlier moment in place of the present, which goes on unseen; None ends that."""
        if snapshot is self._held:
            return
        self._held = snapshot
        if redraw and self.snapshot is not None:
            self.refresher.draw_all(self.snapshot)
        self.status_changed.emit()

    def when_stopped(self, action: Callable[[], object]) -> None:
        """Stop the run if there is one, then call `action`: for opening another project."""
        if self.running:
            self._after_stop.append(action)
            self.pause()
        else:
            action()

    def when_up_to_date(self, action: Callable[[], object]) -> None:
        """Bring what was learnt so far into the document without stopping, then call `action`: for saving."""
        if self._compiled is not None and self._compiled.running:
            self._after_state.append(action)
            self._compiled.runner.request_state()
        else:
            action()

    def shutdown(self) -> None:
        """Stop the training thread and wait for it; what was learnt goes into the document."""
        self._timer.stop()
        self._idle.stop()
        if self._compiled is not None and self._compiled.running:
            self._compiled.runner.pause()
            self._finish(self._compiled.runner.collect(STOP_TIMEOUT_S))

    def _start(self, extent: Extent) -> None:
        if self.running or self.blocked_reason is not None:
            return
        self.starting.emit()
        self._error = None
        self._idle.stop()
        compiled = self._current() or self._compile()
        if compiled is not None:
            self._undo.begin(compiled.project.state)
            compiled.runner.start(extent)
            self._timer.start()
        self.status_changed.emit()

    def _current(self) -> CompiledRun | None:
        """Return what is compiled, if that is the document as it is now."""
        compiled = self._compiled
        return compiled if compiled is not None and compiled.is_of(self._document.project, self._data.data) else None

    def _compile(self) -> CompiledRun | None:
        """Compile the document as it is; returns None where that was not possible."""
        project, prepared = self._document.project, self._data.data
        self._compiled = None
        if prepared is not None:
            try:
                self._compiled = compile_run(project, prepared, self.gate)
            except LayerloomError as error:
                self._error = error
        return self._compiled

    def _poll(self) -> None:
        if self._compiled is None:
            return
        runner = self._compiled.runner
        if self.compiling != Compilation.running:
            self.compiling = not self.compiling
            self.status_changed.emit()
        snapshot = runner.take_snapshot()
        if snapshot is not None:
            self._snapshot = snapshot
            self.snapshot_taken.emit(snapshot)
            runner.request_snapshot()
        elif self._snapshot is None or self._snapshot.phase is not RunPhase.RUNNING:
            runner.request_snapshot()
        if self.snapshot is not None:
            self.refresher.draw_some(self.snapshot)
        ending = runner.collect()
        state = runner.take_state()
        if ending is None and state is not None:
            self._commit(state)
            self._call(self._after_state)
        if ending is not None:
            self._timer.stop()
            self._finish(ending)
        elif not runner.running:
            self._lose()

    def _finish(self, ending: Ending | None) -> None:
        """Bring what was learnt into the document and show the last picture."""
        if ending is None:
            return
        self._error = ending.snapshot.error
        self._commit(ending.state)
        self._show(ending.snapshot)
        self._call(self._after_state)
        self._call(self._after_stop)
        self.status_changed.emit()

    def _lose(self) -> None:
        """Report that the training thread ended without leaving its state: the document keeps the one before."""
        self._timer.stop()
        self._compiled = None
        self._error = LayerloomError("The training stopped by a fault of the program. The last state it left is kept.")
        self._call(self._after_state)
        self._call(self._after_stop)
        self._idle.start()
        self.status_changed.emit()

    def _commit(self, state: TrainedState) -> None:
        """Put a state of the run into the document."""
        made = self._undo.made(state)
        if made and self._compiled is not None:
            rate = self._document.project.training.learning_rate
            self._compiled = self._compiled.with_state(state).with_rate(rate)
            self._undo.commit(state, made, self._compiled.runner.timeline)

    @staticmethod
    def _call(waiting: list[Callable[[], object]]) -> None:
        actions = waiting.copy()
        waiting.clear()
        for action in actions:
            action()

    def _show(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        if snapshot is not None:
            self.snapshot_taken.emit(snapshot)
            self.refresher.draw_all(self.snapshot or snapshot)

    def _follow(self, delta: ProjectDelta) -> None:
        if self._undo.committing:
            return
        compiled, rate = self._compiled, delta.after.training.learning_rate
        if rate != delta.before.training.learning_rate and compiled and compiled.follows_rate_of(delta.after):
            compiled.runner.set_learning_rate(rate)
            if not compiled.running:
                self._compiled = compiled.with_rate(rate)
        if not self.running and (delta.graph or delta.training or delta.state or delta.data):
            self._error = None
            self._idle.start()
        self.status_changed.emit()

    def _follow_data(self) -> None:
        if not self.running:
            self._idle.start()
        self.status_changed.emit()

    def _show_idle(self) -> None:
        """Show the network as it stands: its weights before any run, or where the last one ended."""
        if self.running or (self._current() is not None and self._snapshot is not None):
            return
        if self.blocked_reason is None and (compiled := self._compile()) is not None:
            self._show(compiled.picture())
        else:
            self._compiled = None
            self._show(None)
        self.status_changed.emit()
