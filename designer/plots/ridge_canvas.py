"""The columns of the weights panel, side by side and in as many rows as are needed."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from designer.plots.figure_canvas import FigureCanvas
from designer.plots.ridge_column import RidgeColumn, card_of
from designer.plots.text_paint import paint_card
from designer.theme import ThemeService

PADDING = 12.0
GAP = 12.0
SMALLEST_WIDTH, SMALLEST_HEIGHT = 84.0, 120.0
LARGEST_WIDTH = 280.0


class RidgeCanvas(FigureCanvas[RidgeColumn]):
    """Paints the columns it is given; below `SMALLEST_HEIGHT` per row the panel scrolls."""

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(self.tr("Distributions of the weights"))

    def is_in_sight(self, column: RidgeColumn) -> bool:
        """Whether any of a column can be seen without scrolling."""
        return self.visibleRegion().boundingRect().intersects(column.rect.toAlignedRect())

    def paint_card(self, painter: QPainter, bounds: QRectF) -> None:
        """Paint the card of the ridge under the pointer."""
        column, pointer = self.under_pointer(), self.pointer
        ridge = None if column is None or pointer is None else column.ridge_at(pointer.y())
        if column is None or ridge is None or pointer is None:
            return
        theme = self.theme.current
        words = (
            self.tr("iteration {iteration}"),
            self.tr("mean {mean}"),
            self.tr("from {low} to {high}"),
            self.tr("every {stride}th value counted"),
        )
        paint_card(painter, theme, pointer, bounds, card_of(column, ridge, theme, words))

    def lay_out(self) -> None:
        """Give every column its place; all have one size, and columns fill the width."""
        count = len(self.figures)
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
        for index, column in enumerate(self.figures):
            row, place = divmod(index, across)
            column.rect = QRectF(PADDING + place * (width + GAP), 8.0 + row * (height + GAP), width, height)
