"""Where in an iteration the microscope is, which number it explains, and the way back to those before."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from core.formulas.quantities import Quantity
from core.tracing.cursor import Grain, Position, Walk
from core.tracing.explaining import Explainer
from core.tracing.stages import Stage
from core.tracing.trace import Trace
from designer.microscope.visited import Visited

GRAINS = (Grain.TERM, Grain.UNIT, Grain.STAGE, Grain.LAYER, Grain.ITERATION)


def coarser(grain: Grain, steps: int) -> Grain:
    """Return the grain so many steps coarser, or the coarsest."""
    return GRAINS[min(GRAINS.index(grain) + steps, len(GRAINS) - 1)]


class Way(Enum):
    """A direction to walk in."""

    FORWARD = "forward"
    BACK = "back"


class Place(QObject):
    """Walks through one iteration; what stands below is there only while one is shown.

    Attributes
    ----------
    grain : how far a step goes where nothing else is said.

    Signals
    -------
    moved() : position, sample or the number that is explained is another one.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._walk: Walk | None = None
        self._position = Position(0, 0, 0)
        self._quantity: Quantity | None = None
        self._visited = Visited()
        self.grain = Grain.UNIT

    def show(self, trace: Trace | None, *, at_end: bool = False) -> None:
        """Begin another iteration, or none, and forget the way through the one before; the caller tells of it.

        The sample stays the one of this number, or the last where there are fewer.
        """
        sample = self._walk.sample if self._walk is not None else 0
        self._walk = self._quantity = None
        self._visited.forget()
        if trace is not None:
            self._walk = Walk(Explainer(trace), min(sample, trace.batch_size - 1))
            self._position = self._walk.last if at_end else self._walk.first

    @property
    def walk(self) -> Walk:
        """The iteration and how to walk through it."""
        assert self._walk is not None
        return self._walk

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

    def choose_sample(self, sample: int) -> None:
        """Look at the numbers of another sample of the batch."""
        walk = self.walk
        if 0 <= sample < walk.trace.batch_size and sample != walk.sample:
            self._walk = Walk(walk.explainer, sample)
            self._quantity = None
            self.moved.emit()

    def step(self, way: Way, grain: Grain) -> bool:
        """Go one step; returns whether the iteration went on there."""
        walk, position = self.walk, self._position
        found = walk.forward(position, grain) if way is Way.FORWARD else walk.back(position, grain)
        if found is not None:
            self.go(found)
        return found is not None

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
