"""The columns of the weights panel, side by side and in as many rows as are needed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.plots.ridge_column import RidgeColumn, card_of
from designer.plots.text_paint import paint_card, paint_hint
from designer.theme import ThemeService

PADDING = 12.0
GAP = 12.0
SMALLEST_WIDTH, SMALLEST_HEIGHT = 84.0, 120.0
LARGEST_WIDTH = 280.0


class RidgeCanvas(QWidget):
    """Paints the columns it is given; below `SMALLEST_HEIGHT` per row the panel scrolls."""

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: Sequence[RidgeColumn] = ()
        self._hint = ""
        self._pointer: QPointF | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Distributions of the weights"))

    def set_columns(self, columns: Sequence[RidgeColumn], hint: str) -> None:
        """Show these columns, or `hint` where there are none."""
        self._columns, self._hint = columns, hint
        self._lay_out()
        self.update()

    def is_in_sight(self, column: RidgeColumn) -> bool:
        """Whether any of a column can be seen without scrolling."""
        return self.visibleRegion().boundingRect().intersects(column.rect.toAlignedRect())

    def column_at(self, place: QPointF) -> RidgeColumn | None:
        """Return the column at a place."""
        for column in self._columns:
            if column.rect.contains(place):
                return column
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the columns out anew."""
        super().resizeEvent(event)
        self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Show the numbers of the ridge under the pointer."""
        self._pointer = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the numbers away."""
        self._pointer = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        if not self._columns:
            paint_hint(painter, QRectF(self.rect()), self._hint, theme)
            return
        dirty = QRectF(event.rect())
        for column in self._columns:
            if column.rect.intersects(dirty):
                column.paint(painter, theme, self.devicePixelRatioF())
        self._paint_card(painter)

    def _paint_card(self, painter: QPainter) -> None:
        column = self.column_at(self._pointer) if self._pointer is not None else None
        ridge = column.ridge_at(self._pointer.y()) if column is not None and self._pointer is not None else None
        if column is None or ridge is None or self._pointer is None:
            return
        theme = self._theme.current
        words = (
            self.tr("iteration {iteration}"),
            self.tr("mean {mean}"),
            self.tr("from {low} to {high}"),
            self.tr("every {stride}th value counted"),
        )
        bounds = QRectF(self.visibleRegion().boundingRect()).adjusted(4.0, 4.0, -4.0, -4.0)
        paint_card(painter, theme, self._pointer, bounds, card_of(column, ridge, theme, words))

    def _lay_out(self) -> None:
        """Give every column its place; all have one size, and columns fill the width."""
        count = len(self._columns)
        if not count:
            self.setMinimumHeight(0)
            return
        across = max(1, min(count, int((self.width() - 2 * PADDING + GAP) / (SMALLEST_WIDTH + GAP))))
        rows = -(-count // across)
        across = -(-count // rows)
        needed = round(rows * (SMALLEST_HEIGHT + GAP) + PADDING)
        self.setMinimumHeight(needed if rows > 1 else 0)
        width = min(LARGEST_WIDTH, (self.width() - 2 * PADDING + GAP) // across - GAP)
        height = (max(self.height(), self.minimumHeight()) - 8.0 - 4.0 - (rows - 1) * GAP) // rows
        for index, column in enumerate(self._columns):
            row, place = divmod(index, across)
            column.rect = QRectF(PADDING + place * (width + GAP), 8.0 + row * (height + GAP), width, height)
