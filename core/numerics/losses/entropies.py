"""Losses of a classifier that answers with probabilities: the logarithm of what it gives to the right answer."""

from __future__ import annotations

import numpy as np

from core.formulas.expressions import Expression, apply, sum_over
from core.formulas.quantities import Constant, Index
from core.numerics.losses.formulas import LossTerms
from core.numerics.losses.loss import OVER_OUTPUTS, OVER_SAMPLES, Array, Call, Loss, LossArrays, LossCall
from core.options import RealOption

SMOOTHING = RealOption(
    key="smoothing",
    label="Smoothing ε",
    default=0.0,
    minimum=0.0,
    maximum=1.0,
    help="Share of every target that is spread evenly over all classes: y becomes (1 − ε) y + ε/K.",
)


class BinaryCrossEntropy(Loss):
    """ℓ = −(y log a + (1 − y) log(1 − a)), each output by itself, for 0 ≤ y ≤ 1.

    With a sigmoid it is computed from the logits, exactly for any size of z: ℓ = max(z, 0) − z y + log(1 + e^−|z|)
    and its slope by z is a − y. Without one, a and 1 − a below the smallest number of the dtype count as that number.
    """

    key = "binary_cross_entropy"
    label = "Binary cross-entropy"
    formula = "−Σ y log a + (1−y) log(1−a)"
    options = (OVER_OUTPUTS, OVER_SAMPLES)
    goes_with = "sigmoid"
    fuses_with = ("sigmoid",)
    negated = True

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return y * apply("log", terms.above_zero(a)) + (1.0 - y) * apply("log", terms.above_zero(1.0 - a))

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return (1.0 - y) / terms.above_zero(1.0 - a) - y / terms.above_zero(a)

    def bare_fused_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return a - y

    def bind_terms(self, arrays: LossArrays, out: Array) -> Call:
        if arrays.logits is not None:
            return _terms_of_logits(arrays.logits, arrays.target, out)
        a, y = arrays.answer, arrays.target
        tiny, other, share = float(np.finfo(a.dtype).tiny), np.empty_like(a), np.empty_like(a)

        def terms() -> None:
            np.subtract(1.0, a, other)
            np.maximum(other, tiny, out=other)
            np.log(other, other)
            np.subtract(y, 1.0, share)
            np.multiply(other, share, other)
            np.maximum(a, tiny, out=out)
            np.log(out, out)
            np.multiply(out, y, out)
            np.subtract(other, out, out)

        return terms

    def bind_slopes(self, arrays: LossArrays, out: Array) -> Call:
        a, y = arrays.answer, arrays.target
        if arrays.logits is not None:
            return lambda: np.subtract(a, y, out)
        tiny, other, share = float(np.finfo(a.dtype).tiny), np.empty_like(a), np.empty_like(a)

        def slopes() -> None:
            # (1 − y) / (1 − a) − y / a
            np.subtract(1.0, a, other)
            np.maximum(other, tiny, out=other)
            np.subtract(1.0, y, share)
            np.divide(share, other, other)
            np.maximum(a, tiny, out=out)
            np.divide(y, out, out)
            np.subtract(other, out, out)

        return slopes


def _terms_of_logits(z: Array, y: Array, out: Array) -> Call:
    product = np.empty_like(z)

    def terms() -> None:
        np.absolute(z, out)
        np.negative(out, out)
        np.exp(out, out)
        np.log1p(out, out)
        np.maximum(z, 0.0, out=product)
        np.add(out, product, out)
        np.multiply(z, y, product)
        np.subtract(out, product, out)

    return terms


