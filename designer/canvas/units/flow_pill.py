"""Says beside the edges that light up what flows through them, and which way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.text import draw_text, text_width
from designer.canvas.units.numbers import Direction
from designer.theme import Theme

SIZE, HEIGHT, PADDING, ARROW = 14, 26.0, 12.0, 8.0
READABLE_FROM = 0.4
AWAY = tuple(sign * step for step in (26.0, 46.0, 70.0, 94.0, 118.0, 142.0, 166.0, 190.0) for sign in (1.0, -1.0))
"""How far from an edge it may stand, the best place first."""

ALONG = (0.5, 0.4, 0.6, 0.3, 0.7)


class FlowPill(QGraphicsItem):
    """A few words in the colour of the direction, where they cover nothing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._words, self._direction = theme, "", Direction.FORWARD
        self._rect = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.hide()

    @property
    def words(self) -> str:
        """What it says; empty while it cannot be seen."""
        return self._words if self.isVisible() else ""

    @property
    def rect(self) -> QRectF:
        """Where it stands."""
        return self._rect

    def show_flow(
        self, words: str, direction: Direction, lines: Sequence[QLineF], taken: Sequence[QRectF], theme: Theme
    ) -> None:
        """Say something beside one of these lines, where the least of what is `taken` is covered."""
        self.setVisible(bool(words and lines))
        if not self.isVisible():
            return
        self._words, self._direction, self._theme = words, direction, theme
        width = text_width(words, SIZE, 600) + 2 * PADDING + ARROW + 8.0
        rect = _place(width, lines, taken)
        if rect != self._rect:
            self.prepareGeometryChange()
            self._rect = rect
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return self._rect.adjusted(-1.0, -1.0, 1.0, 1.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform()) < READABLE_FROM:
            return
        theme, rect, back = self._theme, self._rect, self._direction is Direction.BACKWARD
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.backward if back else theme.forward))
        painter.drawRoundedRect(rect, HEIGHT / 2, HEIGHT / 2)
        painter.setBrush(QColor(theme.card))
        tip = rect.left() + PADDING if back else rect.right() - PADDING
        step = ARROW if back else -ARROW
        middle = rect.center().y()
        corners = (QPointF(tip, middle), QPointF(tip + step, middle - 5.0), QPointF(tip + step, middle + 5.0))
        painter.drawPolygon(QPolygonF(corners))
        start = rect.left() + PADDING + (ARROW + 8.0 if back else 0.0)
        draw_text(painter, QPointF(start, middle), self._words, theme.card, SIZE, 600)


def _place(width: float, lines: Sequence[QLineF], taken: Sequence[QRectF]) -> QRectF:
    """Return the place beside the middle of a line that covers least, near ones first."""
    best, least = QRectF(), float("inf")
    sides = np.array([(rect.left(), rect.top(), rect.right(), rect.bottom()) for rect in taken]).reshape(-1, 4)
    middles = [line.pointAt(along) for along in ALONG for line in lines]
    for away in AWAY:
        rects = [QRectF(at.x() - width / 2, at.y() + away - HEIGHT / 2, width, HEIGHT) for at in middles]
        covered = _covered(rects, sides)
        nearest = int(covered.argmin())
        if covered[nearest] < least:
            best, least = rects[nearest], float(covered[nearest])
        if not least:
            break
    return best


def _covered(rects: Sequence[QRectF], sides: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of each rectangle, with a little room around it, is covered; `sides`: see QRectF.getCoords."""
    left, top, right, bottom = (side[:, None] for side in sides.T)
    rooms = np.array([rect.adjusted(-3.0, -3.0, 3.0, 3.0).getCoords() for rect in rects])
    widths = np.minimum(right, rooms[:, 2]) - np.maximum(left, rooms[:, 0])
    heights = np.minimum(bottom, rooms[:, 3]) - np.maximum(top, rooms[:, 1])
    return (np.maximum(widths, 0.0) * np.maximum(heights, 0.0)).sum(axis=0)
