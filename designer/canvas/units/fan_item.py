"""What leads from a closed layer into an open one: a line to every unit in sight."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.units.pens import line_width
from designer.theme import Theme, mixed

PIECES = 16
"""A curve is looked at as so many straight pieces."""

Line: TypeAlias = tuple[float, float, float, float]
"""x and y of the start, x and y of the end."""


class FanItem(QGraphicsItem):
    """Lines from the output of a closed layer to the units of an open one: what all of its values lead to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._paths: list[QPainterPath] = []
        self._points: tuple[QPointF, list[QPointF]] = (QPointF(), [])
        self._pieces: list[Line] = []
        self._whole = QPainterPath()
        self._front: int | None = None
        self._selected = False
        self._lit: QColor | None = None
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def paths(self) -> tuple[QPainterPath, ...]:
        """The lines, in the scene."""
        return tuple(self._paths)

    @property
    def pieces(self) -> Sequence[Line]:
        """The lines as straight pieces, nearly."""
        return self._pieces

    def show_lines(self, start: QPointF, ends: list[QPointF], theme: Theme) -> None:
        """Lead from one place to others."""
        if (start, ends, theme.name) != (*self._points, self._theme.name):
            self._theme = theme
            self.prepareGeometryChange()
            self._points = (start, list(ends))
            self._paths, self._whole = [_swung(start, end) for end in ends], QPainterPath()
            for path in self._paths:
                self._whole.addPath(path)
            self._pieces = [piece for path in self._paths for piece in _straight(path)]
            self.update()

    def show_state(self, front: int | None, selected: bool, lit: QColor | None = None) -> None:
        """Bring the line to one place forward, or all of them in a colour."""
        if (front, selected, lit) != (self._front, self._selected, self._lit):
            self._front, self._selected, self._lit = front, selected, lit
            self.update()

    def near(self, point: QPointF, reach: float) -> bool:
        """Whether a point of the scene lies on one of the lines."""
        if not self.boundingRect().contains(point):
            return False
        room = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        return any(path.intersects(room) and _touches(path, point, reach) for path in self._paths)

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return self._whole.boundingRect().adjusted(-10.0, -10.0, 10.0, 10.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = QColor(theme.accent) if self._selected else mixed(theme.wire, theme.canvas, 0.65)
        painter.setPen(QPen(self._lit or colour, line_width(painter, 1.75 if self._selected or self._lit else 1.0)))
        painter.drawPath(self._whole)
        if self._front is not None and 0 <= self._front < len(self._paths):
            painter.setPen(QPen(self._lit or QColor(theme.text), line_width(painter, 2.0)))
            painter.drawPath(self._paths[self._front])


def _swung(start: QPointF, end: QPointF) -> QPainterPath:
    half = max(24.0, (end.x() - start.x()) / 2)
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x() + half, start.y()), QPointF(end.x() - half, end.y()), end)
    return path


def _straight(path: QPainterPath) -> list[Line]:
    points = [path.pointAtPercent(step / PIECES) for step in range(PIECES + 1)]
    return [(p.x(), p.y(), q.x(), q.y()) for p, q in pairwise(points)]


def _touches(path: QPainterPath, point: QPointF, reach: float) -> bool:
    for step in range(41):
        away = path.pointAtPercent(step / 40.0) - point
        if away.x() ** 2 + away.y() ** 2 <= (reach + 2.0) ** 2:
            return True
    return False
