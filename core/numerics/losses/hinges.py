"""Losses that ask for a margin: an answer that is right by enough costs nothing."""

from __future__ import annotations

import numpy as np

from core.formulas.expressions import Cases, Condition, Expression, Over, apply, formula
from core.formulas.quantities import Constant, Index, Kronecker, Place
from core.numerics.losses.formulas import LossTerms
from core.numerics.losses.loss import OVER_OUTPUTS, OVER_SAMPLES, Array, Call, Loss, LossArrays, LossCall
from core.options import RealOption

MARGIN = RealOption(
    key="margin",
    label="Margin m",
    default=1.0,
    minimum=0.0,
    maximum=1e3,
    help="By how much an answer must be right to cost nothing.",
)


class _Hinge(Loss):
    """What both have in common: their options, and an answer that is any number."""

    options = (MARGIN, OVER_OUTPUTS, OVER_SAMPLES)
    goes_with = "linear"

    def __init__(
        self,
        margin: float = 1.0,
        over_outputs: str = OVER_OUTPUTS.default,
        over_samples: str = OVER_SAMPLES.default,
    ) -> None:
        super().__init__(over_samples, over_outputs)
        self.margin = margin


class Hinge(_Hinge):
    """ℓ = max(0, m − y a), each output by itself, for y = ±1.

    Its slope is −y where y a < m, else 0, at the kink too.
    """

    key = "hinge"
    label = "Hinge"
    formula = "Σ max(0, m − y a)"
    target_signs = True

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return apply("max", 0.0, Constant("margin", self.margin) - y * a)

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return -(y * Condition(y * a, "<", Constant("margin", self.margin)))


class MulticlassHinge(_Hinge):
    """ℓⱼ = max(0, m + aⱼ − aₜ) for every j but t, the class with the largest target (J. Weston, C. Watkins, 1999).

    Its slope by aⱼ is 1 where ℓⱼ > 0, else 0, at the kink too; by aₜ it is minus the number of such j. Of equal
    targets the first is the class. To find the class is no formula: it is worked out by calls of its own.
    """

    key = "multiclass_hinge"
    label = "Hinge, multi-class"
    formula = "Σⱼ max(0, m + aⱼ − aₜ)"

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        own = terms.class_place(place)
        return (1.0 - Kronecker(place, own)) * apply("max", 0.0, self._short_by(terms, place, own))

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        own = terms.class_place(place)
        short = Condition(self._short_by(terms, place, own), ">", formula(0.0))
        if isinstance(place, str):
            return Cases(((Condition(Place(place), "=", Place(own)), self._class_slope(terms, own)),), short)
        return self._class_slope(terms, own) if place == own else short

    def _short_by(self, terms: LossTerms, place: Index, own: Index) -> Expression:
        """Return m + aⱼ − aₜ."""
        return Constant("margin", self.margin) + terms.a(place) - terms.a(own)

    def _class_slope(self, terms: LossTerms, own: Index) -> Expression:
        """Return minus the number of outputs that ask for more of the class."""
        others = [(i,) for i in range(terms.width) if i != own]

        def term(i: Index) -> Expression:
            return -Condition(self._short_by(terms, i, own), ">", formula(0.0))

        return Over("sum", ("i",), others, term)

    def bind_terms(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes the terms ℓ, (batch, width), into `out`."""
        a, y, margin = arrays.answer, arrays.target, self.margin
        flat, first, place = a.reshape(-1), _row_starts(a), np.empty(len(a), dtype=np.intp)
        own = np.empty((len(a), 1), dtype=a.dtype)

        def terms() -> None:
            np.argmax(y, axis=1, out=place)
            np.add(place, first, place)
            flat.take(place, out=own[:, 0], mode="clip")
            np.subtract(a, own, out)
            np.add(out, margin, out)
            np.put(out, place, 0.0)
            np.maximum(out, 0.0, out=out)

        return terms

    def bind_slopes(self, arrays: LossArrays, out: Array) -> Call:
        """Return a call that writes ∂Σℓ/∂a of each sample into `out`."""
        terms, short = np.empty_like(arrays.answer), np.empty(arrays.answer.shape, dtype=bool)
        fill, y, first = self.bind_terms(arrays, terms), arrays.target, _row_starts(arrays.answer)
        place, count = np.empty(len(y), np.intp), np.empty(len(y), dtype=terms.dtype)

        def slopes() -> None:
            fill()
            np.greater(terms, 0.0, short)
            np.copyto(out, short)
            np.add.reduce(out, axis=1, out=count)
            np.negative(count, count)
            np.argmax(y, axis=1, out=place)
            np.add(place, first, place)
            np.put(out, place, count)

        return slopes

    def bind_value(self, arrays: LossArrays) -> LossCall:
        scale, terms, rows = self._share(arrays), np.empty_like(arrays.answer), np.empty_like(arrays.answer[:, 0])
        fill, weights = self.bind_terms(arrays, terms), arrays.weights

        def value() -> float:
            fill()
            np.add.reduce(terms, axis=1, out=rows)
            return float(np.add.reduce(rows) if weights is None else np.dot(weights, rows)) * scale

        return value

    def bind_gradient(self, arrays: LossArrays, out: Array) -> Call:
        scale, fill, weights = self._share(arrays), self.bind_slopes(arrays, out), arrays.weights

        def gradient() -> None:
            fill()
            np.multiply(out, scale, out)
            if weights is not None:
                np.multiply(out, weights[:, np.newaxis], out)

        return gradient

    def bind_rows(self, arrays: LossArrays, out: Array) -> Call:
        scale, terms = self._share_of_outputs(arrays), np.empty_like(arrays.answer)
        fill = self.bind_terms(arrays, terms)

        def rows() -> None:
            fill()
            np.add.reduce(terms, axis=1, out=out)
            np.multiply(out, scale, out)

        return rows


def _row_starts(array: Array) -> Array:
    """Return the place of the first number of every row in the flat array."""
    starts: Array = np.arange(array.shape[0]) * array.shape[1]
    return starts
