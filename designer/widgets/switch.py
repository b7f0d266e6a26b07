"""A switch: on or off, at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from designer.theme import mixed, theme_of

WIDTH, HEIGHT = 28, 16


class Switch(QAbstractButton):
    """A checkable button drawn as a switch; ``toggled`` says that it moved."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The switch and its focus ring."""
        return QSize(WIDTH + 4, HEIGHT + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF((self.width() - WIDTH) / 2, (self.height() - HEIGHT) / 2, WIDTH, HEIGHT)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 1.5), HEIGHT / 2 + 1, HEIGHT / 2 + 1)
        track = QColor(theme.accent_fill) if self.isChecked() else mixed(theme.text_third, theme.panel, 0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        painter.setBrush(track)
        painter.drawRoundedRect(box, HEIGHT / 2, HEIGHT / 2)
        left = box.right() - HEIGHT + 2 if self.isChecked() else box.left() + 2
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(QRectF(left, box.top() + 2, HEIGHT - 4, HEIGHT - 4))
