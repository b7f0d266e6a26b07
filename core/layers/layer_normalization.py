"""Layer normalisation: every sample with mean 0 and variance 1 over the values of the layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.errors import ShapeError
from core.formulas.expressions import Expression, Over, sum_over
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.binding import Array, BindContext, Call, Op, as_matrix, gradient_target
from core.layers.computing_layer import TrainedLayer
from core.layers.formula_context import FormulaContext, share_of, unflatten
from core.layers.layer_type import FREEZE, Family, InputPort, ParameterSpec, single_input
from core.layers.normalizing import (
    DIVISOR,
    EPSILON,
    MEAN,
    NORMALISED,
    SCALED,
    VARIANCE,
    ScaleAndShift,
    divided_by,
    root_formula,
    scale_and_shift,
    scaled_delta,
    scaled_formula,
    standardised_formula,
    through_mean_and_variance,
    variance_share,
)
from core.options import OptionValue, Shape


class LayerNormalization(TrainedLayer):
    """a = γ ⊙ x̂ + β with x̂ = (x − μ_L) / √(σ_L² + ε) over the M values of each sample (002, there without γ and β).

    The variance divides by M − 1 as in all formulas of the course, or by M as in the frameworks. Every value has a γ
    and a β of its own. Training and inference are the same.
    """

    key = "layer_normalization"
    label = "Layer norm"
    description = "Brings each sample to mean 0 and variance 1 over the values of the layer, then scales and shifts it."
    family = Family.REGULARISE
    icon = "layer-normalise-sample"
    options = (SCALED, DIVISOR, EPSILON, FREEZE)

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return "γ x̂ + β" if options[SCALED.key] else "x̂"

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        port = single_input(node.name, inputs)
        if port.width < 2:
            raise ShapeError(
                "'{name}' needs two values per sample or more to have a variance; got 1 from '{source}'. "
                "Widen '{source}' or delete '{name}'.",
                name=node.name,
                source=port.source_name,
            )
        return port.shape

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        return scale_and_shift(inputs[0].shape, inputs[0].width) if node.options[SCALED.key] else ()

    def multiply_adds(self, node: Node, inputs: Sequence[InputPort]) -> int:
        return inputs[0].width

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return 2 * batch_size * inputs[0].width

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return scaled_formula(context, unit, unit)

    def internal_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        mean, variance = context.internal(MEAN, ()), context.internal(VARIANCE, ())
        count = math.prod(context.shape)
        if name == MEAN:
            return share_of(count) * _total(context, context.x)
        if name == VARIANCE:
            return variance_share(context, count) * _total(context, lambda place: (context.x(place) - mean) ** 2)
        return standardised_formula(context, context.x(unit), mean, variance)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        def along(place: Unit) -> Expression:
            return scaled_delta(context, place, place) * context.internal(NORMALISED, place)

        through = through_mean_and_variance(
            context,
            scaled_delta(context, unit, unit),
            _total(context, lambda place: scaled_delta(context, place, place)),
            _total(context, along),
            context.internal(NORMALISED, unit),
            math.prod(context.shape),
        )
        return through / root_formula(context, context.internal(VARIANCE, ()))

    def gradient_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        delta = context.delta(unit)
        return delta if name == "beta" else delta * context.internal(NORMALISED, unit)

    def bind(self, node: Node, context: BindContext) -> Op:
        return _OverSample(node, context).op()


def _total(context: FormulaContext, term: Callable[[Unit], Expression]) -> Over:
    """Return the sum of a term over all values of a sample."""
    return sum_over("i", math.prod(context.shape), lambda i: term(unflatten(i, context.shape)))


class _OverSample:
    """Arrays are (batch, width); what is one number per sample is (batch, 1)."""

    def __init__(self, node: Node, context: BindContext) -> None:
        (self._source,) = context.inputs
        self._x, self._a = as_matrix(self._source.tensor.value), as_matrix(context.output.value)
        gradient = context.output.gradient
        self._g = None if gradient is None else as_matrix(gradient)
        rows, self._width = self._x.shape
        self._scale = ScaleAndShift(context, self._width)
        self._divisor = divided_by(node.options[DIVISOR.key], self._width)
        self._epsilon = float(node.options[EPSILON.key])  # type: ignore[arg-type]
        self._ones = np.ones(self._width, dtype=context.dtype)
        self._over_batch = np.ones(rows, dtype=context.dtype)
        self._normalised, self._product = np.empty_like(self._x), np.empty_like(self._x)
        self._mean, self._variance, self._inverse, self._row = np.empty((4, rows, 1), dtype=context.dtype)
        self._internals = {
            MEAN: self._mean[:, 0],
            VARIANCE: self._variance[:, 0],
            NORMALISED: self._normalised.reshape(context.output.value.shape),
        }
        self._trains = context.training and not node.options[FREEZE.key]

    def op(self) -> Op:
        if self._g is None:
            return Op((self._forward,), internals=self._internals)
        backward: list[Call] = [self._sums(self._g)] if self._trains and self._scale.present else []
        into, after = gradient_target(self._source)
        if into is not None:
            backward += [self._by_input(self._g, as_matrix(into)), *after]
        return Op((self._forward,), tuple(backward), self._internals)

    def _forward(self) -> None:
        centred, mean, variance, inverse = self._normalised, self._mean, self._variance, self._inverse
        np.dot(self._x, self._ones, mean[:, 0])
        np.multiply(mean, 1.0 / self._width, mean)
        np.subtract(self._x, mean, centred)
        np.multiply(centred, centred, self._product)
        np.dot(self._product, self._ones, variance[:, 0])
        np.multiply(variance, 1.0 / self._divisor, variance)
        np.add(variance, self._epsilon, inverse)
        np.sqrt(inverse, inverse)
        np.divide(1.0, inverse, inverse)
        np.multiply(centred, inverse, self._normalised)
        self._scale.apply(self._normalised, self._a)

    def _sums(self, g: Array) -> Call:
        def sums() -> None:
            np.multiply(g, self._normalised, self._product)
            np.dot(self._over_batch, self._product, self._scale.gamma_gradient)
            np.dot(self._over_batch, g, self._scale.beta_gradient)

        return sums

    def _by_input(self, g: Array, into: Array) -> Call:
        """∂C/∂x = (h − Σh / M − x̂ Σ(h x̂) / d) / √(σ² + ε) with h = g γ, where d is the divisor of the variance."""
        row, product = self._row, self._product

        def by_input() -> None:
            np.multiply(g, self._scale.gamma, into)
            np.multiply(into, self._normalised, product)
            np.dot(product, self._ones, row[:, 0])
            np.multiply(row, 1.0 / self._divisor, row)
            np.multiply(self._normalised, row, product)
            np.dot(into, self._ones, row[:, 0])
            np.multiply(row, 1.0 / self._width, row)
            np.subtract(into, product, into)
            np.subtract(into, row, into)
            np.multiply(into, self._inverse, into)

        return by_input