class CrossEntropy(Loss):
    """L = −Σ y log a (002), with the targets smoothed to (1 − ε) y + ε/K.

    With softmax it is computed from the logits, exactly for any size of z: log aᵢ = zᵢ − log Σ e^z, and its slope by z
    is a Σy − y, which is a − y where the targets sum to 1. Log-softmax answers with log a itself. Otherwise an a below
    the smallest number of the dtype counts as that number.
    """

    key = "cross_entropy"
    label = "Cross-entropy"
    formula = "−Σ y log a"
    options = (SMOOTHING, OVER_SAMPLES)
    goes_with = "softmax"
    fuses_with = ("softmax", "log_softmax")
    negated = True

    def __init__(self, smoothing: float = 0.0, over_samples: str = OVER_SAMPLES.default) -> None:
        super().__init__(over_samples)
        self.smoothing = smoothing

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.a(place), self._target(terms, place)
        return y * (a if terms.activation == "log_softmax" else apply("log", terms.above_zero(a)))

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.a(place), self._target(terms, place)
        return -y if terms.activation == "log_softmax" else -(y / terms.above_zero(a))

    def bare_fused_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.a(place), self._target(terms, place)
        share = apply("exp", a) if terms.activation == "log_softmax" else a
        if terms.sums_to_one:
            return share - y
        return share * sum_over("i", terms.width, lambda i: self._target(terms, i)) - y

    def _target(self, terms: LossTerms, place: Index) -> Expression:
        """Return y, or (1 − ε) y + ε/K."""
        if not self.smoothing:
            return terms.y(place)
        smoothing = Constant("smoothing", self.smoothing)
        return (1.0 - smoothing) * terms.y(place) + smoothing / Constant("outputs", float(terms.width))

    def bind_terms(self, arrays: LossArrays, out: Array) -> Call:
        logarithm, (y, smooth) = self._bind_logarithm(arrays, out), self._bind_targets(arrays)
        multiply, negative = np.multiply, np.negative

        def terms() -> None:
            logarithm()
            smooth()
            multiply(out, y, out)
            negative(out, out)

        return terms

    def bind_total(self, arrays: LossArrays) -> LossCall:
        logarithms = np.empty_like(arrays.answer)
        logarithm, (y, smooth) = self._bind_logarithm(arrays, logarithms), self._bind_targets(arrays)
        flat, flat_y, dot = logarithms.reshape(-1), y.reshape(-1), np.dot

        def total() -> float:
            logarithm()
            smooth()
            return -float(dot(flat_y, flat))

        return total

    def bind_slopes(self, arrays: LossArrays, out: Array) -> Call:
        a, (y, smooth) = arrays.answer, self._bind_targets(arrays)
        answers_logarithms = arrays.activation == "log_softmax"
        if arrays.logits is not None:
            return _slopes_by_logits(a, y, smooth, answers_logarithms, out)
        tiny = float(np.finfo(a.dtype).tiny)

        def slopes() -> None:
            smooth()
            if answers_logarithms:
                np.negative(y, out)
            else:
                np.maximum(a, tiny, out=out)
                np.divide(y, out, out)
                np.negative(out, out)

        return slopes

    def _bind_targets(self, arrays: LossArrays) -> tuple[Array, Call]:
        """Return the smoothed targets and the call that computes them."""
        y, kept = arrays.target, 1.0 - self.smoothing
        if not self.smoothing:
            return y, _nothing
        smoothed, spread = np.empty_like(y), self.smoothing / y.shape[1]

        def smooth() -> None:
            np.multiply(y, kept, smoothed)
            np.add(smoothed, spread, smoothed)

        return smoothed, smooth

    def _bind_logarithm(self, arrays: LossArrays, out: Array) -> Call:
        """Return the call that writes log a into `out`."""
        a, z = arrays.answer, arrays.logits
        if arrays.activation == "log_softmax":
            return lambda: np.copyto(out, a)
        if z is not None:
            return _log_softmax(z, out)
        tiny = float(np.finfo(a.dtype).tiny)

        def logarithm() -> None:
            np.maximum(a, tiny, out=out)
            np.log(out, out)

        return logarithm


def _nothing() -> None:
    """Do nothing: the targets are used as they are."""


def _log_softmax(z: Array, out: Array) -> Call:
    """Return a call that writes z − max z − log Σ e^(z − max z) into `out`."""
    row, exponential = np.empty((len(z), 1), dtype=z.dtype), np.empty_like(z)
    maximum, subtract, exp, add, log = np.maximum.reduce, np.subtract, np.exp, np.add.reduce, np.log

    def logarithm() -> None:
        maximum(z, axis=1, out=row, keepdims=True)
        subtract(z, row, out)
        exp(out, exponential)
        add(exponential, axis=1, out=row, keepdims=True)
        log(row, row)
        subtract(out, row, out)

    return logarithm


def _slopes_by_logits(a: Array, y: Array, smooth: Call, answers_logarithms: bool, out: Array) -> Call:
    """Return a call that writes p Σy − y into `out`, where p is a, or e^a."""
    row = np.empty((len(a), 1), dtype=a.dtype)
    add, multiply, subtract = np.add.reduce, np.multiply, np.subtract

    def slopes() -> None:
        smooth()
        add(y, axis=1, out=row, keepdims=True)
        if answers_logarithms:
            np.exp(a, out)
            multiply(out, row, out)
        else:
            multiply(a, row, out)
        subtract(out, y, out)

    return slopes
