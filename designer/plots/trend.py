"""A small line over the time of a run, beside the value it ends in."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from designer.plots.scales import round_above
from designer.plots.series import NO_NUMBERS, Numbers, group_size, thinned
from designer.plots.strokes import stroke

PIXELS_PER_MEAN = 5
"""A smooth line has one point for so many pixels."""

HEADROOM = 1.6
"""The scale of a noisy line ends so far above its mean: single peaks beyond it are cut off."""


class Trend:
    """A line from the start of the run to now, on a linear scale from 0.

    Parameters
    ----------
    noisy : single values say little, so a line of means is drawn over them.
    """

    def __init__(self, noisy: bool = False) -> None:
        self._noisy = noisy
        self.last = float("nan")
        self._xs: Numbers = NO_NUMBERS
        self._ys: Numbers = NO_NUMBERS

    def set_data(self, xs: Numbers, ys: Numbers) -> None:
        """Show the rows of a history; NaN is a gap."""
        self._xs, self._ys = xs, ys
        known = np.flatnonzero(np.isfinite(ys[-50:]))
        self.last = float(ys[-50:][known[-1]]) if len(known) else float("nan")

    def paint(self, painter: QPainter, rect: QRectF, strong: QColor, pale: QColor, stop: float) -> None:
        """Paint the line; iteration 0 is at the left edge of `rect` and `stop` at the right."""
        if not len(self._xs) or rect.width() < 4.0:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        xs, ys = thinned(self._xs, self._ys, int(rect.width()))
        means = group_means(self._xs, self._ys, int(rect.width() / PIXELS_PER_MEAN)) if self._noisy else None
        if means is None:
            end = _largest(ys)
            self._paint_line(painter, rect, xs, ys, strong, stop, end)
        else:
            end = HEADROOM * _largest(means[1])
            self._paint_line(painter, rect, xs, ys, pale, stop, end)
            self._paint_line(painter, rect, *means, strong, stop, end)

    def _paint_line(
        self, painter: QPainter, rect: QRectF, xs: Numbers, ys: Numbers, colour: QColor, stop: float, end: float
    ) -> None:
        across = rect.left() + xs * (rect.width() / max(1.0, stop))
        down = rect.bottom() - np.clip(ys / round_above(end), 0.0, 1.0) * rect.height()
        if len(xs) == 1:
            if np.isfinite(down[0]):
                painter.setPen(QPen(colour, 1.0))
                painter.drawEllipse(QPointF(across[0], down[0]), 1.0, 1.0)
            return
        path: QPainterPath = pg.functions.arrayToQPath(across, down, connect="finite")
        stroke(painter, path, colour)


def group_means(xs: Numbers, ys: Numbers, most: int) -> tuple[Numbers, Numbers] | None:
    """Return the means of groups of rows, at most `most` of them; None where there are too few rows to need it.

    Like in ``thinned``, groups have a power of two of rows and start at the first row, so old ones stay as they are.
    """
    size = group_size(len(xs), most)
    if size < 4:
        return None
    starts = np.arange(0, len(xs), size)
    known = np.isfinite(ys)
    counts = np.add.reduceat(known.astype(np.float64), starts)
    sums = np.add.reduceat(np.where(known, ys, 0.0), starts)
    means = np.divide(sums, counts, out=np.full(len(starts), np.nan), where=counts > 0)
    middles = xs[np.minimum(starts + size // 2, len(xs) - 1)]
    return middles, means


def _largest(values: Numbers) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else 1.0
