"""Every number of an iteration against its formula, and how exact that can be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.formulas.evaluation import Lookup, evaluate
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
from core.formulas.quantities import Constant, Kind, Kronecker, Place, Quantity
from core.formulas.summands import summands
from core.tracing.explaining import Explainer
from core.tracing.stages import Stage, stages_of

TOLERANCE = 1e-12
"""Relative, in float64."""


@dataclass
class Findings:
    """What was compared: how many numbers, how many within the tolerance of their own size, and the worst of all."""

    numbers: int = 0
    exact: int = 0
    worst: float = 0.0
    where: str = ""
    kinds: dict[Kind, int] = field(default_factory=dict)

    def compare(self, quantity: Quantity, found: float, formula: Expression, lookup: Lookup) -> None:
        value = evaluate(formula, lookup)
        terms = math.fsum(evaluate(term, lookup) for term in summands(formula))
        scale = max(magnitude(formula, lookup), 1e-290)
        self.numbers += 1
        self.exact += abs(value - found) <= TOLERANCE * abs(found)
        self.kinds[quantity.kind] = self.kinds.get(quantity.kind, 0) + 1
        for other in (value, terms):
            error = abs(other - found) / scale
            if not error <= self.worst:  # NaN too
                self.worst, self.where = error, f"{quantity}: {found!r}, by its formula {other!r}"


def check_all(explainer: Explainer) -> Findings:
    """Work out every number of every stage, for every unit and every sample, and every equation of the update."""
    findings = Findings()
    for quantity in all_quantities(explainer):
        formula = explainer.formula(quantity)
        if formula is not None:
            findings.compare(quantity, explainer.number(quantity), formula, explainer.number)
    return findings


def all_quantities(explainer: Explainer) -> Iterator[Quantity]:
    """Every number that a stage works out, and what the optimiser works out for it."""
    for stage in stages_of(explainer.trace):
        for quantity in stage_quantities(stage, explainer.trace.batch_size):
            if quantity.kind is Kind.NEW_PARAMETER:
                yield from explainer.equations(quantity)
            else:
                yield quantity


def stage_quantities(stage: Stage, batch: int) -> Iterator[Quantity]:
    for sample in range(batch if stage.each_sample else 1):
        for unit in range(stage.units):
            yield stage.quantity_at(unit, sample)


def magnitude(expression: Expression, lookup: Lookup) -> float:
    """How large the numbers are that a formula adds up on its way, carried to its result.

    1 − 0.999 is 0.001, but known to 1e-16 of 1 and not of 0.001. Rounding is relative to this.
    """

    def size(part: Expression) -> float:
        return magnitude(part, lookup)

    def value(part: Expression) -> float:
        return evaluate(part, lookup)

    match expression:
        case Sum(terms):
            return math.fsum(map(size, terms))
        case Over():
            sizes = [size(term) for term in expression.terms()]
            return math.fsum(sizes) if expression.reduction == "sum" else max(sizes)
        case Product(factors):
            return math.prod(map(size, factors))
        case Quotient(numerator, denominator):
            return size(numerator) * size(denominator) / (value(denominator) ** 2 or math.inf)
        case Power(base, exponent):
            spread = size(base) / (abs(value(base)) or math.inf)
            return abs(value(expression)) * max(1.0, abs(value(exponent)) * spread)
        case Negative(inner) | Path(_, inner) | Activated(_, inner) | Derivative(_, inner):
            return size(inner)
        case Cases(cases, otherwise):
            return size(next((result for condition, result in cases if value(condition)), otherwise))
        case Apply(function, arguments):
            return _of_function(function, [value(a) for a in arguments], [size(a) for a in arguments])
        case _:
            return abs(value(expression))


def _of_function(function: str, values: list[float], sizes: list[float]) -> float:
    x, size = values[0], sizes[0]
    match function:
        case "exp":
            return math.exp(min(x, 700.0)) * max(1.0, size)
        case "log":
            return max(abs(math.log(x)), size / abs(x)) if x > 0.0 else 1.0
        case "sqrt":
            return math.sqrt(size)
        case "tanh":
            return max(abs(math.tanh(x)), size * (1.0 - math.tanh(x) ** 2))
        case "abs" | "max" | "min":
            return max(sizes)
        case "sign":
            return 1.0
    raise AssertionError(f"no magnitude of {function}")


def reachable(expression: Expression) -> Iterator[Expression]:
    """A formula and all its parts, sums by their general term."""
    yield expression
    for part in parts_of(expression):
        yield from reachable(part)


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Sum(parts) | Product(parts) | Apply(_, parts):
            return parts
        case Quotient(first, second) | Power(first, second) | Condition(first, _, second):
            return (first, second)
        case Negative(inner) | Path(_, inner):
            return (inner,)
        case Activated(argument, inner) | Derivative(argument, inner):
            return (argument, inner)
        case Cases(cases, otherwise):
            return (*(part for case in cases for part in case), otherwise)
        case Over():
            return (expression.general(),)
        case Number() | Constant() | Quantity() | Kronecker() | Place():
            return ()
    raise AssertionError(f"{type(expression).__name__} is no part of a formula")
