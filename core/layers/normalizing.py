"""What batch and layer normalisation have in common: their options and the parameters γ and β."""

from __future__ import annotations

import numpy as np

from core.formulas.expressions import Expression, Sum, apply
from core.formulas.quantities import Constant, Quantity, Unit
from core.layers.binding import Array, BindContext
from core.layers.formula_context import FormulaContext, share_of
from core.layers.layer_type import ParameterSpec
from core.options import Choice, ChoiceOption, FlagOption, OptionValue, RealOption, Shape

UNBIASED, BIASED = "n_minus_1", "n"

DIVISOR = ChoiceOption(
    key="divisor",
    label="Variance",
    default=UNBIASED,
    choices=(
        Choice(UNBIASED, "÷ (N − 1)", "as in the course"),
        Choice(BIASED, "÷ N", "as PyTorch and Keras do"),
    ),
    help="Whether the sum of N squares is divided by N − 1 or by N.",
)
EPSILON = RealOption(
    key="epsilon",
    label="ε",
    default=1e-5,
    minimum=1e-12,
    maximum=1.0,
    logarithmic=True,
    help="Added to the variance, against division by 0.",
)
SCALED = FlagOption(
    key="scaled",
    label="γ and β",
    default=True,
    help="Whether the normalised values are multiplied by a learnt γ and moved by a learnt β.",
)


def scale_and_shift(shape: Shape, count: int) -> tuple[ParameterSpec, ...]:
    """Return γ, which starts at 1, and β, which starts at 0; `count` is how many there are of each."""
    return (
        ParameterSpec("gamma", "scale", shape, "zeros", count, count, start=1.0),
        ParameterSpec("beta", "bias", shape, "zeros", count, count),
    )


class ScaleAndShift:
    """γ and β of a layer as rows of `count` numbers; without them 1 and 0. A gradient that nobody wants is scratch."""

    def __init__(self, context: BindContext, count: int) -> None:
        self.present = "gamma" in context.parameters
        ones, zeros = np.ones(count, dtype=context.dtype), np.zeros(count, dtype=context.dtype)
        gamma, gamma_gradient = context.parameters.get("gamma", (ones, None))
        beta, beta_gradient = context.parameters.get("beta", (zeros, None))
        self.gamma, self.beta = gamma.reshape(count), beta.reshape(count)
        self.gamma_gradient = _row(gamma_gradient, ones)
        self.beta_gradient = _row(beta_gradient, ones)

    def apply(self, normalised: Array, out: Array) -> None:
        """Write γ x̂ + β."""
        if self.present:
            np.multiply(normalised, self.gamma, out)
            np.add(out, self.beta, out)
        else:
            np.copyto(out, normalised)


def _row(gradient: Array | None, like: Array) -> Array:
    return np.empty_like(like) if gradient is None else gradient.reshape(like.shape)


MEAN, VARIANCE, NORMALISED = "mean", "variance", "normalised"
"""The internals of both: μ, σ² and x̂."""


def standardised_formula(context: FormulaContext, x: Quantity, mean: Quantity, variance: Quantity) -> Expression:
    """Return (x − μ)/√(σ² + ε)."""
    return (x - mean) / root_formula(context, variance)


def root_formula(context: FormulaContext, variance: Quantity) -> Expression:
    """Return √(σ² + ε)."""
    epsilon = Constant(EPSILON.key, float(context.node.options[EPSILON.key]))  # type: ignore[arg-type]
    return apply("sqrt", variance + epsilon)


def scaled_formula(context: FormulaContext, unit: Unit, place: Unit) -> Expression:
    """Return γ x̂ + β, or x̂; `place` is that of its γ and β."""
    normalised = context.internal(NORMALISED, unit)
    if not context.node.options[SCALED.key]:
        return normalised
    return context.parameter("gamma", place) * normalised + context.parameter("beta", place)


def scaled_delta(context: FormulaContext, unit: Unit, place: Unit) -> Expression:
    """Return ∂C/∂x̂ = γ ∂C/∂a."""
    delta = context.delta(unit)
    return context.parameter("gamma", place) * delta if context.node.options[SCALED.key] else delta


def variance_share(context: FormulaContext, count: int) -> Expression:
    """Return the factor before the sum of squares: 1/(N − 1) or 1/N."""
    return share_of(count, one_less=context.node.options[DIVISOR.key] == UNBIASED)


def through_mean_and_variance(
    context: FormulaContext, own: Expression, total: Expression, along: Expression, normalised: Quantity, count: int
) -> Expression:
    """Return ∂C/∂x √(σ² + ε) = h − 1/N Σh − x̂ 1/d Σ(h x̂), where h is `own`, Σh `total` and Σ(h x̂) `along`."""
    through_mean = share_of(count) * total
    return Sum((own, -through_mean, -(normalised * variance_share(context, count) * along)))


def divided_by(options_value: OptionValue, numbers: int) -> float:
    """Return what the sum of `numbers` squares is divided by."""
    return float(numbers - 1 if options_value == UNBIASED else numbers)
