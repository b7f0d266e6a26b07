"""One entry of the palette: can be dragged to the canvas, or added by a double-click or Enter."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from designer.drag import layer_mime
from designer.fonts import SECOND_LINE, ui_font
from designer.icons import ICON_SIZE, paint_icon
from designer.palette.entries import PaletteEntry
from designer.theme import Theme, mixed, theme_of

HEIGHT, NAME_LEFT = 26, 23
GHOST = QSize(34, 32)
GHOST_OPACITY = 230


class EntryButton(QWidget):
    """Icon in the family's colour, and the name.

    Signals
    -------
    add_requested() : the layer is to be added without dragging.
    arrow_pressed(int key) : the focus is to move to a neighbour.
    focused() : the entry got the focus.
    """

    add_requested = Signal()
    arrow_pressed = Signal(int)
    focused = Signal()

    def __init__(self, entry: PaletteEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._pressed_at: QPoint | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(entry.label)
        self.setAccessibleDescription(entry.description)
        how = self.tr("Drag it onto the canvas, or double-click to add it.")
        self.setToolTip(f"{entry.description}\n{how}")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._pressed_at = None
            self.update()
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        self._pressed_at = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        if event.button() == Qt.MouseButton.LeftButton:
            self.add_requested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 (Qt's name)
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.add_requested.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.arrow_pressed.emit(event.key())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        self.focused.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QColor(theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(mixed(theme.text, theme.panel, 0.12 if self._pressed_at else 0.06))
            painter.drawRoundedRect(box, 4, 4)
        top = (self.height() - ICON_SIZE) / 2
        paint_icon(painter, self.entry.icon, QRectF(2, top, ICON_SIZE, ICON_SIZE), theme.families[self.entry.family])
        painter.setPen(QColor(theme.text))
        painter.setFont(self.name_font())
        name = self._name_room()
        shown = QFontMetricsF(painter.font()).elidedText(self.entry.label, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def name_font(self) -> QFont:
        """Return the font of the name: the usual one, or a smaller one for a name that needs it."""
        fits = QFontMetricsF(self.font()).horizontalAdvance(self.entry.label) <= self._name_room().width()
        return self.font() if fits else ui_font(SECOND_LINE)

    def _name_room(self) -> QRectF:
        return QRectF(NAME_LEFT, 0.0, self.width() - NAME_LEFT, self.height())

    def _drag(self) -> None:
        drag = QDrag(self)
        drag.setMimeData(layer_mime(self.entry.kind, self.entry.options))
        drag.setPixmap(ghost(self.entry, theme_of(self.palette()), self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(-10, -12))
        drag.exec(Qt.DropAction.CopyAction)


def ghost(entry: PaletteEntry, theme: Theme, ratio: float) -> QPixmap:
    """Return the little card that hangs on the pointer; over the canvas, that draws the whole card around it."""
    picture = QPixmap(GHOST * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme.families[entry.family])
    painter.setPen(QColor(theme.accent))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(QRectF(0.5, 0.5, GHOST.width() - 1, GHOST.height() - 1), 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(1, 1, 4, GHOST.height() - 2), 2, 2)
    middle = (GHOST.height() - ICON_SIZE) / 2
    paint_icon(painter, entry.icon, QRectF(10, middle, ICON_SIZE, ICON_SIZE), colour.name())
    # All of it together, so that what lies on the card does not shine through what lies under it.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.fillRect(QRectF(0, 0, GHOST.width(), GHOST.height()), QColor(0, 0, 0, GHOST_OPACITY))
    painter.end()
    return picture
