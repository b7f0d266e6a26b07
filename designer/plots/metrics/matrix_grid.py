"""Where the cells of a confusion matrix lie."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF

CAPTION_HEIGHT, LABEL_HEIGHT = 13.0, 14.0
MARGIN = 12.0
LABEL_GAP = 5.0
EDGE_WIDTH, EDGE_HEIGHT = 42.0, 14.0
WIDE = 200.0
"""Matrices narrower than this have no room for the shares at their edges."""

LARGEST_WIDTH, LARGEST_HEIGHT = 128.0, 72.0
SMALLEST_CELL = 3.0
GAPPED = 6.0
"""Cells from this size on have a gap between them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A class (row) that was taken for a class (column); −1 for the edge: all classes of its column, or of its row."""

    truth: int
    guess: int

    @property
    def inner(self) -> bool:
        """Whether this is a cell of the matrix itself."""
        return self.truth >= 0 and self.guess >= 0


@dataclass(frozen=True, slots=True)
class MatrixGrid:
    """The places of a matrix in a widget.

    Attributes
    ----------
    classes : rows and columns.
    left, top : of the first cell.
    width, height : of a cell with the gap behind it, whole pixels.
    label_width : room left of the rows for their names.
    edge_width, edge_height : of the shares right of the rows and below the columns; 0 where there is no room.
    """

    classes: int
    left: float
    top: float
    width: float
    height: float
    label_width: float
    edge_width: float
    edge_height: float

    @property
    def field(self) -> QRectF:
        """All cells."""
        return QRectF(self.left, self.top, self.classes * self.width, self.classes * self.height)

    def rect(self, cell: Cell) -> QRectF:
        """Return where a cell lies, without the gap behind it."""
        field = self.field
        gap = 1.0 if min(self.width, self.height) >= GAPPED else 0.0
        left = field.right() + 2.0 if cell.guess < 0 else field.left() + cell.guess * self.width
        top = field.bottom() + 1.0 if cell.truth < 0 else field.top() + cell.truth * self.height
        width = self.edge_width if cell.guess < 0 else self.width - gap
        return QRectF(left, top, width, self.edge_height if cell.truth < 0 else self.height - gap)

    def row_name(self, row: int) -> QRectF:
        """Return where the name of a row is written."""
        left = self.left - LABEL_GAP - self.label_width
        return QRectF(left, self.top + row * self.height, self.label_width, self.height - 1.0)

    def column_name(self, column: int) -> QRectF:
        """Return where the name of a column is written."""
        return QRectF(self.left + column * self.width, self.top - LABEL_HEIGHT, self.width - 1.0, LABEL_HEIGHT)

    def cell_at(self, point: QPointF) -> Cell | None:
        """Return the cell at a point, those of the edges and the names of rows and columns among them."""
        column = int((point.x() - self.left) // self.width)
        row = int((point.y() - self.top) // self.height)
        across, down = 0 <= column < self.classes, 0 <= row < self.classes
        if across and down:
            return Cell(row, column)
        right, bottom = self.field.right() + 2.0 + self.edge_width, self.field.bottom() + 1.0 + self.edge_height
        if down and (self.left - LABEL_GAP - self.label_width <= point.x() < right):
            return Cell(row, -1)
        if across and (self.top - LABEL_HEIGHT <= point.y() < bottom):
            return Cell(-1, column)
        return None


def grid_for(classes: int, size: QSizeF, widest_name: float) -> MatrixGrid:
    """Return the places for a matrix in a widget of this size.

    Parameters
    ----------
    widest_name : width of the longest name of a class, in pixels.
    """
    label_width = min(max(widest_name, 8.0), 0.25 * size.width())
    left = MARGIN + label_width + LABEL_GAP
    top = CAPTION_HEIGHT + LABEL_HEIGHT
    has_edges = size.width() >= WIDE
    edge_width, edge_height = (EDGE_WIDTH, EDGE_HEIGHT) if has_edges else (0.0, 0.0)
    width = (size.width() - left - edge_width - MARGIN) // classes
    height = (size.height() - top - edge_height - 3.0) // classes
    return MatrixGrid(
        classes=classes,
        left=round(left),
        top=top,
        width=min(LARGEST_WIDTH, max(SMALLEST_CELL, width)),
        height=min(LARGEST_HEIGHT, max(SMALLEST_CELL, height)),
        label_width=label_width,
        edge_width=edge_width,
        edge_height=edge_height,
    )
