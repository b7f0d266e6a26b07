"""What to do on an empty canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.project.edits import CARD_WIDTH
from designer.canvas.geometry import CARD_HEIGHT
from designer.canvas.text import draw_text, text_width
from designer.icons import paint_icon
from designer.theme import ThemeService, mixed

Centre = Qt.AlignmentFlag.AlignHCenter


class EmptyHint(QWidget):
    """An outline where the first card will lie, and two lines below it."""

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._head = self.tr("Drag an Input from the left")
        self._text = self.tr("or start from a template: File, Start page")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{self._head}. {self._text}")
        theme.changed.connect(self.update)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the outline and the lines."""
        width = max(text_width(self._head, 14, 600), text_width(self._text, 12), CARD_WIDTH)
        return QSize(round(width) + 16, round(CARD_HEIGHT) + 72)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, middle = self._theme.current, self.width() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(round(middle - CARD_WIDTH / 2) + 0.5, 2.5, CARD_WIDTH - 1, CARD_HEIGHT - 1)
        pen = QPen(mixed(theme.text_third, theme.canvas, 0.6), 1.25, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(mixed(theme.card, theme.canvas, 0.4))
        painter.drawRoundedRect(outline, 6.0, 6.0)
        icon = QRectF(outline.center().x() - 14, outline.center().y() - 14, 28, 28)
        paint_icon(painter, "layer-input", icon, theme.text_third)
        painter.setBrush(QColor(theme.canvas))
        y = outline.bottom() + 28
        draw_text(painter, QPointF(middle, y), self._head, theme.text, 14, 600, align=Centre)
        draw_text(painter, QPointF(middle, y + 22), self._text, theme.text_second, 12, align=Centre)
