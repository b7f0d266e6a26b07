"""The way of a bias: a dashed curve from the unit that is always 1."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath

DASH_STEP = 7.0


def dashed(path: QPainterPath) -> list[QLineF]:
    """Return a curve as short lines: drawing them takes a sixth of the time of a pen with dashes."""
    count = max(2, round(path.length() / DASH_STEP))
    places = [path.pointAtPercent(step / (2 * count)) for step in range(2 * count + 1)]
    return [QLineF(places[2 * step], places[2 * step + 1]) for step in range(count)]


def bias_curve(row: list[float], reach: float) -> QPainterPath:
    """Return the way of a bias: from the node up on the right of the units, so that it crosses none."""
    x, y, end_x, end_y = row
    bulge = reach + 7.0 + 0.042 * (y - end_y)
    path = QPainterPath(QPointF(x + 4.0, y))
    way_in = QPointF(end_x + reach * 0.8, end_y + reach * 0.6)
    path.cubicTo(QPointF(x + bulge, y - 8.0), QPointF(end_x + bulge, end_y + 24.0), way_in)
    return path
