"""Maxout: the largest of several linear functions of the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.graph.model import Node
from core.layers.layer_type import FREEZE, BindContext, Family, InputPort, LayerType, Op, ParameterSpec
from core.layers.weights import BIAS, INITIALIZER, linear_backward, linear_forward, link_parameters
from core.options import IntegerOption, OptionValue, Shape


class Maxout(LayerType):
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
        FREEZE,
    )

    def title(self, options: Mapping[str, OptionValue]) -> str:
        return f"{self.label} {options['units']}"

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
        if not context.training or g is None:
            return Op(tuple(forward))
        delta = np.empty_like(z)
        rest, *shares = (delta[:, start : start + units] for start in range(0, pieces * units, units))
        prizes = list(zip(shares, later, strict=True))[::-1]

        def share_out() -> None:
            # From the last piece to the first: each takes what it won from all before it.
            np.copyto(rest, g)
            for share, wins in prizes:
                np.multiply(rest, wins, share)
                np.subtract(rest, share, rest)

        return Op(tuple(forward), (share_out, *linear_backward(context, delta)))


def _sizes(node: Node) -> tuple[int, int]:
    return int(node.options["units"]), int(node.options["pieces"])  # type: ignore[arg-type]
