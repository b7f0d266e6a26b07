"""A note at the pointer: why something is refused, what letting go will do, or what a click found."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from designer.canvas.floating import paint_shadow
from designer.icons import paint_icon
from designer.theme import ThemeService

LINGER_MS = 5000
WIDEST = 300
SHADOW = 8


class PointerNote(QWidget):
    """One short text beside the pointer; a refusal stays a while after the mouse was let go.

    Attributes
    ----------
    canvas : the widget whose pixels the pointer is given in.
    """

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self.canvas = parent
        self._theme, self._refusal = theme, False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._linger = QTimer(self, singleShot=True, interval=LINGER_MS)
        self._linger.timeout.connect(self.hide)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it cannot be seen."""
        return "" if self.isHidden() else self._label.text()

    @property
    def refusal(self) -> bool:
        """Whether it says why something is refused."""
        return not self.isHidden() and self._refusal

    def show_hint(self, text: str, pointer: QPoint) -> None:
        """Say what letting go will do."""
        self._show(text, pointer, refusal=False)

    def show_refusal(self, text: str, pointer: QPoint) -> None:
        """Say why something is refused."""
        self._show(text, pointer, refusal=True)

    def tell(self, text: str, pointer: QPoint) -> None:
        """Say something that is no refusal, for as long as it takes to read it."""
        self._show(text, pointer, refusal=False)
        self._linger.start()

    def leave(self) -> None:
        """Go, but leave a refusal in sight for as long as it takes to read it."""
        if self.refusal:
            self._linger.start()
        else:
            self.hide()

    def dismiss(self) -> None:
        """Go at once."""
        self._linger.stop()
        self.hide()

    def _show(self, text: str, pointer: QPoint, *, refusal: bool) -> None:
        self._linger.stop()
        self._refusal = refusal
        if text != self._label.text() or self.isHidden():
            left = 34 if refusal else 12
            width = min(WIDEST - left, self._label.fontMetrics().horizontalAdvance(text) + 2)
            self._label.setText(text)
            self._label.setFixedWidth(width)
            height = self._label.heightForWidth(width)
            self._label.setGeometry(SHADOW + left, SHADOW + 8, width, height)
            self.resize(left + width + 12 + 2 * SHADOW, height + 16 + 2 * SHADOW)
        self.setAccessibleName(text)
        self.move(self._place(pointer))
        self.show()
        self.raise_()
        self.update()

    def _place(self, pointer: QPoint) -> QPoint:
        """Return the place below and right of the pointer, or on its other side where there is no room."""
        room = self.canvas.rect()
        x, y = pointer.x() + 14 - SHADOW, pointer.y() + 18 - SHADOW
        if x + self.width() > room.right():
            x = pointer.x() - 14 - self.width() + SHADOW
        if y + self.height() > room.bottom():
            y = pointer.y() - 14 - self.height() + SHADOW
        return QPoint(max(0, x), max(0, y))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_shadow(painter, body, SHADOW, theme)
        painter.setPen(QPen(QColor(theme.error if self._refusal else theme.border), 1.0))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        if self._refusal:
            paint_icon(painter, "error", QRectF(body.left() + 10, body.top() + 8, 16, 16), theme.error)
