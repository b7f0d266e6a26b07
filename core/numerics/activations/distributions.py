"""Functions over a whole row: softmax and its logarithm."""

from __future__ import annotations

import numpy as np

from core.formulas.expressions import Expression, Over, apply, sum_over
from core.formulas.quantities import Index, Kronecker, Unit
from core.numerics.activations.activation import Activation, Array, Call, Numbers
from core.options import Shape

LETTER = "i"
"""The letter that counts the values of a row in a general formula."""


class Softmax(Activation):
    """gᵢ(z) = e^zᵢ / Σⱼ e^zⱼ over the last axis; the Jacobian is gᵢ (δᵢⱼ − gⱼ) (002 prints its diagonal)."""

    key = "softmax"
    label = "Softmax"
    formula = "gᵢ(z) = eᶻⁱ / Σⱼ eᶻʲ"
    derivative_formula = "∂gᵢ/∂zⱼ = gᵢ (δᵢⱼ − gⱼ)"
    elementwise = False

    def forward_formula(self, z: Numbers, unit: Unit, shape: Shape) -> Expression:
        return apply("exp", z(unit)) / _sum_of_powers(z, unit, shape)

    def backward_formula(self, z: Numbers, a: Numbers, upstream: Numbers, unit: Unit, shape: Shape) -> Expression:
        *place, j = unit

        def term(i: Index) -> Expression:
            other = (*place, i)
            return upstream(other) * a(other) * (Kronecker(i, j) - a(unit))

        return sum_over(LETTER, shape[-1], term)

    def bind_forward(self, z: Array, a: Array) -> Call:
        row = np.empty((*z.shape[:-1], 1), dtype=z.dtype)
        maximum, subtract, exp = np.maximum.reduce, np.subtract, np.exp
        add, divide = np.add.reduce, np.divide

        def forward() -> None:
            maximum(z, axis=-1, out=row, keepdims=True)
            subtract(z, row, a)
            exp(a, a)
            add(a, axis=-1, out=row, keepdims=True)
            divide(a, row, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        row = np.empty((*z.shape[:-1], 1), dtype=z.dtype)
        product = np.empty_like(a)
        multiply, subtract, add = np.multiply, np.subtract, np.add.reduce

        def backward() -> None:
            multiply(a, upstream, product)
            add(product, axis=-1, out=row, keepdims=True)
            subtract(upstream, row, out)
            multiply(out, a, out)

        return backward


class LogSoftmax(Activation):
    """gᵢ(z) = zᵢ − log Σⱼ e^zⱼ over the last axis; the Jacobian is δᵢⱼ − softmaxⱼ."""

    key = "log_softmax"
    label = "Log-softmax"
    formula = "gᵢ(z) = zᵢ − log Σⱼ eᶻʲ"
    derivative_formula = "∂gᵢ/∂zⱼ = δᵢⱼ − eᵃʲ"
    elementwise = False

    def forward_formula(self, z: Numbers, unit: Unit, shape: Shape) -> Expression:
        return z(unit) - apply("log", _sum_of_powers(z, unit, shape))

    def backward_formula(self, z: Numbers, a: Numbers, upstream: Numbers, unit: Unit, shape: Shape) -> Expression:
        *place, j = unit

        def term(i: Index) -> Expression:
            return upstream((*place, i)) * (Kronecker(i, j) - apply("exp", a(unit)))

        return sum_over(LETTER, shape[-1], term)

    def bind_forward(self, z: Array, a: Array) -> Call:
        row, exponential = np.empty((*z.shape[:-1], 1), dtype=z.dtype), np.empty_like(z)

        def forward() -> None:
            np.maximum.reduce(z, axis=-1, out=row, keepdims=True)
            np.subtract(z, row, a)
            np.exp(a, exponential)
            np.add.reduce(exponential, axis=-1, out=row, keepdims=True)
            np.log(row, row)
            np.subtract(a, row, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        row, share = np.empty((*z.shape[:-1], 1), dtype=z.dtype), np.empty_like(z)

        def backward() -> None:
            np.add.reduce(upstream, axis=-1, out=row, keepdims=True)
            np.exp(a, share)
            np.multiply(share, row, share)
            np.subtract(upstream, share, out)

        return backward


def _sum_of_powers(z: Numbers, unit: Unit, shape: Shape) -> Over:
    """Return Σᵢ e^zᵢ over the row of a unit."""
    return sum_over(LETTER, shape[-1], lambda i: apply("exp", z((*unit[:-1], i))))
