"""From the engine's formula to the one that stands on the slide: signs, order of factors, biases, steps left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

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
from core.formulas.quantities import Constant, Kind, Quantity
from core.tracing.explaining import Explainer
from core.tracing.notation import Notation
from core.tracing.writing.nodes import Counted, Rewritten, Turned, WithBias, counted, rewritten

BIAS_INPUT = Constant("bias_input", 1.0)


class Rewriter:
    """Brings formulas into the form of a notation; what they come to stays the same, but for the notation's signs."""

    def __init__(self, explainer: Explainer, notation: Notation) -> None:
        self._explainer, self._notation = explainer, notation
        self._formulas: dict[Quantity, Expression | None] = {}

    def formula(self, quantity: Quantity) -> Expression | None:
        """Return the formula of a quantity as the notation writes it, or None for a number that is given."""
        if quantity not in self._formulas:
            self._formulas[quantity] = self._formula(quantity)
        return self._formulas[quantity]

    def _formula(self, quantity: Quantity) -> Expression | None:
        formula = self._explainer.formula(quantity)
        if formula is None:
            return None
        formula = self._inlined(quantity, counted(formula))
        if self._notation.homogeneous:
            formula = _homogeneous(quantity, formula)
        formula = self._ordered(quantity.kind, formula)
        sign, formula = self._signed(formula)
        return formula if sign * self._notation.sign(quantity.kind) > 0.0 else negated(formula)

    def _inlined(self, quantity: Quantity, formula: Expression) -> Expression:
        notation = self._notation
        if quantity.kind is Kind.DELTA and notation.inline_upstream:
            wanted = Kind.UPSTREAM
        elif quantity.kind is Kind.NEW_PARAMETER and notation.inline_gradient:
            wanted = Kind.GRADIENT
        else:
            return formula
        return mapped(formula, lambda leaf: self._written_out(leaf, wanted))

    def _written_out(self, leaf: Expression, wanted: Kind) -> Expression:
        if not isinstance(leaf, Quantity) or leaf.kind is not wanted:
            return leaf
        formula = self._explainer.formula(leaf)
        assert formula is not None
        if wanted is Kind.UPSTREAM:
            return formula
        # The gradient of several samples is a sum that would hide the update; in letters it may stand.
        is_short = isinstance(formula, (Product, Quantity)) and not any(isinstance(f, Over) for f in _factors(formula))
        return formula if is_short or any(isinstance(index, str) for index in leaf.unit) else leaf

    def _ordered(self, kind: Kind, formula: Expression) -> Expression:
        order = self._notation.order.get(kind, ())

        def rank(factor: Expression) -> int:
            role = _role(factor)
            return order.index(role) if role in order else -1

        def sort(part: Expression) -> Expression:
            return Product(tuple(sorted(_factors(part), key=rank))) if isinstance(part, Product) else part

        return mapped(formula, sort) if order else formula

    def _signed(self, formula: Expression) -> tuple[int, Expression]:
        """Return a formula without the signs that stand before it, and whether they make it negative."""
        match formula:
            case Quantity():
                return (-1, Turned(formula)) if formula.kind in self._notation.negated else (1, formula)
            case Negative(inner):
                sign, inner = self._signed(inner)
                return -sign, inner
            case Product(factors):
                parts = [self._signed(factor) for factor in factors]
                product = Product(tuple(part for _, part in parts))
                return (-1 if sum(sign < 0 for sign, _ in parts) % 2 else 1), product
            case Quotient(top, bottom):
                (over, top), (under, bottom) = self._signed(top), self._signed(bottom)
                return over * under, Quotient(top, bottom)
            case Counted(number, inner):
                sign, inner = self._signed(inner)
                return sign, Counted(number, inner)
            case Path(link, inner):
                sign, inner = self._signed(inner)
                return sign, Path(link, inner)
            case Over(reduction="sum"):
                return self._signed_sum(formula)
            case WithBias(bias, inputs):
                return 1, WithBias(self._plain(bias), self._signed_sum(inputs)[1])  # type: ignore[arg-type]
        return 1, inside(formula, self._plain)

    def _plain(self, formula: Expression) -> Expression:
        sign, inner = self._signed(formula)
        return inner if sign > 0 else negated(inner)

    def _signed_sum(self, over: Over) -> tuple[int, Expression]:
        common, _ = self._signed(over.general())

        def term(*place: int | str) -> Expression:
            sign, inner = self._signed(over.term(*place))
            return inner if sign == common else negated(inner)

        return common, rewritten(over, term, common)


def negated(formula: Expression) -> Expression:
    """Return −formula as one would write it: −(a − y) is y − a."""
    match formula:
        case Negative(inner):
            return inner
        case Number(value):
            return Number(-value)
        case Counted(number, inner):
            return Counted(number, negated(inner))
        case Sum(terms):
            turned = [negated(term) for term in terms]
            return Sum(tuple(sorted(turned, key=_is_negative)))
        case Product(factors):
            for place, factor in enumerate(factors):
                if isinstance(factor, Sum) and any(map(_is_negative, factor.terms)):
                    return Product((*factors[:place], negated(factor), *factors[place + 1 :]))
    return Negative(formula)


