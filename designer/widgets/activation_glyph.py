"""The little picture of an activation function."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from core.numerics.activations import ACTIVATIONS
from designer.theme import mixed

GLYPH = QSize(22, 14)
END = 4.0
"""The picture shows z from −END to +END."""


@lru_cache(maxsize=128)
def glyph_icon(key: str, colour: str, ground: str) -> QIcon:
    """Return the curve of an activation function as an icon; axes are `colour` mixed into `ground`."""
    result = QIcon()
    for ratio in (1.0, 1.5, 2.0):
        for mode, line in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, mixed(colour, ground, 0.4).name())):
            image = QPixmap(GLYPH * ratio)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_glyph(painter, key, QRectF(0, 0, GLYPH.width(), GLYPH.height()), line, ground)
            painter.end()
            result.addPixmap(image, mode)
    return result


def paint_glyph(painter: QPainter, key: str, rect: QRectF, colour: str, ground: str) -> None:
    """Paint the curve into `rect`, or bars for a function whose outputs depend on each other."""
    if not ACTIVATIONS[key].elementwise:
        _paint_bars(painter, rect, colour)
        return
    z = np.linspace(-END, END, 41)
    a = ACTIVATIONS[key].value(z)
    low, high = min(float(a.min()), 0.0), max(float(a.max()), 0.0)
    room = rect.adjusted(1.0, 1.5, -1.0, -1.5)
    scale = room.height() / ((high - low) or 1.0)
    zero = room.bottom() + low * scale
    painter.setPen(QPen(mixed(colour, ground, 0.35), 1.0))
    painter.drawLine(QPointF(room.left(), zero), QPointF(room.right(), zero))
    pen = QPen(QColor(colour), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    across = room.left() + (z + END) * room.width() / (2.0 * END)
    down = room.bottom() - (a - low) * scale
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]))


def _paint_bars(painter: QPainter, rect: QRectF, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    left = rect.center().x() - 7.5
    for index, share in enumerate((0.35, 1.0, 0.6, 0.2)):
        height = share * (rect.height() - 2.0)
        painter.drawRoundedRect(QRectF(left + 4.0 * index, rect.bottom() - 1.0 - height, 2.5, height), 0.8, 0.8)
