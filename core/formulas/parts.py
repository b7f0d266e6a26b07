"""What a formula is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from core.formulas.expressions import Expression, Over
from core.formulas.quantities import Quantity


def quantities_in(expression: Expression) -> Iterator[Quantity]:
    """Yield the numbers that stand in a formula, in order; those of a sum over indices term by term."""
    if isinstance(expression, Quantity):
        yield expression
    elif isinstance(expression, Over):
        for term in expression.terms():
            yield from quantities_in(term)
    else:
        for field in fields(expression):  # type: ignore[arg-type]
            yield from _in_value(getattr(expression, field.name))


def _in_value(value: object) -> Iterator[Quantity]:
    if isinstance(value, Expression):
        yield from quantities_in(value)
    elif isinstance(value, tuple):
        for part in value:
            yield from _in_value(part)
