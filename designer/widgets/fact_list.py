"""Names and values, one pair a row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.fonts import ui_font
from designer.theme import theme_of

ROW_HEIGHT = 22
GAP = 12


class FactList(QWidget):
    """Paints rows of a name at the left and a value at the right; a value that is too long is elided in its middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The rows."""
        return self._facts

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these rows."""
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self.setAccessibleName("; ".join(f"{name}: {value}" for name, value in self._facts))
            self.setToolTip("\n".join(f"{name}: {value}" for name, value in self._facts))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The rows; they take any width."""
        return QSize(160, ROW_HEIGHT * len(self._facts))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The rows; they take any width."""
        return QSize(80, ROW_HEIGHT * len(self._facts))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setFont(ui_font())
        metrics = painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        for index, (name, value) in enumerate(self._facts):
            row = QRectF(0, index * ROW_HEIGHT, self.width(), ROW_HEIGHT)
            # A value that takes less than two thirds is whole; then the name gives way.
            most = self.width() - GAP - min(metrics.horizontalAdvance(name) + 1, self.width() // 3)
            shown = metrics.elidedText(value, Qt.TextElideMode.ElideMiddle, most)
            left = self.width() - GAP - metrics.horizontalAdvance(shown)
            painter.setPen(QColor(theme.text_second))
            shown_name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | middle, shown_name)
            painter.setPen(QColor(theme.text))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | middle, shown)
