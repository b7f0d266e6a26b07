"""Smooth relatives of ReLU: softplus, swish, GELU."""

from __future__ import annotations

import math

import numpy as np

from core.formulas.expressions import Expression, apply, formula
from core.formulas.quantities import Constant
from core.numerics.activations.activation import Activation, Array, Call


class Softplus(Activation):
    """g(z) = log(1 + e^z); g′ is the sigmoid."""

    key = "softplus"
    label = "Softplus"
    formula = "g(z) = log(1 + eᶻ)"
    derivative_formula = "g′(z) = 1 / (1 + e⁻ᶻ)"

    def function_formula(self, z: Expression) -> Expression:
        return apply("log", 1.0 + apply("exp", z))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return _sigmoid_formula(z)

    def bind_forward(self, z: Array, a: Array) -> Call:
        tail = np.empty_like(z)

        def forward() -> None:
            # max(z, 0) + log(1 + e^−|z|) is the same and cannot overflow.
            np.absolute(z, tail)
            np.negative(tail, tail)
            np.exp(tail, tail)
            np.log1p(tail, tail)
            np.maximum(z, 0.0, out=a)
            np.add(a, tail, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        factor = np.empty_like(z)

        def backward() -> None:
            _sigmoid(z, factor)
            np.multiply(factor, upstream, out)

        return backward


class Swish(Activation):
    """g(z) = z σ(z), also called SiLU."""

    key = "swish"
    label = "Swish"
    formula = "g(z) = z σ(z)"
    derivative_formula = "g′(z) = σ(z) + a (1 − σ(z))"

    def function_formula(self, z: Expression) -> Expression:
        return z * _sigmoid_formula(z)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return _sigmoid_formula(z) + a * (1.0 - _sigmoid_formula(z))

    def bind_forward(self, z: Array, a: Array) -> Call:
        gate = np.empty_like(z)

        def forward() -> None:
            _sigmoid(z, gate)
            np.multiply(z, gate, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        gate, factor = np.empty_like(z), np.empty_like(z)

        def backward() -> None:
            _sigmoid(z, gate)
            np.subtract(1.0, gate, factor)
            np.multiply(factor, a, factor)
            np.add(factor, gate, factor)
            np.multiply(factor, upstream, out)

        return backward


class Gelu(Activation):
    """g(z) = ½ z (1 + tanh u), u = √(2/π) (z + 0.044715 z³): the tanh form of Hendrycks and Gimpel (2016).

    ½ (1 + tanh u) is σ(2u), which keeps its digits where it is small.
    """

    key = "gelu"
    label = "GELU"
    formula = "g(z) = z s, s = σ(2u), u = √(2/π) (z + 0.044715 z³)"
    derivative_formula = "g′(z) = s + 2 a (1 − s) √(2/π) (1 + 0.134145 z²)"
    factor = 2.0 * math.sqrt(2.0 / math.pi)
    cubic = 0.044715

    def function_formula(self, z: Expression) -> Expression:
        return 0.5 * z * (1.0 + apply("tanh", self._inner(z)))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        tanh, root = apply("tanh", self._inner(z)), apply("sqrt", 2.0 / Constant("pi", math.pi))
        inner_slope = root * (1.0 + 3.0 * formula(self.cubic) * z**2)
        return 0.5 * (1.0 + tanh) + 0.5 * z * (1.0 - tanh**2) * inner_slope

    def _inner(self, z: Expression) -> Expression:
        """Return u = √(2/π) (z + 0.044715 z³)."""
        return apply("sqrt", 2.0 / Constant("pi", math.pi)) * (z + self.cubic * z**3)

    def bind_forward(self, z: Array, a: Array) -> Call:
        gate = np.empty_like(z)

        def forward() -> None:
            self._gate(z, gate)
            np.multiply(gate, z, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        gate, slope, inner = np.empty_like(z), np.empty_like(z), np.empty_like(z)
        factor, cubic = self.factor, self.cubic

        def backward() -> None:
            self._gate(z, gate)
            np.subtract(1.0, gate, slope)
            np.multiply(slope, a, slope)
            np.multiply(z, z, inner)
            np.multiply(inner, 3.0 * cubic * factor, inner)
            np.add(inner, factor, inner)
            np.multiply(slope, inner, slope)
            np.add(slope, gate, slope)
            np.multiply(slope, upstream, out)

        return backward

    def _gate(self, z: Array, out: Array) -> None:
        """Write s = σ(2u) into `out`."""
        np.multiply(z, z, out)
        np.multiply(out, self.cubic, out)
        np.add(out, 1.0, out)
        np.multiply(out, z, out)
        np.multiply(out, self.factor, out)
        _sigmoid(out, out)


def _sigmoid_formula(z: Expression) -> Expression:
    return 1.0 / (1.0 + apply("exp", -z))


def _sigmoid(z: Array, out: Array) -> None:
    """Write 1 / (1 + e^−z) into `out`; e^−z may overflow to ∞, whose reciprocal 0 is right."""
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)
