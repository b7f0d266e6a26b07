"""What a layer consists of when it is opened, from its shapes and parameters: of no kind is anything known by name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from core.compiler.shapes import LayerShape
from core.formulas.parameter_names import BIAS, KERNEL
from core.graph.model import Graph, Link
from core.layers.catalog import LAYERS
from core.layers.layer_type import ParameterSpec
from core.options import Shape
from designer.canvas.live_values import LARGEST_PICTURE, shows_sign


class Tie(Enum):
    """How the units of a layer hang together with those of a layer that it reads.

    WEIGHTS: every unit with every one, each by a number of its own. FILTERS: every channel with every one, by a small
    kernel. EACH: unit by unit in the same order. CHANNELS: channel by channel. ALL: in another way.
    """

    WEIGHTS = "weights"
    FILTERS = "filters"
    EACH = "each"
    CHANNELS = "channels"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One link into a layer.

    Attributes
    ----------
    source : the layer at its start.
    parameter : name of the kernel that weighs it, or empty.
    source_shape : of what it brings.
    first : the first unit that it feeds, where the inputs stand side by side.
    """

    link_id: str
    source: str
    tie: Tie
    source_shape: Shape
    parameter: str = ""
    first: int = 0

    @property
    def width(self) -> int:
        """Values that it brings."""
        return math.prod(self.source_shape)


@dataclass(frozen=True, slots=True)
class Anatomy:
    """An opened layer.

    Attributes
    ----------
    units : values of its output.
    picture : (rows, columns) where its output is shown as pictures, one per channel; None for circles.
    channels : how many pictures there are; 1 for circles.
    signed : whether outputs can be negative.
    bias : name of its bias, or empty.
    names : of the units where they are the classes, else empty.
    is_input, is_end : whether samples enter, or the answer is compared, here.
    """

    node_id: str
    units: int
    picture: tuple[int, int] | None
    channels: int
    signed: bool
    incoming: tuple[Incoming, ...]
    bias: str = ""
    names: tuple[str, ...] = ()
    is_input: bool = False
    is_end: bool = False

    @property
    def rows(self) -> int:
        """How many things stand below each other: units, or pictures."""
        return self.units if self.picture is None else self.channels

    def row_of(self, unit: int) -> int:
        """Return the row in which a unit is shown."""
        return unit if self.picture is None else unit % self.channels

    def bias_index(self, unit: int) -> int:
        """Return the place of a unit's bias: channels of images have one each."""
        return self.row_of(unit)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an anatomy is read from.

    Attributes
    ----------
    sample_shape : of the data, () where there are none.
    classes : names of the classes of the data.
    """

    graph: Graph
    shapes: Mapping[str, LayerShape]
    sample_shape: Shape = ()
    classes: tuple[str, ...] = ()


def anatomy_of(around: Surroundings, node_id: str) -> Anatomy | None:
    """Return the anatomy of a layer, or None where the shape of its output is not known."""
    shape = around.shapes.get(node_id)
    if shape is None or shape.output is None or shape.inputs is None:
        return None
    node = around.graph.node(node_id)
    kind, units = LAYERS[node.kind], math.prod(shape.output)
    size = picture_shape(around, node_id)
    links = around.graph.links_into(node_id)
    incoming = _incoming(links, shape)
    last = any(not LAYERS[around.graph.node(id_).kind].has_output for id_ in around.graph.successors(node_id))
    named = (last or not kind.has_output) and size is None and units == len(around.classes)
    return Anatomy(
        node_id=node_id,
        units=units,
        picture=None if size is None else size[:2],
        channels=1 if size is None else size[2],
        signed=kind.maximum_inputs != 0 and kind.has_output and shows_sign(kind, node.options),
        incoming=incoming,
        bias=next((spec.name for spec in shape.parameters if spec.role == BIAS and _per_row(spec, size, units)), ""),
        names=around.classes if named else (),
        is_input=kind.maximum_inputs == 0,
        is_end=not kind.has_output,
    )


def picture_shape(around: Surroundings, node_id: str) -> tuple[int, int, int] | None:
    """Return (rows, columns, channels) of the pictures that a layer's output can be shown as, or None.

    A layer that passes every value on in the same order (dropout, flatten, an activation) looks like what it reads,
    and an Input takes the form of the data's samples.
    """
    seen = node_id
    for _ in range(len(around.graph.nodes)):
        shape = around.shapes.get(seen)
        if shape is None or shape.output is None:
            return None
        own = shape.output if len(shape.output) > 1 else ()
        links = around.graph.links_into(seen)
        if not own and not links and math.prod(around.sample_shape) == math.prod(shape.output):
            own = around.sample_shape
        if own:
            return _as_picture(own)
        if not links or _incoming(links, shape)[0].tie is not Tie.EACH:
            return None
        seen = links[0].source
    return None


def _as_picture(shape: Shape) -> tuple[int, int, int] | None:
    if len(shape) not in (2, 3) or min(shape[:2]) < 2 or max(shape[:2]) > LARGEST_PICTURE:
        return None
    return (shape[0], shape[1], shape[2] if len(shape) == 3 else 1)


def _incoming(links: Sequence[Link], shape: LayerShape) -> tuple[Incoming, ...]:
    assert shape.inputs is not None and shape.output is not None
    units = math.prod(shape.output)
    kernels = {spec.link_id: spec for spec in shape.parameters if spec.role == KERNEL}
    side_by_side = len(links) > 1 and sum(port.width for port in shape.inputs) == units
    found, first = [], 0
    for link, port in zip(links, shape.inputs, strict=True):
        kernel = kernels.get(link.id) or kernels.get("")
        if kernel is not None and len(kernel.shape) == 2:
            found.append(Incoming(link.id, link.source, Tie.WEIGHTS, port.shape, kernel.name))
        elif kernel is not None and len(kernel.shape) == 4:
            found.append(Incoming(link.id, link.source, Tie.FILTERS, port.shape, kernel.name))
        elif kernel is None and (port.width == units or (side_by_side and len(shape.output) == 1)):
            found.append(Incoming(link.id, link.source, Tie.EACH, port.shape, first=first if side_by_side else 0))
        elif kernel is None and _channels(port.shape) == _channels(shape.output):
            found.append(Incoming(link.id, link.source, Tie.CHANNELS, port.shape))
        else:
            found.append(Incoming(link.id, link.source, Tie.ALL, port.shape))
        first += port.width
    return tuple(found)


def _channels(shape: Shape) -> int:
    return shape[2] if len(shape) == 3 else 1 if len(shape) == 2 else 0


def _per_row(spec: ParameterSpec, picture: tuple[int, int, int] | None, units: int) -> bool:
    """Whether a parameter has a number for each thing that is shown in a row, or a whole number of them (pieces)."""
    rows = units if picture is None else picture[2]
    return len(spec.shape) == 1 and spec.size % rows == 0
