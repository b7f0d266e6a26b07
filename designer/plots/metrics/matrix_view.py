"""The confusion matrix as a picture: right classes as rows, what was read as columns."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.numerics.metrics import Labels
from designer import numbers
from designer.fonts import CAPTION, SECOND_LINE
from designer.plots.metrics.matrix_grid import CAPTION_HEIGHT, LABEL_HEIGHT, MARGIN, Cell, MatrixGrid, grid_for
from designer.plots.metrics.wording import NamedFigures, sentences
from designer.plots.text_paint import LEFT, RIGHT, elided, paint_card, paint_hint, paint_text, width_of
from designer.theme import Theme, ThemeService, sequential_colours

MIDDLE = Qt.AlignmentFlag.AlignCenter
NONE_THERE = "·"
SMALLEST_TEXT, LARGEST_TEXT = 8, 18
"""Heights of the numbers, in pixels."""

MOVES = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
KEYBOARD_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class MatrixView(QWidget):
    """Counts in cells that are coloured by their share of the row, with recall and precision at the edges.

    The colour goes by the root of the share: else the few mistakes of a good network could not be seen.

    Attributes
    ----------
    hint : why there is nothing to see.

    Signals
    -------
    chosen(int, int) : a cell was clicked: the right class and the one that was read.
    """

    chosen = Signal(int, int)

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: NamedFigures | None = None
        self._note, self.hint, self._more = "", "", ""
        self._cell: Cell | None = None
        self._picture: tuple[object, QPixmap] | None = None
        self.setMinimumSize(140, 84)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Confusion matrix"))
        theme.changed.connect(self.update)

    @property
    def grid(self) -> MatrixGrid | None:
        """Where the cells lie, as drawn now."""
        if self._shown is None:
            return None
        widest = max(width_of(name, SECOND_LINE, 600) for name in self._shown.names)
        return grid_for(len(self._shown.names), QSizeF(self.size()), widest)

    @property
    def cell(self) -> Cell | None:
        """The cell that is told about."""
        return self._cell

    def show_figures(self, shown: NamedFigures | None, note: str, hint: str) -> None:
        """Show other figures with what they are of, or a hint where there are none; the caller repaints."""
        if shown is None or (self._shown is not None and shown.names != self._shown.names):
            self._cell = None
        self._shown, self._note, self.hint = shown, note, hint
        self._describe()

    def set_more(self, more: str) -> None:
        """Say below what a cell tells what a click on it does; empty for nothing."""
        self._more = more
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def card_lines(self) -> list[str]:
        """Return the text of the card that is shown, line by line."""
        if self._shown is None or self._cell is None:
            return []
        lines = [*sentences(self._shown, self._cell)]
        return [*lines, self._more] if self._more and self._counts(self._cell) else lines

    def edge_text(self, cell: Cell) -> str:
        """Return what is written at the edge: recall of a row or precision of a column, as percent."""
        assert self._shown is not None
        classes = self._shown.figures.classes
        share = classes.recall[cell.truth] if cell.truth >= 0 else classes.precision[cell.guess]
        return numbers.decimals(100.0 * float(share), 1)

    # Qt's events

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Tell about the cell under the pointer."""
        grid = self.grid
        self._point_at(None if grid is None else grid.cell_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Choose the cell under the pointer."""
        self.mouseMoveEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Say no more."""
        self._point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Begin at the first cell, if the keyboard brought the focus."""
        super().focusInEvent(event)
        if event.reason() in KEYBOARD_REASONS and self._cell is None and self._shown is not None:
            self._point_at(Cell(0, 0))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Say no more, unless the pointer does."""
        super().focusOutEvent(event)
        if not self.underMouse():
            self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move from cell to cell, and choose one."""
        key = Qt.Key(event.key())
        if self._shown is None:
            event.ignore()
        elif key in MOVES:
            last, (down, across) = len(self._shown.names) - 1, MOVES[key]
            cell = self._cell or Cell(-down, -across)
            row, column = (max(0, min(last, place)) for place in (cell.truth + down, cell.guess + across))
            self._point_at(Cell(row, column))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter, grid = self._theme.current, QPainter(self), self.grid
        painter.fillRect(event.rect(), QColor(theme.panel))
        if grid is None or self._shown is None:
            paint_hint(painter, QRectF(self.rect()), self.hint, theme)
            return
        self._paint_captions(painter, theme, grid)
        self._paint_names(painter, theme, grid)
        painter.drawPixmap(grid.field.topLeft(), self._cells_of(theme, grid))
        self._paint_edges(painter, theme, grid)
        if self._cell is not None:
            self._paint_card(painter, theme, grid, self._cell)

    def _paint_captions(self, painter: QPainter, theme: Theme, grid: MatrixGrid) -> None:
        field, top = grid.field, grid.top - LABEL_HEIGHT
        line = QRectF(MARGIN, top - CAPTION_HEIGHT, self.width() - 2 * MARGIN, CAPTION_HEIGHT)
        directions = self.tr("is ↓  read as →")
        paint_text(painter, line, directions, theme.text_third, CAPTION, LEFT)
        line.setLeft(line.left() + width_of(directions, CAPTION) + 12.0)
        paint_text(painter, line, elided(self._note, CAPTION, line.width()), theme.text_third, CAPTION, RIGHT)
        if grid.edge_width:
            above = QRectF(field.right() + 2.0, top, grid.edge_width, LABEL_HEIGHT)
            paint_text(painter, above, self.tr("recall %"), theme.text_third, CAPTION, RIGHT)
            corner = grid.rect(Cell(-1, -1))
            paint_text(painter, corner, self.tr("prec. %"), theme.text_third, CAPTION, RIGHT)

    def _paint_names(self, painter: QPainter, theme: Theme, grid: MatrixGrid) -> None:
        assert self._shown is not None
        cell, names = self._cell, self._shown.names
        row_step = max(1, int(np.ceil(11.0 / grid.height)))
        widest = max(width_of(name, SECOND_LINE) for name in names)
        # Short names that do not fit are left out here and there; long ones are cut.
        column_step = max(1, int(np.ceil((widest + 3.0) / grid.width))) if widest < 24.0 else 1
        for index, name in enumerate(names):
            row, column = grid.row_name(index), grid.column_name(index)
            lit_row = cell is not None and cell.truth == index
            lit_column = cell is not None and cell.guess == index
            if _is_written(index, row_step, None if cell is None else cell.truth):
                colour, weight = (theme.text, 600) if lit_row else (theme.text_second, 400)
                text = elided(name, SECOND_LINE, row.width(), weight)
                paint_text(painter, row, text, colour, SECOND_LINE, RIGHT, weight)
            if _is_written(index, column_step, None if cell is None else cell.guess):
                colour, weight = (theme.text, 600) if lit_column else (theme.text_second, 400)
                text = name if column_step > 1 or widest < 24.0 else elided(name, SECOND_LINE, column.width(), weight)
                paint_text(painter, column, text, colour, SECOND_LINE, MIDDLE, weight)

    def _cells_of(self, theme: Theme, grid: MatrixGrid) -> QPixmap:
        """Return the cells as a picture, which is kept: they stay while the pointer moves over them."""
        key = (self._shown, grid, theme.name, self.devicePixelRatioF())
        if self._picture is None or self._picture[0] != key:
            ratio = self.devicePixelRatioF()
            picture = QPixmap((grid.field.size() * ratio).toSize())
            picture.setDevicePixelRatio(ratio)
            picture.fill(QColor(theme.panel))
            painter = QPainter(picture)
            painter.translate(-grid.field.topLeft())
            self._paint_cells(painter, theme, grid)
            painter.end()
            self._picture = key, picture
        return self._picture[1]

    def _paint_cells(self, painter: QPainter, theme: Theme, grid: MatrixGrid) -> None:
        assert self._shown is not None
        matrix = self._shown.figures.confusion
        colours = sequential_colours(theme, np.sqrt(_shares(matrix)))
        (size, commas), inks = _writing(grid, matrix), (QColor(theme.text), QColor(theme.field))
        for row, line in enumerate(matrix.tolist()):
            for column, found in enumerate(line):
                cell, colour = Cell(row, column), QColor(*(int(part) for part in colours[row, column]))
                rect = grid.rect(cell)
                painter.fillRect(rect, colour)
                if size and found:
                    ink = max(inks, key=lambda ink: abs(_lightness(ink) - _lightness(colour)))
                    text = numbers.whole(found) if commas else str(found)
                    paint_text(painter, rect, text, ink.name(), size, MIDDLE)
                elif size:
                    paint_text(painter, rect, NONE_THERE, theme.text_third, size, MIDDLE)

    def _paint_edges(self, painter: QPainter, theme: Theme, grid: MatrixGrid) -> None:
        if not grid.edge_width:
            return
        cell, count = self._cell, grid.classes
        step = max(1, int(np.ceil(11.0 / grid.height)))
        for row in range(count):
            lit = cell is not None and cell.truth == row
            if _is_written(row, step, None if cell is None else cell.truth):
                rect, colour = grid.rect(Cell(row, -1)), theme.text if lit else theme.text_second
                paint_text(painter, rect, self.edge_text(Cell(row, -1)), colour, CAPTION, RIGHT)
        texts = [self.edge_text(Cell(-1, column)) for column in range(count)]
        step = max(1, int(np.ceil((max(width_of(text, CAPTION) for text in texts) + 4.0) / grid.width)))
        for column, text in enumerate(texts):
            lit = cell is not None and cell.guess == column
            if _is_written(column, step, None if cell is None else cell.guess):
                rect, colour = grid.rect(Cell(-1, column)), theme.text if lit else theme.text_second
                paint_text(painter, rect, text, colour, CAPTION, MIDDLE)

    def _paint_card(self, painter: QPainter, theme: Theme, grid: MatrixGrid, cell: Cell) -> None:
        rect = grid.rect(cell)
        if cell.inner:
            painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.text), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0.0, 0.0, 0.0, 0.0))
        colours = [theme.text, *[theme.text_second] * 3]
        lines = [[(text, colour)] for text, colour in zip(self.card_lines(), colours, strict=False)]
        bounds = QRectF(self.rect()).adjusted(4.0, 4.0, -4.0, -4.0)
        paint_card(painter, theme, QPointF(rect.right(), rect.top()), bounds, lines)

    def _counts(self, cell: Cell) -> bool:
        assert self._shown is not None
        return cell.inner and bool(self._shown.figures.confusion[cell.truth, cell.guess])

    def _choose(self) -> None:
        if self._cell is not None and self._cell.inner:
            self.chosen.emit(self._cell.truth, self._cell.guess)

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(". ".join(self.card_lines()))


def _shares(matrix: Labels) -> np.ndarray:
    """Return each count as a share of its row, (classes, classes)."""
    return matrix / np.maximum(1, matrix.sum(axis=1, keepdims=True))


def _is_written(index: int, step: int, lit: int | None) -> bool:
    """Whether a name has room: every so manieth, and the one that is told about in place of those around it."""
    if lit is not None and lit >= 0 and abs(index - lit) < step:
        return index == lit
    return index % step == 0


def _writing(grid: MatrixGrid, matrix: Labels) -> tuple[int, bool]:
    """Return how high numbers are written into the cells, in pixels, and whether with commas; 0 where they do not fit.

    All have the height that suits the longest.
    """
    largest = int(matrix.max())
    for commas, smallest in ((True, LARGEST_TEXT // 2), (False, SMALLEST_TEXT)):
        text = numbers.whole(largest) if commas else str(largest)
        for height in range(min(LARGEST_TEXT, int(0.8 * grid.height)), smallest - 1, -1):
            if width_of(text, height) <= grid.width - (3.0 if commas else 1.5):
                return height, commas
    return 0, False


def _lightness(colour: QColor) -> float:
    """Return how light a colour looks, 0 to 1."""
    return 0.2126 * colour.redF() ** 2.2 + 0.7152 * colour.greenF() ** 2.2 + 0.0722 * colour.blueF() ** 2.2
