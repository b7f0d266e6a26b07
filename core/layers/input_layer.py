"""Input: where the samples enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.graph.model import Node
from core.layers.binding import BindContext, Op
from core.layers.layer_type import Family, InputPort, LayerType, format_shape
from core.options import OptionValue, Shape, ShapeOption


class InputLayer(LayerType):
    """The samples of the batch, as they are."""

    key = "input"
    label = "Input"
    description = "Where the samples enter the network."
    family = Family.INPUT_OUTPUT
    icon = "layer-input"
    options = (
        ShapeOption(
            key="shape",
            label="Shape",
            default=(784,),
            help="Shape of one sample, such as 784 or 28 × 28.",
        ),
    )
    minimum_inputs = 0
    maximum_inputs = 0

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return format_shape(options["shape"])  # type: ignore[arg-type]

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return node.options["shape"]  # type: ignore[return-value]

    def bind(self, node: Node, context: BindContext) -> Op:
        return Op(forward=())
