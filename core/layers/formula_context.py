"""What a layer writes its formulas with: the numbers around it, by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from core.formulas.expressions import Expression, Over, formula
from core.formulas.parameter_names import kernel_of
from core.formulas.quantities import Constant, Index, Kind, Quantity, Unit
from core.graph.model import Node
from core.options import Shape

PIXEL = ("r", "s", "c")
"""The letters of a place that a general formula sums over: row, column, channel."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input of a layer: the link, the layer at its start, the shape of what it brings."""

    link_id: str
    node_id: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class FormulaContext:
    """Names the numbers of one sample around one layer.

    Attributes
    ----------
    node : the layer.
    sources : its inputs, in the order of the links.
    shape : of its output.
    has_activation : whether it ends in an activation function.
    samples : how many samples the batch has.
    sample : the row of the batch that the formulas are for.
    """

    node: Node
    sources: tuple[Source, ...]
    shape: Shape
    has_activation: bool
    samples: int
    sample: Index

    def at(self, sample: Index) -> FormulaContext:
        """Return the same for another sample."""
        return replace(self, sample=sample)

    def x(self, unit: Unit, port: int = 0) -> Quantity:
        """Return a value that arrives through the input number `port`."""
        return Quantity(Kind.OUTPUT, self.sources[port].node_id, unit=unit, sample=self.sample)

    def flat_x(self, place: Index, port: int = 0) -> Quantity:
        """Return a value that arrives, by its place in the input read as one vector."""
        return self.x(unflatten(place, self.sources[port].shape), port)

    def a(self, unit: Unit) -> Quantity:
        """Return a value of the output."""
        return Quantity(Kind.OUTPUT, self.node.id, unit=unit, sample=self.sample)

    def z(self, unit: Unit) -> Quantity:
        """Return an argument of the activation function."""
        return Quantity(Kind.PRE_ACTIVATION, self.node.id, unit=unit, sample=self.sample)

    def delta(self, unit: Unit) -> Quantity:
        """Return ∂C/∂z, or ∂C/∂a of a layer without activation function."""
        kind = Kind.DELTA if self.has_activation else Kind.UPSTREAM
        return Quantity(kind, self.node.id, unit=unit, sample=self.sample)

    def parameter(self, name: str, unit: Unit) -> Quantity:
        """Return a number of a parameter, such as ``bias``."""
        return Quantity(Kind.PARAMETER, self.node.id, name, unit)

    def kernel(self, unit: Unit, port: int = 0) -> Quantity:
        """Return a weight of the kernel that weighs the input number `port`."""
        return self.parameter(kernel_of(self.sources[port].link_id), unit)

    def internal(self, name: str, unit: Unit, *, each_sample: bool = True) -> Quantity:
        """Return a number that the layer worked out or drew; see ``Op.internals``."""
        sample = self.sample if each_sample else None
        return Quantity(Kind.INTERNAL, self.node.id, name, unit, sample)

    def over_samples(self, term: Callable[[FormulaContext], Expression]) -> Over:
        """Return Σ of a term over all samples of the batch."""
        return Over("sum", ("n",), [(n,) for n in range(self.samples)], lambda n: term(self.at(n)))


def share_of(count: int, *, one_less: bool = False) -> Expression:
    """Return 1/N, the factor before a sum of `count` values that makes it their mean; or 1/(N − 1)."""
    values = Constant("values", float(count))
    return formula(1.0) / (values - 1.0 if one_less else values)


def places_of(shape: Sequence[int]) -> list[tuple[int, ...]]:
    """Return all units of an array of a shape, in reading order."""
    return list(product(*(range(size) for size in shape)))


def unflatten(place: Index, shape: Shape) -> Unit:
    """Return the unit at a place of an array read as one vector; a letter stays a letter."""
    if isinstance(place, str) or len(shape) == 1:
        return (place,)
    unit: list[int] = []
    for size in reversed(shape):
        place, rest = divmod(place, size)
        unit.append(rest)
    return tuple(reversed(unit))


def flatten(unit: Unit, shape: Shape) -> Index:
    """Return the place of a unit in an array read as one vector; of one letter that letter, of (j, u) such as 28j+u."""
    if len(unit) == 1:
        return unit[0]
    steps = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    return combined(*zip(steps, unit, strict=True))


def combined(*parts: tuple[int, Index], plus: int = 0) -> Index:
    """Return Σ factor · index + plus: a number, or where there are letters a text such as 2j+p-1."""
    text, number = "", plus
    for factor, index in parts:
        if isinstance(index, int):
            number += factor * index
        elif factor:
            compound = abs(factor) > 1 and any(sign in index for sign in "+-")
            size = "" if abs(factor) == 1 else str(abs(factor))
            text += ("-" if factor < 0 else "+") + size + (f"({index})" if compound else index)
    if not text:
        return number
    return (text + (f"{number:+d}" if number else "")).removeprefix("+")


def fitted(unit: Unit, sizes: int) -> Unit:
    """Return a unit of an image with so many sizes; a third size that the other shape lacks is its one channel."""
    if len(unit) == sizes:
        return unit
    return unit[:sizes] if len(unit) > sizes else (*unit, 0)


def only(unit: Unit) -> Any:
    """Return the index of a unit of a vector."""
    (index,) = unit
    return index
