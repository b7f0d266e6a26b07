"""What the formula panel is put together from: sections, words, and the list of where the numbers come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from core.tracing.writing import Origin
from designer.microscope.formula_line import FormulaLine
from designer.numbers import whole
from designer.theme import ThemeService

MOST_ORIGINS = 8
SMALL = 14.0
"""Size of type, in pixels."""

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
        self._theme = theme
        self.count = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(2, 1)
        self._lines = [[FormulaLine(theme, SMALL, wraps=False) for _ in range(2)] for _ in range(MOST_ORIGINS)]
        self._more = QLabel()
        self._more.setProperty("level", "third")
        for row, pair in enumerate(self._lines):
            for column, line in enumerate(pair):
                line.quantity_clicked.connect(self.clicked)
                self._grid.addWidget(line, row, column, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self._more, MOST_ORIGINS, 0, 1, 3)

    def show_origins(self, origins: tuple[Origin, ...]) -> None:
        """Show these, as many as there is room for."""
        self.count = len(origins)
        for pair, origin in zip(self._lines, padded(origins, MOST_ORIGINS), strict=True):
            pair[0].show_written(None if origin is None else origin.symbol)
            pair[1].show_written(None if origin is None else origin.number)
        left = max(0, len(origins) - MOST_ORIGINS)
        self._more.setText(self.tr("and {count} more").format(count=whole(left)))
        self._more.setVisible(left > 0)


def section(column: QVBoxLayout, title: str, *widgets: QWidget) -> QWidget:
    """Add a part with a small title and a line above it."""
    section = QWidget()
    inner = QVBoxLayout(section)
    inner.setContentsMargins(0, 2, 0, 2)
    inner.setSpacing(6)
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
