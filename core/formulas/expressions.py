"""Formulas as trees: sums, products, functions of numbers.

They are made with the operators of Python: ``w * a + b``. Nothing is worked out or simplified on the way, but sums of
sums and products of products are written as one. A formula is shown by ``core.formulas.latex`` and worked out by
``core.formulas.evaluation``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Operand: TypeAlias = "Expression | float"


class Expression:
    """A formula, or a part of one."""

    __slots__ = ()

    def __add__(self, other: Operand) -> Expression:
        return Sum((*_terms(self), *_terms(formula(other))))

    def __radd__(self, other: Operand) -> Expression:
        return formula(other) + self

    def __sub__(self, other: Operand) -> Expression:
        return Sum((*_terms(self), Negative(formula(other))))

    def __rsub__(self, other: Operand) -> Expression:
        return formula(other) - self

    def __neg__(self) -> Expression:
        return Negative(self)

    def __mul__(self, other: Operand) -> Expression:
        return Product((*_factors(self), *_factors(formula(other))))

    def __rmul__(self, other: Operand) -> Expression:
        return formula(other) * self

    def __truediv__(self, other: Operand) -> Expression:
        return Quotient(self, formula(other))

    def __rtruediv__(self, other: Operand) -> Expression:
        return Quotient(formula(other), self)

    def __pow__(self, exponent: Operand) -> Expression:
        return Power(self, formula(exponent))


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A number that stands in the formula itself: ½, 1, 2."""

    value: float


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """terms[0] + terms[1] + …; a Negative among them is subtracted."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """−inner."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """factors[0] · factors[1] · …."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """numerator / denominator, written as a fraction."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """base ^ exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Apply(Expression):
    """A function of its arguments.

    Attributes
    ----------
    function : one of ``core.formulas.evaluation.FUNCTIONS``: exp, log, sqrt, abs, tanh, sign, max, min, ….
    arguments : one or more.
    """

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Derivative(Expression):
    """g′ of an activation at its argument, shown as g′(z), with the `formula` by which it is worked out."""

    argument: Expression
    formula: Expression


@dataclass(frozen=True, slots=True)
class Activated(Expression):
    """An activation function of its argument, shown as g(z), with the `formula` by which it is worked out."""

    argument: Expression
    formula: Expression


@dataclass(frozen=True, slots=True)
class Condition(Expression):
    """1 where `left` `relation` `right` holds, else 0; the relation is one of <, ≤, =, ≥, >."""

    left: Expression
    relation: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Cases(Expression):
    """The value of the first condition that holds, else `otherwise`."""

    cases: tuple[tuple[Condition, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True, eq=False)
class Over(Expression):
    """A sum or a largest value over indices: Σₖ term(k).

    Attributes
    ----------
    reduction : ``sum`` or ``max``.
    letters : the letters of the indices in the general formula, such as ("k",) or ("u", "v", "c").
    places : the values that the indices take, in order; each is as long as `letters`.
    term : gives the term for indices, which may be numbers or the letters.
    """

    reduction: str
    letters: tuple[str, ...]
    places: Sequence[tuple[int, ...]]
    term: Callable[..., Expression]

    def general(self) -> Expression:
        """Return the term for the letters."""
        return self.term(*self.letters)

    def terms(self) -> tuple[Expression, ...]:
        """Return all terms."""
        return tuple(self.term(*place) for place in self.places)


@dataclass(frozen=True, slots=True)
class Path(Expression):
    """A part of a sum that comes through one link, marked so that it can be told apart from others."""

    link: str
    inner: Expression


def formula(value: Any) -> Expression:
    """Return a number as a formula; a formula stays what it is."""
    return value if isinstance(value, Expression) else Number(float(value))


def apply(function: str, *arguments: Operand) -> Expression:
    """Return a function of arguments, such as ``apply("exp", -z)``."""
    return Apply(function, tuple(formula(argument) for argument in arguments))


def sum_over(letter: str, count: int, term: Callable[[Any], Expression]) -> Over:
    """Return Σ term(k) for k = 0 … count − 1."""
    return Over("sum", (letter,), [(k,) for k in range(count)], term)


def sum_of_row(term: Expression) -> Over:
    """Return the sum of a formula over all units of a row, in formulas for whole arrays."""
    return Over("sum", ("i",), (), lambda i: term)


def largest_of_row(term: Expression) -> Over:
    """Return the largest value of a formula in a row, in formulas for whole arrays."""
    return Over("max", ("i",), (), lambda i: term)


def _terms(expression: Expression) -> tuple[Expression, ...]:
    return expression.terms if isinstance(expression, Sum) else (expression,)


def _factors(expression: Expression) -> tuple[Expression, ...]:
    return expression.factors if isinstance(expression, Product) else (expression,)
