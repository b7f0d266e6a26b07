"""How the units of a layer are laid out as cells: in one row, in several, or several units to a cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designer.plots.scales import STEPS, round_above

SMALLEST_SINGLE = 7.0
"""Width of a cell in a single row, at least, in pixels."""

WRAPPED_SIZE = 8.0
"""Width of a cell where there are several rows."""

ROW_LABEL_WIDTH = 36.0
MOST_ROWS = 14
SINGLE_HEIGHT, WRAPPED_HEIGHT = 24, 9


@dataclass(frozen=True, slots=True)
class CellGrid:
    """Cells in rows, filling a width.

    Attributes
    ----------
    units : units of the layer.
    per_cell : units that share a cell (1 unless there are very many).
    across, rows : cells per row, rows.
    width, height : of the whole grid in pixels.
    label_width : room left of the grid for the number that a row begins with; 0 for a single row.
    """

    units: int
    per_cell: int
    across: int
    rows: int
    width: int
    height: int
    label_width: int

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return -(-self.units // self.per_cell)

    @property
    def row_height(self) -> float:
        """Height of a row of cells, with its separator."""
        return self.height / self.rows

    def edges(self) -> NDArray[np.int64]:
        """Return the x of the left edge of every cell of a row, and of the end: whole pixels."""
        return np.rint(np.linspace(0.0, self.width - 1.0, self.across + 1)).astype(np.int64)

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the number of the cell at a place relative to the grid."""
        if not (0.0 <= x < self.width and 0.0 <= y < self.height):
            return None
        column = min(int(np.searchsorted(self.edges(), x, "right")) - 1, self.across - 1)
        cell = int(y // self.row_height) * self.across + column
        return cell if cell < self.cells else None

    def box(self, cell: int) -> tuple[float, float, float, float]:
        """Return left, top, width and height of a cell with its separators."""
        row, column = divmod(cell, self.across)
        edges = self.edges()
        left, right = float(edges[column]), float(edges[column + 1])
        return left, row * self.row_height, right - left + 1.0, self.row_height

    def pixels(self) -> NDArray[np.intp]:
        """Return (height, width) numbers of the cell each pixel shows; `cells` for separators, `cells` + 1 outside."""
        columns = np.repeat(np.arange(self.across), np.diff(self.edges()))
        columns = np.append(columns, self.across - 1)
        rows = np.minimum(np.arange(self.height) // self.row_height, self.rows - 1).astype(np.intp)
        numbers = rows[:, None] * self.across + columns[None, :]
        outside = numbers >= self.cells
        separators = np.zeros(numbers.shape, dtype=bool)
        separators[:, self.edges()] = True
        separators[np.searchsorted(rows, np.arange(self.rows)), :] = True
        separators[-1, :] = True
        # The lines around cells that do not exist are left out, but not the one that ends the last cell.
        before = np.roll(outside, 1, axis=1)
        above = np.roll(outside, 1, axis=0)
        before[:, 0], above[0, :] = True, True
        free = outside & before & above
        numbers[separators] = self.cells
        numbers[free | (outside & ~separators)] = self.cells + 1
        return numbers

    def strongest(self, values: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.intp]]:
        """Return for every cell the value of largest size among its units, and the number of that unit."""
        if self.per_cell == 1:
            return values, np.arange(self.units)
        padded = np.zeros(self.cells * self.per_cell, dtype=values.dtype)
        padded[: self.units] = values
        table = padded.reshape(self.cells, self.per_cell)
        inner = np.abs(table).argmax(axis=1)
        return table[np.arange(self.cells), inner], np.arange(self.cells) * self.per_cell + inner

    def label_step(self, label_width: float) -> int:
        """Return every how manieth cell of a single row has room for its number."""
        return max(1, round(round_above((label_width + 6.0) * self.across / self.width, STEPS)))


def grid_for(units: int, width: float) -> CellGrid:
    """Return the cells for a layer of `units` units in a panel `width` pixels wide."""
    if units * SMALLEST_SINGLE <= width:
        return CellGrid(units, 1, units, 1, int(width), SINGLE_HEIGHT, 0)
    room = int(width - ROW_LABEL_WIDTH)
    across = max(5, int(room / WRAPPED_SIZE))
    # Rows of a round number of units are easier to count.
    across -= across % (10 if across >= 20 else 5)
    per_cell = -(-units // (across * MOST_ROWS))
    rows = -(-units // (across * per_cell))
    return CellGrid(units, per_cell, across, rows, room, rows * WRAPPED_HEIGHT + 1, int(ROW_LABEL_WIDTH))
