"""Activation: a function of its own card, after any layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.formulas.expressions import Expression
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.activation_options import activation_options, chosen_activation
from core.layers.binding import BindContext, Call, Op
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext
from core.layers.layer_type import Family, InputPort, Preset, single_input
from core.numerics.activations import Activation
from core.options import OptionValue, Shape
from core.texts import phrase


class ActivationLayer(ComputingLayer):
    """a = g(z) where z is what arrives."""

    key = "activation"
    label = "Activation"
    description = "Applies a function to each value that arrives."
    family = Family.ACTIVATION
    icon = "layer-activation"
    options = activation_options("Function", "relu")
    presets = (
        Preset("Softmax", "Makes the values positive, with sum 1.", "layer-softmax", {"activation": "softmax"}),
    )

    def title(self, options: Mapping[str, OptionValue]) -> str:
        return phrase(chosen_activation(options).label)

    def activation(self, options: Mapping[str, OptionValue]) -> Activation:
        return chosen_activation(options)

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return single_input(node.name or self.label, inputs).shape

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return context.x(unit)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        return context.delta(unit)

    def bind(self, node: Node, context: BindContext) -> Op:
        activation, output = self.activation(node.options), context.output
        (source,) = context.inputs
        z, delta = output.pre_activation, output.pre_gradient
        assert z is not None
        forward: list[Call] = [lambda: np.copyto(z, source.tensor.value), activation.bind_forward(z, output.value)]
        backward: list[Call] = []
        if context.training and delta is not None:
            if not context.fused:
                assert output.gradient is not None
                backward.append(activation.bind_backward(z, output.value, output.gradient, delta))
            into = source.tensor.gradient
            if into is not None and source.accumulate:
                backward.append(lambda: np.add(into, delta, into))
            elif into is not None:
                backward.append(lambda: np.copyto(into, delta))
        return Op(tuple(forward), tuple(backward))
