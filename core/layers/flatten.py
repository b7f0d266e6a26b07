"""Flatten: images as vectors."""

from __future__ import annotations

from collections.abc import Sequence

from core.formulas.expressions import Expression
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.binding import BindContext, Op
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext
from core.layers.layer_type import Family, InputPort, single_input
from core.layers.reordering import backward_reordering, bind_reordering, forward_reordering
from core.options import Shape


class Flatten(ComputingLayer):
    """The values of a sample as one vector: row by row, each pixel with all of its channels."""

    key = "flatten"
    label = "Flatten"
    description = "Lays the values of an image out as one vector."
    family = Family.IMAGES
    icon = "layer-flatten"
    reads_any_order = True

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return (single_input(node.name, inputs).width,)

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return forward_reordering(context, unit)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        return backward_reordering(context, unit)

    def bind(self, node: Node, context: BindContext) -> Op:
        return bind_reordering(context)
