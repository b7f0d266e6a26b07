"""The numbers of a small kernel as a grid: a click on one lets it be typed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.floating import paint_card
from designer.canvas.live_values import signed_colours
from designer.canvas.text import draw_text, elided, text_width
from designer.canvas.units.anatomy import Anatomy, Incoming, Tie
from designer.canvas.units.neuron_view import NeuronView
from designer.canvas.units.numbers import Array, EdgeTarget, size_of
from designer.canvas.units.units_item import ink_on
from designer.canvas.units.weight_editor import WeightEditor
from designer.numbers import short
from designer.theme import ThemeService
from designer.widgets.icon_button import IconButton

SHADOW, PADDING, HEAD, FOOT, BUTTON = 8, 10, 42, 20, 22
CELL_WIDTH, CELL_HEIGHT, WIDEST = 48, 26, 480
NUMBERS_FROM = 36
"""Narrower cells show their colour only."""

STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
Align = Qt.AlignmentFlag


class KernelGrid(QWidget):
    """Floats over the canvas while the kernel between two channels is looked at.

    Arrows go from number to number, Page Up and Page Down from channel to channel, Enter types, Escape closes.

    Signals
    -------
    opened() : it shows another kernel and wants a place.
    closed() : it has gone.
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, neurons: NeuronView, editor: WeightEditor, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._neurons, self._editor, self._theme = neurons, editor, theme
        self._target: EdgeTarget | None = None
        self._looked_at: object = None
        self._cell = (0, 0)
        self.previous = IconButton("chevron-left", self.tr("Kernel of the channel before (Page Up)"), BUTTON, self)
        self.next = IconButton("chevron-right", self.tr("Kernel of the next channel (Page Down)"), BUTTON, self)
        self.shut = IconButton("close", self.tr("Close (Escape)"), BUTTON, self)
        self.previous.clicked.connect(lambda: self._turn(-1))
        self.next.clicked.connect(lambda: self._turn(1))
        self.shut.clicked.connect(self.shut_down)
        for button in (self.previous, self.next, self.shut):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        editor.kernels = self
        neurons.view.changed.connect(self._follow)
        neurons.view.numbers_followed.connect(self.update)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def target(self) -> EdgeTarget | None:
        """The kernel that is shown, as the edge between two channels; None while there is none."""
        return self._target

    def open(self, target: EdgeTarget) -> bool:
        """Show the kernel that an edge stands for; returns whether it stands for one."""
        target = replace(target, tap=None)
        if self._kernel(target) is None:
            return False
        self._target, self._looked_at, self._cell = target, self._neurons.view.emphasis.chosen, (0, 0)
        self._show()
        return True

    def shut_down(self) -> None:
        """Close; what was typed and not entered is forgotten."""
        if self._target is not None:
            self._target = None
            self._editor.cancel(keep_focus=True)
            self.hide()
            self.closed.emit()

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return where a number stands."""
        width = self._cell_width()
        left, top = SHADOW + PADDING, SHADOW + PADDING + HEAD
        return QRect(left + column * width, top + row * CELL_HEIGHT, width, CELL_HEIGHT)

    def place_of(self, target: EdgeTarget) -> QRect | None:
        """Return where a number of the kernel stands, on the canvas; None while it is not shown."""
        if target.tap is None or self._target != replace(target, tap=None):
            return None
        return self.cell_rect(*target.tap).translated(self.pos())

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        kernel = self._kernel(self._target)
        if kernel is None:
            return QSize(0, 0)
        rows, columns = kernel.shape
        inner = max(columns * self._cell_width(), 200)
        return QSize(inner + 2 * (PADDING + SHADOW), rows * CELL_HEIGHT + HEAD + FOOT + 2 * (PADDING + SHADOW))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        kernel, theme = self._kernel(self._target), self._theme.current
        if kernel is None:
            return
        painter = QPainter(self)
        body = paint_card(painter, QRectF(self.rect()), SHADOW, theme)
        at = QPointF(body.left() + PADDING, body.top() + PADDING + BUTTON / 2)
        room = self.previous.x() if self.previous.isVisible() else self.shut.x()
        layer, channels = self._title()
        draw_text(painter, at, elided(layer, room - at.x() - 6.0, 12, 600), theme.text, 12, 600)
        draw_text(painter, at + QPointF(0.0, 18.0), channels, theme.text_second, 10)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_cells(painter, kernel)
        foot = QPointF(body.left() + PADDING, body.bottom() - PADDING - FOOT / 2 + 4.0)
        text = self.tr("Click, or Enter, to type another number")
        if self._neurons.given:
            text = self._neurons.caption
        draw_text(painter, foot, elided(text, body.width() - 2 * PADDING, 10), theme.text_third, 10)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        kernel = self._kernel(self._target)
        if kernel is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        rows, columns = kernel.shape
        for cell in ((row, column) for row in range(rows) for column in range(columns)):
            if self.cell_rect(*cell).contains(event.position().toPoint()):
                self._choose(*cell)
                self._type()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._choose(self._cell[0] + step[0], self._cell[1] + step[1])
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._turn(1 if event.key() == Qt.Key.Key_PageDown else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._type()
        elif event.key() == Qt.Key.Key_Escape:
            self.shut_down()
            self._editor.canvas.setFocus()
        else:
            super().keyPressEvent(event)

    def _paint_cells(self, painter: QPainter, kernel: Array) -> None:
        theme, columns = self._theme.current, kernel.shape[1]
        colours = signed_colours(theme.diverging, kernel.reshape(-1), self._end())
        readable = self._cell_width() >= NUMBERS_FROM
        for place, value in enumerate(kernel.reshape(-1).tolist()):
            cell, colour = divmod(place, columns), QColor(*colours[place].tolist())
            rect = QRectF(self.cell_rect(*cell))
            painter.fillRect(rect, colour)
            painter.setPen(QPen(QColor(theme.card), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect)
            text = short(value)
            if readable and text_width(text, 11) <= rect.width() - 2.0:
                draw_text(painter, rect.center(), text, ink_on(colour), 11, align=Align.AlignHCenter)
        painter.setPen(QPen(QColor(theme.accent), 2.0))
        painter.drawRect(QRectF(self.cell_rect(*self._cell)).adjusted(1.0, 1.0, -1.0, -1.0))

    def _show(self) -> None:
        target, incoming = self._target, self._incoming(self._target)
        assert target is not None and incoming is not None
        size = self.sizeHint()
        self.resize(size)
        right, top = size.width() - SHADOW - PADDING + 4, SHADOW + PADDING
        several = _channels(incoming) > 1
        for place, button in enumerate((self.shut, self.next, self.previous)):
            button.move(right - (place + 1) * (BUTTON + 2), top)
            button.setVisible(several or button is self.shut)
        self._describe()
        self.show()
        self.raise_()
        self.setFocus()
        self.opened.emit()
        self.update()

    def _follow(self) -> None:
        """Close when something else is looked at, or there are no such numbers any more."""
        if self._target is None:
            return
        kernel = self._kernel(self._target)
        if kernel is None or self._neurons.view.emphasis.chosen != self._looked_at:
            self.shut_down()
            return
        if self.size() != self.sizeHint():
            self._show()
        self._describe()
        self.update()

    def _choose(self, row: int, column: int) -> None:
        kernel = self._kernel(self._target)
        if kernel is not None:
            rows, columns = kernel.shape
            self._cell = (min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))
            self._describe()
            self.update()

    def _turn(self, step: int) -> None:
        """Show the kernel of another channel of what is read."""
        target, incoming = self._target, self._incoming(self._target)
        if target is not None and incoming is not None:
            channel = min(max(target.source_unit + step, 0), _channels(incoming) - 1)
            self._editor.cancel(keep_focus=True)
            self._target = replace(target, source_unit=channel)
            self._describe()
            self.update()

    def _type(self) -> None:
        if self._target is not None:
            self._editor.open(replace(self._target, tap=self._cell))

    def _describe(self) -> None:
        """Say what is shown to those who cannot see it."""
        kernel = self._kernel(self._target)
        if kernel is not None:
            self.setAccessibleName(" · ".join(self._title()))
            row, column = self._cell
            text = self.tr("row {row}, column {column}: {value}")
            value = short(float(kernel[row, column]))
            self.setAccessibleDescription(text.format(row=row + 1, column=column + 1, value=value))

    def _title(self) -> tuple[str, str]:
        """Return the layer, and between which channels the kernel lies."""
        target, incoming = self._target, self._incoming(self._target)
        if target is None or incoming is None:
            return "", ""
        text = self.tr("kernel of channel {source} → channel {unit}")
        if _channels(incoming) == 1:
            text = self.tr("kernel of channel {unit}")
        words = text.format(source=target.source_unit + 1, unit=target.unit + 1)
        return self._neurons.view.opened.names.get(target.node_id, ""), words

    def _anatomy(self, target: EdgeTarget | None) -> Anatomy | None:
        view = self._neurons.view
        known = target is not None and target.node_id in view.ends
        return view.opened.anatomy(target.node_id) if known and target is not None else None

    def _incoming(self, target: EdgeTarget | None) -> Incoming | None:
        anatomy = self._anatomy(target)
        links = anatomy.incoming if anatomy is not None else ()
        found = (known for known in links if target is not None and known.link_id == target.link_id)
        return next((known for known in found if known.tie is Tie.FILTERS), None)

    def _kernel(self, target: EdgeTarget | None) -> Array | None:
        """Return the (rows, columns) numbers that an edge stands for, or None."""
        incoming = self._incoming(target)
        if target is None or incoming is None:
            return None
        array = self._neurons.view.layer_numbers(target.node_id).parameters.get(incoming.parameter)
        inside = array is not None and target.source_unit < array.shape[2] and target.unit < array.shape[3]
        return array[:, :, target.source_unit, target.unit] if inside and array is not None else None

    def _end(self) -> float:
        """Return the end of the scale: one for the whole layer."""
        incoming = self._incoming(self._target)
        if self._target is None or incoming is None:
            return 0.0
        return size_of(self._neurons.view.layer_numbers(self._target.node_id).parameters[incoming.parameter])

    def _cell_width(self) -> int:
        kernel = self._kernel(self._target)
        return CELL_WIDTH if kernel is None else max(8, min(CELL_WIDTH, WIDEST // kernel.shape[1]))


def _channels(incoming: Incoming) -> int:
    return incoming.source_shape[2] if len(incoming.source_shape) == 3 else 1
