"""The terms of a long sum worked out all at once: one by one, the thousands of a convolution take seconds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.formulas.expressions import Expression, Negative, Number, Over, Path, Product
from core.formulas.quantities import Constant, Quantity

WORTH_IT = 32
"""Shorter sums are worked out term by term."""

Letters = Mapping[str, NDArray[np.intp]]


class ManyNumbers(ABC):
    """The numbers behind quantities, one at a time or many at once."""

    @abstractmethod
    def __call__(self, quantity: Quantity) -> float:
        """Return one number."""

    @abstractmethod
    def many(self, quantity: Quantity, letters: Letters) -> NDArray[np.float64] | None:
        """Return the numbers of a quantity with letters for indices, at these places; None if it cannot be told."""


def values_at_once(over: Over, lookup: Any) -> NDArray[np.float64] | None:
    """Return what the terms of a sum come to, in order; None where they have to be worked out one by one.

    It can be done for products of numbers whose indices are all that differs from term to term; they come to the same
    as one by one, bit for bit.
    """
    if len(over.places) < WORTH_IT or not isinstance(lookup, ManyNumbers) or not is_even(over):
        return None
    columns = np.array(over.places, dtype=np.intp).T
    try:
        return _values(over.general(), dict(zip(over.letters, columns, strict=True)), lookup)
    except _NotAtOnceError:
        return None


def is_even(over: Over) -> bool:
    """Return whether all terms of a sum are the same product but for their indices."""
    general = over.general()
    return bool(over.places) and all(_alike(general, over.term(*over.places[end])) for end in (0, -1))


class _NotAtOnceError(Exception):
    """A formula that is no product of numbers."""


def _alike(one: Expression, other: Expression) -> bool:
    match one, other:
        case Quantity(), Quantity():
            own, others = (one.kind, one.node, one.name, one.slot), (other.kind, other.node, other.name, other.slot)
            return own == others and (one.sample is None) == (other.sample is None)
        case (Constant(), Constant()) | (Number(), Number()):
            return one == other
        case (Negative(), Negative()) | (Path(), Path()):
            return _alike(one.inner, other.inner)  # type: ignore[attr-defined]
        case Product(), Product():
            pairs = zip(one.factors, other.factors, strict=False)
            return len(one.factors) == len(other.factors) and all(_alike(*pair) for pair in pairs)
    return False


def _values(expression: Expression, letters: Letters, lookup: ManyNumbers) -> NDArray[np.float64]:
    match expression:
        case Quantity():
            found = lookup.many(expression, letters)
            if found is None:
                raise _NotAtOnceError
            return found
        case Number(value) | Constant(_, value):
            return np.full(len(next(iter(letters.values()))), value, dtype=np.float64)
        case Negative(inner):
            return -_values(inner, letters, lookup)
        case Path(_, inner):
            return _values(inner, letters, lookup)
        case Product(factors):
            return product_of([_values(factor, letters, lookup) for factor in factors])
    raise _NotAtOnceError


def product_of(factors: list[Any]) -> NDArray[np.float64]:
    """Return the product of arrays, from the left; 0 times ∞ is 0, as in ``evaluate``."""
    product = np.ones(1)
    with np.errstate(all="ignore"):
        for factor in factors:
            product = product * factor
        zero = np.zeros(product.shape, dtype=bool)
        infinite = zero.copy()
        for factor in factors:
            zero |= np.asarray(factor) == 0.0
            infinite |= np.isinf(factor)
    return np.where(zero & infinite, 0.0, product)
