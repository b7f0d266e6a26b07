"""The card below a large unit: what it has come to, number by number, and what is still to come."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from designer.canvas.text import draw_text
from designer.canvas.units.numbers import Letters, UnitNumbers, number_at
from designer.numbers import measure, whole
from designer.theme import Theme

ROW, SIZE, ASIDE = 19.0, 13, 7.0
Align = Qt.AlignmentFlag


def paint_unit_card(
    painter: QPainter, rect: QRectF, numbers: UnitNumbers, unit: int, letters: Letters, theme: Theme, *, lit: bool
) -> None:
    """Paint z, a, δ and the wanted answer of a unit, as far as its layer has them, into the upper part of a room."""
    back = (letters.delta, numbers.delta) if numbers.delta is not None else (letters.back, numbers.back)
    rows = [(letters.z, numbers.z, theme.forward), (letters.a, numbers.a, theme.forward), (*back, theme.backward)]
    rows = [row for row in (*rows, (letters.target, numbers.target, theme.text)) if row[1] is not None]
    body = QRectF(rect.left(), rect.top(), rect.width(), ROW * len(rows) + 4.0)
    painter.setPen(QPen(QColor(theme.cursor_border if lit else theme.separator), 1.0))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(body, 4.0, 4.0)
    for place, (symbol, values, colour) in enumerate(rows):
        y, value = rect.top() + 2.0 + ROW * (place + 0.5), number_at(values, unit)
        draw_text(painter, QPointF(rect.left() + ASIDE, y), symbol, theme.text_second, SIZE)
        known = not math.isnan(value)
        text = _written(value) if known else QCoreApplication.translate("Units", "not yet")
        ink, weight = (colour, 600) if known else (theme.text_third, 400)
        draw_text(painter, QPointF(rect.right() - ASIDE, y), text, ink, SIZE, weight, align=Align.AlignRight)


def _written(value: float) -> str:
    """Return a number; 0 and 1 are what they are, not rounded to it."""
    return whole(round(value)) if value == round(value) and abs(value) < 100.0 else measure(value)
