"""A card of the start page: a picture, a name and a second line; the whole card is one button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from designer.fonts import ui_font
from designer.theme import Theme, ThemeService

TEXT_HEIGHT, LINE = 48.0, 15.0
DOT_PITCH = 24


class Card(QAbstractButton):
    """Base of the cards; a subclass paints the picture.

    Parameters
    ----------
    picture_height : in pixels; the texts lie below it.
    lines : how many lines the second text may take.
    """

    def __init__(
        self,
        theme: ThemeService,
        title: str,
        second: str,
        picture_height: float,
        lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._second = second
        self._right_title = ""
        self._right_second = ""
        self._picture_height = picture_height
        self.setText(title)
        self.setAccessibleName(f"{title}, {second}")
        self.setToolTip(second)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lines = lines
        self.setFixedHeight(round(picture_height + TEXT_HEIGHT + LINE * (lines - 1)))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as in the mock-ups."""
        return QSize(204, self.height())

    def set_texts(self, second: str, right_title: str = "", right_second: str = "") -> None:
        """Show another second line, and texts at the right of both lines."""
        self._second, self._right_title, self._right_second = second, right_title, right_second
        self.setAccessibleName(", ".join(part for part in (self.text(), second, right_title, right_second) if part))
        self.update()

    def event(self, event: QEvent) -> bool:
        """Let Enter open the card, like a link."""
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in enter:
            self.click()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = self._theme.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 6, 6)
        painter.setClipPath(shape)
        painter.fillRect(frame, QColor(theme.card))
        picture = QRectF(0, 0, self.width(), self._picture_height)
        painter.fillRect(picture, QColor(theme.canvas))
        self._paint_dots(painter, picture, theme)
        painter.save()
        self.paint_picture(painter, picture, theme)
        painter.restore()
        painter.fillRect(QRectF(0, self._picture_height, self.width(), 1), QColor(theme.separator))
        self._paint_texts(painter, theme)
        painter.setClipping(False)
        lit = self.hasFocus() or (self.underMouse() and self.isEnabled())
        painter.setPen(QPen(QColor(theme.accent if lit else theme.separator), 2.0 if self.hasFocus() else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)

    def paint_picture(self, painter: QPainter, rect: QRectF, theme: Theme) -> None:
        """Paint what the card stands for."""

    def _paint_dots(self, painter: QPainter, rect: QRectF, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.canvas_dots), 1.5))
        for x in range(DOT_PITCH // 2, int(rect.width()), DOT_PITCH):
            for y in range(DOT_PITCH // 2, int(rect.height()), DOT_PITCH):
                painter.drawPoint(x, y)

    def _paint_texts(self, painter: QPainter, theme: Theme) -> None:
        usable, top = self.isEnabled(), self._picture_height
        title_colour = theme.text if usable else theme.text_third
        second_colour = theme.text_second if usable else theme.text_third
        title_room = self._paint_right(painter, top + 6.0, self._right_title, theme.text)
        second_room = self._paint_right(painter, top + 23.0, self._right_second, theme.text_second)
        font = ui_font(12, 600)
        shown = QFontMetricsF(font).elidedText(self.text(), Qt.TextElideMode.ElideMiddle, title_room)
        painter.setFont(font)
        painter.setPen(QColor(title_colour))
        painter.drawText(QRectF(12, top + 6.0, title_room + 1, 18), Qt.AlignmentFlag.AlignVCenter, shown)
        font = ui_font(11)
        painter.setFont(font)
        painter.setPen(QColor(second_colour))
        if self._lines > 1:
            box = QRectF(12, top + 25.0, second_room, LINE * self._lines)
            painter.drawText(box, Qt.TextFlag.TextWordWrap, self._second)
        else:
            shown = QFontMetricsF(font).elidedText(self._second, Qt.TextElideMode.ElideRight, second_room)
            painter.drawText(QRectF(12, top + 23.0, second_room + 1, 18), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_right(self, painter: QPainter, top: float, text: str, colour: str) -> float:
        """Paint a text at the right edge; return the width that is left of it."""
        font = ui_font(11)
        width = QFontMetricsF(font).horizontalAdvance(text)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(
            QRectF(self.width() - 12 - width, top, width + 1, 18), Qt.AlignmentFlag.AlignVCenter, text
        )
        return self.width() - 24.0 - (width + 8.0 if text else 0.0)
