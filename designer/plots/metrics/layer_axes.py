"""The one pane of the plot of the layers: where it lies, its ranges and its grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter, QPen

from designer import numbers
from designer.fonts import CAPTION
from designer.plots.loss_axes import (
    BOTTOM_MARGIN,
    LEFT_MARGIN,
    RIGHT_MARGIN,
    TICK_HEIGHT,
    TOP_MARGIN,
    Span,
    down,
    most_time_ticks,
)
from designer.plots.loss_record import finite_range, positive_range
from designer.plots.metrics.layer_record import LayerRecord
from designer.plots.scales import (
    end_of_time,
    fitting_share,
    linear_ticks,
    logarithmic_range,
    logarithmic_ticks,
)
from designer.plots.series import Numbers
from designer.plots.text_paint import RIGHT, paint_text, width_of
from designer.theme import Theme


@dataclass(frozen=True, slots=True)
class LayerAxes:
    """Ranges of the plot.

    Attributes
    ----------
    pane : where curves are drawn.
    time : iterations, at the left and right edge.
    values : at the bottom and top edge; of norms the powers of ten, of shares the share.
    logarithmic : whether these are norms.
    batches : iterations per epoch, 0 to count iterations.
    """

    pane: QRectF
    time: Span
    values: Span
    logarithmic: bool
    batches: int

    def across(self, iteration: float) -> float:
        """Return the x of an iteration."""
        return self.pane.left() + (iteration - self.time.low) * self.pane.width() / self.time.length

    def iteration_at(self, x: float) -> float:
        """Return the iteration at an x."""
        return self.time.low + (x - self.pane.left()) * self.time.length / self.pane.width()

    def heights(self, values: Numbers) -> Numbers:
        """Return the y of values; NaN where one cannot be drawn."""
        with np.errstate(divide="ignore", invalid="ignore"):
            places = np.log10(values) if self.logarithmic else np.asarray(values)
        places = np.where(np.isfinite(places), places, np.nan)
        heights: Numbers = self.pane.bottom() - (places - self.values.low) * self.pane.height() / self.values.length
        return heights


def axes_for(record: LayerRecord, size: QSizeF) -> LayerAxes:
    """Return axes that hold all of a record, with round ends."""
    width = max(20.0, size.width() - LEFT_MARGIN - RIGHT_MARGIN)
    height = max(20.0, size.height() - TOP_MARGIN - BOTTOM_MARGIN)
    per_unit = float(record.batches or 1)
    end = end_of_time(record.last_iteration / per_unit, most_time_ticks(size.width()))
    return LayerAxes(
        QRectF(LEFT_MARGIN, TOP_MARGIN, width, height),
        Span(0.0, per_unit * end),
        _span([curve.values for curve in record.curves], record.quantity.is_share),
        not record.quantity.is_share,
        record.batches,
    )


def paint_layer_axes(painter: QPainter, theme: Theme, axes: LayerAxes, unit: str) -> None:
    """Paint grid lines, the numbers beside them, and the time with its unit."""
    most = max(2, int(axes.pane.height() / TICK_HEIGHT))
    if axes.logarithmic:
        values = logarithmic_ticks(10.0**axes.values.low, 10.0**axes.values.high, most)
        ticks = [(math.log10(value), numbers.tick(value)) for value in values]
    else:
        shares = linear_ticks(100.0 * axes.values.low, 100.0 * axes.values.high, most)
        ticks = [(share / 100.0, f"{numbers.tick(round(share, 6))} %") for share in shares]
    for place, text in ticks:
        y = down(axes.pane, axes.values, place)
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        line = round(y) + 0.5
        painter.drawLine(QPointF(axes.pane.left(), line), QPointF(axes.pane.right(), line))
        beside = QRectF(0.0, y - 7.0, LEFT_MARGIN - 8.0, 14.0)
        paint_text(painter, beside, text, theme.text_third, CAPTION, RIGHT)
    _paint_time(painter, theme, axes, unit)


def _paint_time(painter: QPainter, theme: Theme, axes: LayerAxes, unit: str) -> None:
    per_unit, top = float(axes.batches or 1), axes.pane.bottom() + 3.0
    edge = axes.pane.right() + RIGHT_MARGIN
    for value in linear_ticks(0.0, axes.time.high / per_unit, most_time_ticks(edge)):
        text = numbers.tick(round(value, 9))
        half = width_of(text, CAPTION) / 2 + 1.0
        x = min(axes.across(value * per_unit), edge - half - 2.0)
        paint_text(painter, QRectF(x - half, top, 2 * half, 14.0), text, theme.text_third, CAPTION)
    beside = QRectF(axes.pane.right() - 80.0, top + 13.0, 80.0, 14.0)
    paint_text(painter, beside, unit, theme.text_third, CAPTION, RIGHT)


def _span(values: Sequence[Numbers], is_share: bool) -> Span:
    if is_share:
        found = finite_range(list(values))
        return Span(*fitting_share(0.0, found[1] if found is not None else 0.0))
    found = positive_range(list(values))
    bottom, top = logarithmic_range(*found) if found is not None else (0.1, 1.0)
    return Span(math.log10(bottom), math.log10(top))
