"""Convolution: filters that slide over an image, the same weights at every place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.lib.stride_tricks import as_strided

from core.formulas.expressions import Expression, Over
from core.formulas.quantities import Index, Unit
from core.graph.model import Node
from core.layers.activation_options import activation_options, chosen_activation
from core.layers.formula_context import FormulaContext, fitted
from core.layers.image_memory import image_shape, memory_view, planes
from core.layers.layer_type import (
    FREEZE,
    Array,
    BindContext,
    Call,
    Family,
    InputPort,
    LayerType,
    Op,
    ParameterSpec,
    single_input,
)
from core.layers.penalty_options import PENALTY_OPTIONS
from core.layers.weights import BIAS, INITIALIZER, bias_spec
from core.layers.window_formulas import WindowFormulas
from core.layers.windows import Windows, window_options, window_sizes, windows_over, windows_text
from core.numerics.activations import Activation
from core.options import IntegerOption, OptionValue, Shape, WindowOption

BLOCK_NUMBERS = 2**21
"""At most so many numbers of laid out windows are held at a time, or one row of them."""


class Convolution(LayerType):
    """a = g(z), z[r, c, f] = Σ over i, j, k of x[r·s + i − p, c·s + j − p, k] W[i, j, k, f] + b[f].

    The kernel is not turned over (cross-correlation), as in all of today's programs. Outside the image x is 0.

    The windows are laid out as a matrix (rows · columns · channels of the kernel, rows · columns · batch of the
    output), so that z, both gradients and nothing else are matrix products. It is made in blocks of output rows; where
    there is one block only, going back finds it as going forward left it.
    """

    key = "convolution"
    label = "Convolution"
    description = "Filters that slide over an image, with the same weights at every place."
    family = Family.IMAGES
    icon = "layer-convolution"
    options = (
        IntegerOption(
            key="filters",
            label="Filters",
            default=16,
            minimum=1,
            maximum=10_000,
            help="Number of filters; each makes one channel of the output.",
        ),
        *window_options(
            WindowOption(key="kernel", label="Kernel", default=(3, 3), help="Rows and columns that a filter sees."),
            (1, 1),
        ),
        *activation_options("Activation", "relu"),
        INITIALIZER,
        BIAS,
        *PENALTY_OPTIONS,
        FREEZE,
    )
    reads_any_order = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return f"{windows_text(options, 'kernel')}, {options['filters']} filters"

    def activation(self, options: Mapping[str, OptionValue]) -> Activation:
        return chosen_activation(options)

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        windows = windows_over(node, single_input(node.name, inputs), "kernel")
        return (windows.rows.count, windows.columns.count, _filters(node))

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return True

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        rows, columns = window_sizes(node.options, "kernel")
        channels, filters = image_shape(inputs[0].shape)[2], _filters(node)
        fan_in, fan_out = rows * columns * channels, rows * columns * filters
        initializer = str(node.options[INITIALIZER.key])
        kernel = ParameterSpec("kernel", "kernel", (rows, columns, channels, filters), initializer, fan_in, fan_out)
        return (kernel, *bias_spec(node, filters, fan_in, fan_out))

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        windows, (kernel, *_) = windows_over(node, inputs[0], "kernel"), self.parameters(node, inputs)
        numbers = kernel.size // _filters(node)
        padded = windows.rows.padded * windows.columns.padded * image_shape(inputs[0].shape)[2] * batch_size
        return numbers * _block_rows(windows, numbers, batch_size) * windows.columns.count * batch_size + padded

    def multiply_adds(self, node: Node, inputs: Sequence[InputPort]) -> int:
        (kernel, *_), (rows, columns, _) = self.parameters(node, inputs), self.output_shape(node, inputs)
        return rows * columns * kernel.size

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        windows, channels = WindowFormulas(context, "kernel"), image_shape(context.sources[0].shape)[2]

        def term(p: Index, q: Index, c: Index) -> Expression:
            return context.parameter("kernel", (p, q, c, unit[2])) * context.x(windows.pixel(unit, p, q, (c,)))

        places = [(*place, c) for place in windows.places(unit) for c in range(channels)]
        z = Over("sum", ("p", "q", "c"), places, term)
        return z + context.parameter("bias", unit[2:]) if context.node.options[BIAS.key] else z

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        windows, (channel,) = WindowFormulas(context, "kernel"), fitted(unit, 3)[2:]

        def term(r: Index, s: Index, f: Index) -> Expression:
            weight = context.parameter("kernel", (*windows.offset((r, s), unit), channel, f))
            return weight * context.delta((r, s, f))

        places = [(*window, f) for window in windows.showing(unit) for f in range(_filters(context.node))]
        return Over("sum", ("r", "s", "f"), places, term)

    def gradient_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        windows, filter_ = WindowFormulas(context, "kernel"), unit[-1]
        if name == BIAS.key:
            rows, columns, _ = context.shape
            places = [(r, s) for r in range(rows) for s in range(columns)]
            return Over("sum", ("r", "s"), places, lambda r, s: context.delta((r, s, filter_)))
        row, column, channel, _ = unit
        return windows.over_windows(
            row,
            column,
            lambda r, s: context.delta((r, s, filter_)) * context.x(windows.pixel((r, s), row, column, (channel,))),
        )

    def bind(self, node: Node, context: BindContext) -> Op:
        shape = context.inputs[0].tensor.value.shape[1:]
        windows = windows_over(node, InputPort("", "", shape), "kernel")
        return _Bound(windows, self.activation(node.options), context).op()


def _filters(node: Node) -> int:
    return int(node.options["filters"])  # type: ignore[arg-type]


def _block_rows(windows: Windows, kernel_numbers: int, batch_size: int) -> int:
    """Return how many rows of the output are computed at a time."""
    row = kernel_numbers * windows.columns.count * batch_size
    return max(1, min(windows.rows.count, BLOCK_NUMBERS // row))


class _Bound:
    """The arithmetic of one convolution; images are (channels, rows, columns, batch)."""

    def __init__(self, windows: Windows, activation: Activation, context: BindContext) -> None:
        self._windows, self._activation, self._context = windows, activation, context
        (self._source,) = context.inputs
        self._x = planes(self._source.tensor.value)
        self._channels, self._batch = self._x.shape[0], self._x.shape[3]
        self._padded = self._padded_images()
        kernel, self._kernel_gradient = context.parameters["kernel"]
        self._filters = kernel.shape[3]
        self._kernel = kernel.reshape(-1, self._filters)
        self._row = windows.columns.count * self._batch
        self._rows = _block_rows(windows, len(self._kernel), self._batch)
        self._matrix = np.empty(len(self._kernel) * self._rows * self._row, dtype=context.dtype)

    def op(self) -> Op:
        return Op(tuple(self._forward()), tuple(self._backward()))

    def _padded_images(self) -> Array:
        """Return where the windows are read from: the input itself where it lies well and needs no padding."""
        if self._windows.within and self._x.flags.c_contiguous:
            return self._x
        rows, columns = self._windows.rows.padded, self._windows.columns.padded
        return np.zeros((self._channels, rows, columns, self._batch), dtype=self._context.dtype)

    def _blocks(self) -> list[tuple[int, int]]:
        """Return (first, last + 1) of the output rows of each block."""
        count = self._windows.rows.count
        return [(start, min(start + self._rows, count)) for start in range(0, count, self._rows)]

    def _laid_out(self, block: tuple[int, int]) -> Array:
        """Return the matrix of the windows of a block, (kernel numbers, windows · batch)."""
        numbers = (block[1] - block[0]) * self._row
        return self._matrix[: len(self._kernel) * numbers].reshape(len(self._kernel), numbers)

    def _six_sizes(self, block: tuple[int, int]) -> tuple[int, ...]:
        rows, columns = self._windows.rows, self._windows.columns
        return (rows.window, columns.window, self._channels, block[1] - block[0], columns.count, self._batch)

    def _lay_out(self, block: tuple[int, int]) -> Call:
        rows, columns = self._windows.rows.stride, self._windows.columns.stride
        channel, row, column, sample = self._padded.strides
        windows = as_strided(
            self._padded[:, block[0] * rows :],
            self._six_sizes(block),
            (row, column, channel, row * rows, column * columns, sample),
            writeable=False,
        )
        into = self._laid_out(block).reshape(windows.shape)
        return lambda: np.copyto(into, windows)

    def _part(self, matrix: Array, block: tuple[int, int]) -> Array:
        return matrix[:, block[0] * self._row : block[1] * self._row]

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
        z = planes(output.pre_activation).reshape(self._filters, -1)
        for block in self._blocks():
            into = self._part(z, block)
            calls += [self._lay_out(block), _product(self._kernel.T, self._laid_out(block), into)]
            if "bias" in self._context.parameters:
                calls.append(_add(into, self._context.parameters["bias"][0][:, np.newaxis]))
        calls.append(self._activation.bind_forward(*self._for_activation(output.pre_activation, output.value)))
        return calls

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
        delta = planes(output.pre_gradient).reshape(self._filters, -1)
        into = self._source.tensor.gradient
        if into is not None and not self._source.accumulate:
            calls.append(lambda: into.fill(0.0))
        blocks = self._blocks()
        for block in blocks:
            part = self._part(delta, block)
            if self._kernel_gradient is not None:
                calls += [self._lay_out(block)] if len(blocks) > 1 else []
                calls += self._by_kernel(block, part, self._kernel_gradient.reshape(self._kernel.shape))
            if into is not None:
                # The windows of this block have served: their gradients take their place.
                calls += [_product(self._kernel, part, self._laid_out(block)), self._gather(block, planes(into))]
        if "bias" in context.parameters and (bias_gradient := context.parameters["bias"][1]) is not None:
            ones = np.ones(delta.shape[1], dtype=context.dtype)
            calls.append(lambda: np.dot(delta, ones, bias_gradient))
        return calls

    def _by_kernel(self, block: tuple[int, int], delta: Array, gradient: Array) -> list[Call]:
        """∂C/∂W = windows δᵀ, summed over the blocks."""
        if block[0] == 0:
            return [_product(self._laid_out(block), delta.T, gradient)]
        share = np.empty_like(gradient)
        return [_product(self._laid_out(block), delta.T, share), _add(gradient, share)]

    def _gather(self, block: tuple[int, int], into: Array) -> Call:
        """Add the gradients of the windows of a block to the pixels that they show."""
        shares = self._laid_out(block).reshape(self._six_sizes(block))
        pairs: list[tuple[Array, Array]] = []
        for i in range(self._windows.rows.window):
            down, pixels_down = self._windows.rows.inside(i, *block)
            for j in range(self._windows.columns.window):
                across, pixels_across = self._windows.columns.inside(j, 0, self._windows.columns.count)
                share = shares[i, j, :, down.start - block[0] : down.stop - block[0], across]
                if share.size:
                    pairs.append((into[:, pixels_down, pixels_across], share))

        def gather() -> None:
            for pixels, share in pairs:
                np.add(pixels, share, pixels)

        return gather


def _product(left: Array, right: Array, out: Array) -> Call:
    # np.matmul, unlike np.dot, writes into a part of a matrix.
    matmul = np.matmul
    return lambda: matmul(left, right, out)


def _add(into: Array, more: Array) -> Call:
    return lambda: np.add(into, more, into)
