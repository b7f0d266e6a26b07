"""Where one is, at the upper left of the canvas, and what can be done there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from designer.canvas.text import draw_text, text_width
from designer.icons import paint_icon
from designer.theme import ThemeService

HEIGHT = 24
PADDING = 6


class Breadcrumb(QWidget):
    """The path of what is shown, and a hint behind it."""

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._place, self._hint = self.tr("Network"), ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)
        self.show_hint("")

    def show_hint(self, hint: str) -> None:
        """Show a hint behind the path; empty for none."""
        self._hint = hint
        self.setAccessibleName(f"{self._place}. {hint}")
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the text."""
        width = text_width(self._place, 12, 600) + 2 * PADDING
        if self._hint:
            width += 28 + text_width(self._hint, 12)
        return QSize(round(width), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, middle = self._theme.current, HEIGHT / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(theme.canvas)
        ground.setAlphaF(0.85)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 4.0, 4.0)
        painter.translate(PADDING, 0.0)
        draw_text(painter, QPointF(0.0, middle), self._place, theme.text, 12, 600)
        if self._hint:
            x = text_width(self._place, 12, 600)
            paint_icon(painter, "chevron-right", QRectF(x + 8, middle - 7, 14, 14), theme.text_third)
            draw_text(painter, QPointF(x + 28, middle), self._hint, theme.text_second, 12)
