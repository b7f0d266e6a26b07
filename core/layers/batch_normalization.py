"""Batch normalisation: every unit or channel with mean 0 and variance 1 over the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.graph.model import Node
from core.layers.image_memory import channel_matrix, image_shape
from core.layers.layer_type import (
    FREEZE,
    Array,
    BindContext,
    BufferSpec,
    Call,
    Family,
    InputPort,
    LayerType,
    Op,
    ParameterSpec,
    gradient_target,
    single_input,
)
from core.layers.normalizing import DIVISOR, EPSILON, SCALED, ScaleAndShift, divided_by, scale_and_shift
from core.options import OptionValue, RealOption, Shape


class BatchNormalization(LayerType):
    """a = γ x̂ + β with x̂ = (x − μ_B) / √(σ_B² + ε) over the batch (002), in images over its pixels too.

    The variance divides by N − 1 as in all formulas of the course; ÷ N is an option, because the frameworks divide by
    N. The running mean and variance, by which inference normalises, move by `rate` towards those of each batch; the
    running variance always divides by N − 1, so it estimates the variance of the data in both cases (as in PyTorch).
    They move with the backward pass: a step that is refused because its loss is no number leaves them as they were.

    One number per unit has no variance. Such a batch (batch size 1, or the rest of 1 at the end of an epoch) is
    normalised by the running mean and variance and leaves them alone. So is every batch where the layer is frozen.
    """

    key = "batch_normalization"
    label = "Batch norm"
    description = "Brings each unit or channel to mean 0 and variance 1 over the batch, then scales and shifts it."
    family = Family.REGULARISE
    icon = "layer-normalise"
    options = (
        SCALED,
        DIVISOR,
        EPSILON,
        RealOption(
            key="rate",
            label="Running rate",
            default=0.1,
            minimum=0.0,
            maximum=1.0,
            help="Share of the newest batch in the running mean and variance, which inference uses.",
        ),
        replace(FREEZE, help="Keep γ and β as they are, and normalise by the running mean and variance as they are."),
    )
    reads_any_order = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return "γ x̂ + β" if options[SCALED.key] else "x̂"

    def at_rest(self, options: Mapping[str, OptionValue]) -> Mapping[str, OptionValue]:
        return {**options, FREEZE.key: True}

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return single_input(node.name, inputs).shape

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        units = _units(inputs[0].shape)
        return scale_and_shift((units,), units) if node.options[SCALED.key] else ()

    def buffers(self, node: Node, inputs: Sequence[InputPort]) -> tuple[BufferSpec, ...]:
        shape = (_units(inputs[0].shape),)
        return (BufferSpec("running_mean", shape, 0.0), BufferSpec("running_variance", shape, 1.0))

    def multiply_adds(self, node: Node, inputs: Sequence[InputPort]) -> int:
        return inputs[0].width

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return 2 * batch_size * inputs[0].width

    def smallest_batch(self, inputs: Sequence[InputPort]) -> int:
        return 2 if _units(inputs[0].shape) == inputs[0].width else 1

    def bind(self, node: Node, context: BindContext) -> Op:
        values, units = channel_matrix(context.output.value).shape
        if context.training and values > 1 and not node.options[FREEZE.key]:
            return _OverBatch(node, context, values, units).op()
        return _over_run(node, context, units)


def _units(shape: Shape) -> int:
    return shape[0] if len(shape) == 1 else image_shape(shape)[2]


class _OverBatch:
    """Normalisation by the batch's own mean and variance; arrays are (values, units), rows (units,)."""

    def __init__(self, node: Node, context: BindContext, values: int, units: int) -> None:
        (self._source,) = context.inputs
        self._x, self._a = channel_matrix(self._source.tensor.value), channel_matrix(context.output.value)
        gradient = context.output.gradient
        self._g = None if gradient is None else channel_matrix(gradient)
        self._scale = ScaleAndShift(context, units)
        self._values, self._divisor = values, divided_by(node.options[DIVISOR.key], values)
        self._epsilon = float(node.options[EPSILON.key])  # type: ignore[arg-type]
        self._rate = float(node.options["rate"])  # type: ignore[arg-type]
        self._running = context.buffers["running_mean"], context.buffers["running_variance"]
        self._ones = np.ones(values, dtype=context.dtype)
        self._normalised, self._product = np.empty_like(self._x), np.empty_like(self._x)
        self._mean, self._squares, self._inverse, self._row = (np.empty(units, dtype=context.dtype) for _ in range(4))
        # The variance of huge values overflows while their normalised values are finite: the running one must not.
        self._largest = float(np.finfo(context.dtype).max)

    def op(self) -> Op:
        backward: list[Call] = [self._move_running]
        if self._g is not None:
            backward.append(self._sums(self._g))
            into, after = gradient_target(self._source)
            if into is not None:
                backward += [self._by_input(self._g, channel_matrix(into)), *after]
        return Op((self._forward,), tuple(backward))

    def _forward(self) -> None:
        centred, inverse = self._normalised, self._inverse
        np.dot(self._ones, self._x, self._mean)
        np.multiply(self._mean, 1.0 / self._values, self._mean)
        np.subtract(self._x, self._mean, centred)
        np.multiply(centred, centred, self._product)
        np.dot(self._ones, self._product, self._squares)
        np.multiply(self._squares, 1.0 / self._divisor, inverse)
        np.add(inverse, self._epsilon, inverse)
        np.sqrt(inverse, inverse)
        np.divide(1.0, inverse, inverse)
        np.multiply(centred, inverse, self._normalised)
        self._scale.apply(self._normalised, self._a)

    def _move_running(self) -> None:
        row, (mean, variance) = self._row, self._running
        np.multiply(mean, 1.0 - self._rate, mean)
        np.multiply(self._mean, self._rate, row)
        np.add(mean, row, mean)
        np.multiply(self._squares, 1.0 / (self._values - 1), row)
        np.minimum(row, self._largest, out=row)
        np.multiply(row, self._rate, row)
        np.multiply(variance, 1.0 - self._rate, variance)
        np.add(variance, row, variance)

    def _sums(self, g: Array) -> Call:
        """∂C/∂γ = Σ g x̂ and ∂C/∂β = Σ g, which the gradient by the input needs too."""

        def sums() -> None:
            np.multiply(g, self._normalised, self._product)
            np.dot(self._ones, self._product, self._scale.gamma_gradient)
            np.dot(self._ones, g, self._scale.beta_gradient)

        return sums

    def _by_input(self, g: Array, into: Array) -> Call:
        """∂C/∂x = γ / √(σ² + ε) · (g − Σg / N − x̂ Σ(g x̂) / d), where d is the divisor of the variance."""
        row, product = self._row, self._product

        def by_input() -> None:
            np.multiply(self._scale.gamma_gradient, 1.0 / self._divisor, row)
            np.multiply(self._normalised, row, product)
            np.subtract(g, product, product)
            np.multiply(self._scale.beta_gradient, 1.0 / self._values, row)
            np.subtract(product, row, product)
            np.multiply(self._scale.gamma, self._inverse, row)
            np.multiply(product, row, into)

        return by_input


