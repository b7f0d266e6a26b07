"""Zero padding: zeros around an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.formulas.expressions import Expression, formula
from core.formulas.quantities import Unit
from core.graph.model import Node
from core.layers.binding import BindContext, Op, hand_back
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext, combined
from core.layers.layer_type import Family, InputPort, single_input
from core.layers.windows import require_image
from core.options import IntegerOption, OptionValue, Shape

SIDES = ("top", "bottom", "left", "right")


class ZeroPadding(ComputingLayer):
    """The image with rows and columns of zeros around it; the gradient is that of its inside."""

    key = "zero_padding"
    label = "Zero padding"
    description = "Puts rows and columns of zeros around an image."
    family = Family.IMAGES
    icon = "layer-padding"
    options = tuple(
        IntegerOption(
            key=side,
            label=side.capitalize(),
            default=1,
            minimum=0,
            maximum=1_000,
            help=f"{'Rows' if side in ('top', 'bottom') else 'Columns'} of zeros at the {side}.",
        )
        for side in SIDES
    )
    reads_any_order = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        margins = _margins(options)
        return str(margins[0]) if len(set(margins)) == 1 else ", ".join(map(str, margins))

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        port = single_input(node.name, inputs)
        require_image(node, port)
        top, bottom, left, right = _margins(node.options)
        return (port.shape[0] + top + bottom, port.shape[1] + left + right, *port.shape[2:])

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return True

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        top, _, left, _ = _margins(context.node.options)
        place = combined((1, unit[0]), plus=-top), combined((1, unit[1]), plus=-left)
        # In letters: of the image itself, as everywhere with the understanding that it is 0 outside.
        inside = (
            isinstance(index, str) or 0 <= index < size
            for index, size in zip(place, context.sources[0].shape, strict=False)
        )
        return context.x((*place, *unit[2:])) if all(inside) else formula(0.0)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        top, _, left, _ = _margins(context.node.options)
        return context.delta((combined((1, unit[0]), plus=top), combined((1, unit[1]), plus=left), *unit[2:]))

    def bind(self, node: Node, context: BindContext) -> Op:
        (source,) = context.inputs
        x, g = source.tensor.value, context.output.gradient
        top, _, left, _ = _margins(node.options)
        middle = (slice(None), slice(top, top + x.shape[1]), slice(left, left + x.shape[2]))
        # The zeros around it are there from the start and nothing writes them.
        into = context.output.value[middle]
        return Op((lambda: np.copyto(into, x),), tuple(hand_back(g[middle], source)) if g is not None else ())


def _margins(options: Mapping[str, OptionValue]) -> tuple[int, ...]:
    return tuple(int(options[side]) for side in SIDES)  # type: ignore[arg-type]
