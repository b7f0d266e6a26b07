"""The room that opened layers take: cards give way on the canvas, while the project keeps its places.

Every place of the project has one on the canvas and the other way round: to the right of an opened layer all is moved
right by what it is wider, below and above it by half of what it is higher, and in between by a part of that. So what
did not overlap does not overlap, what was in a row stays in it, and a gesture can think in the project's places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.project.edits import CARD_WIDTH
from designer.canvas.geometry import CARD_HEIGHT, Box, Point


@dataclass(frozen=True, slots=True)
class Opening:
    """One opened layer.

    Attributes
    ----------
    place : top left corner of its card in the project.
    width, height : as opened.
    beside : further room to its right, for edges.
    """

    place: Point
    width: float
    height: float
    beside: float = 0.0

    @property
    def wider(self) -> float:
        """What it is wider than a card, with the room for its edges."""
        return self.width - CARD_WIDTH + self.beside

    @property
    def higher(self) -> float:
        """What it is higher than a card."""
        return self.height - CARD_HEIGHT


@dataclass(frozen=True, slots=True)
class Room:
    """All opened layers, by identity."""

    openings: Mapping[str, Opening]

    def box(self, node_id: str, place: Point) -> Box:
        """Return where a layer is shown whose card lies at a place of the project."""
        own = self.openings.get(node_id)
        if not self.openings:
            return Box(*place)
        if own is None:
            return Box(*self.shown(place))
        x, y = self.without(node_id).shown(place)
        return Box(x, y - own.higher / 2, own.width, own.height)

    def without(self, node_id: str) -> Room:
        """Return the room without one of the openings."""
        return Room({id_: opening for id_, opening in self.openings.items() if id_ != node_id})

    def shown(self, place: Point) -> Point:
        """Return the place on the canvas of a place of the project."""
        x, y = place
        return (x + self._right(x), y + self._down(y))

    def in_project(self, shown: Point) -> Point:
        """Return the place of the project that is shown at a place of the canvas."""
        if not self.openings:
            return shown
        x, y = shown
        right = max(0.0, sum(max(0.0, opening.wider) for opening in self.openings.values()))
        down = sum(opening.higher for opening in self.openings.values())
        return (_solve(x, x - right, x, self._right), _solve(y, y - down, y + down, self._down))

    def _right(self, x: float) -> float:
        # Layers that stand in one column share their room.
        shares: dict[float, float] = {}
        for opening in self.openings.values():
            left = opening.place[0]
            share = min(max((x - left) / CARD_WIDTH, 0.0), 1.0) * max(0.0, opening.wider)
            shares[left] = max(shares.get(left, 0.0), share)
        return sum(shares.values())

    def _down(self, y: float) -> float:
        shares: dict[float, float] = {}
        for opening in self.openings.values():
            top = opening.place[1]
            share = min(max((y - top) / CARD_HEIGHT, -1.0), 1.0) * max(0.0, opening.higher) / 2
            if abs(share) >= abs(shares.get(top, 0.0)):
                shares[top] = share
        return sum(shares.values())


NOTHING_OPEN = Room({})


def _solve(wanted: float, low: float, high: float, shift: Callable[[float], float]) -> float:
    """Return v with v + shift(v) = wanted; shift grows with v, so halving finds it."""
    for _ in range(60):
        middle = (low + high) / 2
        if middle + shift(middle) < wanted:
            low = middle
        else:
            high = middle
    return round(high, 6)
