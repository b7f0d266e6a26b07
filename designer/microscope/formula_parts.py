"""What the formula panel is put together from: sections, words, and the list of where the numbers come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from core.tracing.writing import Origin
from designer.microscope.formula_line import FormulaLine
from designer.numbers import whole
from designer.theme import ThemeService

MOST_ORIGINS = 8
SMALL = 14.0
"""Size of type, in pixels."""

BETWEEN, APART = 16, 20
"""Room between columns, and between two formulas in a line, in pixels."""

Item = TypeVar("Item")


class Origins(QWidget):
    """The numbers that a formula is made of, one per line.

    Signals
    -------
    clicked(Quantity) : the user wants to know where one comes from.
    """

    clicked = Signal(object)

    def __init__(self, theme: ThemeService) -> None:
        super().__init__()
        self.count = 0
        self._across = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(BETWEEN)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(4, 1)
        self._lines = [[FormulaLine(theme, SMALL, wraps=False) for _ in range(2)] for _ in range(MOST_ORIGINS)]
        self._more = QLabel()
        self._more.setProperty("level", "third")
        for line in (line for pair in self._lines for line in pair):
            line.quantity_clicked.connect(self.clicked)
        self._grid.addWidget(self._more, MOST_ORIGINS, 0, 1, 5)
        self._arrange()

    def show_origins(self, origins: tuple[Origin, ...]) -> None:
        """Show these, as many as there is room for."""
        self.count = len(origins)
        for pair, origin in zip(self._lines, padded(origins, MOST_ORIGINS), strict=True):
            pair[0].show_written(None if origin is None else origin.symbol)
            pair[1].show_written(None if origin is None else origin.number)
        left = max(0, len(origins) - MOST_ORIGINS)
        self._more.setText(self.tr("and {count} more").format(count=whole(left)))
        self._more.setVisible(left > 0)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Put two of them into a line where all are short enough."""
        columns = [max((pair[place].whole_width for pair in self._lines), default=0) for place in range(2)]
        across = 2 if 2 * sum(columns) + 3 * BETWEEN <= self.width() else 1
        if across == self._across:
            return
        self._across = across
        for place, pair in enumerate(self._lines):
            row, first = divmod(place, across)
            for column, line in enumerate(pair):
                self._grid.addWidget(line, row, 2 * first + column, Qt.AlignmentFlag.AlignLeft)


class Pair(QWidget):
    """A formula and what belongs to it, in one line where both fit without being broken, else below each other."""

    def __init__(self, first: FormulaLine, second: FormulaLine | QLabel) -> None:
        super().__init__()
        self._parts = (first, second)
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        for part in self._parts:
            self._box.addWidget(part)
        self._box.setStretch(1, 1)

    def arrange(self) -> None:
        """Follow what the two show."""
        widths = [_whole_width(part) for part in self._parts]
        level = sum(widths) + APART <= self.width()
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if level else QBoxLayout.Direction.TopToBottom)
        self._box.setSpacing(APART if level and all(widths) else 4)
        for part, width in zip(self._parts, widths, strict=True):
            part.setMinimumWidth(width if level else 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """No wider than the wider part: below that width they stand below each other."""
        widths = (max(part.minimumSizeHint().width(), 0) for part in self._parts if not part.isHidden())
        return QSize(max(widths, default=0), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self.arrange()


def _whole_width(part: FormulaLine | QLabel) -> int:
    return part.whole_width if isinstance(part, FormulaLine) else part.sizeHint().width()


def section(column: QVBoxLayout, title: str, *widgets: QWidget) -> QWidget:
    """Add a part with a small title and a line above it."""
    section = QWidget()
    inner = QVBoxLayout(section)
    inner.setContentsMargins(0, 1, 0, 1)
    inner.setSpacing(4)
    line = QFrame()
    line.setProperty("across", True)
    line.setFixedHeight(1)
    inner.addWidget(line)
    head = QLabel(title)
    head.setProperty("level", "second")
    inner.addWidget(head)
    for widget in widgets:
        inner.addWidget(widget)
    column.addWidget(section)
    return section


def paragraph() -> QLabel:
    """Return a label for words that can be copied."""
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def padded(items: Sequence[Item], count: int) -> list[Item | None]:
    """Return exactly so many items: the first ones, then None."""
    return [*items[:count], *([None] * (count - len(items)))]
