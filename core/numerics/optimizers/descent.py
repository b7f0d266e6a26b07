"""Gradient descent, plain and with momentum."""

from __future__ import annotations

from core.formulas.expressions import Expression
from core.formulas.quantities import Quantity
from core.numerics.optimizers.formulas import UpdateTerms
from core.numerics.optimizers.optimizer import Optimizer
from core.options import RealOption

MOMENTUM = RealOption(
    key="momentum",
    label="Momentum μ",
    default=0.9,
    minimum=0.0,
    maximum=0.9999,
    help="Share of the last change that is kept.",
)


class Sgd(Optimizer):
    """w ← w − η g (000, 001)."""

    key = "sgd"
    label = "SGD"
    formula = "w ← w − η ∂C/∂w"
    default_rate = 0.5

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        return {terms.new_weight: terms.weight - terms.rate * terms.gradient}


class Momentum(Optimizer):
    """v ← μ v − η g, w ← w + v (002, there ν)."""

    key = "momentum"
    label = "Momentum"
    formula = "v ← μ v − η ∂C/∂w,  w ← w + v"
    options = (MOMENTUM,)
    slot_names = ("velocity",)
    default_rate = 0.05

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        velocity = terms.new_slot("velocity")
        return {
            velocity: terms.option("momentum") * terms.slot("velocity") - terms.rate * terms.gradient,
            terms.new_weight: terms.weight + velocity,
        }


class Nesterov(Optimizer):
    """v ← μ v − η g, w ← w + μ v − η g: Nesterov's accelerated gradient (NAG; 002).

    The weights that are kept, shown and used are those *ahead*, w + μ v in the usual way to write it, where NAG asks
    for the gradient (Sutskever et al. 2013, Bengio et al. 2012); so one forward and backward pass per step suffices.
    """

    key = "nesterov"
    label = "Nesterov (NAG)"
    formula = "v ← μ v − η ∂C/∂w,  w ← w + μ v − η ∂C/∂w"
    options = (MOMENTUM,)
    slot_names = ("velocity",)
    default_rate = 0.05

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        velocity, momentum, step = terms.new_slot("velocity"), terms.option("momentum"), terms.rate * terms.gradient
        return {
            velocity: momentum * terms.slot("velocity") - step,
            terms.new_weight: terms.weight + momentum * velocity - step,
        }
