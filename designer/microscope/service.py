"""What the microscope looks at: an iteration, a sample, a place in it. All its views read this."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QObject, Signal

from core.data.dataset import PreparedData
from core.errors import LayerloomError
from core.formulas.quantities import Quantity
from core.project import edits
from core.project.model import Project
from core.tracing.cursor import Grain, Position, Walk
from core.tracing.explaining import Explainer
from core.tracing.stages import Stage
from core.tracing.trace import Trace
from designer.datasets.service import DataService
from designer.document import Document
from designer.microscope.iterations import Iterations
from designer.microscope.visited import Visited
from designer.run.controller import RunController
from designer.run.time_travel import TimeTravel

GRAINS = (Grain.TERM, Grain.UNIT, Grain.STAGE, Grain.LAYER, Grain.ITERATION)


def coarser(grain: Grain, steps: int) -> Grain:
    """Return the grain so many steps coarser, or the coarsest."""
    return GRAINS[min(GRAINS.index(grain) + steps, len(GRAINS) - 1)]


class Way(Enum):
    """A direction to walk in."""

    FORWARD = "forward"
    BACK = "back"


class MicroscopeService(QObject):
    """Opens the microscope on the iteration that follows the moment in view, and walks through it.

    The project itself stays as it is.

    Signals
    -------
    opened(), closed() : the microscope begins, or ends.
    trace_changed() : another iteration is looked at; `moved` follows.
    moved() : position, sample or the number that is explained is another one.
    failed(LayerloomError) : an iteration could not be made; what was looked at stays.
    """

    opened = Signal()
    closed = Signal()
    trace_changed = Signal()
    moved = Signal()
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
        self._own = True
        self._number = self._turn = 0
        self._of_test = False
        self._walk: Walk | None = None
        self._position = Position(0, 0, 0)
        self._quantity: Quantity | None = None
        self._visited = Visited()
        self.grain = Grain.UNIT
        document.changed.connect(self._follow)
        time.changed.connect(self._follow)

    @property
    def is_open(self) -> bool:
        """Whether an iteration is looked at."""
        return self._walk is not None

    @property
    def walk(self) -> Walk:
        """The iteration and how to walk through it; only while it is open."""
        assert self._walk is not None
        return self._walk

    @property
    def trace(self) -> Trace:
        """The iteration; only while it is open."""
        return self.walk.trace

    @property
    def explainer(self) -> Explainer:
        """Explains the numbers of the iteration; only while it is open."""
        return self.walk.explainer

    @property
    def number(self) -> int:
        """How many iterations after the project's state the one at hand comes; -1 for one on chosen samples."""
        return self._number

    @property
    def of_test(self) -> bool:
        """Whether the samples are of the test part."""
        return self._of_test

    @property
    def position(self) -> Position:
        """Where in the iteration we are."""
        return self._position

    @property
    def stage(self) -> Stage:
        """The stage of the position."""
        return self.walk.stage(self._position)

    @property
    def quantity(self) -> Quantity:
        """The number that is explained: that of the position, or one that was clicked."""
        return self.walk.quantity(self._position) if self._quantity is None else self._quantity

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
        if self._walk is not None:
            self._walk = self._iterations = None
            self._forget()
            self.closed.emit()

    def keep(self) -> None:
        """Leave, and make the iterations up to the one at hand a part of the project, as one step of undo."""
        iterations, number = self._iterations, self._number
        if iterations is None or not self.can_keep:
            return
        finished = self._position == self.walk.last
        made = number + 1 if finished else number
        state = iterations.state_after(made - 1) if made else None
        self.close()
        if state is not None:
            several = self.tr("Train {count} iterations").format(count=made)
            self._time.go_back()
            self._document.apply(self.tr("Train 1 iteration") if made == 1 else several, edits.set_state, state)

    def choose_sample(self, sample: int) -> None:
        """Look at the numbers of another sample of the batch."""
        walk = self.walk
        if 0 <= sample < walk.trace.batch_size and sample != walk.sample:
            self._walk = Walk(walk.explainer, sample)
            self._quantity = None
            self.moved.emit()

    def choose_samples(self, rows: Sequence[int], *, test: bool = False) -> None:
        """Look at an iteration on these rows of the training (or test) part instead of those whose turn it is."""
        if self._iterations is not None and rows:
            try:
                self._show(self._iterations.on_samples(rows, self._turn, test=test), -1, of_test=test)
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
        return self._iterations.on_samples([int(trace.rows[self.walk.sample])], self._turn, test=self._of_test)

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
        grain = grain or self.grain
        walk, position = self.walk, self._position
        found = walk.forward(position, grain) if way is Way.FORWARD else walk.back(position, grain)
        if found is not None:
            self.go(found)
            return True
        number = max(self._number, 0) + (1 if way is Way.FORWARD else -1)
        if number < 0 or self._number < 0:
            return False
        self.choose_iteration(number, at_end=way is Way.BACK)
        return self._number == number

    def go(self, position: Position) -> None:
        """Go to a place in the iteration."""
        self._position = position
        self._quantity = None
        self.moved.emit()

    def explain(self, quantity: Quantity) -> None:
        """Explain another number without walking on; Back returns to the one before."""
        if quantity == self.quantity:
            return
        self._visited.leave(self.quantity)
        self._quantity = quantity
        self.moved.emit()

    def follow(self, quantity: Quantity) -> None:
        """Walk to where a number is worked out; one that is given (a weight, a sample) is explained where we are."""
        found = self.walk.at(quantity)
        if found is None:
            self.explain(quantity)
            return
        self._visited.leave(self.quantity)
        self.go(found)

    @property
    def can_go_back(self) -> bool:
        """Whether another number was explained before this one."""
        return self._visited.has_before

    @property
    def can_go_on(self) -> bool:
        """Whether Back was used."""
        return self._visited.has_after

    def go_back(self) -> None:
        """Explain the number before, as a browser goes back."""
        if self.can_go_back:
            self._return_to(self._visited.back(self.quantity))

    def go_on(self) -> None:
        """Undo a step back."""
        if self.can_go_on:
            self._return_to(self._visited.on(self.quantity))

    def _return_to(self, quantity: Quantity) -> None:
        found = self.walk.at(quantity)
        self._position, self._quantity = (self._position, quantity) if found is None else (found, None)
        self.moved.emit()

    def _open(self) -> None:
        data = self._data.data
        if data is not None and self._run.blocked_reason is None and self._begin(self._time.project, data):
            self._own = True

    def _begin(self, project: Project, data: PreparedData) -> bool:
        """Look at the next iteration of a project; returns whether it could be made."""
        try:
            iterations = Iterations(project, data)
            trace = iterations.trace(0)
        except LayerloomError as error:
            self.failed.emit(error)
            return False
        was_open, self._iterations = self.is_open, iterations
        self._show(trace, 0, announce=was_open)
        if not was_open:
            self.opened.emit()
            self.trace_changed.emit()
            self.moved.emit()
        return True

    def _show(
        self, trace: Trace, number: int, *, at_end: bool = False, announce: bool = True, of_test: bool = False
    ) -> None:
        sample = self._walk.sample if self._walk is not None else 0
        self._walk = Walk(Explainer(trace), min(sample, trace.batch_size - 1))
        self._number, self._of_test = number, of_test
        self._turn = number if number >= 0 else self._turn
        self._position = self._walk.last if at_end else self._walk.first
        self._forget()
        if announce:
            self.trace_changed.emit()
            self.moved.emit()

    def _forget(self) -> None:
        self._quantity = None
        self._visited.forget()

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
