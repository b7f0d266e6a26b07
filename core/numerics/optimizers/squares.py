"""Optimisers that divide by a running size of the gradient: Adagrad, Adadelta, RMSProp."""

from __future__ import annotations

from core.formulas.expressions import Expression, apply
from core.formulas.quantities import Quantity
from core.numerics.optimizers.formulas import UpdateTerms
from core.numerics.optimizers.optimizer import Optimizer, decay_option, epsilon_option


class Adagrad(Optimizer):
    """G ← G + g², w ← w − η g/(√G + ε) (Duchi, Hazan and Singer 2011)."""

    key = "adagrad"
    label = "Adagrad"
    formula = "G ← G + g²,  w ← w − η g / (√G + ε)"
    options = (epsilon_option(1e-10),)
    slot_names = ("sum_of_squares",)
    default_rate = 0.01

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        squares = terms.new_slot("sum_of_squares")
        return {
            squares: terms.slot("sum_of_squares") + terms.gradient**2,
            **_divided_step(terms, squares),
        }


class Adadelta(Optimizer):
    """E[g²] ← ρ E[g²] + (1 − ρ) g², Δ = g √(E[Δ²] + ε)/√(E[g²] + ε), E[Δ²] likewise, w ← w − η Δ (Zeiler 2012).

    Zeiler's own rule has η = 1.
    """

    key = "adadelta"
    label = "Adadelta"
    formula = "Δ = g √(E[Δ²] + ε) / √(E[g²] + ε),  w ← w − η Δ"
    options = (
        decay_option("decay", "Decay ρ", 0.9, "Share of the running means of g² and Δ² that is kept at each step."),
        epsilon_option(1e-6),
    )
    slot_names = ("mean_square", "mean_square_change")
    default_rate = 1.0

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        gradient, change, epsilon = terms.gradient, terms.auxiliary("change"), terms.option("epsilon")
        squares, old_changes = terms.new_slot("mean_square"), terms.slot("mean_square_change")
        return {
            squares: terms.running_mean("mean_square", "decay", gradient**2),
            change: gradient * (apply("sqrt", old_changes + epsilon) / apply("sqrt", squares + epsilon)),
            terms.new_slot("mean_square_change"): terms.running_mean("mean_square_change", "decay", change**2),
            terms.new_weight: terms.weight - terms.rate * change,
        }


class RmsProp(Optimizer):
    """s ← ρ s + (1 − ρ) g², w ← w − η g/(√s + ε) (Hinton 2012, lecture 6e)."""

    key = "rmsprop"
    label = "RMSProp"
    formula = "s ← ρ s + (1 − ρ) g²,  w ← w − η g / (√s + ε)"
    options = (
        decay_option("decay", "Decay ρ", 0.9, "Share of the running mean of g² that is kept at each step."),
        epsilon_option(1e-8),
    )
    slot_names = ("mean_square",)
    default_rate = 0.001

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        squares = terms.new_slot("mean_square")
        return {
            squares: terms.running_mean("mean_square", "decay", terms.gradient**2),
            **_divided_step(terms, squares),
        }


def _divided_step(terms: UpdateTerms, squares: Quantity) -> dict[Quantity, Expression]:
    """Return the rate of one weight, η/(√s + ε), and the step with it."""
    rate = terms.auxiliary("effective_rate")
    return {
        rate: terms.rate / (apply("sqrt", squares) + terms.option("epsilon")),
        terms.new_weight: terms.weight - rate * terms.gradient,
    }
