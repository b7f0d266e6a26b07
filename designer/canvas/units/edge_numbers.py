"""What stands on edges: where their numbers do, and the arrowheads that show which way numbers flow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPolygonF

PLACES = (0.42, 0.58, 0.3, 0.7, 0.36, 0.64, 0.5, 0.24, 0.76, 0.18, 0.82)
"""Where on an edge its number may stand, the best place first."""

ACROSS, DOWN = 54.0, 24.0
"""Room of a number, in scene pixels."""

ALONE = 9.0
"""So far from any other edge a number is surely that of its own."""

ARROW = 9.0


def places_apart(lines: Sequence[QLineF]) -> list[QPointF]:
    """Return a place on each line where a number covers no other number, as far from the other lines as need be."""
    chosen: list[QPointF] = []
    for line in lines:
        places = [line.pointAt(share) for share in PLACES]
        free = [p for p in places if all(abs(p.x() - q.x()) > ACROSS or abs(p.y() - q.y()) > DOWN for q in chosen)]
        others = [other for other in lines if other is not line]
        room = [min((_distance(other, place) for other in others), default=ALONE) for place in free or places]
        # The first of those that are far enough, or else the farthest.
        best = max(range(len(room)), key=lambda i: (min(room[i], ALONE), -i))
        chosen.append((free or places)[best])
    return chosen


def arrowhead(line: QLineF) -> QPolygonF:
    """Return an arrowhead near the end of a line."""
    tip = line.pointAt(1.0 - 2.0 * ARROW / line.length())
    back = line.pointAt(1.0 - 3.4 * ARROW / line.length())
    across = line.normalVector().unitVector()
    aside = QPointF(across.dx(), across.dy()) * (0.6 * ARROW)
    return QPolygonF([tip, back + aside, back - aside])


def _distance(line: QLineF, point: QPointF) -> float:
    """Return how far a point is from a line, taken as endless."""
    length = line.length()
    if length < 1e-6:
        return QLineF(line.p1(), point).length()
    return abs(line.dx() * (point.y() - line.y1()) - line.dy() * (point.x() - line.x1())) / length
