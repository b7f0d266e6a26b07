"""Draws an activation function, its derivative, and where the z of the last batch lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.numerics.activations import Activation
from core.training.snapshot import Snapshot
from designer.fonts import CAPTION, SECOND_LINE, ui_font
from designer.inspector.curve_names import free_place
from designer.numbers import general
from designer.theme import Theme, mixed, theme_of
from designer.translation import label

END = 6.0
"""The plot shows z from −END to +END; what lies beyond is counted in the last bars."""

BARS = 24
BARS_SHARE = 0.3
"""Share of the plot's height that the tallest bar takes."""
CAPTION_HEIGHT, PLOT_HEIGHT, FOOT = 24, 104, 4
"""Heights of the line above the frame, of the frame, and of the room below it."""

MARGINS = (26.0, 10.0, 12.0, 18.0)
"""Left, top, right and bottom of the plot inside its frame, for the axes' numbers."""

Number = TypeVar("Number", float, NDArray[np.float64])

LARGEST_SAMPLE = 20_000
"""Of larger layers every k-th value is counted, so that a refresh stays short."""


class ActivationPlot(QWidget):
    """g in the forward colour, g′ dashed in the backward colour, bars for the z of the last batch of one layer.

    What lies behind the bars and what lies before them is drawn once, so that a refresh costs a few rectangles.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._activation: Activation | None = None
        self._node_id = ""
        self._shares: NDArray[np.float64] | None = None
        self._pictures: tuple[QPixmap, QPixmap] | None = None
        self.setFixedHeight(CAPTION_HEIGHT + PLOT_HEIGHT + FOOT)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def shares(self) -> NDArray[np.float64] | None:
        """Height of each bar, the tallest 1; None before the first iteration."""
        return self._shares

    def show_layer(self, node_id: str, activation: Activation, snapshot: Snapshot | None) -> None:
        """Draw this function and the z of this layer."""
        if self._activation is None or _described(activation) != _described(self._activation):
            self._activation, self._pictures = activation, None
            bars = self.tr("Bars: how often z of the last batch lay there; those at the ends hold what lies beyond.")
            self.setToolTip(f"{activation.formula}\n{activation.derivative_formula}\n{bars}")
        self._node_id, self._shares = node_id, None
        if snapshot is not None:
            self.refresh(snapshot)
        self.update()

    def refresh(self, snapshot: Snapshot) -> None:
        """Count the z of the layer in a snapshot."""
        values = snapshot.layers.get(self._node_id)
        self._shares = None if values is None or values.z is None else bar_heights(values.z)

    def surfaces(self) -> Sequence[QWidget]:
        """Return what is to be repainted after a refresh."""
        return (self,)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as the inspector of the mock-ups."""
        return QSize(264, CAPTION_HEIGHT + PLOT_HEIGHT + FOOT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        self._pictures = None
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        self._pictures = None
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._pictures = None
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        if self._pictures is None or self._pictures[0].devicePixelRatio() != self.devicePixelRatioF():
            self._pictures = self._draw_ground(theme), self._draw_curves(theme)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._pictures[0])
        if self._shares is not None:
            self._paint_caption(painter, theme)
            self._paint_bars(painter, theme)
        painter.drawPixmap(0, 0, self._pictures[1])

    @property
    def _frame(self) -> QRectF:
        return QRectF(0.5, CAPTION_HEIGHT + 0.5, self.width() - 1.0, PLOT_HEIGHT - 1.0)

    @property
    def plot_area(self) -> QRectF:
        """Where the curves lie, in the widget's pixels."""
        left, top, right, bottom = MARGINS
        return self._frame.adjusted(left, top, -right, -bottom)

    def _paint_caption(self, painter: QPainter, theme: Theme) -> None:
        painter.setFont(ui_font(SECOND_LINE))
        painter.setPen(QColor(theme.text_third))
        where = QRectF(0, 4, self.width(), CAPTION_HEIGHT - 8)
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._caption())

    def _caption(self) -> str:
        """Return the longest caption that stands clear of the function's name."""
        assert self._activation is not None
        metrics = self.fontMetrics()
        room = self.width() - metrics.horizontalAdvance(label(self._activation.label)) - 16
        for caption in (self.tr("bars: z of this batch"), self.tr("bars: z")):
            if metrics.horizontalAdvance(caption) <= room:
                return caption
        return ""

    def _paint_bars(self, painter: QPainter, theme: Theme) -> None:
        assert self._shares is not None
        plot = self.plot_area
        width = plot.width() / BARS
        tallest = BARS_SHARE * plot.height()
        foot = self._foot(plot)
        colour = mixed(theme.text_third, theme.field, 0.42)
        for index, share in enumerate(self._shares.tolist()):
            if share > 0.0:
                height = max(1.0, round(share * tallest))
                left, right = round(plot.left() + index * width), round(plot.left() + (index + 1) * width)
                painter.fillRect(QRectF(left, foot - height, right - left - 1, height), colour)

    def _foot(self, plot: QRectF) -> float:
        return round(plot.bottom())

    def _blank(self, colour: QColor) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(colour)
        return picture

    def _draw_ground(self, theme: Theme) -> QPixmap:
        picture = self._blank(QColor(theme.panel))
        if self._activation is not None:
            painter = QPainter(picture)
            self._paint_frame(painter, theme)
            self._paint_z_axis(painter, theme)
            if self._activation.elementwise:
                self._paint_value_axis(painter, theme)
            painter.end()
        return picture

    def _draw_curves(self, theme: Theme) -> QPixmap:
        picture = self._blank(QColor(Qt.GlobalColor.transparent))
        if self._activation is not None:
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._activation.elementwise:
                self._paint_curves(painter, theme, self._activation)
                self._paint_names(painter, theme, self._activation)
            else:
                self._paint_formula(painter, theme, self._activation)
            painter.end()
        return picture

    def _paint_frame(self, painter: QPainter, theme: Theme) -> None:
        assert self._activation is not None
        painter.setFont(ui_font(SECOND_LINE, 600))
        painter.setPen(QColor(theme.text))
        where = QRectF(0, 4, self.width(), CAPTION_HEIGHT - 8)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(where, align, label(self._activation.label))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.separator))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(self._frame, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_z_axis(self, painter: QPainter, theme: Theme) -> None:
        plot = self.plot_area
        painter.setFont(ui_font(CAPTION))
        painter.setPen(QColor(theme.separator))
        foot = self._foot(plot)
        painter.drawLine(QPointF(plot.left(), foot), QPointF(plot.right(), foot))
        painter.setPen(QColor(theme.text_third))
        for z in (-END, -END / 2, 0.0, END / 2, END):
            where = QRectF(_across(plot, z) - 14.0, foot + 2.0, 28.0, 14.0)
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, _number(z))

    def _paint_value_axis(self, painter: QPainter, theme: Theme) -> None:
        plot, (low, high) = self.plot_area, self._value_range()
        painter.setPen(QPen(mixed(theme.text_third, theme.field, 0.5), 1.0))
        zero = round(_across(plot, 0.0))
        painter.drawLine(QPointF(zero, plot.top()), QPointF(zero, plot.bottom()))
        dashed = QPen(QColor(theme.separator), 1.0, Qt.PenStyle.DashLine)
        written: list[int] = []
        for value in (0.0, high, low):
            height = round(_down(plot, value, low, high))
            painter.setPen(dashed)
            painter.drawLine(QPointF(plot.left(), height), QPointF(plot.right(), height))
            if any(abs(height - other) < CAPTION + 1 for other in written):
                continue
            written.append(height)
            painter.setPen(QColor(theme.text_third))
            where = QRectF(self._frame.left() + 2.0, height - 7.0, MARGINS[0] - 7.0, 14.0)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _number(value))

    def _paint_curves(self, painter: QPainter, theme: Theme, activation: Activation) -> None:
        plot, (low, high) = self.plot_area, self._value_range()
        z = _points(plot)
        across = _across(plot, z).tolist()
        for values, colour, style in (
            (activation.derivative(z), theme.backward, Qt.PenStyle.DashLine),
            (activation.value(z), theme.forward, Qt.PenStyle.SolidLine),
        ):
            painter.setPen(QPen(QColor(colour), 1.75, style))
            down = _down(plot, values, low, high).tolist()
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(across, down, strict=True)]))

    def _paint_names(self, painter: QPainter, theme: Theme, activation: Activation) -> None:
        """Write g(z) and g′(z) beside their curves, where they touch neither curve nor each other."""
        plot, (low, high) = self.plot_area, self._value_range()
        font = ui_font(SECOND_LINE)
        font.setStyle(QFont.Style.StyleItalic)
        painter.setFont(font)
        z = _points(plot)
        across = _across(plot, z)
        curves = [_down(plot, values, low, high) for values in (activation.value(z), activation.derivative(z))]
        taken: list[QRectF] = []
        for text, curve, colour in (("g(z)", curves[0], theme.forward), ("g′(z)", curves[1], theme.backward)):
            size = QSizeF(painter.fontMetrics().horizontalAdvance(text) + 2.0, 14.0)
            where = free_place(size, curve, across, curves, taken, plot, BARS_SHARE * plot.height())
            taken.append(where)
            painter.setPen(QColor(colour))
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_formula(self, painter: QPainter, theme: Theme, activation: Activation) -> None:
        painter.setFont(ui_font(SECOND_LINE))
        top = self.plot_area.adjusted(-MARGINS[0] + 8, -2, 4, -0.4 * self.plot_area.height())
        lines = ((activation.formula, theme.forward), (activation.derivative_formula, theme.backward))
        for index, (formula, colour) in enumerate(lines):
            where = QRectF(top.left(), top.top() + 20.0 * index, top.width(), 18.0)
            painter.setPen(QColor(colour))
            shown = painter.fontMetrics().elidedText(formula, Qt.TextElideMode.ElideRight, round(where.width()))
            painter.drawText(where, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, shown)

    def _value_range(self) -> tuple[float, float]:
        """Return the lowest and highest value of both curves, rounded outwards to halves, 0 included."""
        assert self._activation is not None
        z = np.linspace(-END, END, 121)
        both = np.concatenate((self._activation.value(z), self._activation.derivative(z)))
        # An error while painting would end the program: whatever a function gives, there is a range.
        both = np.clip(np.nan_to_num(both), -1e6, 1e6)
        low = min(math.floor(2.0 * float(both.min()) + 0.1) / 2.0, 0.0)
        return low, max(math.ceil(2.0 * float(both.max()) - 0.1) / 2.0, 0.5)


