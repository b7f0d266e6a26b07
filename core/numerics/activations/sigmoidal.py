"""Functions that level off on both sides: sigmoid, tanh, softsign."""

from __future__ import annotations

from core.formulas.expressions import Expression, apply
from core.numerics.activations.activation import ElementwiseActivation


class Sigmoid(ElementwiseActivation):
    """g(z) = 1 / (1 + e^−z); the derivative is written with a, as in documents 000 and 002."""

    key = "sigmoid"
    label = "Sigmoid"
    formula = "g(z) = 1 / (1 + e⁻ᶻ)"
    derivative_formula = "g′(z) = a (1 − a)"

    def function_formula(self, z: Expression) -> Expression:
        # ½ + ½ tanh(z/2) cannot overflow, but rounds to 0 below z = −17 in float32, and δ with it. Here e^−z may
        # overflow to ∞, whose reciprocal 0 is right; who works it out ignores that overflow.
        return 1.0 / (1.0 + apply("exp", -z))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return a * (1.0 - a)


class Tanh(ElementwiseActivation):
    """g(z) = tanh z; g′ = 1 − a² (the slide of 002 prints g itself)."""

    key = "tanh"
    label = "Tanh"
    formula = "g(z) = tanh z"
    derivative_formula = "g′(z) = 1 − a²"

    def function_formula(self, z: Expression) -> Expression:
        return apply("tanh", z)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return 1.0 - a**2


class Softsign(ElementwiseActivation):
    """g(z) = z / (1 + |z|), the "fast" activation of 002 (Elliott); g′ = 1 / (1 + |z|)² is 1 at 0.

    The slide's g′ = (g / z)² is the same for z ≠ 0 and 0/0 at z = 0.
    """

    key = "softsign"
    label = "Fast (softsign)"
    formula = "g(z) = z / (1 + |z|)"
    derivative_formula = "g′(z) = 1 / (1 + |z|)²"
    kinks = (0.0,)

    def function_formula(self, z: Expression) -> Expression:
        return z / (1.0 + apply("abs", z))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return 1.0 / (1.0 + apply("abs", z)) ** 2
