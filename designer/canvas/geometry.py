"""Sizes and places on the canvas, as plain numbers: scene pixels, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from core.project.edits import CARD_WIDTH

Point: TypeAlias = tuple[float, float]
Polyline: TypeAlias = tuple[Point, ...]

GRID = 8.0
"""Cards snap to multiples of this."""

CARD_HEIGHT = 104.0
PORT_Y = CARD_HEIGHT / 2
"""Height of the output and of a single input, from the top of the card: cards in a row have straight wires."""

PORT_STEP = 18.0
"""Between two inputs of one card."""

HIGHEST_PORT, LOWEST_PORT = 14.0, CARD_HEIGHT - 14.0


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle."""

    left: float
    top: float
    width: float = CARD_WIDTH
    height: float = CARD_HEIGHT

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height

    @property
    def centre(self) -> Point:
        """Middle."""
        return (self.left + self.width / 2, self.top + self.height / 2)

    def grown(self, by: float) -> Box:
        """Return the box with every edge moved outwards."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def crosses(p: Point, q: Point, box: Box, margin: float) -> bool:
    """Whether a level or upright line from `p` to `q` runs through the inside of `box`, grown by `margin`."""
    return (
        max(p[0], q[0]) > box.left - margin
        and min(p[0], q[0]) < box.right + margin
        and max(p[1], q[1]) > box.top - margin
        and min(p[1], q[1]) < box.bottom + margin
    )


def snapped(value: float) -> float:
    """Return the nearest place on the grid."""
    return round(value / GRID) * GRID


def simplified(points: Iterable[Point]) -> Polyline:
    """Return a polyline without repeated points and without points in the middle of a straight part."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def _in_line(a: Point, b: Point, c: Point) -> bool:
    """Whether b lies between a and c on one level or upright line."""
    level = a[1] == b[1] == c[1] and (b[0] - a[0]) * (c[0] - b[0]) >= 0
    upright = a[0] == b[0] == c[0] and (b[1] - a[1]) * (c[1] - b[1]) >= 0
    return level or upright