def bar_heights(z: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how often z falls into each of `BARS` equal parts of −END … END, the most frequent as 1."""
    flat = z.reshape(-1)
    if flat.size > LARGEST_SAMPLE:
        flat = flat[:: -(-flat.size // LARGEST_SAMPLE)]
    finite = flat[np.isfinite(flat)]
    if not finite.size:
        return np.zeros(BARS)
    # Clipped before it is scaled: the largest numbers of a run that explodes would be beyond all others.
    places = np.clip((np.clip(finite, -END, END) + END) * (BARS / (2.0 * END)), 0.0, BARS - 1.0).astype(np.intp)
    counts = np.bincount(places, minlength=BARS)
    return counts / counts.max()


def _described(activation: Activation) -> tuple[object, ...]:
    """Return what makes two functions draw alike: kind and constants."""
    return activation.key, *(getattr(activation, option.key) for option in activation.options)


def _points(plot: QRectF) -> NDArray[np.float64]:
    """Return the z at which curves are computed: about one a pixel, and 0, where kinks are."""
    return np.linspace(-END, END, 2 * max(20, round(plot.width() / 2.0)) + 1)


def _across(plot: QRectF, z: Number) -> Number:
    return plot.left() + (z + END) * (plot.width() / (2.0 * END))


def _down(plot: QRectF, value: Number, low: float, high: float) -> Number:
    return plot.bottom() - (value - low) * (plot.height() / (high - low))


def _number(value: float) -> str:
    return general(value, 6)
