"""Which edges are drawn between opened layers, where, and how strong: arrays, without drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from designer.canvas.geometry import Box, Point
from designer.canvas.units.anatomy import Anatomy, Incoming, Tie
from designer.canvas.units.frame import Frame
from designer.canvas.units.numbers import Array, EdgeTarget, UnitNumbers
from designer.theme import shares

LEVELS = 6
"""Steps of colour and width of each sign."""


class Measure(Enum):
    """What the strength of an edge is: the weight, what it contributes to z, or its gradient."""

    WEIGHT = "weight"
    CONTRIBUTION = "contribution"
    GRADIENT = "gradient"


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edges of one link, or the biases of one layer.

    Attributes
    ----------
    node_id, link_id : the layer that they lead to, and their link (empty: biases).
    source_units, units : (n,) which units each of them joins; -1 as source for a bias.
    values : (n,) strength with sign; NaN where it has none.
    weighted : whether they have weights at all; else they only show what hangs together.
    starts, ends : (n, 2) places in the scene.
    total : how many there would be without a limit.
    """

    node_id: str
    link_id: str
    source_units: NDArray[np.intp]
    units: NDArray[np.intp]
    values: NDArray[np.float64]
    weighted: bool
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    total: int

    def __len__(self) -> int:
        return len(self.units)

    def target(self, index: int) -> EdgeTarget:
        """Return one of the edges as a target."""
        return EdgeTarget(self.node_id, self.link_id, int(self.source_units[index]), int(self.units[index]))

    def find(self, target: EdgeTarget) -> int | None:
        """Return the place of an edge, or None where it is not among them."""
        if (target.node_id, target.link_id) != (self.node_id, self.link_id):
            return None
        found = np.flatnonzero((self.source_units == target.source_unit) & (self.units == target.unit))
        return int(found[0]) if len(found) else None

    def nearest(self, point: Point, reach: float) -> tuple[int, float] | None:
        """Return the edge nearest to a point within reach, with its distance; or None."""
        if not len(self):
            return None
        start, way = self.starts, self.ends - self.starts
        lengths = np.maximum((way**2).sum(axis=1), 1e-9)
        share = np.clip((((np.array(point) - start) * way).sum(axis=1)) / lengths, 0.0, 1.0)
        distances = np.hypot(*(start + share[:, None] * way - np.array(point)).T)
        best = int(distances.argmin())
        return (best, float(distances[best])) if distances[best] <= reach else None


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """A layer at one end of edges: its frame, and the place of its top left corner in the scene."""

    frame: Frame
    box: Box

    def way_in(self, unit: int) -> Point:
        """Return where edges arrive at a unit, in the scene."""
        x, y = self.frame.way_in(unit)
        return (self.box.left + x, self.box.top + y)

    def way_out(self, unit: int) -> Point:
        """Return where edges leave a unit, in the scene."""
        x, y = self.frame.way_out(unit)
        return (self.box.left + x, self.box.top + y)


@dataclass(frozen=True, slots=True)
class EdgeWish:
    """What the user wants to see of edges.

    Attributes
    ----------
    measure : what their strength is.
    strongest : how many of each link, at most; None for all that can be told apart.
    focus : (layer, unit) whose edges are wanted where there are too many for all units, or None.
    """

    measure: Measure = Measure.WEIGHT
    strongest: int | None = None
    focus: tuple[str, int] | None = None


FOCUS_EDGES = 60
"""Of a unit that reads a whole picture, or thousands of units out of sight, so many edges are drawn."""


