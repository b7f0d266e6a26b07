"""The plot of a quantity of the layers, with a crosshair."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer import numbers
from designer.plots.metrics.layer_axes import LayerAxes, axes_for, paint_layer_axes
from designer.plots.metrics.layer_colours import layer_colours, layer_pen
from designer.plots.metrics.layer_record import LayerRecord
from designer.plots.series import thinned
from designer.plots.strokes import FIRM, offsets
from designer.plots.text_paint import CARD_GAP, CARD_LINE, CardLine, paint_card, paint_hint
from designer.theme import Theme, ThemeService

RING = 3.0


class LayerChart(QWidget):
    """A curve per layer over the time of the run: norms on a logarithmic axis, shares on a straight one.

    The pointer moves the crosshair, or the arrow keys do.

    Attributes
    ----------
    hint : why there is nothing to see.
    """

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._record: LayerRecord | None = None
        self.hint = ""
        self._cursor: float | None = None
        self._height = 0.0
        self.setMinimumSize(140, 84)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Figures of the layers over time"))
        theme.changed.connect(self.update)

    @property
    def record(self) -> LayerRecord | None:
        """What is shown; None where there is nothing to draw."""
        return self._record

    @property
    def axes(self) -> LayerAxes:
        """Where things lie, as drawn now; there must be a record."""
        assert self._record is not None
        return axes_for(self._record, QSizeF(self.size()))

    @property
    def cursor_iteration(self) -> float | None:
        """The iteration under the crosshair, or None."""
        return self._cursor

    def show_record(self, record: LayerRecord, hint: str) -> None:
        """Show another record, or `hint` where it is empty; the caller repaints."""
        self._record, self.hint = None if record.empty else record, hint
        if self._record is None or (self._cursor or 0.0) > self._record.last_iteration:
            self._cursor = None

    def card_lines(self) -> list[CardLine]:
        """Return the lines of the card at the crosshair; of more layers than fit those nearest to the pointer."""
        if self._record is None or self._cursor is None:
            return []
        record, theme = self._record, self._theme.current
        row = record.row_at(self._cursor)
        iteration = int(record.iterations[row])
        head = self.tr("iteration {iteration}").format(iteration=numbers.whole(iteration))
        if record.batches:
            epoch = numbers.decimals(iteration / record.batches, 2)
            head += " · " + self.tr("epoch {epoch}").format(epoch=epoch)
        colours = layer_colours(theme, len(record.curves))
        lines: list[CardLine] = [[(head, theme.text_third)]]
        for place in self._told(row):
            curve = record.curves[place]
            value = float(curve.values[row])
            text = numbers.percent(value) if record.quantity.is_share else numbers.significant(value)
            lines.append([(curve.name, colours[place]), (text, theme.text)])
        return lines

    # Qt's events

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the crosshair."""
        if self._record is not None:
            pane, x = self.axes.pane, event.position().x()
            self._height = event.position().y()
            inside = pane.left() - 4.0 <= x <= pane.right() + 4.0
            self._set_row(self._record.row_at(self.axes.iteration_at(x)) if inside else None)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the crosshair away."""
        self._set_row(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the crosshair away, unless it is the pointer's."""
        super().focusOutEvent(event)
        if not self.underMouse():
            self._set_row(None)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the crosshair along the rows."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()), 0)
        if self._record is None or not step:
            event.ignore()
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step *= 10
        last = len(self._record.iterations) - 1
        row = last if self._cursor is None else self._record.row_at(self._cursor) + step
        self._height = self.axes.pane.center().y()
        self._set_row(max(0, min(last, row)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        if self._record is None:
            paint_hint(painter, QRectF(self.rect()), self.hint, theme)
        else:
            axes = self.axes
            paint_layer_axes(painter, theme, axes, self.tr("epoch") if axes.batches else self.tr("iteration"))
            self._paint_curves(painter, theme, axes, self._record)
            if self._record.moment >= 0:
                self._paint_moment(painter, theme, axes, self._record.moment)
            if self._cursor is not None:
                self._paint_crosshair(painter, theme, axes, self._record)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_curves(self, painter: QPainter, theme: Theme, axes: LayerAxes, record: LayerRecord) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ratio, place = self.devicePixelRatioF(), painter.worldTransform()
        scale = axes.pane.width() / axes.time.length
        for index, colour in enumerate(layer_colours(theme, len(record.curves))):
            xs, ys = thinned(record.iterations, axes.heights(record.curves[index].values), int(axes.pane.width()))
            path = pg.arrayToQPath(axes.pane.left() + xs * scale, ys, connect="finite")
            painter.setPen(layer_pen(colour, index, ratio))
            for shift in offsets(FIRM, ratio):
                painter.translate(shift, shift)
                painter.drawPath(path)
                painter.setWorldTransform(place)
            if len(record.iterations) == 1 and math.isfinite(ys[0]):
                painter.drawEllipse(QPointF(axes.across(float(xs[0])), float(ys[0])), 2.0, 2.0)

    def _paint_moment(self, painter: QPainter, theme: Theme, axes: LayerAxes, iteration: int) -> None:
        if axes.time.low <= iteration <= axes.time.high:
            x = round(axes.across(iteration)) + 0.5
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.drawLine(QPointF(x, axes.pane.top()), QPointF(x, axes.pane.bottom()))

    def _paint_crosshair(self, painter: QPainter, theme: Theme, axes: LayerAxes, record: LayerRecord) -> None:
        assert self._cursor is not None
        row = record.row_at(self._cursor)
        x = round(axes.across(float(record.iterations[row]))) + 0.5
        pen = QPen(QColor(theme.text_second), 1.0)
        pen.setDashPattern([2.0, 2.0])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, axes.pane.top()), QPointF(x, axes.pane.bottom()))
        painter.setBrush(QColor(theme.panel))
        for curve, colour in zip(record.curves, layer_colours(theme, len(record.curves)), strict=True):
            y = float(axes.heights(curve.values[row : row + 1])[0])
            if math.isfinite(y):
                painter.setPen(QPen(QColor(colour), 1.5))
                painter.drawEllipse(QPointF(x, y), RING, RING)
        bounds = QRectF(self.rect()).adjusted(4.0, 4.0, -4.0, -4.0)
        paint_card(painter, theme, QPointF(x, bounds.top() - 2 * CARD_GAP), bounds, self.card_lines())

    def _told(self, row: int) -> Sequence[int]:
        """Return the places of the layers that the card has room for, in the order of the network."""
        assert self._record is not None
        curves, room = self._record.curves, max(1, int((self.height() - 16.0) / CARD_LINE) - 1)
        if len(curves) <= room:
            return range(len(curves))
        heights = [float(self.axes.heights(curve.values[row : row + 1])[0]) for curve in curves]
        away = [abs(y - self._height) if math.isfinite(y) else math.inf for y in heights]
        return sorted(sorted(range(len(curves)), key=away.__getitem__)[:room])

    def _set_row(self, row: int | None) -> None:
        cursor = None if row is None or self._record is None else float(self._record.iterations[row])
        if cursor != self._cursor:
            self._cursor = cursor
            self.setAccessibleDescription(
                ". ".join(" ".join(text for text, _ in line) for line in self.card_lines())
            )
            self.update()
