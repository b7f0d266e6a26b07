"""Where the label of every wire stands: on its longest level part, clear of cards and of other labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

from designer.canvas.geometry import Box, Point, Polyline

PILL_HEIGHT = 18.0
CAPTION_HEIGHT = 14.0
CAPTION_DROP = 17.0
"""From the middle of the pill to the middle of the caption below it."""

ROOM_AT_ENDS = 10.0
"""A label leaves this much of the part that it stands on, at either end: a corner or an arrow head."""

_ROW = 64.0
_TALL = 100 * _ROW
_SHARES = (0.5, 0.38, 0.62, 0.26, 0.74)


@dataclass(frozen=True, slots=True)
class LabelSize:
    """Widths of a wire's label and of its caption (0 for none), in scene pixels."""

    pill: float
    caption: float = 0.0


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Middle of the label, and whether the caption has room below it."""

    centre: Point
    caption: bool


def label_places(
    routes: Mapping[str, Polyline], nets: Mapping[str, str], sizes: Mapping[str, LabelSize], boxes: Iterable[Box]
) -> dict[str, LabelPlace]:
    """Return the places of the labels of those wires that have room for one, by link.

    Parameters
    ----------
    nets : the layer that each link comes from; wires from one layer carry the same, so their labels may share a part.
    """
    places: dict[str, LabelPlace] = {}
    taken = _Rooms((box, "") for box in boxes)
    wires = _Rooms((_segment_box(p, q), nets[id_]) for id_, points in routes.items() for p, q in pairwise(points))
    # Wires with the least room choose first.
    for link in sorted(sizes, key=lambda id_: (max(_level_lengths(routes[id_]), default=0.0), id_)):
        place = _place(routes[link], nets[link], sizes[link], taken, wires)
        if place is not None:
            places[link] = place
            taken.add(_box(place.centre, sizes[link].pill, PILL_HEIGHT), "")
            if place.caption:
                taken.add(_caption_box(place.centre, sizes[link].caption), "")
    return places


class _Rooms:
    """Rooms that are taken, in rows: a label has to be held against those near it only."""

    def __init__(self, rooms: Iterable[tuple[Box, str]]) -> None:
        self._rows: dict[int, list[tuple[Box, str]]] = {}
        self._tall: list[tuple[Box, str]] = []
        for box, owner in rooms:
            self.add(box, owner)

    def add(self, box: Box, owner: str) -> None:
        """Take this room."""
        if box.height > _TALL:
            self._tall.append((box, owner))
            return
        for row in self._rows_of(box):
            self._rows.setdefault(row, []).append((box, owner))

    def free(self, box: Box, own: str = "-") -> bool:
        """Whether none of this room is taken by another than `own`."""
        near = (entry for row in self._rows_of(box) for entry in self._rows.get(row, ()))
        return not any(owner != own and box.meets(other) for other, owner in chain(near, self._tall))

    def _rows_of(self, box: Box) -> range:
        return range(math.floor(box.top / _ROW), math.floor(box.bottom / _ROW) + 1)


def _place(points: Polyline, net: str, size: LabelSize, taken: _Rooms, wires: _Rooms) -> LabelPlace | None:
    """Return the best place: off the wires of other layers if there is such a one."""
    crossed: LabelPlace | None = None
    for centre, room in _candidates(points, size.pill):
        pill = _box(centre, size.pill, PILL_HEIGHT)
        if not taken.free(pill):
            continue
        below = _caption_box(centre, size.caption)
        caption = 0.0 < size.caption <= room and taken.free(below) and wires.free(below, net)
        place = LabelPlace(centre, caption)
        if wires.free(pill, net):
            return place
        crossed = crossed or place
    return crossed


def _candidates(points: Polyline, width: float) -> Iterable[tuple[Point, float]]:
    """Yield middles with the room on either side, the best first: long level parts, then upright ones."""
    parts = sorted(pairwise(points), key=lambda part: -abs(part[0][0] - part[1][0]))
    for p, q in parts:
        extent = abs(p[0] - q[0])
        for share in _SHARES:
            x = p[0] + (q[0] - p[0]) * share
            room = 2 * min(abs(x - p[0]), abs(x - q[0])) - 2 * ROOM_AT_ENDS
            if room >= width:
                yield (x, p[1]), extent
    for p, q in sorted(parts, key=lambda part: -abs(part[0][1] - part[1][1])):
        if abs(p[1] - q[1]) >= PILL_HEIGHT + 2 * ROOM_AT_ENDS:
            yield ((p[0] + q[0]) / 2, (p[1] + q[1]) / 2), 0.0


def _level_lengths(points: Polyline) -> list[float]:
    return [abs(p[0] - q[0]) for p, q in pairwise(points)]


def _segment_box(p: Point, q: Point) -> Box:
    left, top = min(p[0], q[0]) - 2.0, min(p[1], q[1]) - 2.0
    return Box(left, top, abs(p[0] - q[0]) + 4.0, abs(p[1] - q[1]) + 4.0)


def _box(centre: Point, width: float, height: float) -> Box:
    return Box(centre[0] - width / 2, centre[1] - height / 2, width, height)


def _caption_box(centre: Point, width: float) -> Box:
    return _box((centre[0], centre[1] + CAPTION_DROP), width, CAPTION_HEIGHT)