def _is_negative(term: Expression) -> bool:
    return isinstance(term, Negative) or (isinstance(term, Counted) and isinstance(term.inner, Negative))


def _homogeneous(quantity: Quantity, formula: Expression) -> Expression:
    """Put the bias among the weights: as a term of the first sum, and its gradient as δ times 1."""
    if quantity.kind is Kind.PRE_ACTIVATION and isinstance(formula, Sum):
        *sums, last = formula.terms
        inner = last.inner if isinstance(last, Counted) else None
        if sums and isinstance(inner, Quantity) and inner.name == "bias" and (first := _with_bias(sums[0], last)):
            return first if len(sums) == 1 else Sum((first, *sums[1:]))
    if quantity.name == "bias" and quantity.kind in (Kind.GRADIENT, Kind.NEW_PARAMETER):
        return mapped(formula, lambda leaf: leaf * BIAS_INPUT if _is_delta(leaf) else leaf)
    return formula


def _is_delta(leaf: Expression) -> bool:
    return isinstance(leaf, Quantity) and leaf.kind is Kind.DELTA


def _with_bias(weighted: Expression, bias: Expression) -> Expression | None:
    if isinstance(weighted, Path):
        inner = _with_bias(weighted.inner, bias)
        return None if inner is None else Path(weighted.link, inner)
    if not isinstance(weighted, Over) or len(weighted.letters) != 1:
        return None
    assert isinstance(bias, Counted)
    return WithBias(Counted(bias.number, bias.inner * BIAS_INPUT), weighted)


_ROLES = {
    Kind.PARAMETER: "weight",
    Kind.OUTPUT: "value",
    Kind.INTERNAL: "value",
    Kind.DELTA: "delta",
    Kind.UPSTREAM: "upstream",
}


def _role(factor: Expression) -> str:
    match factor:
        case Quantity():
            return _ROLES.get(factor.kind, "")
        case Derivative():
            return "slope"
        case Constant(key="bias_input"):
            return "value"
        case Counted(inner=inner) | Path(inner=inner):
            return _role(inner)
        case Sum() | Over() | Product():
            return "upstream"
    return ""


def _factors(formula: Expression) -> tuple[Expression, ...]:
    return formula.factors if isinstance(formula, Product) else (formula,)


def mapped(formula: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return a formula with every part changed, the inner ones first; products in products become one."""
    changed = inside(formula, lambda part: mapped(part, change))
    if isinstance(changed, Product):
        changed = Product(tuple(part for factor in changed.factors for part in _factors(factor)))
    return change(changed)


def inside(formula: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return a formula with what stands directly in it changed."""
    method = _INSIDE.get(type(formula))
    if method is None:
        return formula
    changed: Expression = method(formula, change)
    return changed


Change = Callable[[Expression], Expression]

_INSIDE: Mapping[type[Expression], Callable[[Any, Change], Expression]] = MappingProxyType(
    {
        Sum: lambda f, change: Sum(tuple(map(change, f.terms))),
        Product: lambda f, change: Product(tuple(map(change, f.factors))),
        Negative: lambda f, change: Negative(change(f.inner)),
        Quotient: lambda f, change: Quotient(change(f.numerator), change(f.denominator)),
        Power: lambda f, change: Power(change(f.base), change(f.exponent)),
        Apply: lambda f, change: Apply(f.function, tuple(map(change, f.arguments))),
        Activated: lambda f, change: Activated(change(f.argument), change(f.formula)),
        Derivative: lambda f, change: Derivative(change(f.argument), change(f.formula)),
        Condition: lambda f, change: Condition(change(f.left), f.relation, change(f.right)),
        Cases: lambda f, change: Cases(
            tuple((_condition(change(condition)), change(value)) for condition, value in f.cases), change(f.otherwise)
        ),
        Over: lambda f, change: rewritten(f, lambda *place: change(f.term(*place))),
        Rewritten: lambda f, change: rewritten(f, lambda *place: change(f.term(*place))),
        WithBias: lambda f, change: WithBias(
            change(f.bias), rewritten(f.inputs, lambda *place: change(f.inputs.term(*place)))
        ),
        Path: lambda f, change: replace(f, inner=change(f.inner)),
        Counted: lambda f, change: replace(f, inner=change(f.inner)),
    }
)


def parts_of(formula: Expression) -> Iterator[Expression]:
    """Yield a formula and all its parts; of a sum over indices the general term."""
    parts: list[Expression] = []
    inside(formula, lambda part: parts.append(part) or part)  # type: ignore[func-returns-value]
    yield formula
    match formula:
        case Over():
            parts = [formula.general()]
        case WithBias(bias, inputs):
            parts = [bias, inputs]
        case Turned(quantity):
            parts = [quantity]
    for part in parts:
        yield from parts_of(part)


def letters_in(formula: Expression) -> frozenset[str]:
    """Return the letters of all indices of a formula."""
    found: set[str] = set()
    for part in parts_of(formula):
        if isinstance(part, Over):
            found.update(part.letters)
        elif isinstance(part, Quantity):
            indices = (*part.unit, part.sample)
            found.update(sign for index in indices if isinstance(index, str) for sign in index if sign.isalpha())
    return frozenset(found)


def _condition(expression: Expression) -> Condition:
    assert isinstance(expression, Condition)
    return expression
