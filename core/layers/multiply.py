"""Multiply: the product of several inputs, value by value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.formulas.expressions import Expression, Product
from core.formulas.quantities import Quantity, Unit
from core.graph.model import Node
from core.layers.binding import Array, BindContext, BoundInput, Call, Op, gradient_target
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext, fitted
from core.layers.image_memory import with_sizes
from core.layers.layer_type import Family, InputPort
from core.layers.merging import equal_shape
from core.options import Shape


class Multiply(ComputingLayer):
    """a = Π over links x (000's multiply gate): the gradient of an input is g times the product of the others.

    Those products are built from the left going forward and from the right going back, so that nothing is divided
    and the work grows with the number of links, not with its square.
    """

    key = "multiply"
    label = "Multiply"
    description = "Multiplies inputs of equal shape value by value: a gate."
    family = Family.MERGE
    icon = "layer-multiply"
    minimum_inputs = 2
    maximum_inputs = None
    reads_any_order = True
    tells_units_apart = True

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return equal_shape(node, inputs)

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return (len(inputs) - 1) * batch_size * inputs[0].width

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return Product(tuple(_value(context, port, unit) for port in range(len(context.sources))))

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        others = (_value(context, other, unit) for other in range(len(context.sources)) if other != port)
        return Product((context.delta(fitted(unit, len(context.shape))), *others))

    def bind(self, node: Node, context: BindContext) -> Op:
        a, g = context.output.value, context.output.gradient
        inputs = [with_sizes(source.tensor.value, a.ndim - 1) for source in context.inputs]
        products = [inputs[0], *(np.empty_like(a) for _ in inputs[2:]), a]
        forward = [_product(products[i], inputs[i + 1], products[i + 1]) for i in range(len(inputs) - 1)]
        if g is None:
            return Op(tuple(forward))
        return Op(tuple(forward), tuple(_backward(context.inputs, inputs, products, g)))


def _value(context: FormulaContext, port: int, unit: Unit) -> Quantity:
    return context.x(fitted(unit, len(context.sources[port].shape)), port)


def _backward(sources: Sequence[BoundInput], inputs: list[Array], products: list[Array], g: Array) -> list[Call]:
    """Go from the last input to the first; `behind` is g times all inputs after the one at hand."""
    calls: list[Call] = []
    behind = g
    for i in range(len(inputs) - 1, -1, -1):
        into, after = gradient_target(sources[i])
        if into is not None:
            target = with_sizes(into, g.ndim - 1)
            calls.append(_product(behind, products[i - 1], target) if i else _copy(behind, target))
            calls += after
        if i:
            further = np.empty_like(g) if behind is g else behind
            calls.append(_product(behind, inputs[i], further))
            behind = further
    return calls


def _product(left: Array, right: Array, out: Array) -> Call:
    return lambda: np.multiply(left, right, out)


def _copy(source: Array, out: Array) -> Call:
    return lambda: np.copyto(out, source)
