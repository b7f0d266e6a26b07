"""What the layers that merge several inputs have in common: which shapes go together."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import ShapeError
from core.graph.model import Node
from core.layers.image_memory import image_shape
from core.layers.layer_type import InputPort, format_shape
from core.options import Shape


def equal_shape(node: Node, inputs: Sequence[InputPort]) -> Shape:
    """Return the one shape of all inputs; raises ShapeError where they differ.

    An image of two sizes has one channel, so it goes with one of three sizes that say so.
    """
    longest = max((port.shape for port in inputs), key=len)
    for port in inputs:
        if port.shape != longest and not _same_image(port.shape, longest):
            raise _unequal(node.name, inputs)
    return longest


def _same_image(one: Shape, other: Shape) -> bool:
    return len(one) > 1 and len(other) > 1 and image_shape(one) == image_shape(other)


def _unequal(name: str, inputs: Sequence[InputPort]) -> ShapeError:
    first = inputs[0]
    other = next(port for port in inputs if port.shape != first.shape and not _same_image(port.shape, first.shape))
    values = {
        "name": name,
        "one": first.source_name,
        "other": other.source_name,
        "first": format_shape(first.shape),
        "second": format_shape(other.shape),
    }
    if len(first.shape) != 1 or len(other.shape) != 1:
        return ShapeError(
            "'{name}' needs equal shapes; got {first} from '{one}' and {second} from '{other}'. "
            "Give the layers before it one shape, or use Concatenate.",
            **values,
        )
    if other.has_units:
        return ShapeError(
            "'{name}' needs equal widths; got {first} from '{one}' and {second} from '{other}'. "
            "Set '{other}' to {first} units or use Concatenate.",
            **values,
        )
    if first.has_units:
        return ShapeError(
            "'{name}' needs equal widths; got {first} from '{one}' and {second} from '{other}'. "
            "Set '{one}' to {second} units or use Concatenate.",
            **values,
        )
    return ShapeError(
        "'{name}' needs equal widths; got {first} from '{one}' and {second} from '{other}'. "
        "Put a Dense layer of equal width before it, or use Concatenate.",
        **values,
    )
