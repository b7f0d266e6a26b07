"""Output: where the network's answer is compared with the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.graph.model import Node
from core.layers.binding import BindContext, Op
from core.layers.layer_type import Family, InputPort, LayerType, single_input
from core.layers.loss_options import chosen_loss, loss_options
from core.numerics.losses import Loss
from core.options import OptionValue, Shape


class OutputLayer(LayerType):
    """The end of the network: its input is the answer, its loss compares it with the target.

    The arithmetic of the loss is bound by the compiler, which alone knows whether it is one operation with the
    activation before it.
    """

    key = "output"
    label = "Output"
    description = "The network's answer, compared with the target by a loss."
    family = Family.INPUT_OUTPUT
    icon = "layer-output"
    options = loss_options()
    has_output = False

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return self.loss(options).summary

    def loss(self, options: Mapping[str, OptionValue]) -> Loss:
        """Return the loss that is set, with its options."""
        return chosen_loss(options)

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return single_input(node.name or self.label, inputs).shape

    def bind(self, node: Node, context: BindContext) -> Op:
        return Op(forward=())
