"""Where something floats beside what it is about: near it, over as little else as can be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize


def place_beside(size: QSize, beside: QRect, room: QRect, taken: Sequence[QRect], reach: int) -> QRect:
    """Return where something of that size lies best within a room.

    Parameters
    ----------
    beside : what it is about, which it should not cover.
    taken : what it should cover little of.
    reach : how far from it, in pixels.
    """
    right, left = beside.right() + reach, beside.left() - reach - size.width()
    level, above, below = beside.center().y() - size.height() // 3, room.top(), room.bottom() - size.height()
    places = [QPoint(x, y) for y in (level, below, above) for x in (right, left)]
    places += [QPoint(x, y) for x in (room.right() - size.width(), room.left()) for y in (below, above)]
    rects = [moved_inside(QRect(place, size), room) for place in places]
    return min(rects, key=lambda rect: _price(rect, beside, taken))


def moved_inside(rect: QRect, room: QRect) -> QRect:
    """Return a rectangle moved into a room, as far as it fits."""
    x = max(room.left(), min(rect.left(), room.right() - rect.width()))
    y = max(room.top(), min(rect.top(), room.bottom() - rect.height()))
    return QRect(QPoint(x, y), rect.size())


def _price(rect: QRect, beside: QRect, taken: Sequence[QRect]) -> float:
    """Return how bad a place is: what it covers, and how far it is from what it is about."""
    dx = max(beside.left() - rect.right(), rect.left() - beside.right(), 0)
    dy = max(beside.top() - rect.bottom(), rect.top() - beside.bottom(), 0)
    return 50.0 * _covered(rect, [beside]) + _covered(rect, taken) + 60.0 * (dx + dy)


def _covered(rect: QRect, others: Sequence[QRect]) -> int:
    """Return how many pixels of other things a rectangle covers."""
    common = [rect.intersected(other) for other in others]
    return sum(max(0, part.width()) * max(0, part.height()) for part in common)
