"""Losses of a regressor: how far each output is from its target."""

from __future__ import annotations

from core.formulas.expressions import Cases, Condition, Expression, apply
from core.formulas.quantities import Constant, Index
from core.numerics.losses.formulas import LossTerms
from core.numerics.losses.loss import OVER_OUTPUTS, OVER_SAMPLES, Loss
from core.options import Choice, ChoiceOption, RealOption
from core.texts import phrase

FACTOR = ChoiceOption(
    key="factor",
    label="Factor",
    default="half",
    choices=(
        Choice("half", "½", "½ (y − a)², whose slope is a − y"),
        Choice("one", "1", "(y − a)², whose slope is 2 (a − y)"),
    ),
    help="What the squares are multiplied by. The course uses both.",
)


class SquaredError(Loss):
    """ℓ = (a − y)², with the factor ½ (000, 002, 004) or 1 (001); its slope is 2 (a − y)."""

    key = "squared_error"
    label = "Squared error"
    formula = "‖y − a‖²"
    measures_distance = True
    options = (FACTOR, OVER_OUTPUTS, OVER_SAMPLES)

    def __init__(
        self,
        factor: str = FACTOR.default,
        over_outputs: str = OVER_OUTPUTS.default,
        over_samples: str = OVER_SAMPLES.default,
    ) -> None:
        super().__init__(over_samples, over_outputs)
        self.factor = 0.5 if factor == "half" else 1.0
        self.slope_factor = 2.0 * self.factor

    @property
    def summary(self) -> str:
        return phrase("{loss}, ½", loss=super().summary) if self.factor == 0.5 else super().summary

    @property
    def written(self) -> str:
        if self.factor == 1.0:
            return super().written
        return f"1/(2K) {self.formula}" if self._mean_of_outputs else f"½{self.formula}"

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return (y - a) ** 2

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return a - y


class AbsoluteError(Loss):
    """ℓ = |a − y|; its slope is the sign of a − y, at the kink a = y it is taken as 0."""

    key = "absolute_error"
    label = "Absolute error"
    formula = "Σ |y − a|"
    measures_distance = True
    options = (OVER_OUTPUTS, OVER_SAMPLES)

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return apply("abs", y - a)

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        return apply("sign", a - y)


class Huber(Loss):
    """ℓ = ½ r² where |r| ≤ δ, else δ (|r| − ½ δ), r = a − y (P. Huber, 1964); its slope is r, cut off at ±δ."""

    key = "huber"
    label = "Huber"
    formula = "Σ ½r² or δ(|r|−½δ)"
    measures_distance = True
    options = (
        RealOption(
            key="delta",
            label="Bend δ",
            default=1.0,
            minimum=1e-6,
            maximum=1e6,
            logarithmic=True,
            help="Errors up to δ count by their square, larger ones by their size.",
        ),
        OVER_OUTPUTS,
        OVER_SAMPLES,
    )

    def __init__(
        self,
        delta: float = 1.0,
        over_outputs: str = OVER_OUTPUTS.default,
        over_samples: str = OVER_SAMPLES.default,
    ) -> None:
        super().__init__(over_samples, over_outputs)
        self.delta = delta

    def term_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        bend, size = Constant("huber_delta", self.delta), apply("abs", y - a)
        return Cases(((Condition(size, "≤", bend), 0.5 * (y - a) ** 2),), bend * (size - 0.5 * bend))

    def bare_slope_formula(self, terms: LossTerms, place: Index) -> Expression:
        a, y = terms.at(place)
        bend = Constant("huber_delta", self.delta)
        return Cases(((Condition(apply("abs", y - a), "≤", bend), a - y),), bend * apply("sign", a - y))
