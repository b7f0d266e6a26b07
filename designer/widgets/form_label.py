"""The label of a form row."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from designer.theme import mixed, theme_of
from designer.widgets.elided_label import ElidedLabel


class FormLabel(ElidedLabel):
    """One line in the second colour, 12 px; cut off it ends in "…"."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        usable = QColor(theme.text_second) if self.isEnabled() else mixed(theme.text_third, theme.panel, 0.6)
        painter = QPainter(self)
        painter.setPen(usable)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()), shown)
