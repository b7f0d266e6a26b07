"""A small line over the time of a run, beside the value it ends in."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from designer.plots.scales import round_above
from designer.plots.series import Numbers, thinned


class Trend:
    """A line from the start of the run to now, on a linear scale from 0 to a round end that is above all of it."""

    def __init__(self) -> None:
        self.end = 1.0
        self.last = float("nan")
        self._xs: Numbers = np.empty(0)
        self._ys: Numbers = np.empty(0)

    def set_data(self, xs: Numbers, ys: Numbers) -> None:
        """Show the rows of a history; NaN is a gap."""
        self._xs, self._ys = xs, ys
        known = ys[np.isfinite(ys)] if len(ys) else ys
        self.last = float(known[-1]) if len(known) else float("nan")
        self.end = round_above(float(known.max())) if len(known) else 1.0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not len(self._xs) or self.last != self.last

    def paint(self, painter: QPainter, rect: QRectF, colour: QColor, start: float, stop: float) -> None:
        """Paint the line; iteration `start` is at the left edge of `rect` and `stop` at the right."""
        if self.empty or rect.width() < 4:
            return
        xs, ys = thinned(self._xs, self._ys, int(rect.width()))
        across = rect.left() + (xs - start) * (rect.width() / max(1.0, stop - start))
        down = rect.bottom() - np.clip(ys / self.end, 0.0, 1.0) * rect.height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Wider antialiased pens cost a hundred times as much on noisy lines.
        painter.setPen(QPen(colour, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(xs) == 1:
            painter.drawEllipse(QPointF(across[0], down[0]), 1.0, 1.0)
            return
        path: QPainterPath = pg.functions.arrayToQPath(across, down, connect="finite")
        painter.drawPath(path)
