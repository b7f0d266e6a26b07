"""What the pooling layers have in common."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence

from core.graph.model import Node
from core.layers.binding import Array, BindContext, Call, Op, gradient_target
from core.layers.computing_layer import ComputingLayer
from core.layers.image_memory import planes
from core.layers.layer_type import Family, InputPort, single_input
from core.layers.windows import Windows, require_pixels, window_options, windows_over, windows_text
from core.options import OptionValue, Shape, WindowOption


class Pooling(ComputingLayer):
    """One number for each window of each channel; what reaches over the edge of the image does not count."""

    family = Family.IMAGES
    options = window_options(
        WindowOption(key="window", label="Window", default=(2, 2), help="Rows and columns that become one number."),
        (2, 2),
    )
    reads_any_order = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return windows_text(options, "window")

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        port = single_input(node.name, inputs)
        windows = windows_over(node, port, "window")
        require_pixels(node, windows)
        return (windows.rows.count, windows.columns.count, *port.shape[2:])

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return True

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return 2 * batch_size * math.prod(self.output_shape(node, inputs))

    def bind(self, node: Node, context: BindContext) -> Op:
        (source,) = context.inputs
        windows = windows_over(node, InputPort("", "", source.tensor.value.shape[1:]), "window")
        x, a, g = planes(source.tensor.value), planes(context.output.value), context.output.gradient
        original = source.tensor.gradient
        if not context.training or g is None or original is None:
            return Op((self.bind_forward(windows, x, a),))
        if windows.tile:
            into, after = gradient_target(source)
            assert into is not None
            forward, backward = self.bind_training(windows, x, a, planes(g), planes(into))
            return Op((forward,), (backward, *after))
        # Windows that leave pixels out, or share some, add their gradients to what is there.
        clear: list[Call] = [] if source.accumulate else [lambda: original.fill(0.0)]
        forward, backward = self.bind_training(windows, x, a, planes(g), planes(original))
        return Op((forward,), (*clear, backward))

    @abstractmethod
    def bind_forward(self, windows: Windows, x: Array, a: Array) -> Call:
        """Return the call that writes `a`; arrays are (channels, rows, columns, batch)."""

    @abstractmethod
    def bind_training(self, windows: Windows, x: Array, a: Array, g: Array, into: Array) -> tuple[Call, Call]:
        """Return the calls forward and backward.

        Where the windows tile the image, backward writes the gradient into `into`, else it adds to it.
        """
