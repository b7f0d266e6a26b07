"""Formulas as programs: a list of single operations on whole arrays, each used as often as needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import singledispatchmethod
from typing import TypeAlias

from core.formulas.expressions import (
    Activated,
    Apply,
    Cases,
    Condition,
    Derivative,
    Expression,
    Negative,
    Number,
    Over,
    Power,
    Product,
    Quotient,
    Sum,
)
from core.formulas.quantities import Constant, Kind, Quantity

Name: TypeAlias = tuple[Kind, str]
"""(kind, slot) of the quantity that an array holds: all places of an array go by one name."""


class Rank(Enum):
    """Over what a value varies. An array of elements is (rows, width)."""

    NUMBER = "number"
    ROW = "row"
    COLUMN = "column"
    ELEMENT = "element"


@dataclass(frozen=True, slots=True)
class Operation:
    """One value of a program.

    Attributes
    ----------
    name : ``read``, ``constant``, ``number``; a function of elements (``add``, ``exp``, ``select``, …); ``row_sum``,
        ``row_max`` (one per row); ``total`` (over everything).
    operands : numbers of the operations that it works on.
    detail : which array or constant it reads, or the number itself.
    rank : over what it varies.
    """

    name: str
    operands: tuple[int, ...]
    detail: Name | str | float | None
    rank: Rank


@dataclass(frozen=True, slots=True)
class Target:
    """Where an operation's value goes: an array, by name, or a number of the result where the name is None."""

    name: Name | None
    value: int


@dataclass(frozen=True, slots=True)
class Program:
    """The operations in an order in which they can be worked out, and what is kept of them.

    `constants` gives the numbers that have a symbol, by key; others may be put in their place at each run.
    """

    operations: tuple[Operation, ...]
    targets: tuple[Target, ...]
    constants: Mapping[str, float]

    @property
    def reads(self) -> tuple[Name, ...]:
        """Names of the arrays that are read, in order."""
        return tuple(op.detail for op in self.operations if op.name == "read" and isinstance(op.detail, tuple))

    def renamed(self, names: Mapping[Name, Name]) -> Program:
        """Return the same program over arrays of other names."""
        return Program(
            tuple(
                replace(op, detail=names[op.detail]) if op.name == "read" and isinstance(op.detail, tuple) else op
                for op in self.operations
            ),
            tuple(
                target if target.name is None else replace(target, name=names[target.name]) for target in self.targets
            ),
            self.constants,
        )


REDUCTIONS = ("row_sum", "row_max", "total")
_REDUCTIONS = {"sum": "row_sum", "max": "row_max"}
_RELATIONS = {"<": "less", "≤": "less_equal", "=": "equal", "≥": "greater_equal", ">": "greater"}
_FUNCTIONS = {"abs": "absolute", "max": "maximum", "min": "minimum"}
_ORDER = (Rank.ELEMENT, Rank.COLUMN, Rank.ROW, Rank.NUMBER)


def name_of(quantity: Quantity) -> Name:
    """Return the name of the array that holds a quantity."""
    return quantity.kind, quantity.slot


def compose(
    formulas: Sequence[tuple[Quantity, Expression]],
    ranks: Mapping[Name, Rank],
    total: Expression | None = None,
) -> Program:
    """Return the program of some formulas.

    Parameters
    ----------
    formulas : what is worked out, in order. A formula may use those before it; one whose name is not in `ranks` is not
        kept.
    ranks : the arrays that are read or written. One whose name is missing is an array of elements, if it is read.
    total : a formula that is added up over all rows, which is the number that the program gives.
    """
    composer = _Composer(ranks)
    for quantity, expression in formulas:
        composer.assign(quantity, expression)
    if total is not None:
        composer.targets.append(Target(None, composer.add("total", composer.lower(total))))
    return Program(tuple(composer.operations), tuple(composer.targets), composer.constants)


