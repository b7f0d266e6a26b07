"""The pad: what is drawn on it is read at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from designer.fonts import CAPTION, SECOND_LINE
from designer.icons import icon
from designer.numbers import answer
from designer.plots.ink import PEN_SHARE, Drawing
from designer.plots.pictures import scaled
from designer.plots.text_paint import elided, paint_text, width_of
from designer.theme import Theme, ThemeService
from designer.widgets.grey_picture import Greys, grey_image

HEAD = 28
"""Height of the line above the pad: its title, and the picture that the network gets."""

THUMBNAIL = 24
RESULT_HEIGHT = 38
BUTTON_HEIGHT = 26
ERASER = 0.09
"""Radius of the eraser as a share of the pad."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network reads on the pad: class and output, and the second choice."""

    name: str
    score: float
    second_name: str
    second_score: float


class DrawingPad(QWidget):
    """A square to draw on with the left button and to erase on with the right one.

    Signals
    -------
    drawn() : the drawing changed.
    """

    drawn = Signal()

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.drawing = Drawing()
        self._reading: Reading | None = None
        self._sample: Greys | None = None
        self._last: tuple[float, float] | None = None
        self.clear_button = QPushButton(self.tr("Clear"), self)
        self.clear_button.setToolTip(self.tr("Erase the drawing; the right mouse button erases a part of it"))
        self.clear_button.setIconSize(QSize(14, 14))
        self.clear_button.clicked.connect(self.clear)
        self.setAccessibleName(self.tr("Pad: draw here, the network reads it"))
        self._recolour()
        theme.changed.connect(self._recolour)

    @property
    def reading(self) -> Reading | None:
        """What is read."""
        return self._reading

    @property
    def square(self) -> QRectF:
        """Where one can draw."""
        side = max(24, min(self.width() - 2, self.height() - HEAD - RESULT_HEIGHT - BUTTON_HEIGHT - 4))
        return QRectF(1.0, float(HEAD), float(side), float(side))

    def show_reading(self, reading: Reading | None, sample: Greys | None) -> bool:
        """Show what is read, and the picture the network got; returns whether it differs. The caller repaints."""
        changed = reading != self._reading or (sample is None) != (self._sample is None)
        self._reading, self._sample = reading, sample
        return changed

    def clear(self) -> None:
        """Take everything off the pad."""
        self.drawing.clear()
        self._announce()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Keep the button below the result."""
        super().resizeEvent(event)
        top = round(self.square.bottom()) + RESULT_HEIGHT
        width = max(round(self.square.width()), self.clear_button.sizeHint().width())
        self.clear_button.setGeometry(1, top, min(width, self.width() - 2), BUTTON_HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Put the pen or the eraser down."""
        place = self._place(event.position())
        if not self.square.contains(event.position()):
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = place
            self.drawing.begin(place)
            self._announce()
        elif event.button() == Qt.MouseButton.RightButton:
            self._last = place
            self._erase(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw or erase on."""
        if self._last is None:
            return
        place = self._place(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.drawing.extend(place)
            self._announce()
        elif event.buttons() & Qt.MouseButton.RightButton:
            self._erase(place)
        self._last = place

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Lift the pen."""
        self._last = None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 (Qt's name)
        """Open no menu: the right button erases."""
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Give up a stroke when the pad is switched off under the pen."""
        if event.type() == QEvent.Type.EnabledChange:
            self._last = None
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        square = self.square
        head = QRectF(1.0, 4.0, square.width(), HEAD - 6.0)
        paint_text(painter, head, self.tr("Draw here"), theme.text_second, SECOND_LINE)
        if self._sample is not None:
            image = grey_image(scaled(self._sample, THUMBNAIL), theme)
            painter.drawImage(QPointF(square.right() - THUMBNAIL, 2.0), image)
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(QColor(theme.field))
        painter.drawRect(square.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setClipRect(square)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.text), PEN_SHARE * 20.0 / 28.0 * square.width())
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self.drawing.path(square.width(), (square.left(), square.top())))
        painter.setClipping(False)
        self._paint_reading(painter, theme, QRectF(1.0, square.bottom() + 4.0, square.width(), RESULT_HEIGHT - 8.0))

    def _paint_reading(self, painter: QPainter, theme: Theme, box: QRectF) -> None:
        if self._reading is None:
            return
        reading = self._reading
        output = f"a = {answer(reading.score)}"
        second = self.tr("next {name}: {score}").format(
            name=reading.second_name, score=answer(reading.second_score)
        )
        large = width_of(reading.name, 24, 600)
        if large <= 0.3 * box.width():
            paint_text(painter, box, reading.name, theme.text, 24, weight=600)
            rest = box.adjusted(large + 7.0, 1.0, 0.0, -1.0)
            upper, lower = rest.adjusted(0, 0, 0, -rest.height() / 2), rest.adjusted(0, rest.height() / 2, 0, 0)
            paint_text(painter, upper, output, theme.text_second, CAPTION)
        else:
            upper, lower = box.adjusted(0, 0, 0, -box.height() / 2), box.adjusted(0, box.height() / 2, 0, 0)
            name = elided(reading.name, 13, box.width() - width_of(output, CAPTION) - 6.0, 600)
            paint_text(painter, upper, name, theme.text, 13, weight=600)
            paint_text(painter, upper, output, theme.text_second, CAPTION, Qt.AlignmentFlag.AlignRight)
        paint_text(painter, lower, elided(second, CAPTION, lower.width()), theme.text_third, CAPTION)

    def _place(self, point: QPointF) -> tuple[float, float]:
        square = self.square
        x, y = ((point.x() - square.left()) / square.width(), (point.y() - square.top()) / square.height())
        return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))

    def _erase(self, place: tuple[float, float]) -> None:
        self.drawing.erase(self._last or place, place, ERASER)
        self._announce()

    def _announce(self) -> None:
        self.drawn.emit()
        self.update()

    def _recolour(self) -> None:
        self.clear_button.setIcon(icon("eraser", self._theme.current.text))
        self.update()
