"""Working formulas out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import singledispatch
from types import MappingProxyType
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
    Path,
    Power,
    Product,
    Quotient,
    Sum,
)
from core.formulas.many import values_at_once
from core.formulas.quantities import Constant, Kronecker, Place, Quantity

Lookup: TypeAlias = Callable[[Quantity], float]


def _exp(x: float) -> float:
    return math.exp(x) if x < 709.0 else math.inf


def _log(x: float) -> float:
    return math.log(x) if x > 0.0 else (-math.inf if x == 0.0 else math.nan)


def _sign(x: float) -> float:
    return float((x > 0.0) - (x < 0.0))


FUNCTIONS: Mapping[str, Callable[..., float]] = MappingProxyType(
    {
        "exp": _exp,
        "log": _log,
        "sqrt": math.sqrt,
        "abs": abs,
        "tanh": math.tanh,
        "erf": math.erf,
        "sign": _sign,
        "max": max,
        "min": min,
    }
)
"""The functions that formulas may use; of several largest arguments max takes the first."""

_RELATIONS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {
        "<": lambda left, right: left < right,
        "≤": lambda left, right: left <= right,
        "=": lambda left, right: left == right,
        "≥": lambda left, right: left >= right,
        ">": lambda left, right: left > right,
    }
)


@singledispatch
def evaluate(expression: Expression, lookup: Lookup) -> float:
    """Return the value of a formula in double precision.

    `lookup` gives the number behind each Quantity. Raises TypeError for a formula with letters for indices.
    """
    raise TypeError(f"{type(expression).__name__} is no formula")


@evaluate.register
def _(expression: Number, lookup: Lookup) -> float:
    return expression.value


@evaluate.register
def _(expression: Constant, lookup: Lookup) -> float:
    return expression.value


@evaluate.register
def _(expression: Quantity, lookup: Lookup) -> float:
    return lookup(expression)


@evaluate.register
def _(expression: Kronecker, lookup: Lookup) -> float:
    return float(expression.left == expression.right)


@evaluate.register
def _(expression: Place, lookup: Lookup) -> float:
    if isinstance(expression.index, str):
        raise TypeError(f"the letter {expression.index} is no number")
    return float(expression.index)


@evaluate.register
def _(expression: Sum, lookup: Lookup) -> float:
    return math.fsum(finite_or_all([evaluate(term, lookup) for term in expression.terms]))


@evaluate.register
def _(expression: Negative, lookup: Lookup) -> float:
    return -evaluate(expression.inner, lookup)


@evaluate.register
def _(expression: Product, lookup: Lookup) -> float:
    factors = [evaluate(factor, lookup) for factor in expression.factors]
    # 0 log 0 is 0, as in every definition of the entropy.
    return 0.0 if 0.0 in factors and any(map(math.isinf, factors)) else math.prod(factors)


@evaluate.register
def _(expression: Quotient, lookup: Lookup) -> float:
    numerator, denominator = evaluate(expression.numerator, lookup), evaluate(expression.denominator, lookup)
    if denominator == 0.0:
        return math.nan if numerator == 0.0 else math.copysign(math.inf, numerator)
    return numerator / denominator


@evaluate.register
def _(expression: Power, lookup: Lookup) -> float:
    return float(evaluate(expression.base, lookup) ** evaluate(expression.exponent, lookup))


@evaluate.register
def _(expression: Apply, lookup: Lookup) -> float:
    return FUNCTIONS[expression.function](*(evaluate(argument, lookup) for argument in expression.arguments))


@evaluate.register(Activated)
@evaluate.register(Derivative)
def _(expression: Activated | Derivative, lookup: Lookup) -> float:
    return evaluate(expression.formula, lookup)


@evaluate.register
def _(expression: Condition, lookup: Lookup) -> float:
    left, right = evaluate(expression.left, lookup), evaluate(expression.right, lookup)
    return float(_RELATIONS[expression.relation](left, right))


@evaluate.register
def _(expression: Cases, lookup: Lookup) -> float:
    for condition, value in expression.cases:
        if evaluate(condition, lookup):
            return evaluate(value, lookup)
    return evaluate(expression.otherwise, lookup)


@evaluate.register
def _(expression: Over, lookup: Lookup) -> float:
    values = values_of(expression, lookup)
    if expression.reduction == "max":
        return max(values)
    return math.fsum(finite_or_all(values))


def values_of(over: Over, lookup: Lookup) -> list[float]:
    """Return what the terms of a sum over indices come to, in order."""
    found = values_at_once(over, lookup)
    return [evaluate(term, lookup) for term in over.terms()] if found is None else found.tolist()


@evaluate.register
def _(expression: Path, lookup: Lookup) -> float:
    return evaluate(expression.inner, lookup)


def finite_or_all(values: list[float]) -> list[float]:
    """Return what ``math.fsum`` can add: it refuses ∞ − ∞, whose sum is NaN."""
    if math.inf in values and -math.inf in values:
        return [math.nan]
    return values