class _Composer:
    """Turns expressions into operations; equal ones become one."""

    def __init__(self, ranks: Mapping[Name, Rank]) -> None:
        self.operations: list[Operation] = []
        self.targets: list[Target] = []
        self.constants: dict[str, float] = {}
        self._ranks = ranks
        self._known: dict[tuple[str, tuple[int, ...], object], int] = {}
        self._assigned: dict[Name, int] = {}

    def assign(self, quantity: Quantity, expression: Expression) -> None:
        name = name_of(quantity)
        value = self.lower(expression)
        self._assigned[name] = value
        if name in self._ranks:
            self.targets.append(Target(name, value))

    def add(self, name: str, *operands: int, detail: Name | str | float | None = None, rank: Rank | None = None) -> int:
        key = (name, operands, detail)
        if key not in self._known:
            self._known[key] = len(self.operations)
            self.operations.append(Operation(name, operands, detail, rank or self._rank(name, operands)))
        return self._known[key]

    def _rank(self, name: str, operands: Sequence[int]) -> Rank:
        if name in REDUCTIONS:
            return Rank.NUMBER if name == "total" else Rank.ROW
        ranks = {self.operations[operand].rank for operand in operands} - {Rank.NUMBER}
        if not ranks:
            return Rank.NUMBER
        return ranks.pop() if len(ranks) == 1 else Rank.ELEMENT

    def _is_number(self, value: int) -> bool:
        return self.operations[value].rank is Rank.NUMBER

    @singledispatchmethod
    def lower(self, expression: Expression) -> int:
        """Add the operations of an expression and return the last one."""
        raise TypeError(f"{type(expression).__name__} cannot be worked out over arrays")

    @lower.register
    def _(self, expression: Number) -> int:
        return self.add("number", detail=expression.value)

    @lower.register
    def _(self, expression: Constant) -> int:
        self.constants[expression.key] = expression.value
        return self.add("constant", detail=expression.key)

    @lower.register
    def _(self, expression: Quantity) -> int:
        name = name_of(expression)
        if name in self._assigned:
            return self._assigned[name]
        return self.add("read", detail=name, rank=self._ranks.get(name, Rank.ELEMENT))

    @lower.register(Activated)
    @lower.register(Derivative)
    def _(self, expression: Activated | Derivative) -> int:
        return self.lower(expression.formula)

    @lower.register
    def _(self, expression: Negative) -> int:
        return self.add("negative", self.lower(expression.inner))

    @lower.register
    def _(self, expression: Sum) -> int:
        terms = expression.terms
        first = terms[0]
        if len(terms) == 2 and isinstance(first, Apply) and first.function == "exp" and _is_minus_one(terms[1]):
            return self.add("expm1", self.lower(first.arguments[0]))
        value = self.lower(first)
        for term in terms[1:]:
            if isinstance(term, Negative):
                value = self.add("subtract", value, self.lower(term.inner))
            else:
                value = self.add("add", value, self.lower(term))
        return value

    @lower.register
    def _(self, expression: Product) -> int:
        factors = [factor for factor in expression.factors if not _is_one(factor)] or expression.factors[:1]
        values = [self.lower(factor) for factor in factors]
        # Numbers first among themselves, in double precision; then one pass over the array multiplies by them.
        values.sort(key=lambda value: _ORDER.index(self.operations[value].rank))
        numbers = [value for value in values if self._is_number(value)]
        arrays = [value for value in values if not self._is_number(value)]
        return self._product([*arrays, *([self._product(numbers)] if numbers else [])])

    def _product(self, values: Sequence[int]) -> int:
        product = values[0]
        for value in values[1:]:
            product = self.add("multiply", product, value)
        return product

    @lower.register
    def _(self, expression: Quotient) -> int:
        numerator, denominator = self.lower(expression.numerator), self.lower(expression.denominator)
        if self._is_number(denominator) and not self._is_number(numerator):
            one = self.add("number", detail=1.0)
            return self.add("multiply", numerator, self.add("divide", one, denominator))
        return self.add("divide", numerator, denominator)

    @lower.register
    def _(self, expression: Power) -> int:
        base, exponent = self.lower(expression.base), expression.exponent
        if isinstance(exponent, Number) and exponent.value in (2.0, 3.0):
            return self._product([base] * int(exponent.value))
        return self.add("power", base, self.lower(exponent))

    @lower.register
    def _(self, expression: Apply) -> int:
        (first, *rest) = expression.arguments
        if expression.function == "log" and isinstance(first, Sum) and _is_one(first.terms[0]):
            return self._log_of_one_and(Sum(first.terms[1:]) if len(first.terms) > 2 else first.terms[1])
        values = [self.lower(argument) for argument in (first, *rest)]
        return self.add(_FUNCTIONS.get(expression.function, expression.function), *values)

    def _log_of_one_and(self, more: Expression) -> int:
        if not (isinstance(more, Apply) and more.function == "exp"):
            return self.add("log1p", self.lower(more))
        # log(1 + e^x) = max(x, 0) + log(1 + e^−|x|), which cannot overflow.
        x = self.lower(more.arguments[0])
        tail = self.add("log1p", self.add("exp", self.add("negative", self.add("absolute", x))))
        return self.add("add", self.add("maximum", x, self.add("number", detail=0.0)), tail)

    @lower.register
    def _(self, expression: Condition) -> int:
        one, zero = self.add("number", detail=1.0), self.add("number", detail=0.0)
        return self.add("select", self._condition(expression), one, zero)

    def _condition(self, condition: Condition) -> int:
        return self.add(_RELATIONS[condition.relation], self.lower(condition.left), self.lower(condition.right))

    @lower.register
    def _(self, expression: Cases) -> int:
        value = self.lower(expression.otherwise)
        for condition, case in reversed(expression.cases):
            value = self.add("select", self._condition(condition), self.lower(case), value)
        return value

    @lower.register
    def _(self, expression: Over) -> int:
        return self.add(_REDUCTIONS[expression.reduction], self.lower(expression.general()))


def _is_one(expression: Expression) -> bool:
    return isinstance(expression, Number) and expression.value == 1.0


def _is_minus_one(expression: Expression) -> bool:
    return isinstance(expression, Negative) and _is_one(expression.inner)
