"""PReLU: ReLU whose negative side has a slope that can be learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.formulas.expressions import Cases, Condition, Expression, Over, formula
from core.formulas.quantities import Constant, Index, Unit
from core.graph.model import Node
from core.layers.binding import Array, BindContext, Call, Op, gradient_target
from core.layers.computing_layer import TrainedLayer
from core.layers.formula_context import PIXEL, FormulaContext, places_of
from core.layers.image_memory import channel_matrix, image_shape
from core.layers.layer_type import FREEZE, Family, InputPort, ParameterSpec, single_input
from core.options import Choice, ChoiceOption, OptionValue, RealOption, Shape
from core.texts import phrase

FIXED, SHARED, UNIT = "fixed", "shared", "unit"


class Prelu(TrainedLayer):
    """a = x where x > 0, else α x; ∂C/∂α = Σ g x over x ≤ 0; at the kink x = 0 the derivative by x is α.

    002 writes max(αx, x), which is the same for α ≤ 1; this form holds for any α.
    """

    key = "prelu"
    label = "PReLU"
    description = "ReLU whose slope for negative values is learnt or fixed."
    family = Family.ACTIVATION
    icon = "layer-prelu"
    options = (
        RealOption(
            key="slope",
            label="Slope α",
            default=0.25,
            minimum=0.0,
            maximum=2.0,
            help="Slope where the value is negative; a learnt slope starts from it.",
        ),
        ChoiceOption(
            key="learning",
            label="Slopes",
            default=UNIT,
            choices=(
                Choice(UNIT, "Each its own", "each unit learns a slope, in images each channel"),
                Choice(SHARED, "One learnt", "one slope for all, learnt"),
                Choice(FIXED, "Fixed", "one slope for all that does not change"),
            ),
            help="Whether the slope is learnt, and how many of them there are.",
        ),
        FREEZE,
    )
    reads_any_order = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        slope = f"{options['slope']:g}"
        return f"α = {slope}" if options["learning"] == FIXED else phrase("α from {slope}", slope=slope)

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        return single_input(node.name, inputs).shape

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def parameters(self, node: Node, inputs: Sequence[InputPort]) -> tuple[ParameterSpec, ...]:
        if node.options["learning"] == FIXED:
            return ()
        shape = inputs[0].shape
        units = shape[0] if len(shape) == 1 else image_shape(shape)[2]
        count = units if node.options["learning"] == UNIT else 1
        slope = float(node.options["slope"])  # type: ignore[arg-type]
        return (ParameterSpec("slope", "slope", (count,), "zeros", count, count, start=slope),)

    def scratch(self, node: Node, inputs: Sequence[InputPort], batch_size: int) -> int:
        return 4 * batch_size * inputs[0].width

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        x = context.x(unit)
        return Cases(((Condition(x, ">", formula(0.0)), x),), _slope(context, unit) * x)

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        positive = Condition(context.x(unit), ">", formula(0.0))
        return context.delta(unit) * Cases(((positive, formula(1.0)),), _slope(context, unit))

    def gradient_formula(self, context: FormulaContext, name: str, unit: Unit) -> Expression:
        def term(*place: Index) -> Expression:
            x = context.x(place)
            return context.delta(place) * x * Condition(x, "≤", formula(0.0))

        shape = context.shape
        if context.node.options["learning"] == SHARED:
            return Over("sum", PIXEL[: len(shape)], places_of(shape), term)
        if len(shape) == 1:
            return term(*unit)
        channel = unit if len(shape) == 3 else ()
        return Over("sum", PIXEL[:2], places_of(shape[:2]), lambda *pixel: term(*pixel, *channel))

    def bind(self, node: Node, context: BindContext) -> Op:
        (source,) = context.inputs
        x, a = channel_matrix(source.tensor.value), channel_matrix(context.output.value)
        fixed = np.full(1, node.options["slope"], dtype=context.dtype)
        slope, slope_gradient = context.parameters.get("slope", (fixed, None))
        negative, scaled = np.empty_like(x), np.empty_like(x)

        def forward() -> None:
            np.minimum(x, 0.0, out=negative)
            np.multiply(negative, slope, scaled)
            np.maximum(x, 0.0, out=a)
            np.add(a, scaled, a)

        if not context.training or context.output.gradient is None:
            return Op((forward,))
        g = channel_matrix(context.output.gradient)
        backward: list[Call] = []
        if slope_gradient is not None:
            backward.append(_slope_call(g, negative, slope_gradient))
        into, after = gradient_target(source)
        if into is not None:
            backward += [_input_call(g, x, slope, channel_matrix(into)), *after]
        return Op((forward,), tuple(backward))


def _slope(context: FormulaContext, unit: Unit) -> Expression:
    """Return the α of a value."""
    learning = context.node.options["learning"]
    if learning == FIXED:
        return Constant("slope", float(context.node.options["slope"]))  # type: ignore[arg-type]
    own = learning == UNIT and len(unit) != 2
    return context.parameter("slope", (unit[-1],) if own else (0,))


def _slope_call(g: Array, negative: Array, into: Array) -> Call:
    product = np.empty_like(g)
    axis = 0 if into.size > 1 or g.shape[1] == 1 else None
    whole = into if axis == 0 else into.reshape(())

    def slope() -> None:
        np.multiply(g, negative, product)
        np.add.reduce(product, axis=axis, out=whole)

    return slope


def _input_call(g: Array, x: Array, slope: Array, into: Array) -> Call:
    positive, factor, rest = np.empty_like(x, dtype=bool), np.empty_like(x), np.empty_like(slope)

    def by_input() -> None:
        np.greater(x, 0.0, positive)
        np.subtract(1.0, slope, rest)
        np.multiply(positive, rest, factor)
        np.add(factor, slope, factor)
        np.multiply(g, factor, into)

    return by_input
