"""Smaller, larger, 100 %, and the whole network: buttons at the lower left of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from designer.fonts import ui_font
from designer.theme import ThemeService
from designer.widgets.icon_button import IconButton

HEIGHT = 28
VALUE_WIDTH = 56


class _Value(QToolButton):
    """The percentage; a click or double-click resets it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        self.clicked.emit()


class ZoomControl(QWidget):
    """Signals.

    zoom_requested(int) : one step larger (1), smaller (−1), or 100 % (0).
    fit_requested() : the whole network is wanted in sight.
    """

    zoom_requested = Signal(int)
    fit_requested = Signal()

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 0, 1, 0)
        row.setSpacing(1)
        self.smaller = IconButton("minus", self.tr("Zoom out (Ctrl+−)"), 26)
        self.larger = IconButton("plus", self.tr("Zoom in (Ctrl++)"), 26)
        self.whole = IconButton("fit", self.tr("Fit the network (F)"), 26)
        self.value = _Value()
        self.value.setFixedSize(VALUE_WIDTH, 26)
        self.value.setFont(ui_font())
        self.value.setToolTip(self.tr("Back to 100 % (Ctrl+0)"))
        for button in (self.smaller, self.value, self.larger, self.whole):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self.smaller.clicked.connect(lambda: self.zoom_requested.emit(-1))
        self.larger.clicked.connect(lambda: self.zoom_requested.emit(1))
        self.value.clicked.connect(lambda: self.zoom_requested.emit(0))
        self.whole.clicked.connect(self.fit_requested)
        theme.changed.connect(self.update)
        self.show_zoom(1.0)
        self.resize(self.sizeHint())

    def show_zoom(self, zoom: float) -> None:
        """Show a scale; 1 is 100 %."""
        self.value.setText(f"{100 * zoom:.0f} %")
        self.value.setAccessibleName(self.tr("Zoom {percent}").format(percent=self.value.text()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)
        for button in (self.value, self.larger, self.whole):
            x = button.mapTo(self, QPoint(0, 0)).x() - 1
            painter.fillRect(QRectF(x, 1, 1, HEIGHT - 2), QColor(theme.separator))
