"""Convolution: filters that slide over an image, the same weights at every place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.formulas.expressions import Expression, Over
from core.formulas.quantities import Index, Unit
from core.graph.model import Node
from core.layers.activation_options import activation_options, chosen_activation
from core.layers.binding import BindContext, Op
from core.layers.computing_layer import TrainedLayer
from core.layers.convolution_arithmetic import BoundConvolution, scratch_numbers
from core.layers.formula_context import FormulaContext, fitted
from core.layers.image_memory import image_shape
from core.layers.layer_type import FREEZE, Family, InputPort, ParameterSpec, single_input
from core.layers.penalty_options import PENALTY_OPTIONS
from core.layers.weights import BIAS, INITIALIZER, bias_spec
from core.layers.window_formulas import WindowFormulas
from core.layers.windows import window_options, window_sizes, windows_over, windows_text
from core.numerics.activations import Activation
from core.options import IntegerOption, OptionValue, Shape, WindowOption
from core.texts import phrase


class Convolution(TrainedLayer):
    """a = g(z), z[r, c, f] = Σ over i, j, k of x[r·s + i − p, c·s + j − p, k] W[i, j, k, f] + b[f].

    The kernel is not turned over (cross-correlation), as in all of today's programs. Outside the image x is 0.
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
    sums_in_loops = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return phrase("{window}, {count} filters", window=windows_text(options, "kernel"), count=options["filters"])

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
        return scratch_numbers(windows, kernel.size // _filters(node), kernel.shape[2], batch_size)

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
        return BoundConvolution(windows, self.activation(node.options), context).op()


def _filters(node: Node) -> int:
    return int(node.options["filters"])  # type: ignore[arg-type]
