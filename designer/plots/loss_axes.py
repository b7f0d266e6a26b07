"""The two panes of the loss plot, where they lie, and their grid."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter, QPen

from designer.fonts import CAPTION
from designer.numbers import tick
from designer.plots.scales import linear_ticks, logarithmic_ticks
from designer.plots.text_paint import LEFT, RIGHT, paint_text, width_of
from designer.theme import Theme

LEFT_MARGIN, RIGHT_MARGIN, TOP_MARGIN, BOTTOM_MARGIN = 46.0, 16.0, 10.0, 32.0
GAP = 18.0
LOSS_SHARE = 0.6
"""Share of the height that the loss gets; the rest is for the accuracy."""

CAPTIONED_HEIGHT = 56.0
"""Panes lower than this have no room for a caption."""

TICK_WIDTH, TICK_HEIGHT = 72.0, 22.0
"""Room that one tick needs at least, in pixels."""


@dataclass(frozen=True, slots=True)
class Span:
    """The values at both ends of an axis."""

    low: float
    high: float

    @property
    def length(self) -> float:
        """How much lies between the ends."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Axes:
    """Ranges of the plot.

    Attributes
    ----------
    size : of the widget, in pixels.
    time : iterations, at the left and right edge.
    loss, accuracy : at the bottom and top edge of the panes; the loss as a power of ten.
    batches : iterations per epoch, 0 to count iterations.
    empty : nothing is recorded, so no axes are painted.
    """

    size: QSizeF
    time: Span
    loss: Span
    accuracy: Span
    batches: int
    empty: bool = False

    @property
    def loss_pane(self) -> QRectF:
        """Where the loss is drawn."""
        return QRectF(LEFT_MARGIN, TOP_MARGIN, self._width, round(self._height * LOSS_SHARE))

    @property
    def accuracy_pane(self) -> QRectF:
        """Where the accuracy is drawn."""
        top = self.loss_pane.bottom() + GAP
        return QRectF(LEFT_MARGIN, top, self._width, TOP_MARGIN + self._height + GAP - top)

    @property
    def most_time_ticks(self) -> int:
        """How many ticks fit along the time axis."""
        return most_time_ticks(self.size.width())

    def across(self, iteration: float) -> float:
        """Return the x of an iteration."""
        return LEFT_MARGIN + (iteration - self.time.low) * self._width / self.time.length

    def iteration_at(self, x: float) -> float:
        """Return the iteration at an x."""
        return self.time.low + (x - LEFT_MARGIN) * self.time.length / self._width

    @property
    def _width(self) -> float:
        return max(20.0, self.size.width() - LEFT_MARGIN - RIGHT_MARGIN)

    @property
    def _height(self) -> float:
        return max(40.0, self.size.height() - TOP_MARGIN - BOTTOM_MARGIN - GAP)


@dataclass(frozen=True, slots=True)
class AxisTexts:
    """Captions of the axes, translated."""

    loss: str
    accuracy: str
    epoch: str
    iteration: str


def most_time_ticks(width: float) -> int:
    """Return how many ticks fit along the time axis of a plot `width` pixels wide."""
    return max(2, min(10, int((width - LEFT_MARGIN - RIGHT_MARGIN) / TICK_WIDTH)))


def down(pane: QRectF, span: Span, value: float) -> float:
    """Return the y of a value in a pane."""
    return pane.bottom() - (value - span.low) * pane.height() / span.length


def paint_axes(painter: QPainter, theme: Theme, axes: Axes, texts: AxisTexts) -> None:
    """Paint grid lines and the numbers beside them."""
    loss_pane, accuracy_pane = axes.loss_pane, axes.accuracy_pane
    most = max(2, int(loss_pane.height() / TICK_HEIGHT))
    for value in logarithmic_ticks(10.0**axes.loss.low, 10.0**axes.loss.high, most):
        y = down(loss_pane, axes.loss, math.log10(value))
        _grid_line(painter, theme, loss_pane, y, tick(value))
    most = max(1, int(accuracy_pane.height() / TICK_HEIGHT))
    for share in linear_ticks(100.0 * axes.accuracy.low, 100.0 * axes.accuracy.high, most):
        y = down(accuracy_pane, axes.accuracy, share / 100.0)
        _grid_line(painter, theme, accuracy_pane, y, f"{tick(round(share, 6))} %")
    if accuracy_pane.height() >= CAPTIONED_HEIGHT:
        _caption(painter, theme, QPointF(loss_pane.right(), loss_pane.top() + 9.0), texts.loss)
        _caption(painter, theme, QPointF(accuracy_pane.right(), accuracy_pane.bottom() - 9.0), texts.accuracy)
    _paint_time(painter, theme, axes, texts)


def _paint_time(painter: QPainter, theme: Theme, axes: Axes, texts: AxisTexts) -> None:
    per_unit = float(axes.batches or 1)
    top = axes.accuracy_pane.bottom() + 3.0
    for value in linear_ticks(axes.time.low / per_unit, axes.time.high / per_unit, axes.most_time_ticks):
        text = tick(round(value, 9))
        half = width_of(text, CAPTION) / 2 + 1.0
        x = min(axes.across(value * per_unit), axes.size.width() - half - 2.0)
        paint_text(painter, QRectF(x - half, top, 2 * half, 14.0), text, theme.text_third, CAPTION)
    unit = texts.epoch if axes.batches else texts.iteration
    right = QRectF(axes.loss_pane.right() - 80.0, top + 13.0, 80.0, 14.0)
    paint_text(painter, right, unit, theme.text_third, CAPTION, RIGHT)


def _grid_line(painter: QPainter, theme: Theme, pane: QRectF, y: float, text: str) -> None:
    painter.setPen(QPen(QColor(theme.separator), 1.0))
    line = round(y) + 0.5
    painter.drawLine(QPointF(pane.left(), line), QPointF(pane.right(), line))
    paint_text(painter, QRectF(0.0, y - 7.0, LEFT_MARGIN - 8.0, 14.0), text, theme.text_third, CAPTION, RIGHT)


def _caption(painter: QPainter, theme: Theme, right_middle: QPointF, text: str) -> None:
    width = width_of(text, CAPTION)
    box = QRectF(right_middle.x() - width - 2.0, right_middle.y() - 7.0, width, 14.0)
    paint_text(painter, box, text, theme.text_third, CAPTION, LEFT)