def edges_between(
    incoming: Incoming, source: End, target: End, numbers: UnitNumbers, source_numbers: UnitNumbers, wish: EdgeWish
) -> Edges:
    """Return the edges of a link whose two layers are open, the weak ones first."""
    starts, units = _pairs(incoming, source.frame, target.frame, wish.focus)
    values = _values(incoming, target.frame.anatomy, numbers, source_numbers, wish.measure, starts, units)
    total = len(units)
    most = wish.strongest if wish.strongest is not None else _most(source.frame)
    if total > most:
        kept = np.sort(np.argpartition(-np.abs(np.nan_to_num(values)), most)[:most])
        starts, units, values = starts[kept], units[kept], values[kept]
    order = np.argsort(np.abs(np.nan_to_num(values)), kind="stable")
    starts, units, values = starts[order], units[order], values[order]
    return Edges(
        node_id=target.frame.anatomy.node_id,
        link_id=incoming.link_id,
        source_units=starts,
        units=units,
        values=values,
        weighted=incoming.tie in (Tie.WEIGHTS, Tie.FILTERS),
        starts=_places(source.way_out, starts),
        ends=_places(target.way_in, units),
        total=total,
    )


def joined_in_sight(incoming: Incoming, source: Frame, target: Frame) -> bool:
    """Whether any units in sight of two open layers are joined by edges, whichever unit is in focus."""
    return len(_pairs(incoming, source, target, None)[1]) > 0


def bias_edges(frame: Frame, box: Box, numbers: UnitNumbers, measure: Measure) -> Edges:
    """Return the biases of a layer as edges from its node "1"; they end where `bias_curve` leads them.

    A layer without biases has none of them.
    """
    anatomy = frame.anatomy
    rows = np.arange(frame.first, frame.first + (frame.count if anatomy.bias else 0), dtype=np.intp)
    array = numbers.gradients.get(anatomy.bias) if measure is Measure.GRADIENT else numbers.parameters.get(anatomy.bias)
    values = np.full(len(rows), np.nan)
    if array is not None and array.size % anatomy.rows == 0:
        values = strongest_piece(array.reshape(-1, anatomy.rows)[:, rows])
    node = frame.bias_node
    start = (box.left + node.center().x(), box.top + node.top())
    ends = [frame.bias_end(int(row)) for row in rows]
    return Edges(
        node_id=anatomy.node_id,
        link_id="",
        source_units=np.full(len(rows), -1, dtype=np.intp),
        units=rows,
        values=values,
        weighted=True,
        starts=np.tile(np.array(start), (len(rows), 1)),
        ends=np.array([(box.left + x, box.top + y) for x, y in ends]).reshape(-1, 2),
        total=len(rows),
    )


def levels(values: NDArray[np.float64], end: float) -> NDArray[np.intp]:
    """Return the step of each strength, from 0 to LEVELS: 0 for nothing, LEVELS for `end` and more."""
    sizes = np.abs(np.nan_to_num(shares(values, end)))
    return np.ceil(sizes * LEVELS - 1e-9).astype(np.intp)


def strongest_piece(pieces: Array) -> NDArray[np.float64]:
    """Return of (pieces, n) numbers the one that is largest in size, (n,)."""
    if len(pieces) == 1:
        return np.asarray(pieces[0], dtype=np.float64)
    chosen = np.abs(pieces).argmax(axis=0)
    return np.asarray(pieces[chosen, np.arange(pieces.shape[1])], dtype=np.float64)


def place_in_parameter(
    anatomy: Anatomy, incoming: Incoming | None, target: EdgeTarget, arrays: Mapping[str, Array]
) -> tuple[str, tuple[int, ...]] | None:
    """Return the parameter and the place in it that an edge stands for, or None where it is no single number.

    Of several pieces of a unit it is the one that is largest in size.
    """
    row = anatomy.row_of(target.unit)
    if incoming is None:
        array = arrays.get(anatomy.bias)
        if array is None or not anatomy.bias:
            return None
        pieces = array.reshape(-1, anatomy.rows)[:, row]
        return anatomy.bias, (int(np.abs(pieces).argmax()) * anatomy.rows + row,)
    array = arrays.get(incoming.parameter)
    if array is not None and incoming.tie is Tie.FILTERS and target.tap is not None:
        index = (*target.tap, target.source_unit, row)
        inside = all(0 <= place < size for place, size in zip(index, array.shape, strict=True))
        return (incoming.parameter, index) if inside else None
    if array is None or incoming.tie is not Tie.WEIGHTS or not 0 <= target.source_unit < len(array):
        return None
    pieces = array[target.source_unit, row :: anatomy.units]
    return incoming.parameter, (target.source_unit, int(np.abs(pieces).argmax()) * anatomy.units + row)


