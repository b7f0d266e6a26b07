"""The arithmetic of batch normalisation: by the mean and variance of the batch, or by the running ones."""

from __future__ import annotations

import numpy as np

from core.graph.model import Node
from core.layers.binding import Array, BindContext, Call, Op, gradient_target
from core.layers.image_memory import channel_matrix
from core.layers.layer_type import FREEZE
from core.layers.normalizing import DIVISOR, EPSILON, MEAN, NORMALISED, VARIANCE, ScaleAndShift, divided_by

RUNNING_MEAN, RUNNING_VARIANCE = "running_mean", "running_variance"
"""The buffers by which inference normalises."""


class OverBatch:
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
        self._running = context.buffers[RUNNING_MEAN], context.buffers[RUNNING_VARIANCE]
        self._ones = np.ones(values, dtype=context.dtype)
        normalised = np.empty_like(self._source.tensor.value)
        self._normalised, self._product = channel_matrix(normalised), np.empty_like(self._x)
        self._mean, self._squares, self._variance, self._inverse, self._row = (
            np.empty(units, dtype=context.dtype) for _ in range(5)
        )
        self._internals = {MEAN: self._mean, VARIANCE: self._variance, NORMALISED: normalised}
        # The variance of huge values overflows while their normalised values are finite: the running one must not.
        self._largest = float(np.finfo(context.dtype).max)

    def op(self) -> Op:
        backward: list[Call] = []
        if self._g is not None:
            backward.append(self._sums(self._g))
            into, after = gradient_target(self._source)
            if into is not None:
                backward += [self._by_input(self._g, channel_matrix(into)), *after]
        # A step that is refused, because its numbers are not finite, leaves no trace in the running statistics.
        return Op((self._forward,), tuple(backward), self._internals, settle=(self._move_running,))

    def _forward(self) -> None:
        centred, inverse = self._normalised, self._inverse
        np.dot(self._ones, self._x, self._mean)
        np.multiply(self._mean, 1.0 / self._values, self._mean)
        np.subtract(self._x, self._mean, centred)
        np.multiply(centred, centred, self._product)
        np.dot(self._ones, self._product, self._squares)
        np.multiply(self._squares, 1.0 / self._divisor, self._variance)
        np.add(self._variance, self._epsilon, inverse)
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


def over_run(node: Node, context: BindContext, units: int) -> Op:
    """Normalisation by the running mean and variance, which are constants to the gradient."""
    (source,) = context.inputs
    x, a = channel_matrix(source.tensor.value), channel_matrix(context.output.value)
    scale, ones = ScaleAndShift(context, units), np.ones(len(x), dtype=context.dtype)
    mean, variance = context.buffers[RUNNING_MEAN], context.buffers[RUNNING_VARIANCE]
    epsilon = float(node.options[EPSILON.key])  # type: ignore[arg-type]
    images = np.empty_like(source.tensor.value)
    inverse, row, normalised = np.empty_like(mean), np.empty_like(mean), channel_matrix(images)
    internals = {RUNNING_MEAN: mean, RUNNING_VARIANCE: variance, NORMALISED: images}

    def forward() -> None:
        np.add(variance, epsilon, inverse)
        np.sqrt(inverse, inverse)
        np.divide(1.0, inverse, inverse)
        np.subtract(x, mean, normalised)
        np.multiply(normalised, inverse, normalised)
        scale.apply(normalised, a)

    if not context.training or context.output.gradient is None:
        return Op((forward,), internals=internals)
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
    return Op((forward,), tuple(calls if into is None else [*calls, by_input, *after]), internals)
