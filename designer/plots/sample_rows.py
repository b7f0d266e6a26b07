"""Test samples that are no pictures, a row each: number, values, answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from core.data.sample_numbers import sample_number
from designer.fonts import SECOND_LINE
from designer.numbers import short, whole
from designer.plots.sample_wall import FOOT_HEIGHT, SampleWall
from designer.plots.text_paint import RIGHT, elided, paint_text, width_of
from designer.theme import Theme

ROW_HEIGHT = 20
NUMBER_WIDTH, VALUE_WIDTH = 32.0, 42.0
MARGIN = 4
MOST_VALUES = 64
"""More values of a sample than this are never shown."""


class SampleRows(SampleWall):
    """One test sample per row."""

    def lay_out(self) -> None:
        """Choose as many rows as fit."""
        self.columns = 1
        self.rows = max(1, int((self.height() - 2 * MARGIN - FOOT_HEIGHT) // ROW_HEIGHT))

    def cell_rect(self, place: int) -> QRectF:
        """Return where a row lies."""
        return QRectF(MARGIN, MARGIN + place * ROW_HEIGHT, self.width() - 2 * MARGIN, ROW_HEIGHT)

    def paint_cells(self, painter: QPainter, theme: Theme, samples: Sequence[int]) -> None:
        """Paint the rows, separated by lines."""
        assert self.data is not None
        captions = [self.caption(place) for place in range(len(samples))]
        answers = min(max(width_of(text, SECOND_LINE, 600) for text, _ in captions) + 4.0, self.width() * 0.4)
        for place, sample in enumerate(samples):
            row = self.cell_rect(place)
            text, wrong = captions[place]
            if sample == self.selected:
                painter.fillRect(row, QColor(theme.accent_ground))
            painter.setPen(QPen(QColor(theme.separator), 1.0))
            painter.drawLine(row.bottomLeft(), row.bottomRight())
            line = row.adjusted(6.0, 0.0, -6.0, -1.0)
            paint_text(painter, line, whole(sample_number(sample)), theme.text_third, SECOND_LINE)
            room = QRectF(line.left() + NUMBER_WIDTH, line.top(), line.width() - NUMBER_WIDTH - answers, line.height())
            values = self.data.test.inputs[sample].reshape(-1)[:MOST_VALUES]
            self._paint_values(painter, theme, room, values.tolist())
            colour = theme.error if wrong else theme.text if self._judged else theme.text_third
            shown = elided(text, SECOND_LINE, answers, 600 if wrong else 400)
            paint_text(painter, line, shown, colour, SECOND_LINE, RIGHT, 600 if wrong else 400)

    def _paint_values(self, painter: QPainter, theme: Theme, room: QRectF, values: list[float]) -> None:
        """Paint as many values as fit, in columns; "…" stands for the others."""
        fitting = int((room.width() - 12.0) // VALUE_WIDTH)
        for index, value in enumerate(values[:fitting]):
            cell = QRectF(room.left() + index * VALUE_WIDTH, room.top(), VALUE_WIDTH - 6.0, room.height())
            paint_text(painter, cell, short(value), theme.text_second, SECOND_LINE, RIGHT)
        if fitting < len(values):
            rest = QRectF(room.left() + max(0, fitting) * VALUE_WIDTH, room.top(), 12.0, room.height())
            paint_text(painter, rest, "…", theme.text_third, SECOND_LINE)
