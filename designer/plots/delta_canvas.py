"""The strips of the deltas panel below each other, with the card of the unit under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.plots.delta_strip import LARGEST_TREND, SMALLEST_TREND, DeltaStrip
from designer.plots.text_paint import paint_card, paint_hint
from designer.theme import ThemeService

PADDING, GAP = 12.0, 10.0


class DeltaCanvas(QWidget):
    """Paints the strips it is given; the panel scrolls where they do not fit."""

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._strips: Sequence[DeltaStrip] = ()
        self._hint = ""
        self._pointer: QPointF | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("δ of every unit"))

    def set_strips(self, strips: Sequence[DeltaStrip], hint: str) -> None:
        """Show these strips, or `hint` where there are none."""
        self._strips, self._hint = strips, hint
        self._lay_out()
        self.update()

    def strip_at(self, place: QPointF) -> DeltaStrip | None:
        """Return the strip at a place."""
        for strip in self._strips:
            if strip.rect.contains(place):
                return strip
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the strips out anew."""
        super().resizeEvent(event)
        self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Show the numbers of the unit under the pointer."""
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the numbers away."""
        self._pointer = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        if not self._strips:
            paint_hint(painter, QRectF(self.rect()), self._hint, theme)
            return
        dirty = QRectF(event.rect())
        for strip in self._strips:
            if strip.rect.intersects(dirty):
                strip.paint(painter, theme, self.devicePixelRatioF())
        self._paint_card(painter)

    def card_lines(self) -> list[str]:
        """Return the text of the card that is shown, line by line."""
        found = self._cell_under_pointer()
        if found is None:
            return []
        strip, cell = found
        return ["".join(text for text, _ in line) for line in strip.card(cell, self._theme.current)]

    def _cell_under_pointer(self) -> tuple[DeltaStrip, int] | None:
        strip = self.strip_at(self._pointer) if self._pointer is not None else None
        cell = strip.cell_at(self._pointer) if strip is not None and self._pointer is not None else None
        return None if strip is None or cell is None else (strip, cell)

    def _paint_card(self, painter: QPainter) -> None:
        found = self._cell_under_pointer()
        if found is None:
            return
        theme, (strip, cell) = self._theme.current, found
        box = strip.cell_box(cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.text), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.0, 0.0, 0.0, 0.0))
        bounds = QRectF(self.visibleRegion().boundingRect()).adjusted(4.0, 4.0, -4.0, -4.0)
        paint_card(painter, theme, QPointF(box.center().x(), box.top()), bounds, strip.card(cell, theme))

    def _lay_out(self) -> None:
        """Place the strips; what is left of the height goes to the lines over time."""
        width = self.width() - 2 * PADDING
        if not self._strips or width < 60:
            self.setMinimumHeight(0)
            return
        heights = [strip.height_for(width) for strip in self._strips]
        needed = sum(heights) + GAP * len(heights) + 4.0
        self.setMinimumHeight(round(needed))
        spare = (max(float(self.height()), needed) - needed) / len(heights)
        spare = min(spare, LARGEST_TREND - SMALLEST_TREND)
        top = 6.0
        for strip, height in zip(self._strips, heights, strict=True):
            strip.place(QRectF(PADDING, round(top), width, round(height + spare)))
            top += height + spare + GAP
