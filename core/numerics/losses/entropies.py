"""Losses of a classifier that answers with probabilities: the logarithm of what it gives to the right answer."""

from __future__ import annotations

from core.formulas.expressions import Expression, apply, sum_over
from core.formulas.quantities import Constant, Index
from core.numerics.activations.distributions import log_softmax
from core.numerics.losses.formulas import LossTerms
from core.numerics.losses.loss import OVER_OUTPUTS, OVER_SAMPLES, PLACE, Loss
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

    def computed_term(self, terms: LossTerms, z: Expression | None) -> Expression:
        if z is None:
            return super().computed_term(terms, z)
        return apply("log", 1.0 + apply("exp", z)) - z * terms.y(PLACE)

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return (1.0 - y) / terms.above_zero(1.0 - a) - y / terms.above_zero(a)

    def bare_fused_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return a - y


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

    def computed_term(self, terms: LossTerms, z: Expression | None) -> Expression:
        if z is None or terms.activation == "log_softmax":
            return super().computed_term(terms, z)
        return -(self._target(terms, PLACE) * log_softmax(z))

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
