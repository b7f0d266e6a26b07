"""Text on the canvas: measured, shortened and painted; as outlines into a picture of lines."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPaintEngine, QPainter, QPainterPath

from designer.fonts import ui_font


@lru_cache(maxsize=32)
def metrics(size: int, weight: int = 400) -> QFontMetricsF:
    """Return the measures of the window's font."""
    return QFontMetricsF(ui_font(size, weight))


@lru_cache(maxsize=4096)
def text_width(text: str, size: int, weight: int = 400) -> float:
    """Return the width of a text, in pixels."""
    return metrics(size, weight).horizontalAdvance(text)


@lru_cache(maxsize=4096)
def elided(text: str, width: float, size: int, weight: int = 400) -> str:
    """Return the text, shortened to fit where it must be."""
    return metrics(size, weight).elidedText(text, Qt.TextElideMode.ElideRight, width)


def draw_text(
    painter: QPainter,
    at: QPointF,
    text: str,
    colour: str | QColor,
    size: int,
    weight: int = 400,
    *,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Draw one line of text.

    Parameters
    ----------
    at : left end, middle or right end (by `align`) of the line, at half the height of a figure.
    """
    width = text_width(text, size, weight)
    shift = {Qt.AlignmentFlag.AlignRight: width, Qt.AlignmentFlag.AlignHCenter: width / 2}.get(align, 0.0)
    base = QPointF(at.x() - shift, at.y() + metrics(size, weight).capHeight() / 2)
    engine = painter.paintEngine()
    font = ui_font(size, weight)
    if engine is not None and engine.type() == QPaintEngine.Type.SVG:
        # Outlines look the same wherever the picture is opened, whether the font is there or not.
        path = QPainterPath()
        path.addText(base, font, text)
        painter.fillPath(path, QColor(colour))
        return
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(base, text)
