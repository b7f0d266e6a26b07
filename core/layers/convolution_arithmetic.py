"""The arithmetic of one convolution, bound to arrays: what its two ways to work out the sums have in common."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.layers.binding import BindContext, Call, Op
from core.layers.convolution_loops import ConvolutionLoops
from core.layers.convolution_products import ConvolutionProducts, block_rows
from core.layers.image_memory import memory_view, planes
from core.layers.windows import Windows
from core.loops.surroundings import library_here
from core.loops.written import may_compile
from core.numerics.activations import Activation

Array: TypeAlias = NDArray[Any]


def scratch_numbers(windows: Windows, kernel_numbers: int, channels: int, batch_size: int) -> int:
    """Return how many numbers training takes besides the output, z and their gradients."""
    padded = windows.rows.padded * windows.columns.padded * channels * batch_size
    if may_compile():
        return padded
    rows = block_rows(windows, kernel_numbers, batch_size)
    return padded + kernel_numbers * rows * windows.columns.count * batch_size


class BoundConvolution:
    """A convolution over images (channels, rows, columns, batch)."""

    def __init__(self, windows: Windows, activation: Activation, context: BindContext) -> None:
        self._windows, self._activation, self._context = windows, activation, context
        (self._source,) = context.inputs
        self._x = planes(self._source.tensor.value)
        self._padded = self._padded_images()
        kernel, self._kernel_gradient = context.parameters["kernel"]
        self._filters = kernel.shape[3]
        self._kernel = kernel.reshape(-1, self._filters)
        self._bias: Array | None = None
        self._bias_gradient: Array | None = None
        if "bias" in context.parameters:
            self._bias, self._bias_gradient = context.parameters["bias"]
        found = library_here()
        self._compiled = found is not None
        self._sums: ConvolutionLoops | ConvolutionProducts
        if found is not None:
            self._sums = ConvolutionLoops(found, windows, self._padded, self._kernel)
        else:
            self._sums = ConvolutionProducts(windows, self._padded, self._kernel)

    def op(self) -> Op:
        return Op(tuple(self._forward()), tuple(self._backward()))

    def _padded_images(self) -> Array:
        """Return where the windows are read from: the input itself where it lies well and needs no padding."""
        if self._windows.within and self._x.flags.c_contiguous:
            return self._x
        channels, _, _, batch = self._x.shape
        rows, columns = self._windows.rows.padded, self._windows.columns.padded
        return np.zeros((channels, rows, columns, batch), dtype=self._context.dtype)

    def _forward(self) -> list[Call]:
        output = self._context.output
        assert output.pre_activation is not None
        calls: list[Call] = []
        if self._padded is not self._x:
            rows, columns = self._windows.rows, self._windows.columns
            middle = self._padded[
                :, rows.before : rows.before + rows.size, columns.before : columns.before + columns.size
            ]
            calls.append(lambda: np.copyto(middle, self._x))
        calls += self._sums.forward(self._bias, self._as_matrix(output.pre_activation))
        calls.append(self._activation.bind_forward(*self._for_activation(output.pre_activation, output.value)))
        return calls

    def _as_matrix(self, array: Array) -> Array:
        return planes(array).reshape(self._filters, -1)

    def _for_activation(self, *arrays: Array) -> list[Array]:
        # Softmax works on the last axis, the channels; all others are fastest along the memory.
        return [memory_view(array) if self._activation.elementwise else array for array in arrays]

    def _backward(self) -> list[Call]:
        context, output = self._context, self._context.output
        if not context.training or output.pre_gradient is None:
            return []
        assert output.gradient is not None and output.pre_activation is not None
        arrays = (output.pre_activation, output.value, output.gradient, output.pre_gradient)
        calls: list[Call] = [self._activation.bind_backward(*self._for_activation(*arrays))]
        delta = self._as_matrix(output.pre_gradient)
        if self._kernel_gradient is not None:
            gradient = self._kernel_gradient.reshape(self._kernel.shape)
            calls += self._sums.by_kernel(delta, gradient, self._bias_gradient)
        into = self._source.tensor.gradient
        return calls if into is None else [*calls, *self._by_input(delta, into)]

    def _by_input(self, delta: Array, into: Array) -> list[Call]:
        pixels = planes(into)
        if self._compiled and not pixels.flags.c_contiguous:
            # Loops need long stretches in memory: they add to an array of their own.
            share = np.empty(pixels.shape, dtype=pixels.dtype)
            adds = self._source.accumulate
            hand_back: Call = (lambda: np.add(pixels, share, pixels)) if adds else (lambda: np.copyto(pixels, share))
            return [lambda: share.fill(0.0), *self._sums.by_input(delta, share), hand_back]
        clear: list[Call] = [] if self._source.accumulate else [lambda: into.fill(0.0)]
        return [*clear, *self._sums.by_input(delta, pixels)]
