"""What written formulas hold besides the engine's parts: terms that are counted, numbers with the other sign."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.formulas.evaluation import Lookup, evaluate, finite_or_all, values_of
from core.formulas.expressions import Expression, Over, Path, Product, Sum
from core.formulas.expressions import Negative as Minus
from core.formulas.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Counted(Expression):
    """A term of a sum with its number, as the cursor counts them."""

    number: int
    inner: Expression


@dataclass(frozen=True, slots=True)
class Computed(Expression):
    """What a part of a formula comes to."""

    value: float


@dataclass(frozen=True, slots=True)
class Turned(Expression):
    """A quantity whose number has the opposite sign in this notation."""

    quantity: Quantity


@dataclass(frozen=True, slots=True, eq=False)
class Rewritten(Over):
    """A sum over indices whose terms are written in another way than the engine writes them.

    Attributes
    ----------
    source : the engine's sum.
    sign : what its terms are multiplied by to be those of this one.
    memory : what the source's terms come to, once they have been worked out.
    """

    source: Over
    sign: float
    memory: list[float]

    def values(self, lookup: Lookup) -> list[float]:
        """Return what the terms come to, without writing each of them."""
        if not self.memory:
            self.memory.extend(values_of(self.source, lookup))
        return [self.sign * value for value in self.memory]


def rewritten(over: Over, term: Callable[..., Expression], sign: float = 1.0) -> Rewritten:
    """Return a sum with other terms, which come to `sign` times the same."""
    if isinstance(over, Rewritten):
        return Rewritten(over.reduction, over.letters, over.places, term, over.source, sign * over.sign, over.memory)
    return Rewritten(over.reduction, over.letters, over.places, term, over, sign, [])


@dataclass(frozen=True, slots=True, eq=False)
class WithBias(Expression):
    """Σ over inputs from 0, the bias being the weight 0 of an input that is always 1.

    Attributes
    ----------
    bias : bias · 1, counted where the sum is.
    inputs : the sum over the other inputs.
    """

    bias: Expression
    inputs: Over

    def terms(self) -> tuple[Expression, ...]:
        """Return all terms, the bias first."""
        return (self.bias, *self.inputs.terms())


@evaluate.register
def _(expression: Counted, lookup: Lookup) -> float:
    return evaluate(expression.inner, lookup)


@evaluate.register
def _(expression: Computed, lookup: Lookup) -> float:
    return expression.value


@evaluate.register
def _(expression: Turned, lookup: Lookup) -> float:
    return -lookup(expression.quantity)


@evaluate.register
def _(expression: Rewritten, lookup: Lookup) -> float:
    values = expression.values(lookup)
    return max(values) if expression.reduction == "max" else math.fsum(finite_or_all(values))


@evaluate.register
def _(expression: WithBias, lookup: Lookup) -> float:
    inputs = expression.inputs
    found = inputs.values(lookup) if isinstance(inputs, Rewritten) else values_of(inputs, lookup)
    values = [evaluate(expression.bias, lookup), *found]
    return math.fsum(finite_or_all(values))


def counted(expression: Expression) -> Expression:
    """Return a formula with its terms numbered; in the order of ``core.formulas.evaluation.summands``."""
    return _Counter().walk(expression)


class _Counter:
    def __init__(self) -> None:
        self._next = 0

    def walk(self, expression: Expression) -> Expression:
        match expression:
            case Sum(terms):
                return Sum(tuple(self.walk(term) for term in terms))
            case Over(reduction="sum"):
                return self._over(expression)
            case Path(link, inner):
                return Path(link, self.walk(inner))
            case Minus(inner):
                return Minus(self.walk(inner))
            case Product(factors):
                for place, factor in enumerate(factors):
                    if isinstance(factor, (Over, Path)) and _count(factor) > 1:
                        return Product((*factors[:place], self.walk(factor), *factors[place + 1 :]))
        self._next += 1
        return Counted(self._next - 1, expression)

    def _over(self, over: Over) -> Over:
        """Number the terms of a sum over indices; where a term is itself a sum, all of it counts as one."""
        start = self._next
        each = _count(over.term(*over.places[0])) if over.places else 1
        numbers: dict[tuple[int | str, ...], int] = {place: start + each * row for row, place in enumerate(over.places)}
        self._next += each * len(over.places)

        def term(*place: int | str) -> Expression:
            inner = over.term(*place)
            number = numbers.get(place)
            return inner if number is None else Counted(number, inner)

        return rewritten(over, term)


def _count(expression: Expression) -> int:
    match expression:
        case Sum(terms):
            return sum(_count(term) for term in terms)
        case Over(reduction="sum"):
            return len(expression.places) * (_count(expression.term(*expression.places[0])) if expression.places else 1)
        case Path(inner=inner) | Minus(inner):
            return _count(inner)
        case Product(factors):
            for factor in factors:
                if isinstance(factor, (Over, Path)) and (inner_count := _count(factor)) > 1:
                    return inner_count
    return 1
