"""Optimisers that divide by a running size of the gradient: Adagrad, Adadelta, RMSProp."""

from __future__ import annotations

import numpy as np

from core.formulas.expressions import Expression, apply
from core.formulas.quantities import Quantity
from core.numerics.optimizers.formulas import UpdateTerms
from core.numerics.optimizers.optimizer import Call, Optimizer, UpdateContext, decay_option, epsilon_option


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

    def bind(self, context: UpdateContext) -> Call:
        values, gradients, rate = context.values, context.gradients, context.rate
        squares, epsilon = context.slots["sum_of_squares"], context.real("epsilon")
        change = np.empty_like(values)
        multiply, add, sqrt, divide, subtract = np.multiply, np.add, np.sqrt, np.divide, np.subtract

        def update() -> None:
            multiply(gradients, gradients, change)
            add(squares, change, squares)
            sqrt(squares, change)
            add(change, epsilon, change)
            divide(gradients, change, change)
            multiply(change, rate.value, change)
            subtract(values, change, values)

        return update


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

    def bind(self, context: UpdateContext) -> Call:
        values, gradients, rate = context.values, context.gradients, context.rate
        squares, changes = context.slots["mean_square"], context.slots["mean_square_change"]
        decay, epsilon = context.real("decay"), context.real("epsilon")
        fresh: float = 1.0 - decay
        change, other = np.empty_like(values), np.empty_like(values)
        multiply, add, sqrt, divide, subtract = np.multiply, np.add, np.sqrt, np.divide, np.subtract

        def update() -> None:
            multiply(gradients, gradients, change)
            multiply(change, fresh, change)
            multiply(squares, decay, squares)
            add(squares, change, squares)
            add(changes, epsilon, change)
            add(squares, epsilon, other)
            divide(change, other, change)
            sqrt(change, change)
            multiply(change, gradients, change)
            multiply(change, rate.value, other)
            subtract(values, other, values)
            multiply(change, change, change)
            multiply(change, fresh, change)
            multiply(changes, decay, changes)
            add(changes, change, changes)

        return update


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

    def bind(self, context: UpdateContext) -> Call:
        values, gradients, rate = context.values, context.gradients, context.rate
        squares = context.slots["mean_square"]
        decay, epsilon = context.real("decay"), context.real("epsilon")
        fresh: float = 1.0 - decay
        change = np.empty_like(values)
        multiply, add, sqrt, divide, subtract = np.multiply, np.add, np.sqrt, np.divide, np.subtract

        def update() -> None:
            multiply(gradients, gradients, change)
            multiply(change, fresh, change)
            multiply(squares, decay, squares)
            add(squares, change, squares)
            sqrt(squares, change)
            add(change, epsilon, change)
            divide(gradients, change, change)
            multiply(change, rate.value, change)
            subtract(values, change, values)

        return update


def _divided_step(terms: UpdateTerms, squares: Quantity) -> dict[Quantity, Expression]:
    """Return the rate of one weight, η/(√s + ε), and the step with it."""
    rate = terms.auxiliary("effective_rate")
    return {
        rate: terms.rate / (apply("sqrt", squares) + terms.option("epsilon")),
        terms.new_weight: terms.weight - rate * terms.gradient,
    }
