"""The functions of the perceptron; they cannot be trained by backpropagation: their derivative is 0 or undefined."""

from __future__ import annotations

from core.formulas.expressions import Cases, Condition, Expression, apply, formula
from core.numerics.activations.activation import ElementwiseActivation


class _Threshold(ElementwiseActivation):
    """A function with steps; where it has one, its derivative is undefined and stated as 0 like everywhere."""

    trainable = False
    derivative_formula = "g′(z) = 0, undefined at z = 0"
    kinks = (0.0,)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return formula(0.0)

    def computed_backward_formula(self, z: Expression, a: Expression, upstream: Expression) -> Expression:
        return formula(0.0)


class Step(_Threshold):
    """g(z) = 1 where z > 0, else 0; at z = 0 it is 0."""

    key = "step"
    label = "Step"
    formula = "g(z) = 1 where z > 0, else 0"

    def function_formula(self, z: Expression) -> Expression:
        return Cases(((Condition(z, ">", formula(0.0)), formula(1.0)),), formula(0.0))


class Sign(_Threshold):
    """g(z) = +1 where z > 0, −1 where z < 0 (002, "escalón"); at z = 0 it is 0."""

    key = "sign"
    label = "Sign"
    formula = "g(z) = +1 where z > 0, −1 where z < 0"

    def function_formula(self, z: Expression) -> Expression:
        return apply("sign", z)
