"""Where one is, at the upper left of the canvas, and what can be done there."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from designer.canvas.text import draw_text, elided, text_width
from designer.icons import paint_icon
from designer.theme import ThemeService

HEIGHT = 24
PADDING = 6
HINT_LEFT = 28
"""Where the hint begins behind the path: there is an arrow between them."""


class Breadcrumb(QWidget):
    """The path of what is shown, and a hint behind it.

    Signals
    -------
    resized() : it takes more or less room.
    """

    resized = Signal()

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._place, self._hint = self.tr("Network"), ""
        self._room = 2**15
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)
        self.show_hint("")

    def show_hint(self, hint: str) -> None:
        """Show a hint behind the path; empty for none."""
        self._hint = hint
        self.setAccessibleName(f"{self._place}. {hint}")
        self._follow()
        self.update()

    def fit_in(self, width: int) -> None:
        """Take no more than so many pixels; what does not fit of the hint ends in dots.

        It does not say that it was resized: who gives the room is placing all that floats already.
        """
        self._room = max(0, width)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the text, or as the room."""
        width = text_width(self._place, 12, 600) + 2 * PADDING
        if self._hint:
            width += HINT_LEFT + text_width(self._hint, 12)
        return QSize(min(math.ceil(width), self._room), HEIGHT)

    def _follow(self) -> None:
        if self.sizeHint() != self.size():
            self.resize(self.sizeHint())
            self.resized.emit()

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
            hint = elided(self._hint, self.width() - 2 * PADDING - x - HINT_LEFT, 12)
            draw_text(painter, QPointF(x + HINT_LEFT, middle), hint, theme.text_second, 12)
