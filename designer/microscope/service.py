"""Which iteration the microscope looks at, on which samples; all its views read this and its place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.data.dataset import PreparedData
from core.errors import LayerloomError
from core.project import edits
from core.project.model import Project
from core.tracing.cursor import Grain
from core.tracing.explaining import Explainer
from core.tracing.trace import Trace
from designer.datasets.service import DataService
from designer.document import Document
from designer.microscope.iterations import Iterations
from designer.microscope.place import Place, Way
from designer.microscope.waiting import awaited
from designer.run.controller import RunController
from designer.run.time_travel import TimeTravel


class MicroscopeService(QObject):
    """Opens the microscope on the iteration that follows the moment in view; the project itself stays as it is.

    Attributes
    ----------
    place : where in the iteration we are; it walks.

    Signals
    -------
    opened(), closed() : the microscope begins, or ends.
    trace_changed() : another iteration is looked at; `moved` follows.
    moved() : position, sample or the number that is explained is another one.
    prepares(bool) : it takes long until the first iteration is made, because loops are compiled; or that is over.
    failed(LayerloomError) : an iteration could not be made; what was looked at stays.
    """

    opened = Signal()
    closed = Signal()
    trace_changed = Signal()
    moved = Signal()
    prepares = Signal(bool)
    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        data: DataService,
        run: RunController,
        time: TimeTravel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._data, self._run, self._time = document, data, run, time
        self._iterations: Iterations | None = None
        self._own, self._preparing = True, False
        self._number = self._turn = 0
        self.place = Place(self)
        self.place.moved.connect(self.moved)
        document.changed.connect(self._follow)
        time.changed.connect(self._follow)

    @property
    def is_open(self) -> bool:
        """Whether an iteration is looked at."""
        return self._iterations is not None

    @property
    def trace(self) -> Trace:
        """The iteration; only while it is open."""
        return self.place.walk.trace

    @property
    def explainer(self) -> Explainer:
        """Explains the numbers of the iteration; only while it is open."""
        return self.place.walk.explainer

    @property
    def number(self) -> int:
        """How many iterations after the project's state the one at hand comes; -1 for one on chosen samples."""
        return self._number

    @property
    def of_test(self) -> bool:
        """Whether the samples are of the test part."""
        return self.is_open and self.trace.of_test

    @property
    def can_keep(self) -> bool:
        """Whether the iterations up to the one at hand can become a part of the document."""
        return self.is_open and self._own and self._number >= 0

    def open(self) -> None:
        """Look at the next iteration of the project; a run is stopped first."""
        self._run.when_stopped(self._open)

    def look_at(self, project: Project, data: PreparedData) -> None:
        """Look at the next iteration of any project on any data; edits of the document leave it as it is."""
        if self._begin(project, data):
            self._own = False

    def close(self) -> None:
        """Leave; the project is as it was."""
        if self.is_open:
            self._iterations = None
            self.place.show(None)
            self.closed.emit()

    def keep(self) -> None:
        """Leave, and make the iterations up to the one at hand a part of the project, as one step of undo."""
        iterations, number = self._iterations, self._number
        if iterations is None or not self.can_keep:
            return
        finished = self.place.position == self.place.walk.last
        made = number + 1 if finished else number
        state = iterations.state_after(made - 1) if made else None
        self.close()
        if state is not None:
            several = self.tr("Train {count} iterations").format(count=made)
            self._time.go_back()
            self._document.apply(self.tr("Train 1 iteration") if made == 1 else several, edits.set_state, state)

    def choose_samples(self, rows: Sequence[int], *, test: bool = False) -> None:
        """Look at an iteration on these rows of the training (or test) part instead of those whose turn it is."""
        if self._iterations is not None and rows:
            try:
                self._show(self._iterations.on_samples(rows, self._turn, test=test), -1)
            except LayerloomError as error:
                self.failed.emit(error)

    def choose_own_batch(self) -> None:
        """Look at the samples whose turn it is again."""
        if self._number < 0:
            self.choose_iteration(self._turn)

    def sample_alone(self) -> Trace:
        """Return the iteration at hand as it would be with the chosen sample alone; raises NonFiniteError."""
        trace = self.trace
        if trace.batch_size == 1 or self._iterations is None:
            return trace
        return self._iterations.on_samples([int(trace.rows[self.place.walk.sample])], self._turn, test=self.of_test)

    def choose_iteration(self, number: int, *, at_end: bool = False) -> None:
        """Look at another iteration after the project's state."""
        if self._iterations is None or number < 0:
            return
        try:
            self._show(self._iterations.trace(number), number, at_end=at_end)
        except LayerloomError as error:
            self.failed.emit(error)

    def move(self, way: Way, grain: Grain | None = None) -> bool:
        """Go one step; at the end of an iteration on to the next one. Returns whether there was somewhere to go."""
        if self.place.step(way, grain or self.place.grain):
            return True
        number = max(self._number, 0) + (1 if way is Way.FORWARD else -1)
        if number < 0 or self._number < 0:
            return False
        self.choose_iteration(number, at_end=way is Way.BACK)
        return self._number == number

    def _open(self) -> None:
        data = self._data.data
        if data is not None and self._run.blocked_reason is None and self._begin(self._time.project, data):
            self._own = True

    def _begin(self, project: Project, data: PreparedData) -> bool:
        """Look at the next iteration of a project; returns whether it could be made."""
        if self._preparing:
            return False

        def make() -> tuple[Iterations, Trace]:
            made = Iterations(project, data)
            return made, made.trace(0)

        self._preparing = True
        try:
            # Loops that are compiled for the first time take seconds.
            iterations, trace = awaited(make, partial(self.prepares.emit, True), partial(self.prepares.emit, False))
        except LayerloomError as error:
            self.failed.emit(error)
            return False
        finally:
            self._preparing = False
        was_open, self._iterations = self.is_open, iterations
        self._show(trace, 0, announce=was_open)
        if not was_open:
            self.opened.emit()
            self.trace_changed.emit()
            self.moved.emit()
        return True

    def _show(self, trace: Trace, number: int, *, at_end: bool = False, announce: bool = True) -> None:
        self.place.show(trace, at_end=at_end)
        self._number = number
        self._turn = number if number >= 0 else self._turn
        if announce:
            self.trace_changed.emit()
            self.moved.emit()

    def _follow(self) -> None:
        """Look at the project as it now is, where it was edited meanwhile."""
        iterations = self._iterations
        if iterations is None or not self._own:
            return
        now, then = self._time.project, iterations.project
        if (now.graph, now.training, now.state) != (then.graph, then.training, then.state):
            self._open()
            if self._iterations is iterations:
                self.close()
