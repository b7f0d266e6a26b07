"""Functions that level off on both sides: sigmoid, tanh, softsign."""

from __future__ import annotations

import numpy as np

from core.formulas.expressions import Expression, apply
from core.numerics.activations.activation import Activation, Array, Call


class Sigmoid(Activation):
    """g(z) = 1 / (1 + e^−z); the derivative is written with a, as in documents 000 and 002."""

    key = "sigmoid"
    label = "Sigmoid"
    formula = "g(z) = 1 / (1 + e⁻ᶻ)"
    derivative_formula = "g′(z) = a (1 − a)"

    def function_formula(self, z: Expression) -> Expression:
        return 1.0 / (1.0 + apply("exp", -z))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return a * (1.0 - a)

    def bind_forward(self, z: Array, a: Array) -> Call:
        # ½ + ½ tanh(z/2) cannot overflow, but rounds to 0 below z = −17 in float32, and δ with it. Here e^−z may
        # overflow to ∞, whose reciprocal 0 is right; who runs a plan ignores that overflow.
        negative, exp, add, reciprocal = np.negative, np.exp, np.add, np.reciprocal

        def forward() -> None:
            negative(z, a)
            exp(a, a)
            add(a, 1.0, a)
            reciprocal(a, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        factor = np.empty_like(a)
        subtract, multiply = np.subtract, np.multiply

        def backward() -> None:
            subtract(1.0, a, factor)
            multiply(factor, a, factor)
            multiply(factor, upstream, out)

        return backward


class Tanh(Activation):
    """g(z) = tanh z; g′ = 1 − a² (the slide of 002 prints g itself)."""

    key = "tanh"
    label = "Tanh"
    formula = "g(z) = tanh z"
    derivative_formula = "g′(z) = 1 − a²"

    def function_formula(self, z: Expression) -> Expression:
        return apply("tanh", z)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return 1.0 - a**2

    def bind_forward(self, z: Array, a: Array) -> Call:
        return lambda: np.tanh(z, a)

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        factor = np.empty_like(a)
        subtract, multiply = np.subtract, np.multiply

        def backward() -> None:
            multiply(a, a, factor)
            subtract(1.0, factor, factor)
            multiply(factor, upstream, out)

        return backward


class Softsign(Activation):
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

    def bind_forward(self, z: Array, a: Array) -> Call:
        divisor = np.empty_like(z)

        def forward() -> None:
            np.absolute(z, divisor)
            np.add(divisor, 1.0, divisor)
            np.divide(z, divisor, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        factor = np.empty_like(z)

        def backward() -> None:
            np.absolute(z, factor)
            np.add(factor, 1.0, factor)
            np.multiply(factor, factor, factor)
            np.divide(upstream, factor, out)

        return backward
