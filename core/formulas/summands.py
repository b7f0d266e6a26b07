"""The terms that a formula adds up: how many there are, any one of them, and what they come to.

They are what a cursor of the finest grain walks over: the terms of inner sums one by one, and one term where a formula
is no sum. A factor before a sum is given to each of its terms, so that the terms always add up to the whole. None of
them is written before it is asked for: the gradient of a filter has thousands.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.formulas.evaluation import Lookup, evaluate, values_of
from core.formulas.expressions import Expression, Negative, Over, Path, Product, Sum
from core.formulas.many import is_even, product_of


def count_summands(expression: Expression) -> int:
    """Return how many terms a formula adds up."""
    match expression:
        case Sum(terms):
            return sum(map(count_summands, terms))
        case Over(reduction="sum"):
            if is_even(expression):
                return len(expression.places)
            return sum(map(count_summands, expression.terms()))
        case Path(inner=inner) | Negative(inner=inner):
            return count_summands(inner)
        case Product():
            spread = _spread(expression)
            return 1 if spread is None else count_summands(expression.factors[spread])
    return 1


def summand(expression: Expression, number: int) -> Expression:
    """Return one of the terms, counted from 0."""
    match expression:
        case Sum() | Over(reduction="sum"):
            if isinstance(expression, Over) and is_even(expression):
                return expression.term(*expression.places[number])
            terms = expression.terms if isinstance(expression, Sum) else expression.terms()
            for term in terms:
                count = count_summands(term)
                if number < count:
                    return summand(term, number)
                number -= count
            raise IndexError(number)
        case Path(link, inner):
            return Path(link, summand(inner, number))
        case Negative(inner):
            return Negative(summand(inner, number))
        case Product(factors):
            place = _spread(expression)
            if place is not None:
                return Product((*factors[:place], summand(factors[place], number), *factors[place + 1 :]))
    return expression


def summands(expression: Expression) -> tuple[Expression, ...]:
    """Return all of them."""
    return tuple(_summands(expression))


def _summands(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Sum() | Over(reduction="sum"):
            for term in expression.terms if isinstance(expression, Sum) else expression.terms():
                yield from _summands(term)
        case Path(link, inner):
            yield from (Path(link, term) for term in _summands(inner))
        case Negative(inner):
            yield from (Negative(term) for term in _summands(inner))
        case Product(factors) if (place := _spread(expression)) is not None:
            before, after = factors[:place], factors[place + 1 :]
            yield from (Product((*before, term, *after)) for term in _summands(factors[place]))
        case _:
            yield expression


def values_of_summands(expression: Expression, lookup: Lookup) -> list[float]:
    """Return what all of them come to, in order."""
    match expression:
        case Sum(terms):
            return [value for term in terms for value in values_of_summands(term, lookup)]
        case Over(reduction="sum"):
            if is_even(expression):
                return values_of(expression, lookup)
            return [value for term in expression.terms() for value in values_of_summands(term, lookup)]
        case Path(inner=inner):
            return values_of_summands(inner, lookup)
        case Negative(inner=inner):
            return [-value for value in values_of_summands(inner, lookup)]
        case Product(factors):
            place = _spread(expression)
            if place is not None:
                before, after = (
                    [evaluate(factor, lookup) for factor in part] for part in (factors[:place], factors[place + 1 :])
                )
                inner_values = values_of_summands(factors[place], lookup)
                found: list[float] = product_of([*before, inner_values, *after]).tolist()
                return found
    return [evaluate(expression, lookup)]


def _spread(product: Product) -> int | None:
    """Return which factor is a sum that the others are given to each term of; None where there is none."""
    for place, factor in enumerate(product.factors):
        if isinstance(factor, (Over, Path)) and count_summands(factor) > 1:
            return place
    return None
