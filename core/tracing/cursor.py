"""Walking through an iteration, forwards and backwards, in steps of a chosen grain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.formulas.quantities import Kind, Quantity
from core.tracing.explaining import Explainer
from core.tracing.stages import Stage, stages_of


class Grain(Enum):
    """How far one step goes."""

    ITERATION = "iteration"
    LAYER = "layer"
    STAGE = "stage"
    UNIT = "unit"
    TERM = "term"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """The place in an iteration that was worked out last; what comes before it is known, what comes after is not.

    Attributes
    ----------
    stage : number of the stage.
    unit : number of the unit in the stage, in reading order.
    term : number of the term in the unit's sum, or of the equation in its update.
    """

    stage: int
    unit: int
    term: int


class Walk:
    """The stages of one iteration, the sample that is looked at, and the steps between positions.

    Attributes
    ----------
    explainer, trace : the iteration.
    stages : in order.
    sample : row of the batch whose numbers are walked through.
    """

    def __init__(self, explainer: Explainer, sample: int = 0) -> None:
        self.explainer, self.trace, self.sample = explainer, explainer.trace, sample
        self.stages = stages_of(explainer.trace)
        self._terms: dict[tuple[int, int], int] = {}

    @property
    def first(self) -> Position:
        """The beginning: the samples are there, nothing is worked out yet."""
        return self._end_of_stage(0)

    @property
    def last(self) -> Position:
        """The end: all weights are new."""
        return self._end_of_stage(len(self.stages) - 1)

    def stage(self, position: Position) -> Stage:
        """Return the stage of a position."""
        return self.stages[position.stage]

    def quantity(self, position: Position) -> Quantity:
        """Return the number that is worked out at a position; in an update that of the equation at hand."""
        quantity = self.stage(position).quantity_at(position.unit, self.sample)
        if quantity.kind is Kind.NEW_PARAMETER:
            return self.explainer.equations(quantity)[position.term]
        return quantity

    def terms(self, stage: int, unit: int) -> int:
        """Return how many terms, or equations, a unit has; at least 1."""
        count = self._terms.get((stage, unit))
        if count is None:
            quantity = self.stages[stage].quantity_at(unit, self.sample)
            if quantity.kind is Kind.NEW_PARAMETER:
                count = len(self.explainer.equations(quantity))
            else:
                count = max(1, self.explainer.term_count(quantity))
            self._terms[stage, unit] = count
        return count

    def forward(self, position: Position, grain: Grain) -> Position | None:
        """Return the next position of a grain, or None at the end of the iteration."""
        stage, unit, term = position.stage, position.unit, position.term
        if position == self.last:
            return None
        if grain is Grain.ITERATION:
            return self.last
        if grain is Grain.TERM and term + 1 < self.terms(stage, unit):
            return Position(stage, unit, term + 1)
        if grain in (Grain.TERM, Grain.UNIT) and unit + 1 < self.stages[stage].units:
            return self._start_of_unit(stage, unit + 1, grain)
        if grain is Grain.STAGE and not self._is_end(position):
            return self._end_of_stage(stage)
        if grain is Grain.LAYER:
            return self._forward_layer(position)
        if stage + 1 == len(self.stages):
            return self.last
        if grain is Grain.STAGE:
            return self._end_of_stage(stage + 1)
        return self._start_of_unit(stage + 1, 0, grain)

    def back(self, position: Position, grain: Grain) -> Position | None:
        """Return the position before of a grain, or None at the beginning."""
        stage, unit, term = position.stage, position.unit, position.term
        if position <= self.first:
            return None
        if grain is Grain.ITERATION or stage == 0:
            return self.first
        if grain is Grain.TERM and term > 0:
            return Position(stage, unit, term - 1)
        if grain in (Grain.TERM, Grain.UNIT) and unit > 0:
            return self._end_of_unit(stage, unit - 1)
        if grain is Grain.LAYER:
            stage = self._start_of_layer(stage)
        return self._end_of_stage(max(0, stage - 1))

    def at(self, quantity: Quantity) -> Position | None:
        """Return the position at which a number has just been worked out, or None for one that is no stage's."""
        for number, stage in enumerate(self.stages):
            own = stage.quantity
            if (own.kind, own.node, own.name) == (quantity.kind, quantity.node, quantity.name):
                return self._end_of_unit(number, self._place(stage, quantity))
            updated = own.kind is Kind.NEW_PARAMETER and quantity.kind in (Kind.NEW_SLOT, Kind.AUXILIARY)
            if updated and (own.node, own.name) == (quantity.node, quantity.name):
                unit = self._place(stage, quantity)
                equations = self.explainer.equations(stage.quantity_at(unit, self.sample))
                return Position(number, unit, equations.index(quantity))
        return None

    def known_units(self, position: Position, stage: int) -> int:
        """Return how many units of a stage are worked out at a position, the one at hand included."""
        if stage < position.stage:
            return self.stages[stage].units
        return position.unit + 1 if stage == position.stage else 0

    def _place(self, stage: Stage, quantity: Quantity) -> int:
        place = 0
        for index, size in zip(quantity.unit, stage.shape, strict=True):
            assert isinstance(index, int)
            place = place * size + index
        return place

    def _start_of_unit(self, stage: int, unit: int, grain: Grain) -> Position:
        return Position(stage, unit, 0) if grain is Grain.TERM else self._end_of_unit(stage, unit)

    def _end_of_unit(self, stage: int, unit: int) -> Position:
        return Position(stage, unit, self.terms(stage, unit) - 1)

    def _end_of_stage(self, stage: int) -> Position:
        return self._end_of_unit(stage, self.stages[stage].units - 1)

    def _is_end(self, position: Position) -> bool:
        return position == self._end_of_stage(position.stage)

    def _forward_layer(self, position: Position) -> Position:
        end = self._end_of_layer(position.stage)
        if position == self._end_of_stage(end):
            end = self._end_of_layer(end + 1)
        return self._end_of_stage(end)

    def _end_of_layer(self, stage: int) -> int:
        while stage + 1 < len(self.stages) and self._same_layer(stage, stage + 1):
            stage += 1
        return stage

    def _start_of_layer(self, stage: int) -> int:
        while stage > 0 and self._same_layer(stage, stage - 1):
            stage -= 1
        return stage

    def _same_layer(self, left: int, right: int) -> bool:
        one, other = self.stages[left], self.stages[right]
        return (one.node, one.direction) == (other.node, other.direction)
