"""Add: the sum of several inputs, as at the end of a residual block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.formulas.expressions import Expression, Path, Sum
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.binding import Array, BindContext, Call, Op, hand_back
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext, fitted
from core.layers.image_memory import with_sizes
from core.layers.layer_type import Family, InputPort
from core.layers.merging import equal_shape
from core.options import Shape


class Add(ComputingLayer):
    """a = Σ over links x; the gradient goes to each input unchanged. 002's residual connection is f(s) + s."""

    key = "add"
    label = "Add"
    description = "Adds inputs of equal shape: a residual connection."
    family = Family.MERGE
    icon = "layer-add"
    minimum_inputs = 2
    maximum_inputs = None
    reads_any_order = True
    moves_zero = True
    tells_units_apart = True

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return equal_shape(node, inputs)

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        sources = enumerate(context.sources)
        return Sum(
            tuple(Path(source.link_id, context.x(fitted(unit, len(source.shape)), port)) for port, source in sources)
        )

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        return context.delta(fitted(unit, len(context.shape)))

    def bind(self, node: Node, context: BindContext) -> Op:
        a, g = context.output.value, context.output.gradient
        first, second, *others = (with_sizes(source.tensor.value, a.ndim - 1) for source in context.inputs)
        forward: list[Call] = [lambda: np.add(first, second, a)]
        forward += [_add(a, x) for x in others]
        backward: list[Call] = []
        for source in context.inputs:
            if g is not None and source.tensor.gradient is not None:
                backward += hand_back(with_sizes(g, source.tensor.value.ndim - 1), source)
        return Op(tuple(forward), tuple(backward))


def _add(into: Array, more: Array) -> Call:
    return lambda: np.add(into, more, into)
