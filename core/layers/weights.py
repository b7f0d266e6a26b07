"""What layers with weights have in common: their options, and z = Σ over links (x W) + b with a kernel per link."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.formulas.expressions import Expression, Path, Sum, sum_over
from core.formulas.parameter_names import kernel_of, link_of
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.binding import Array, BindContext, BoundInput, Call, as_matrix
from core.layers.formula_context import FormulaContext
from core.layers.layer_type import InputPort, ParameterSpec
from core.numerics.initializers import INITIALIZERS
from core.options import Choice, ChoiceOption, FlagOption

INITIALIZER = ChoiceOption(
    key="initializer",
    label="Initialiser",
    default="glorot_normal",
    choices=tuple(Choice(i.key, i.label, i.formula) for i in INITIALIZERS),
    help="Distribution of the initial weights.",
)
BIAS = FlagOption(
    key="bias",
    label="Bias",
    default=True,
    help="Whether each unit adds a bias of its own. It starts at 0, or from N(0, 1) with that initialiser.",
)


def bias_spec(node: Node, count: int, fan_in: int, fan_out: int) -> tuple[ParameterSpec, ...]:
    """Return the bias of a layer, where it has one."""
    if not node.options[BIAS.key]:
        return ()
    # Nielsen's N(0, 1) is for weights and biases alike; all other schemes start biases at 0.
    start = "normal" if node.options[INITIALIZER.key] == "normal" else "zeros"
    return (ParameterSpec("bias", "bias", (count,), start, fan_in, fan_out),)


def link_parameters(node: Node, inputs: Sequence[InputPort], width: int, fan_out: int) -> tuple[ParameterSpec, ...]:
    """Return a kernel (inputs, width) per link, and the bias."""
    fan_in, initializer = sum(port.width for port in inputs), str(node.options[INITIALIZER.key])
    kernels = (
        ParameterSpec(kernel_of(port.link_id), "kernel", (port.width, width), initializer, fan_in, fan_out)
        for port in inputs
    )
    return (*kernels, *bias_spec(node, width, fan_in, fan_out))


def linear_forward(context: BindContext, z: Array) -> list[Call]:
    """Return the calls that write z = Σ over links (x W) + b, (batch, width)."""
    calls: list[Call] = []
    partial = np.empty_like(z) if len(context.inputs) > 1 else None
    for index, bound in enumerate(context.inputs):
        x, kernel = as_matrix(bound.tensor.value), _kernel(context, bound)[0]
        if index == 0:
            calls.append(_product(x, kernel, z))
        else:
            assert partial is not None
            calls += [_product(x, kernel, partial), _add(z, partial)]
    if "bias" in context.parameters:
        calls.append(_add(z, context.parameters["bias"][0]))
    return calls


def linear_backward(context: BindContext, delta: Array) -> list[Call]:
    """Return the calls that compute from δ = ∂C/∂z: ∂C/∂W = xᵀ δ, ∂C/∂b = Σ δ, ∂C/∂x = δ Wᵀ."""
    calls: list[Call] = []
    for bound in context.inputs:
        kernel, kernel_gradient = _kernel(context, bound)
        if kernel_gradient is not None:
            calls.append(_product(as_matrix(bound.tensor.value).T, delta, kernel_gradient))
        if bound.tensor.gradient is not None:
            into = as_matrix(bound.tensor.gradient)
            if bound.accumulate:
                share = np.empty_like(into)
                calls += [_product(delta, kernel.T, share), _add(into, share)]
            else:
                calls.append(_product(delta, kernel.T, into))
    if "bias" in context.parameters and (bias_gradient := context.parameters["bias"][1]) is not None:
        calls.append(_product(np.ones(context.batch_size, dtype=context.dtype), delta, bias_gradient))
    return calls


def _kernel(context: BindContext, bound: BoundInput) -> tuple[Array, Array | None]:
    return context.parameters[kernel_of(bound.link_id)]


def _product(left: Array, right: Array, out: Array) -> Call:
    # np.dot has less overhead per call than np.matmul and the same BLAS product behind it.
    dot = np.dot
    return lambda: dot(left, right, out)


def _add(into: Array, more: Array) -> Call:
    add = np.add
    return lambda: add(into, more, into)


def linear_formula(context: FormulaContext, column: Unit) -> Expression:
    """Return Σ over links Σ x w + b for a column of the kernels; `column` may be letters, for the general formula."""
    parts: list[Expression] = []
    for port, source in enumerate(context.sources):
        terms = _weighted_sum(context, port, column)
        parts.append(Path(source.link_id, terms) if len(context.sources) > 1 else terms)
    if context.node.options[BIAS.key]:
        parts.append(context.parameter("bias", column))
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def weighed_port(context: FormulaContext, name: str) -> int:
    """Return the number of the input that a kernel weighs."""
    return [source.link_id for source in context.sources].index(link_of(name))


def _weighted_sum(context: FormulaContext, port: int, column: Unit) -> Expression:
    return sum_over(
        "kmpqr"[port % 5],
        math.prod(context.sources[port].shape),
        lambda k: context.kernel((k, *column), port) * context.flat_x(k, port),
    )
