"""What a loss writes its formulas with, for one sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from core.formulas.expressions import Expression, apply
from core.formulas.quantities import Constant, Index, Quantity

Places: TypeAlias = Callable[[Index], Quantity]

PROBABILITIES = ("softmax", "sigmoid")
"""Functions whose values are above 0 and below 1, so that their logarithm is finite."""


@dataclass(frozen=True, slots=True)
class LossTerms:
    """The numbers around the loss of one sample.

    Attributes
    ----------
    a, y : answer and target by place.
    width : how many outputs there are, K.
    activation : key of the activation function that the answer comes from, or empty.
    largest : place of the class, which has the largest target.
    sums_to_one : whether the targets of a sample sum to 1.
    smallest : the smallest number that a logarithm or a quotient takes.
    """

    a: Places
    y: Places
    width: int
    activation: str
    largest: Index
    sums_to_one: bool
    smallest: float

    def at(self, place: Index) -> tuple[Quantity, Quantity]:
        """Return answer and target of an output."""
        return self.a(place), self.y(place)

    def above_zero(self, value: Expression) -> Expression:
        """Return a value that is a share of 1, so that it has a logarithm."""
        if self.activation in PROBABILITIES:
            return value
        return apply("max", value, Constant("smallest_number", self.smallest))

    def class_place(self, beside: Index) -> Index:
        """Return the place of the class; the letter for it beside a letter."""
        return "t" if isinstance(beside, str) else self.largest
