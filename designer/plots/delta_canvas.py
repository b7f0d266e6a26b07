"""The strips of the deltas panel below each other, with the card of the unit under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from designer.plots.delta_strip import LARGEST_TREND, SMALLEST_TREND, DeltaStrip
from designer.plots.figure_canvas import FigureCanvas
from designer.plots.text_paint import paint_card
from designer.theme import ThemeService

PADDING, GAP, NARROW_GAP = 12.0, 10.0, 6.0


class DeltaCanvas(FigureCanvas[DeltaStrip]):
    """Paints the strips it is given; the panel scrolls where they do not fit."""

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._room = QSize()
        self.setAccessibleName(self.tr("δ of every unit"))

    def card_lines(self) -> list[str]:
        """Return the text of the card that is shown, line by line."""
        found = self._cell_under_pointer()
        if found is None:
            return []
        strip, cell = found
        return ["".join(text for text, _ in line) for line in strip.card(cell, self.theme.current)]

    def _cell_under_pointer(self) -> tuple[DeltaStrip, int] | None:
        strip = self.under_pointer()
        cell = None if strip is None or self.pointer is None else strip.cell_at(self.pointer)
        return None if strip is None or cell is None else (strip, cell)

    def paint_card(self, painter: QPainter, bounds: QRectF) -> None:
        """Paint a frame round the cell under the pointer, and its card."""
        found = self._cell_under_pointer()
        if found is None:
            return
        theme, (strip, cell) = self.theme.current, found
        box = strip.cell_box(cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.text), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        paint_card(painter, theme, QPointF(box.center().x(), box.top()), bounds, strip.card(cell, theme))

    def set_room(self, room: QSize) -> None:
        """Fit into so much of the panel, as far as that is possible."""
        if room != self._room:
            self._room = room
            self.lay_out()
            self.update()

    def lay_out(self) -> None:
        """Place the strips; what is left of the height goes to the lines over time.

        Where all strips can be seen without these, and not with them, they are left out.
        """
        width = self.width() - 2 * PADDING
        if not self.figures or width < 60:
            self.setMinimumHeight(0)
            return
        # Of the width without a scroll bar: whether there is one follows from this.
        room, across = self._room.height(), self._room.width() - 2 * PADDING
        trend = not self._needed(across, trend=False) <= room < self._needed(across, trend=True)
        heights = [strip.height_for(width, trend=trend) for strip in self.figures]
        needed = self._needed(width, trend=trend)
        self.setMinimumHeight(round(needed))
        spare = (max(float(self.height()), needed) - needed) / len(heights)
        spare = min(spare, LARGEST_TREND - SMALLEST_TREND) if trend else 0.0
        top, gap = 6.0, GAP if trend else NARROW_GAP
        for strip, height in zip(self.figures, heights, strict=True):
            strip.place(QRectF(PADDING, round(top), width, round(height + spare)), trend=trend)
            top += height + spare + gap

    def _needed(self, width: float, *, trend: bool) -> float:
        gap = GAP if trend else NARROW_GAP
        return sum(strip.height_for(width, trend=trend) + gap for strip in self.figures) + 4.0