def _most(source: Frame) -> int:
    return FOCUS_EDGES if source.anatomy.picture is not None else 10_000


def _pairs(
    incoming: Incoming, source: Frame, target: Frame, focus: tuple[str, int] | None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (source unit, unit) of every edge between what is in sight."""
    here = np.arange(target.first, target.first + target.count, dtype=np.intp)
    there = np.arange(source.first, source.first + source.count, dtype=np.intp)
    anatomy, other = target.anatomy, source.anatomy
    match incoming.tie:
        case Tie.WEIGHTS if other.picture is not None:
            # A line from every pixel to every unit would be a grey sheet: only those of the unit in focus are drawn.
            own = focus is not None and focus[0] == anatomy.node_id and target.shows(focus[1])
            units = np.array([focus[1]] if focus is not None and own else [], dtype=np.intp)
            pixels = np.arange(other.units, dtype=np.intp)
            pixels = pixels[np.isin(pixels % other.channels, there)]
            return np.tile(pixels, len(units)), np.repeat(units, len(pixels))
        case Tie.WEIGHTS | Tie.FILTERS | Tie.ALL:
            return np.tile(there, len(here)), np.repeat(here, len(there))
        case Tie.CHANNELS:
            both = np.intersect1d(here, there)
            return both, both
        case _:
            return _one_to_one(incoming, source, target, here, there)


def _one_to_one(
    incoming: Incoming, source: Frame, target: Frame, here: NDArray[np.intp], there: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if (source.anatomy.picture is None) != (target.anatomy.picture is None):
        # Pictures on one side, circles on the other: the circles in sight, each from its pixel.
        if target.anatomy.picture is not None:
            return there, there + incoming.first
        inside = here[(here >= incoming.first) & (here < incoming.first + incoming.width)]
        return inside - incoming.first, inside
    inside = here[np.isin(here - incoming.first, there)]
    return inside - incoming.first, inside


def _values(
    incoming: Incoming,
    anatomy: Anatomy,
    numbers: UnitNumbers,
    source_numbers: UnitNumbers,
    measure: Measure,
    starts: NDArray[np.intp],
    units: NDArray[np.intp],
) -> NDArray[np.float64]:
    arrays = numbers.gradients if measure is Measure.GRADIENT else numbers.parameters
    array = arrays.get(incoming.parameter)
    nothing = np.full(len(units), np.nan)
    if array is None or not len(units):
        return nothing
    if incoming.tie is Tie.FILTERS:
        wide = np.asarray(array, dtype=np.float64)
        with np.errstate(all="ignore"):
            strengths = np.sign(wide.sum(axis=(0, 1))) * np.sqrt((wide**2).sum(axis=(0, 1)))
        inside = (starts < strengths.shape[0]) & (units < strengths.shape[1])
        return np.where(inside, strengths[np.minimum(starts, strengths.shape[0] - 1), units], np.nan)
    if array.ndim != 2 or array.shape[0] != incoming.width or array.shape[1] % anatomy.units:
        return nothing
    if array.shape[1] == anatomy.units:
        values = np.asarray(array[starts, units], dtype=np.float64)
    else:
        values = strongest_piece(array.reshape(len(array), -1, anatomy.units)[starts, :, units].T)
    if measure is Measure.CONTRIBUTION:
        a = source_numbers.a
        if a is None or len(a) != incoming.width:
            return nothing
        with np.errstate(all="ignore"):
            return values * np.asarray(a, dtype=np.float64)[starts]
    return values


def _places(way: Callable[[int], Point], units: NDArray[np.intp]) -> NDArray[np.float64]:
    known = {int(unit): way(int(unit)) for unit in np.unique(units)}
    return np.array([known[int(unit)] for unit in units], dtype=np.float64).reshape(-1, 2)
