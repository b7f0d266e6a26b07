"""Reshape: the same values with other sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from core.errors import ShapeError
from core.formulas.expressions import Expression
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.binding import BindContext, Op
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext
from core.layers.layer_type import Family, InputPort, format_shape, single_input
from core.layers.reordering import backward_reordering, bind_reordering, forward_reordering
from core.options import OptionValue, Shape, ShapeOption


class Reshape(ComputingLayer):
    """The values of a sample in another shape, such as a vector of 784 as an image of 28 × 28, read row by row."""

    key = "reshape"
    label = "Reshape"
    description = "Gives the values another shape, such as a vector that of an image."
    family = Family.IMAGES
    icon = "layer-reshape"
    options = (
        ShapeOption(
            key="shape",
            label="Shape",
            default=(28, 28),
            help="New shape of one sample; it must have as many values as the old one.",
        ),
    )
    reads_any_order = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return format_shape(_shape(options))

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        port, wanted = single_input(node.name, inputs), _shape(node.options)
        if math.prod(wanted) != port.width:
            raise ShapeError(
                "'{name}' makes {count} values per sample ({shape}), but '{source}' gives {width} ({found}). "
                "Choose a shape with {width} values.",
                name=node.name,
                count=f"{math.prod(wanted):,}",
                shape=format_shape(wanted),
                source=port.source_name,
                width=f"{port.width:,}",
                found=format_shape(port.shape),
            )
        return wanted

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return forward_reordering(context, unit)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        return backward_reordering(context, unit)

    def bind(self, node: Node, context: BindContext) -> Op:
        return bind_reordering(context)


def _shape(options: Mapping[str, OptionValue]) -> Shape:
    return options["shape"]  # type: ignore[return-value]
