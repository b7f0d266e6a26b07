"""A scroll area round a plot, with a ring while the keyboard scrolls it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from designer.theme import theme_of

KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class PlotScroll(QScrollArea):
    """Scrolls a plot up and down, by the arrow keys as well.

    Parameters
    ----------
    plot : fills the area; its accessible name is that of the area too.

    Signals
    -------
    resized(QSize) : so much can be seen at a time where nothing is to scroll.
    """

    resized = Signal(QSize)

    def __init__(self, plot: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setAccessibleName(plot.accessibleName())
        self._ring = FocusRing(self)
        self.setWidget(plot)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self.resized.emit(self.maximumViewportSize())
        self._ring.setGeometry(self.viewport().geometry())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        self._ring.setVisible(event.reason() in KEYBOARD_REASONS)
        self._ring.raise_()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusOutEvent(event)
        self._ring.hide()


class FocusRing(QWidget):
    """A frame in the accent colour over what has the keyboard, as long as it has it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme_of(self.palette()).accent))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 1.5, -2.5, -1.5), 3.0, 3.0)
