"""Functions over a whole row: softmax and its logarithm."""

from __future__ import annotations

from core.formulas.expressions import Expression, Over, apply, largest_of_row, sum_of_row, sum_over
from core.formulas.quantities import Index, Kronecker, Unit
from core.numerics.activations.activation import Activation, Numbers
from core.options import Shape

LETTER = "i"
"""The letter that counts the values of a row in a general formula."""


class Softmax(Activation):
    """gᵢ(z) = e^zᵢ / Σⱼ e^zⱼ over the last axis; the Jacobian is gᵢ (δᵢⱼ − gⱼ) (002 prints its diagonal)."""

    key = "softmax"
    label = "Softmax"
    formula = "gᵢ(z) = eᶻⁱ / Σⱼ eᶻʲ"
    derivative_formula = "∂gᵢ/∂zⱼ = gᵢ (δᵢⱼ − gⱼ)"

    def forward_formula(self, z: Numbers, unit: Unit, shape: Shape) -> Expression:
        return apply("exp", z(unit)) / _sum_of_powers(z, unit, shape)

    def backward_formula(self, z: Numbers, a: Numbers, upstream: Numbers, unit: Unit, shape: Shape) -> Expression:
        *place, j = unit

        def term(i: Index) -> Expression:
            other = (*place, i)
            return upstream(other) * a(other) * (Kronecker(i, j) - a(unit))

        return sum_over(LETTER, shape[-1], term)

    def computed_formula(self, z: Expression) -> Expression:
        powers = apply("exp", z - largest_of_row(z))
        return powers / sum_of_row(powers)

    def computed_backward_formula(self, z: Expression, a: Expression, upstream: Expression) -> Expression:
        return a * (upstream - sum_of_row(a * upstream))


class LogSoftmax(Activation):
    """gᵢ(z) = zᵢ − log Σⱼ e^zⱼ over the last axis; the Jacobian is δᵢⱼ − softmaxⱼ."""

    key = "log_softmax"
    label = "Log-softmax"
    formula = "gᵢ(z) = zᵢ − log Σⱼ eᶻʲ"
    derivative_formula = "∂gᵢ/∂zⱼ = δᵢⱼ − eᵃʲ"

    def forward_formula(self, z: Numbers, unit: Unit, shape: Shape) -> Expression:
        return z(unit) - apply("log", _sum_of_powers(z, unit, shape))

    def backward_formula(self, z: Numbers, a: Numbers, upstream: Numbers, unit: Unit, shape: Shape) -> Expression:
        *place, j = unit

        def term(i: Index) -> Expression:
            return upstream((*place, i)) * (Kronecker(i, j) - apply("exp", a(unit)))

        return sum_over(LETTER, shape[-1], term)

    def computed_formula(self, z: Expression) -> Expression:
        return log_softmax(z)

    def computed_backward_formula(self, z: Expression, a: Expression, upstream: Expression) -> Expression:
        return upstream - apply("exp", a) * sum_of_row(upstream)


def log_softmax(z: Expression) -> Expression:
    """Return z − log Σ e^z over the row of a unit, whatever the size of z."""
    below = z - largest_of_row(z)
    return below - apply("log", sum_of_row(apply("exp", below)))


def _sum_of_powers(z: Numbers, unit: Unit, shape: Shape) -> Over:
    """Return Σᵢ e^zᵢ over the row of a unit."""
    return sum_over(LETTER, shape[-1], lambda i: apply("exp", z((*unit[:-1], i))))
