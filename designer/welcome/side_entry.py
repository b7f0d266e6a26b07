"""An entry of the start page's left column."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from designer.fonts import ui_font
from designer.icons import paint_icon
from designer.theme import ThemeService, mixed

HEIGHT = 36


class SideEntry(QAbstractButton):
    """Icon, text and the shortcut at the right; one of them is filled in the accent colour."""

    def __init__(
        self,
        theme: ThemeService,
        icon_name: str,
        text: str,
        keys: str = "",
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon_name, self._keys, self._primary = theme, icon_name, keys, primary
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The width of the column."""
        return QSize(220, HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Let Enter choose the entry."""
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in enter:
            self.click()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if self._primary:
            lighter = 0.10 if self.underMouse() else 0.0
            painter.setBrush(mixed("#FFFFFF", theme.accent_fill, lighter))
            painter.drawRoundedRect(box, 4, 4)
        elif self.underMouse() or self.isDown():
            painter.setBrush(mixed(theme.text, theme.panel, 0.07))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.text if self._primary else theme.accent), 1.0))
            painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
        colour = theme.accent_text if self._primary else theme.text
        paint_icon(painter, self._icon_name, QRectF(12, 10, 16, 16), colour)
        painter.setFont(ui_font(12, 600 if self._primary else 400))
        painter.setPen(QColor(colour))
        keys_width = QFontMetricsF(ui_font(11)).horizontalAdvance(self._keys) + 8 if self._keys else 0
        place = box.adjusted(38, 0, -12 - keys_width, 0)
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(ui_font(11))
        painter.setPen(QColor(theme.accent_text if self._primary else theme.text_third))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(box.adjusted(38, 0, -12, 0), right, self._keys)
