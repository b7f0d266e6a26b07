"""Mouse and keyboard of the loss plot: crosshair, zoom, moving along the time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent

from designer.plots.loss_view import LossView
from designer.theme import ThemeService, mixed

ZOOM_PER_NOTCH = 0.8
KEYBOARD_REASONS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
DRAG_DISTANCE = 5.0
"""Pixels that the pointer must move before a press becomes a drag."""


class LossChart(LossView):
    """The loss plot with its ways to look closer.

    The wheel zooms the time around the pointer; dragging chooses a stretch of it; Shift and dragging, or the middle
    button, moves it; a double click follows the run again. Arrow keys move the crosshair, + and − zoom, Home follows.

    Signals
    -------
    menu_requested(QPoint) : the context menu is wanted at this global position.
    """

    menu_requested = Signal(QPoint)

    def __init__(self, theme: ThemeService) -> None:
        super().__init__(theme)
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._moves = False
        self._framed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Loss and accuracy over time"))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the crosshair, or what is being dragged."""
        here = event.position()
        if self._pressed is None:
            self._point_at(here)
        elif self._dragged is not None or abs(here.x() - self._pressed.x()) >= DRAG_DISTANCE:
            before = self._dragged or self._pressed
            self._dragged = here
            if self._moves:
                self._move_by(before.x() - here.x())
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Begin to drag."""
        middle = event.button() == Qt.MouseButton.MiddleButton
        if self.record.empty or not (middle or event.button() == Qt.MouseButton.LeftButton):
            return
        self._pressed, self._dragged = event.position(), None
        self._moves = middle or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Show the stretch that was chosen."""
        pressed, dragged = self._pressed, self._dragged
        self._pressed, self._dragged = None, None
        if pressed is not None and dragged is not None and not self._moves:
            ends = sorted(self.axes.iteration_at(place.x()) for place in (pressed, dragged))
            self.show_time(*ends)
        self._point_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Follow the run again."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.follow()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Zoom the time around the pointer."""
        notches = event.angleDelta().y() / 120.0
        if notches and not self.record.empty:
            self._zoom(ZOOM_PER_NOTCH**notches, event.position().x())
            self._point_at(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the crosshair away."""
        self._set_cursor(None)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Show where the keyboard is, if it brought the focus."""
        super().focusInEvent(event)
        self._framed = event.reason() in KEYBOARD_REASONS
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the crosshair of the keyboard away."""
        super().focusOutEvent(event)
        self._framed = False
        if not self.underMouse():
            self._set_cursor(None)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 (Qt's name)
        """Ask for the menu."""
        self.menu_requested.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the crosshair along the rows, zoom, or follow."""
        key, step = event.key(), 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        centre = self.axes.across(self._cursor) if self._cursor is not None else self.axes.loss_pane.center().x()
        if self.record.empty:
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_cursor(step if key == Qt.Key.Key_Right else -step)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(ZOOM_PER_NOTCH, centre)
        elif key == Qt.Key.Key_Minus:
            self._zoom(1.0 / ZOOM_PER_NOTCH, centre)
        elif key == Qt.Key.Key_Home:
            self.follow()
        else:
            event.ignore()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802 (Qt's name)
        """Paint the stretch that is being chosen over the plot."""
        if self._pressed is not None and self._dragged is not None and not self._moves:
            self._paint_stretch(painter, self._pressed.x(), self._dragged.x())
        super().drawForeground(painter, rect)
        if self._framed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self._theme.current.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def _point_at(self, place: QPointF) -> None:
        axes = self.axes
        inside = axes.loss_pane.left() - 4 <= place.x() <= axes.loss_pane.right() + 4
        if self.record.empty or not inside:
            self._set_cursor(None)
        else:
            self._set_cursor(self.record.neighbour(axes.iteration_at(place.x()), 0))

    def _step_cursor(self, rows: int) -> None:
        if self._cursor is None:
            self._set_cursor(self.record.neighbour(self.axes.time.high, 0))
        else:
            self._set_cursor(self.record.neighbour(self._cursor, rows))

    def _set_cursor(self, iteration: float | None) -> None:
        if iteration is not None and not self.axes.time.low <= iteration <= self.axes.time.high:
            iteration = None
        if iteration != self._cursor:
            self._cursor = iteration
            self.viewport().update()

    def _zoom(self, factor: float, x: float) -> None:
        """Show `factor` times as much time around the iteration at `x`."""
        time, centre = self.axes.time, self.axes.iteration_at(x)
        self.show_time(centre - (centre - time.low) * factor, centre + (time.high - centre) * factor)

    def _move_by(self, pixels: float) -> None:
        if not self.following:
            time = self.axes.time
            shift = self.axes.iteration_at(pixels) - self.axes.iteration_at(0.0)
            self.show_time(time.low + shift, time.high + shift)

    def _paint_stretch(self, painter: QPainter, one: float, other: float) -> None:
        theme, axes = self._theme.current, self.axes
        left, right = sorted(min(max(x, axes.loss_pane.left()), axes.loss_pane.right()) for x in (one, other))
        box = QRectF(left, axes.loss_pane.top(), right - left, axes.accuracy_pane.bottom() - axes.loss_pane.top())
        colour = mixed(theme.accent, theme.panel, 1.0)
        colour.setAlphaF(0.18)
        painter.fillRect(box, colour)
        painter.setPen(QPen(QColor(theme.accent), 1.0))
        for x in (round(left) + 0.5, round(right) + 0.5):
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
