"""The strip below the canvas that says the first problem."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from core.compiler.problems import Problem, Severity
from designer.icons import paint_icon
from designer.problems.service import ProblemService
from designer.theme import ThemeService
from designer.translation import shown
from designer.widgets.elided_label import ElidedLabel

HEIGHT = 32


class ProblemsStrip(QWidget):
    """One line: how many problems, the first one, and a way to it.

    Signals
    -------
    show_requested(str) : the user wants to see the layer that the problem is about.
    """

    show_requested = Signal(str)

    def __init__(self, problems: ProblemService, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems, self._theme = problems, theme
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._count, self._text = QLabel(), ElidedLabel()
        self._count.setProperty("level", "strong")
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._button = QPushButton()
        self._button.setProperty("link", True)
        self._button.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 1, 8, 0)
        row.setSpacing(10)
        row.addWidget(self._count)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        problems.changed.connect(self._follow)
        theme.changed.connect(self.update)
        self._follow()

    @property
    def first(self) -> Problem | None:
        """The problem that it says, or None."""
        return self._problems.problems[0] if self._problems.problems else None

    @property
    def button(self) -> QPushButton:
        """Shows the layer, or takes the way out of a problem that is about none."""
        return self._button

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, first = self._theme.current, self.first
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(theme.separator))
        if first is not None:
            colour = theme.error if first.severity is Severity.ERROR else theme.warning
            paint_icon(painter, first.severity.value, QRectF(14, 8.5, 16, 16), colour)

    def _follow(self) -> None:
        problems, first = self._problems.problems, self.first
        self.setVisible(first is not None)
        if first is None:
            return
        count = len(problems)
        words = self.tr("1 problem") if count == 1 else self.tr("{count} problems")
        self._count.setText(words.format(count=count))
        self._text.setText(shown(first.text))
        fixes = first.fixes if not first.node_id else ()
        self._button.setText(self.tr("Show") if first.node_id else shown(fixes[0].label) if fixes else "")
        self._button.setVisible(bool(first.node_id or fixes))
        self.setAccessibleName(f"{self._count.text()}: {self._text.text()}")
        self.update()

    def _act(self) -> None:
        first = self.first
        if first is None:
            return
        if first.node_id:
            self.show_requested.emit(first.node_id)
        elif first.fixes:
            self._problems.apply_fix(first.fixes[0])
