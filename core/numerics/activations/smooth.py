"""Smooth relatives of ReLU: softplus, swish, GELU."""

from __future__ import annotations

import math

from core.formulas.expressions import Expression, apply
from core.formulas.quantities import Constant
from core.numerics.activations.activation import ElementwiseActivation


class Softplus(ElementwiseActivation):
    """g(z) = log(1 + e^z); g′ is the sigmoid."""

    key = "softplus"
    label = "Softplus"
    formula = "g(z) = log(1 + eᶻ)"
    derivative_formula = "g′(z) = 1 / (1 + e⁻ᶻ)"

    def function_formula(self, z: Expression) -> Expression:
        return apply("log", 1.0 + apply("exp", z))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return _sigmoid_formula(z)


class Swish(ElementwiseActivation):
    """g(z) = z σ(z), also called SiLU."""

    key = "swish"
    label = "Swish"
    formula = "g(z) = z σ(z)"
    derivative_formula = "g′(z) = σ(z) + a (1 − σ(z))"

    def function_formula(self, z: Expression) -> Expression:
        return z * _sigmoid_formula(z)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return _sigmoid_formula(z) + a * (1.0 - _sigmoid_formula(z))


class Gelu(ElementwiseActivation):
    """g(z) = ½ z (1 + tanh u), u = √(2/π) (z + 0.044715 z³): the tanh form of Hendrycks and Gimpel (2016).

    ½ (1 + tanh u) is σ(2u), which keeps its digits where it is small.
    """

    key = "gelu"
    label = "GELU"
    formula = "g(z) = z s, s = σ(2u), u = √(2/π) (z + 0.044715 z³)"
    derivative_formula = "g′(z) = s + 2 a (1 − s) √(2/π) (1 + 0.134145 z²)"
    cubic = 0.044715

    def function_formula(self, z: Expression) -> Expression:
        return z * self._gate(z)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        gate, inner_slope = self._gate(z), _root() * (1.0 + 3.0 * self.cubic * z**2)
        return gate + 2.0 * a * (1.0 - gate) * inner_slope

    def _gate(self, z: Expression) -> Expression:
        """Return σ(2u)."""
        return _sigmoid_formula(2.0 * _root() * (z + self.cubic * z**3))


def _root() -> Expression:
    return apply("sqrt", 2.0 / Constant("pi", math.pi))


def _sigmoid_formula(z: Expression) -> Expression:
    return 1.0 / (1.0 + apply("exp", -z))
