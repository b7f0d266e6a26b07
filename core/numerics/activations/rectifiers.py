"""Functions that let the positive side through: linear, ReLU and its relatives."""

from __future__ import annotations

from typing import ClassVar

from core.formulas.expressions import Cases, Condition, Expression, apply, formula
from core.formulas.quantities import Constant
from core.numerics.activations.activation import ElementwiseActivation
from core.options import Option, RealOption


class Linear(ElementwiseActivation):
    """g(z) = z."""

    key = "linear"
    label = "Linear"
    formula = "g(z) = z"
    derivative_formula = "g′(z) = 1"

    def function_formula(self, z: Expression) -> Expression:
        return z

    def slope_formula(self, z: Expression, a: Expression) -> Expression:
        return formula(1.0)


class Relu(ElementwiseActivation):
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


class LeakyRelu(ElementwiseActivation):
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


class Elu(ElementwiseActivation):
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
