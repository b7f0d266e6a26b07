"""Functions that let the positive side through: linear, ReLU and its relatives."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from core.formulas.expressions import Cases, Condition, Expression, apply, formula
from core.formulas.quantities import Constant
from core.numerics.activations.activation import Activation, Array, Call
from core.options import Option, RealOption


def nothing() -> None:
    """Do nothing: the arrays are one and the same."""


class Linear(Activation):
    """g(z) = z."""

    key = "linear"
    label = "Linear"
    formula = "g(z) = z"
    derivative_formula = "g′(z) = 1"

    def function_formula(self, z: Expression) -> Expression:
        return z

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return formula(1.0)

    def bind_forward(self, z: Array, a: Array) -> Call:
        return nothing if a is z else lambda: np.copyto(a, z)

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        return nothing if out is upstream else lambda: np.copyto(out, upstream)


class Relu(Activation):
    """g(z) = max(0, z); at the kink z = 0 the derivative is taken as 0."""

    key = "relu"
    label = "ReLU"
    formula = "g(z) = max(0, z)"
    derivative_formula = "g′(z) = 1 where z > 0, else 0"
    kinks = (0.0,)

    def function_formula(self, z: Expression) -> Expression:
        return apply("max", 0.0, z)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return _where_positive(z, formula(1.0), formula(0.0))

    def bind_forward(self, z: Array, a: Array) -> Call:
        return lambda: np.maximum(z, 0.0, out=a)

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        positive = np.empty(z.shape, dtype=bool)
        greater, multiply = np.greater, np.multiply

        def backward() -> None:
            greater(z, 0.0, positive)
            multiply(upstream, positive, out)

        return backward


class LeakyRelu(Activation):
    """g(z) = z where z > 0, else slope · z; at the kink z = 0 the derivative is taken as the slope."""

    key = "leaky_relu"
    label = "Leaky ReLU"
    formula = "g(z) = z where z > 0, else s z"
    derivative_formula = "g′(z) = 1 where z > 0, else s"
    kinks = (0.0,)
    options = (
        RealOption(
            key="slope",
            label="Slope s",
            default=0.1,
            minimum=0.0,
            maximum=1.0,
            help="Slope of leaky ReLU where z is negative.",
        ),
    )

    def __init__(self, slope: float = 0.1) -> None:
        self.slope = slope

    def function_formula(self, z: Expression) -> Expression:
        return _where_positive(z, z, Constant("slope", self.slope) * z)

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return _where_positive(z, formula(1.0), Constant("slope", self.slope))

    def bind_forward(self, z: Array, a: Array) -> Call:
        scaled, slope = np.empty_like(z), self.slope

        def forward() -> None:
            np.multiply(z, slope, scaled)
            np.maximum(z, scaled, out=a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        positive, factor = np.empty(z.shape, dtype=bool), np.empty_like(z)
        slope, rest = self.slope, 1.0 - self.slope

        def backward() -> None:
            np.greater(z, 0.0, positive)
            np.multiply(positive, rest, factor)
            np.add(factor, slope, factor)
            np.multiply(factor, upstream, out)

        return backward


class Elu(Activation):
    """g(z) = z where z > 0, else α (e^z − 1); at z = 0 the derivative is taken from the left: α."""

    key = "elu"
    label = "ELU"
    formula = "g(z) = z where z > 0, else α (eᶻ − 1)"
    derivative_formula = "g′(z) = 1 where z > 0, else a + α"
    kinks = (0.0,)
    scale = 1.0
    options: ClassVar[tuple[Option, ...]] = (
        RealOption(
            key="alpha",
            label="α",
            default=1.0,
            minimum=0.0,
            maximum=100.0,
            help="ELU levels off at −α where z is negative.",
        ),
    )

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def function_formula(self, z: Expression) -> Expression:
        return _where_positive(z, z, Constant("alpha", self.alpha) * (apply("exp", z) - 1.0))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return _where_positive(z, formula(1.0), a + Constant("alpha", self.alpha))

    def bind_forward(self, z: Array, a: Array) -> Call:
        negative, alpha, scale = np.empty_like(z), self.alpha * self.scale, self.scale

        def forward() -> None:
            np.minimum(z, 0.0, out=negative)
            np.expm1(negative, negative)
            np.multiply(negative, alpha, negative)
            np.maximum(z, 0.0, out=a)
            if scale != 1.0:
                np.multiply(a, scale, a)
            np.add(a, negative, a)

        return forward

    def bind_backward(self, z: Array, a: Array, upstream: Array, out: Array) -> Call:
        positive, factor = np.empty(z.shape, dtype=bool), np.empty_like(z)
        alpha, scale = self.alpha * self.scale, self.scale

        def backward() -> None:
            np.greater(z, 0.0, positive)
            np.add(a, alpha, factor)
            np.copyto(factor, scale, where=positive)
            np.multiply(factor, upstream, out)

        return backward


class Selu(Elu):
    """g(z) = λ z where z > 0, else λ α (e^z − 1), with the λ and α of Klambauer and others (2017)."""

    key = "selu"
    label = "SELU"
    formula = "g(z) = λ z where z > 0, else λ α (eᶻ − 1)"
    derivative_formula = "g′(z) = λ where z > 0, else a + λ α"
    scale = 1.0507009873554805
    options = ()

    def __init__(self) -> None:
        super().__init__(1.6732632423543772)

    def function_formula(self, z: Expression) -> Expression:
        scale, alpha = Constant("scale", self.scale), Constant("alpha", self.alpha)
        return _where_positive(z, scale * z, scale * alpha * (apply("exp", z) - 1.0))

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        scale, alpha = Constant("scale", self.scale), Constant("alpha", self.alpha)
        return _where_positive(z, scale, a + scale * alpha)


def _where_positive(z: Expression, positive: Expression, otherwise: Expression) -> Expression:
    return Cases(((Condition(z, ">", formula(0.0)), positive),), otherwise)
