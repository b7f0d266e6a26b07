"""Concatenate: several inputs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.errors import ShapeError
from core.formulas.expressions import Cases, Condition, Expression, formula
from core.formulas.quantities import Place, Quantity, Unit
from core.graph.model import Node
from core.layers.binding import Array, BindContext, Call, Op, hand_back
from core.layers.computing_layer import ComputingLayer
from core.layers.formula_context import FormulaContext, combined, fitted
from core.layers.image_memory import image_shape, with_sizes
from core.layers.layer_type import Family, InputPort, format_shape
from core.options import Choice, ChoiceOption, OptionValue, Shape
from core.texts import phrase

AXES = {"rows": 0, "columns": 1, "channels": 2}


class Concatenate(ComputingLayer):
    """a = (x₁, x₂, …): vectors one after the other, images as channels, one below the other or side by side.

    Each input gets back the part of the gradient that belongs to it.
    """

    key = "concatenate"
    label = "Concatenate"
    description = "Puts inputs side by side: vectors one after the other, images as channels of one image."
    family = Family.MERGE
    icon = "layer-concatenate"
    minimum_inputs = 2
    maximum_inputs = None
    options = (
        ChoiceOption(
            key="axis",
            label="Images",
            default="channels",
            choices=(
                Choice("channels", "As channels", "their rows and columns must be equal"),
                Choice("rows", "One below the other", "their columns and channels must be equal"),
                Choice("columns", "Side by side", "their rows and channels must be equal"),
            ),
            help="How images are put together; vectors follow one after the other in any case.",
        ),
    )
    reads_any_order = True

    def summary(self, options: Mapping[str, OptionValue]) -> str:
        return "" if options["axis"] == "channels" else phrase(str(options["axis"]))

    def output_shape(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        if all(len(port.shape) == 1 for port in inputs):
            return (sum(port.width for port in inputs),)
        first = inputs[0]
        if any((len(port.shape) == 1) != (len(first.shape) == 1) for port in inputs):
            vector = next(port for port in inputs if len(port.shape) == 1)
            image = next(port for port in inputs if len(port.shape) > 1)
            raise ShapeError(
                "'{name}' cannot put a vector beside an image; got {width} from '{vector}' and {shape} from "
                "'{image}'. Put a Flatten layer behind '{image}'.",
                name=node.name,
                width=format_shape(vector.shape),
                vector=vector.source_name,
                shape=format_shape(image.shape),
                image=image.source_name,
            )
        return self._image(node, inputs)

    def _image(self, node: Node, inputs: Sequence[InputPort]) -> Shape:
        chosen = str(node.options["axis"])
        axis = AXES[chosen]
        shapes = [list(image_shape(port.shape)) for port in inputs]
        for port, shape in zip(inputs, shapes, strict=True):
            if [*shape[:axis], *shape[axis + 1 :]] != [*shapes[0][:axis], *shapes[0][axis + 1 :]]:
                one, other = (phrase(name) for name in AXES if name != chosen)
                raise ShapeError(
                    "'{name}' needs images with equal {others}; got {first} from '{one}' and {second} from '{other}'. "
                    "Crop or pad them before, or put a Flatten layer behind each.",
                    name=node.name,
                    others=phrase("{one} and {other}", one=one, other=other),
                    first=format_shape(inputs[0].shape),
                    one=inputs[0].source_name,
                    second=format_shape(port.shape),
                    other=port.source_name,
                )
        merged = list(shapes[0])
        merged[axis] = sum(shape[axis] for shape in shapes)
        two_sizes = axis != 2 and all(len(port.shape) == 2 for port in inputs)
        return tuple(merged[:2] if two_sizes else merged)

    def batch_last(self, inputs: Sequence[bool]) -> bool:
        return inputs[0]

    def forward_formula(self, context: FormulaContext, unit: Unit) -> Expression:
        axis, ends = _axis(context), [start + size for start, size in _parts(context)]
        index, ports = unit[axis], range(len(ends))
        if isinstance(index, int):
            return _part_of(context, next(port for port in ports if index < ends[port]), unit)
        cases = ((Condition(Place(index), "<", formula(ends[port])), _part_of(context, port, unit)) for port in ports)
        return Cases(tuple(cases)[:-1], _part_of(context, ports[-1], unit))

    def backward_formula(self, context: FormulaContext, port: int, unit: Unit) -> Expression:
        axis, start = _axis(context), _parts(context)[port][0]
        place = list(fitted(unit, max(len(context.shape), axis + 1)))
        place[axis] = combined((1, place[axis]), plus=start)
        return context.delta(fitted(tuple(place), len(context.shape)))

    def bind(self, node: Node, context: BindContext) -> Op:
        a, g = context.output.value, context.output.gradient
        axis = 1 + min(AXES[str(node.options["axis"])], a.ndim - 2)
        forward: list[Call] = []
        backward: list[Call] = []
        start = 0
        for source in context.inputs:
            x = with_sizes(source.tensor.value, a.ndim - 1)
            part = (*(slice(None) for _ in range(axis)), slice(start, start + x.shape[axis]))
            start += x.shape[axis]
            forward.append(_copy(x, a[part]))
            if g is not None:
                backward += hand_back(with_sizes(g[part], source.tensor.value.ndim - 1), source)
        return Op(tuple(forward), tuple(backward))


def _axis(context: FormulaContext) -> int:
    return min(AXES[str(context.node.options["axis"])], len(context.shape) - 1)


def _parts(context: FormulaContext) -> list[tuple[int, int]]:
    """Return for each input where it starts along the axis, and how far it goes."""
    axis, parts, start = _axis(context), [], 0
    for source in context.sources:
        size = source.shape[axis] if axis < len(source.shape) else 1
        parts.append((start, size))
        start += size
    return parts


def _part_of(context: FormulaContext, port: int, unit: Unit) -> Quantity:
    """Return the value of an input that becomes the output's `unit`."""
    axis, place = _axis(context), list(unit)
    place[axis] = combined((1, place[axis]), plus=-_parts(context)[port][0])
    return context.x(fitted(tuple(place), len(context.sources[port].shape)), port)


def _copy(source: Array, out: Array) -> Call:
    return lambda: np.copyto(out, source)