def _over_run(node: Node, context: BindContext, units: int) -> Op:
    """Normalisation by the running mean and variance, which are constants to the gradient."""
    (source,) = context.inputs
    x, a = channel_matrix(source.tensor.value), channel_matrix(context.output.value)
    scale, ones = ScaleAndShift(context, units), np.ones(len(x), dtype=context.dtype)
    mean, variance = context.buffers["running_mean"], context.buffers["running_variance"]
    epsilon = float(node.options[EPSILON.key])  # type: ignore[arg-type]
    inverse, row, normalised = np.empty_like(mean), np.empty_like(mean), np.empty_like(x)

    def forward() -> None:
        np.add(variance, epsilon, inverse)
        np.sqrt(inverse, inverse)
        np.divide(1.0, inverse, inverse)
        np.subtract(x, mean, normalised)
        np.multiply(normalised, inverse, normalised)
        scale.apply(normalised, a)

    if not context.training or context.output.gradient is None:
        return Op((forward,))
    g, product = channel_matrix(context.output.gradient), np.empty_like(x)
    into, after = gradient_target(source)

    def backward() -> None:
        np.multiply(g, normalised, product)
        np.dot(ones, product, scale.gamma_gradient)
        np.dot(ones, g, scale.beta_gradient)

    def by_input() -> None:
        np.multiply(scale.gamma, inverse, row)
        assert into is not None
        np.multiply(g, row, channel_matrix(into))

    calls: list[Call] = [backward] if not node.options[FREEZE.key] else []
    return Op((forward,), tuple(calls if into is None else [*calls, by_input, *after]))
