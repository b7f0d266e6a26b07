"""The mark of the program: a small network on the accent colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.icons import paint_icon
from designer.theme import LIGHT


class Logo(QWidget):
    """The mark in a square of `size` pixels."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The square."""
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        paint_logo(painter, self._size)


def paint_logo(painter: QPainter, size: float) -> None:
    """Paint the mark into a square at the origin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(LIGHT.accent_fill))
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.18, size * 0.18)
    inner = round(size * 0.72)
    left = (size - inner) / 2
    paint_icon(painter, "logo", QRectF(left, left, inner, inner), LIGHT.accent_text)


def window_icon() -> QIcon:
    """Return the mark in the sizes that desktops ask for."""
    result = QIcon()
    for size in (16, 32, 48, 128, 256):
        image = QPixmap(size, size)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        paint_logo(painter, size)
        painter.end()
        result.addPixmap(image)
    return result
