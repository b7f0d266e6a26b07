"""Dense: every unit sees every value of every input, each link through a kernel of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.formulas.expressions import Expression, sum_over
from core.formulas.parameter_names import kernel_of
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.activation_options import activation_options, chosen_activation
from core.layers.binding import Array, BindContext, BoundInput, Call, Op, as_matrix
from core.layers.computing_layer import TrainedLayer
from core.layers.formula_context import FormulaContext, flatten, unflatten
from core.layers.layer_type import FREEZE, Family, InputPort, ParameterSpec
from core.layers.penalty_options import PENALTY_OPTIONS
from core.layers.weights import BIAS, INITIALIZER, linear_formula, link_parameters, weighed_port
from core.loops.products import bind_column_sums, bind_product
from core.numerics.activations import Activation
from core.options import IntegerOption, OptionValue, Shape
from core.texts import phrase


class Dense(TrainedLayer):
    """a = g(z), z = Σ over links (x W) + b; backward δ = ∂C/∂z, ∂C/∂W = xᵀ δ, ∂C/∂b = Σ δ, ∂C/∂x = δ Wᵀ.

    With one link this is the layer of 000 to 004; with more it is 002's layer with direct links
    (θ^{k′,k} between layers that are not neighbours). Inputs of any shape are read as vectors.
    """

    key = "dense"
    label = "Dense"
    description = "Fully connected units; each incoming link has weights of its own."
    family = Family.WEIGHTS
    icon = "layer-dense"
    maximum_inputs = None
    options = (
        IntegerOption(
            key="units",
            label="Units",
            default=15,
            minimum=1,
            maximum=100_000,
            help="Number of units, each with its own weights.",
        ),
        *activation_options("Activation", "sigmoid"),
        INITIALIZER,
        BIAS,
        *PENALTY_OPTIONS,
        FREEZE,
    )

    def title(self, options: Mapping[str, OptionValue]) -> str:
        return phrase("{layer} {units}", layer=phrase(self.label), units=options["units"])

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return phrase(chosen_activation(options).short_label)

    def activation(self, options: Mapping[str, OptionValue]) -> Activation:
        return chosen_activation(options)

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return (_units(node),)

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        return link_parameters(node, inputs, _units(node), _units(node))

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return batch_size * _units(node) if len(inputs) > 1 else 0

    def multiply_adds(self, node: Node, inputs: Sequence[InputPort]) -> int:
        return _units(node) * sum(port.width for port in inputs)

    def bind(self, node: Node, context: BindContext) -> Op:
        return Op(tuple(self._forward(node, context)), tuple(self._backward(node, context)))

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        return linear_formula(context, unit)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        i = flatten(unit, context.sources[port].shape)
        return sum_over("k", _units(context.node), lambda k: context.kernel((i, k), port) * context.delta((k,)))

    def gradient_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        if name == "bias":
            return context.delta(unit)
        port, (i, j) = weighed_port(context, name), unit
        return context.delta((j,)) * context.x(unflatten(i, context.sources[port].shape), port)

    def _forward(self, node: Node, context: BindContext) -> list[Call]:
        z = context.output.pre_activation
        assert z is not None
        calls: list[Call] = []
        for index, bound in enumerate(context.inputs):
            x, kernel = as_matrix(bound.tensor.value), _kernel(context, bound)[0]
            calls.append(bind_product(x, kernel, z, adds=index > 0))
        bias = context.parameters["bias"][0] if node.options["bias"] else None
        calls.append(self.activation(node.options).bind_forward(z, context.output.value, bias))
        return calls

    def _backward(self, node: Node, context: BindContext) -> list[Call]:
        output, delta = context.output, context.output.pre_gradient
        if not context.training or delta is None:
            return []
        calls: list[Call] = []
        if not context.fused:
            assert output.gradient is not None and output.pre_activation is not None
            calls.append(
                self.activation(node.options).bind_backward(
                    output.pre_activation, output.value, output.gradient, delta
                )
            )
        for bound in context.inputs:
            kernel, kernel_gradient = _kernel(context, bound)
            if kernel_gradient is not None:
                calls.append(bind_product(as_matrix(bound.tensor.value).T, delta, kernel_gradient))
            if bound.tensor.gradient is not None:
                calls.append(bind_product(delta, kernel.T, as_matrix(bound.tensor.gradient), adds=bound.accumulate))
        if node.options["bias"] and (bias_gradient := context.parameters["bias"][1]) is not None:
            calls.append(bind_column_sums(delta, bias_gradient))
        return calls


def _units(node: Node) -> int:
    return int(node.options["units"])  # type: ignore[arg-type]


def _kernel(context: BindContext, bound: BoundInput) -> tuple[Array, Array | None]:
    return context.parameters[kernel_of(bound.link_id)]
