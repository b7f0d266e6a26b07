"""Text painted straight onto a panel: it costs no layout and cannot push anything aside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from designer.fonts import SECOND_LINE, ui_font
from designer.theme import Theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap

CARD_PADDING = 8.0
CARD_LINE = 15.0
CARD_GAP = 8.0
"""Distance of a card from the point it tells about, and between its columns."""

CardLine = Sequence[tuple[str, str]]
"""The cells of one line of a card: text and colour. A line of one cell spans all columns."""


@lru_cache(maxsize=32)
def metrics(pixel_size: int, weight: int = 400) -> QFontMetricsF:
    """Return the measures of the window's font."""
    return QFontMetricsF(ui_font(pixel_size, weight))


def width_of(text: str, pixel_size: int, weight: int = 400) -> float:
    """Return how wide a text is."""
    return metrics(pixel_size, weight).horizontalAdvance(text)


def elided(text: str, pixel_size: int, room: float, weight: int = 400) -> str:
    """Return `text`, or its beginning and "…" where it does not fit into `room` pixels."""
    return metrics(pixel_size, weight).elidedText(text, Qt.TextElideMode.ElideRight, room)


def paint_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    colour: str,
    pixel_size: int = SECOND_LINE,
    align: Qt.AlignmentFlag = LEFT,
    weight: int = 400,
) -> None:
    """Paint one line of text into `rect`, which does not cut it off."""
    painter.setFont(ui_font(pixel_size, weight))
    painter.setPen(QColor(colour))
    painter.drawText(rect, int(align | Qt.TextFlag.TextDontClip), text)


def paint_hint(painter: QPainter, rect: QRectF, text: str, theme: Theme) -> None:
    """Paint what to do next into the middle of an empty panel, wrapped."""
    room = min(rect.width() - 32.0, 320.0)
    box = QRectF(rect.center().x() - room / 2, rect.top() + 8.0, room, rect.height() - 16.0)
    painter.setFont(ui_font(12))
    painter.setPen(QColor(theme.text_third))
    painter.drawText(box, int(WRAPPED), text)


def paint_card(painter: QPainter, theme: Theme, point: QPointF, bounds: QRectF, lines: Sequence[CardLine]) -> QRectF:
    """Paint a card with lines of text beside `point`, inside `bounds`; returns where it lies."""
    columns = _column_widths(lines)
    spanning = [width_of(line[0][0], SECOND_LINE) for line in lines if len(line) == 1]
    width = max([sum(columns) + CARD_GAP * max(0, len(columns) - 1), *spanning]) + 2 * CARD_PADDING
    height = CARD_LINE * len(lines) + CARD_PADDING
    box = _placed(point, bounds, round(width), round(height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.border), 1.0))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
    for row, line in enumerate(lines):
        left, top = box.left() + CARD_PADDING, box.top() + CARD_PADDING / 2 + row * CARD_LINE
        for index, (text, colour) in enumerate(line):
            room = columns[index] if len(line) > 1 else box.width() - 2 * CARD_PADDING
            align = RIGHT if index > 0 and len(line) > 1 else LEFT
            paint_text(painter, QRectF(left, top, room, CARD_LINE), text, colour, SECOND_LINE, align)
            left += room + CARD_GAP
    return box


def _column_widths(lines: Sequence[CardLine]) -> list[float]:
    rows = [[width_of(text, SECOND_LINE) for text, _ in line] for line in lines if len(line) > 1]
    count = max((len(row) for row in rows), default=0)
    return [max(row[index] for row in rows if index < len(row)) for index in range(count)]


def _placed(point: QPointF, bounds: QRectF, width: float, height: float) -> QRectF:
    """Return a card right of and above `point`; left or below where there is no room."""
    x = point.x() + CARD_GAP
    if x + width > bounds.right():
        x = point.x() - CARD_GAP - width
    y = point.y() - CARD_GAP - height
    if y < bounds.top():
        y = point.y() + 2 * CARD_GAP
    x = max(bounds.left(), min(x, bounds.right() - width))
    y = max(bounds.top(), min(y, bounds.bottom() - height))
    return QRectF(round(x), round(y), width, height)
