"""Curves in the width they should have, without Qt's slow way to draw it.

Antialiased lines wider than one pixel of the screen are turned into outlines first; on noisy curves that costs a
hundred times as much. Several fine lines beside each other look the same.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

THIN, FIRM = 1.0, 1.5
"""Widths of curves, in pixels of the window."""


def offsets(width: float, ratio: float) -> list[float]:
    """Return how far apart lines of one pixel of the screen lie that together are `width` pixels of the window wide.

    `ratio` is how many pixels of the screen make one of the window.
    """
    spread = max(0.0, width * ratio - 1.0)
    # The lines are shifted along a diagonal: farther apart they would leave a gap where the curve crosses it.
    count = 1 + math.ceil(spread / 0.71 - 1e-9)
    step = spread / max(1, count - 1) / ratio
    return [(index - (count - 1) / 2.0) * step for index in range(count)]


def fine_pen(colour: QColor, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen of one pixel of the screen, whatever the scale."""
    pen = QPen(colour, 1.0, style)
    pen.setCosmetic(True)
    return pen


def stroke(painter: QPainter, path: QPainterPath, colour: QColor, width: float = THIN) -> None:
    """Draw a curve."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(fine_pen(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    place = painter.worldTransform()
    for offset in offsets(width, painter.device().devicePixelRatio()):
        painter.translate(offset, offset)
        painter.drawPath(path)
        painter.setWorldTransform(place)
