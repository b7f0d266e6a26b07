"""Maxout: the largest of several linear functions of the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from core.formulas.expressions import Condition, Expression, Over
from core.formulas.quantities import Index, Quantity, Unit
from core.graph.model import Node
from core.layers.binding import BindContext, Op
from core.layers.computing_layer import TrainedLayer
from core.layers.formula_context import FormulaContext, flatten, only, unflatten
from core.layers.layer_type import FREEZE, Family, InputPort, ParameterSpec
from core.layers.penalty_options import PENALTY_OPTIONS
from core.layers.weights import (
    BIAS,
    INITIALIZER,
    linear_backward,
    linear_formula,
    linear_forward,
    link_parameters,
    weighed_port,
)
from core.options import IntegerOption, OptionValue, Shape
from core.texts import phrase

PIECE = "piece"
"""The linear functions of each unit, (pieces, units) of each sample."""


class Maxout(TrainedLayer):
    """a = max over pieces p of z_p, z_p = Σ over links (x W_p) + b_p (001: max(w₁ᵀx + b₁, w₂ᵀx + b₂)).

    002's form max(w₁z + b₁, w₂z + b₂) with a scalar z is this layer behind one unit. The gradient goes to the piece
    that is largest; where several are, to the first of them.

    The kernel of a link is (inputs, pieces · units): the units of the first piece, then those of the second, and so
    on; the bias likewise. So all pieces are one matrix product.
    """

    key = "maxout"
    label = "Maxout"
    description = "Each unit is the largest of several linear functions; each incoming link has weights of its own."
    family = Family.WEIGHTS
    icon = "layer-maxout"
    maximum_inputs = None
    options = (
        IntegerOption(
            key="units",
            label="Units",
            default=15,
            minimum=1,
            maximum=100_000,
            help="Number of units, each the largest of its pieces.",
        ),
        IntegerOption(
            key="pieces",
            label="Pieces k",
            default=2,
            minimum=1,
            maximum=100,
            help="Linear functions per unit, of which the largest value counts.",
        ),
        INITIALIZER,
        BIAS,
        *PENALTY_OPTIONS,
        FREEZE,
    )

    def title(self, options: Mapping[str, OptionValue]) -> str:
        return phrase("{layer} {units}", layer=phrase(self.label), units=options["units"])

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return f"k = {options['pieces']}"

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return (_sizes(node)[0],)

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        units, pieces = _sizes(node)
        return link_parameters(node, inputs, pieces * units, units)

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        units, pieces = _sizes(node)
        return 2 * batch_size * pieces * units

    def multiply_adds(self, node: Node, inputs: Sequence[InputPort]) -> int:
        units, pieces = _sizes(node)
        return units * pieces * sum(port.width for port in inputs)

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        j = only(unit)
        return _largest(context, _sizes(context.node)[1], j)

    def internal_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        return linear_formula(context, _column(context, *unit))

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        (units, pieces), i = _sizes(context.node), flatten(unit, context.sources[port].shape)

        def term(p: Index, k: Index) -> Expression:
            return context.kernel((i, *_column(context, p, k)), port) * _piece_delta(context, p, k)

        return Over("sum", ("p", "k"), list(product(range(pieces), range(units))), term)

    def gradient_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        column, units = unit[-1], _sizes(context.node)[0]
        delta = _piece_delta(context, *(("p", column) if isinstance(column, str) else divmod(column, units)))
        if name == BIAS.key:
            return delta
        port = weighed_port(context, name)
        return delta * context.x(unflatten(unit[0], context.sources[port].shape), port)

    def bind(self, node: Node, context: BindContext) -> Op:
        units, pieces = _sizes(node)
        z = np.empty((context.batch_size, pieces * units), dtype=context.dtype)
        parts = [z[:, start : start + units] for start in range(0, pieces * units, units)]
        later = np.empty((pieces - 1, context.batch_size, units), dtype=bool)
        a, contest = context.output.value, list(zip(parts[1:], later, strict=True))

        def largest() -> None:
            np.copyto(a, parts[0])
            for part, wins in contest:
                np.greater(part, a, wins)
                np.maximum(a, part, out=a)

        forward = [*linear_forward(context, z), largest]
        g = context.output.gradient
        internals = {PIECE: z.reshape(context.batch_size, pieces, units)}
        if not context.training or g is None:
            return Op(tuple(forward), internals=internals)
        delta = np.empty_like(z)
        rest, *shares = (delta[:, start : start + units] for start in range(0, pieces * units, units))
        prizes = list(zip(shares, later, strict=True))[::-1]

        def share_out() -> None:
            # From the last piece to the first: each takes what it won from all before it.
            np.copyto(rest, g)
            for share, wins in prizes:
                np.multiply(rest, wins, share)
                np.subtract(rest, share, rest)

        return Op(tuple(forward), (share_out, *linear_backward(context, delta)), internals)


def _sizes(node: Node) -> tuple[int, int]:
    return int(node.options["units"]), int(node.options["pieces"])  # type: ignore[arg-type]


def _piece(context: FormulaContext, p: Index, j: Index) -> Quantity:
    return context.internal(PIECE, (p, j))


def _largest(context: FormulaContext, pieces: int, j: Index) -> Expression:
    return Over("max", ("p",), [(p,) for p in range(pieces)], lambda p: _piece(context, p, j))


def _column(context: FormulaContext, p: Index, j: Index) -> Unit:
    """Return where the weights of a piece of a unit stand in a kernel; of letters the two."""
    if isinstance(p, str) or isinstance(j, str):
        return (p, j)
    return (p * _sizes(context.node)[0] + j,)


def _piece_delta(context: FormulaContext, p: Index, j: Index) -> Expression:
    """Return ∂C/∂z_p of a unit: that of its output where this piece is the first of the largest, else 0."""
    a = context.a((j,))
    share = context.delta((j,)) * Condition(_piece(context, p, j), "=", a)
    return share * Condition(_largest(context, p, j), "<", a) if isinstance(p, int) and p else share
