"""Optimisers with running means of the gradient and of its size: Adam and its kin."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import ClassVar

from core.formulas.expressions import Expression, apply, formula
from core.formulas.quantities import Constant, Quantity
from core.numerics.optimizers.formulas import UpdateTerms
from core.numerics.optimizers.optimizer import Optimizer, UpdateContext, decay_option, epsilon_option
from core.options import Option, RealOption

BETAS = (
    decay_option("beta1", "β₁", 0.9, "Share of the running mean of the gradient that is kept at each step."),
    decay_option("beta2", "β₂", 0.999, "Share of the running size of the gradient that is kept at each step."),
)
MOMENTS = ("mean", "mean_square")


def _moment_formulas(terms: UpdateTerms) -> dict[Quantity, Expression]:
    """Return m and v, and v̂ which undoes that v started at 0."""
    squares = terms.new_slot("mean_square")
    return {
        terms.new_slot("mean"): terms.running_mean("mean", "beta1", terms.gradient),
        squares: terms.running_mean("mean_square", "beta2", terms.gradient**2),
        terms.auxiliary("corrected_mean_square"): squares / (1.0 - terms.option("beta2") ** terms.count),
    }


def _corrected_mean(terms: UpdateTerms) -> dict[Quantity, Expression]:
    """Return m̂ = m/(1 − β₁ᵗ)."""
    return {
        terms.auxiliary("corrected_mean"): terms.new_slot("mean") / (1.0 - terms.option("beta1") ** terms.count)
    }


def _effective_rate(terms: UpdateTerms) -> Expression:
    """Return η/(√v̂ + ε)."""
    return terms.rate / (apply("sqrt", terms.auxiliary("corrected_mean_square")) + terms.option("epsilon"))


class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂/(√v̂ + ε) (Kingma and Ba 2015).

    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) undo that both means start at 0.
    """

    key = "adam"
    label = "Adam"
    formula = "m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w − η m̂ / (√v̂ + ε)"
    options: ClassVar[tuple[Option, ...]] = (*BETAS, epsilon_option(1e-8))
    slot_names = MOMENTS
    default_rate = 0.001

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        return self._stepped_from(terms.weight, terms)

    def _stepped_from(self, weight: Quantity, terms: UpdateTerms) -> dict[Quantity, Expression]:
        rate = terms.auxiliary("effective_rate")
        return {
            **_moment_formulas(terms),
            **_corrected_mean(terms),
            rate: _effective_rate(terms),
            terms.new_weight: weight - rate * terms.auxiliary("corrected_mean"),
        }


class AdamW(Adam):
    """Adam after w ← w − η λ w, which shrinks the weights apart from the gradient (Loshchilov and Hutter 2019).

    Biases do not shrink. Where η λ is more than 1 the weights shrink to 0, not beyond it.
    """

    key = "adamw"
    label = "AdamW"
    formula = "w ← w − η λ w,  then as Adam"
    options = (
        *Adam.options,
        RealOption(
            key="weight_decay",
            label="Decay λ",
            default=0.01,
            minimum=0.0,
            maximum=1.0,
            logarithmic=True,
            help="By which share, times η, the weights shrink at each step. Biases do not.",
        ),
    )

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        if not terms.is_kernel:
            return super().formulas(terms)
        decayed, shrunk = terms.auxiliary("decayed_weight"), terms.rate * terms.option("weight_decay")
        # Weights that would shrink beyond 0 stay there.
        share = shrunk if terms.rate_value * terms.option("weight_decay").value <= 1.0 else apply("min", shrunk, 1.0)
        return {decayed: terms.weight - share * terms.weight, **self._stepped_from(decayed, terms)}


class AdaMax(Optimizer):
    """m as in Adam, u ← max(β₂ u, |g| + ε), w ← w − η/(1 − β₁ᵗ) m/u (Kingma and Ba 2015, section 7.1).

    The paper has no ε, so its quotient is 0/0 as long as a gradient is 0; here it is 0.
    """

    key = "adamax"
    label = "AdaMax"
    formula = "m ← β₁ m + (1 − β₁) g,  u ← max(β₂ u, |g|),  w ← w − η m̂ / u"
    options = (*BETAS, epsilon_option(1e-8))
    slot_names = ("mean", "largest")
    default_rate = 0.002

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        largest, rate = terms.new_slot("largest"), terms.auxiliary("effective_rate")
        size = apply("abs", terms.gradient) + terms.option("epsilon")
        return {
            terms.new_slot("mean"): terms.running_mean("mean", "beta1", terms.gradient),
            largest: apply("max", terms.option("beta2") * terms.slot("largest"), size),
            **_corrected_mean(terms),
            rate: terms.rate / largest,
            terms.new_weight: terms.weight - rate * terms.auxiliary("corrected_mean"),
        }


class Nadam(Optimizer):
    """Adam that looks ahead as NAG does (Dozat 2016).

    m, v and v̂ as in Adam; μₜ = β₁ (1 − ½ 0.96^(t ψ));
    w ← w − η/(√v̂ + ε) (μₜ₊₁ m/(1 − Π μ₁ … μₜ₊₁) + (1 − μₜ) g/(1 − Π μ₁ … μₜ)).
    """

    key = "nadam"
    label = "Nadam"
    formula = "w ← w − η / (√v̂ + ε) · (μₜ₊₁ m / (1 − Πμ₁…μₜ₊₁) + (1 − μₜ) g / (1 − Πμ₁…μₜ))"
    options = (
        *BETAS,
        epsilon_option(1e-8),
        RealOption(
            key="momentum_decay",
            label="Schedule ψ",
            default=0.004,
            minimum=0.0,
            maximum=1.0,
            help="How fast the momentum μₜ rises from ½ β₁ to β₁.",
        ),
    )
    slot_names = MOMENTS
    default_rate = 0.002

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        rate, mean, gradient = terms.auxiliary("effective_rate"), terms.auxiliary("corrected_mean"), terms.gradient
        now, following, part = terms.auxiliary("momentum"), terms.auxiliary("next_momentum"), terms.auxiliary("ahead")
        beta1, decay = terms.option("beta1"), terms.option("momentum_decay")
        product_so_far = Constant("momentum_product", _momentum_products(beta1.value, decay.value)(terms.update))
        return {
            **_moment_formulas(terms),
            now: beta1 * (1.0 - 0.5 * formula(0.96) ** (terms.count * decay)),
            following: beta1 * (1.0 - 0.5 * formula(0.96) ** ((terms.count + 1.0) * decay)),
            mean: terms.new_slot("mean") / (1.0 - product_so_far * following),
            part: following * mean + (1.0 - now) * (gradient / (1.0 - product_so_far)),
            rate: _effective_rate(terms),
            terms.new_weight: terms.weight - rate * part,
        }

    def bind_pace(self, context: UpdateContext) -> Callable[[], Mapping[str, float]]:
        rate = context.rate
        product_at = _momentum_products(context.real("beta1"), context.real("momentum_decay"))
        return lambda: {
            "learning_rate": rate.value,
            "update": rate.updates,
            "momentum_product": product_at(rate.updates),
        }


def _momentum_products(beta1: float, decay: float) -> Callable[[int], float]:
    """Return the function t ↦ Π μ₁ … μₜ; the product is carried from one t to the next."""
    known, product = 0, 1.0

    def at(t: int) -> float:
        nonlocal known, product
        if t < known:
            known, product = 0, 1.0
        # After a pause the product is worked out anew; soon it is 0, and so it stays.
        while known < t and product:
            known += 1
            product *= beta1 * (1.0 - 0.5 * math.pow(0.96, known * decay))
        return product

    return at
