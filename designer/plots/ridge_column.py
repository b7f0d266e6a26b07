"""One parameter of the weights panel: name, σ over time, and its ridges with the newest in front."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from core.layers.layer_type import Family
from designer.fonts import CAPTION, SECOND_LINE
from designer.numbers import MINUS, short, significant, tick, whole
from designer.plots.parameter_columns import ParameterName
from designer.plots.ridges import FEW_VALUES, MOST_RIDGES, Ridge, RidgeHistory
from designer.plots.series import Numbers
from designer.plots.strokes import FIRM, THIN, stroke
from designer.plots.text_paint import LEFT, RIGHT, elided, paint_hint, paint_text, width_of
from designer.plots.trend import Trend
from designer.theme import Theme, mixed, shares

TITLE_HEIGHT, SIGMA_HEIGHT, AXIS_HEIGHT = 16.0, 20.0, 15.0
SIGMA_WIDTH = 46.0
PEAK_SHARE, LARGEST_PEAK_SHARE = 0.24, 0.6
"""Height of a ridge as a share of the room, with all moments kept and with none."""

LARGEST_STEP = 16.0
"""Pixels from one ridge to the next, at most."""


class RidgeColumn:
    """What is shown of one parameter, and how it is painted.

    The ridges behind change seldom, so they are kept as a picture.
    """

    def __init__(self, name: ParameterName) -> None:
        self.name = name
        self.history = RidgeHistory()
        self.now: Ridge | None = None
        self.rect = QRectF()
        self._values: Numbers = np.empty(0)
        self.trend = Trend()
        self._time = 1.0
        self._end = 0.0
        self._picture = QPixmap()
        self._picture_key: object = None

    @property
    def end(self) -> float:
        """The value at the right end of the axis; the left end is its negative."""
        return self._end

    @property
    def title(self) -> str:
        """The most telling name that fits; where none does, the beginning of the shortest is shown."""
        fitting = (t for t in self.name.titles if width_of(t, SECOND_LINE, 600) <= self.rect.width())
        return next(fitting, self.name.titles[-1])

    def before(self, iteration: int) -> RidgeColumn:
        """Return a column of its own with the ridges that were kept before an iteration."""
        earlier = RidgeColumn(self.name)
        earlier.history = self.history.until(iteration)
        return earlier

    @property
    def hint(self) -> str:
        """What stands in place of the ridges where there are none; empty where there are."""
        if self.now is not None or not self._values.size:
            return ""
        return QCoreApplication.translate("RidgeColumn", "No number here is finite. Rewind, or undo, brings them back.")

    def show(self, ridge: Ridge | None, values: Numbers) -> None:
        """Show the distribution of now, if there is one; it is kept if a moment is due."""
        self.now, self._values = ridge, values
        if ridge is None:
            return
        if self.history.is_due(ridge.iteration):
            self.history.add(ridge)
        self._end = max(kept.end for kept in (*self.history.ridges, ridge))

    def set_deviations(self, iterations: Numbers, deviations: Numbers) -> None:
        """Show how σ went over time."""
        self.trend.set_data(iterations, deviations)
        self._time = float(iterations[-1]) if len(iterations) else 1.0

    def ridge_at(self, y: float) -> Ridge | None:
        """Return the distribution whose ridge stands nearest to a y."""
        if self.now is None:
            return None
        older = self._older()
        step = self._step(len(older))
        back = round((self._plot().bottom() - y) / step) if step > 0.0 else 0
        return self.now if back <= 0 else older[max(0, len(older) - back)] if older else self.now

    def paint(self, painter: QPainter, theme: Theme, ratio: float) -> None:
        """Paint the column into its rectangle; `ratio` is device pixels per pixel."""
        if self.rect.width() < 40 or self.rect.height() < 60:
            return
        if self.now is None:
            if self.hint:
                self._paint_title(painter, theme)
                paint_hint(painter, self.rect.adjusted(-16.0, TITLE_HEIGHT, 16.0, 0.0), self.hint, theme)
            return
        key = (
            self.rect.size().toTuple(),
            theme.name,
            ratio,
            self._end,
            tuple(ridge.iteration for ridge in self._older()),
        )
        if key != self._picture_key:
            self._picture, self._picture_key = self._paint_picture(theme, ratio), key
        painter.drawPixmap(self.rect.topLeft(), self._picture)
        self._paint_sigma(painter, theme)
        plot = self._plot()
        line, fill = QColor(theme.training_curve), mixed(_green(theme), theme.panel, 0.42)
        self._paint_ridge(painter, plot, self.now, 0.0, line, fill, firm=True)
        if self._values.size <= FEW_VALUES:  # few enough for a tick each
            self._paint_rug(painter, theme, plot)

    def _older(self) -> list[Ridge]:
        assert self.now is not None
        return self.history.before(self.now.iteration)

    def _plot(self) -> QRectF:
        """Where the ridges stand: baseline of now at the bottom, whole pixels."""
        top = self.rect.top() + TITLE_HEIGHT + SIGMA_HEIGHT
        return QRectF(self.rect.left(), top, self.rect.width(), max(20.0, self.rect.bottom() - AXIS_HEIGHT - 3.0 - top))

    def _step(self, count: int) -> float:
        """Pixels from one ridge to the next with `count` ridges behind."""
        return min(LARGEST_STEP, (1.0 - PEAK_SHARE) * self._plot().height() / max(count, 1))

    def _peak(self, count: int) -> float:
        """Height of a ridge: what is left of the room, within limits."""
        height = self._plot().height()
        return min(max(height - count * self._step(count), PEAK_SHARE * height), LARGEST_PEAK_SHARE * height)

    def _paint_picture(self, theme: Theme, ratio: float) -> QPixmap:
        picture = QPixmap(round(self.rect.width() * ratio), round(self.rect.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(theme.panel))
        painter = QPainter(picture)
        painter.translate(-self.rect.topLeft())
        self._paint_title(painter, theme)
        plot, older = self._plot(), self._older()
        step = self._step(len(older))
        for index, ridge in enumerate(older):
            age = (index + 1) / max(len(older), MOST_RIDGES // 2)
            line = mixed(_green(theme), theme.panel, 0.30 + 0.55 * min(1.0, age))
            fill = mixed(_green(theme), theme.panel, 0.08 + 0.22 * min(1.0, age))
            self._paint_ridge(painter, plot, ridge, step * (len(older) - index), line, fill)
        self._paint_axis(painter, theme, plot)
        painter.end()
        return picture

    def _paint_title(self, painter: QPainter, theme: Theme) -> None:
        room, title = self.rect.width(), self.title
        line = QRectF(self.rect.left(), self.rect.top(), room, TITLE_HEIGHT)
        paint_text(painter, line, elided(title, SECOND_LINE, room, 600), theme.text, SECOND_LINE, LEFT, 600)

    def _paint_sigma(self, painter: QPainter, theme: Theme) -> None:
        assert self.now is not None
        line = QRectF(self.rect.left(), self.rect.top() + TITLE_HEIGHT, SIGMA_WIDTH, SIGMA_HEIGHT - 4.0)
        text = f"σ {short(self.now.deviation)}"
        paint_text(painter, line, text, theme.text_second, SECOND_LINE)
        trend = QRectF(
            line.right() + 4.0, line.top() + 2.0, self.rect.right() - line.right() - 4.0, line.height() - 3.0
        )
        colour = QColor(theme.text_third)
        self.trend.paint(painter, trend, colour, colour, self._time)

    def _paint_axis(self, painter: QPainter, theme: Theme, plot: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.separator), 1.0))
        base = round(plot.bottom()) + 2.5
        painter.drawLine(QPointF(plot.left(), base), QPointF(plot.right(), base))
        middle = round(plot.center().x()) + 0.5
        painter.drawLine(QPointF(middle, base), QPointF(middle, base + 3.0))
        line = QRectF(plot.left(), base + 1.0, plot.width(), AXIS_HEIGHT)
        end = tick(self._end)
        for text, align in ((f"{MINUS}{end}", LEFT), ("0", Qt.AlignmentFlag.AlignCenter), (end, RIGHT)):
            paint_text(painter, line, text, theme.text_third, CAPTION, align)

    def _paint_ridge(
        self, painter: QPainter, plot: QRectF, ridge: Ridge, rise: float, line: QColor, fill: QColor, firm: bool = False
    ) -> None:
        """Paint a ridge whose foot is `rise` above that of now; a firm line is 1.5 pixels wide."""
        base = plot.bottom() - rise
        inside = np.abs(ridge.centres) <= self._end
        xs = plot.center().x() + ridge.centres[inside] * (plot.width() / (2.0 * self._end))
        ys = base - ridge.heights[inside] * self._peak(len(self._older()))
        xs, ys = np.r_[plot.left(), xs, plot.right()], np.r_[ys[0], ys, ys[-1]]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        curve: QPainterPath = pg.functions.arrayToQPath(xs, ys)
        hill = QPainterPath(curve)
        hill.lineTo(plot.right(), base)
        hill.lineTo(plot.left(), base)
        painter.fillPath(hill, fill)
        stroke(painter, curve, line, FIRM if firm else THIN)

    def _paint_rug(self, painter: QPainter, theme: Theme, plot: QRectF) -> None:
        """Paint a tick per value below the ridge of now."""
        flat = np.asarray(self._values.reshape(-1), dtype=np.float64)
        places = plot.center().x() + shares(flat[np.abs(flat) <= self._end], self._end) * (plot.width() / 2.0)
        base = round(plot.bottom()) + 2.0
        ticks = pg.functions.arrayToQPath(
            np.repeat(places, 2), np.tile([base - 4.0, base], len(places)), connect="pairs"
        )
        stroke(painter, ticks, QColor(theme.text_second))


def card_of(column: RidgeColumn, ridge: Ridge, theme: Theme, words: Sequence[str]) -> list[list[tuple[str, str]]]:
    """Return the lines of the card for a ridge; `words` are: iteration, mean, from … to, every n-th (templates)."""
    shape = " × ".join(f"{size:,}" for size in column.name.shape)
    moment, mean, extent, strided = words
    lines = [
        [(f"{column.name.titles[0]} · {shape}", theme.text_third)],
        [(moment.format(iteration=whole(ridge.iteration)), theme.text)],
        [
            (
                f"σ {significant(ridge.deviation)}  "
                + mean.format(mean=significant(ridge.mean)),
                theme.text,
            )
        ],
        [
            (
                extent.format(low=significant(ridge.lowest), high=significant(ridge.highest)),
                theme.text_second,
            )
        ],
    ]
    if ridge.stride > 1:
        lines.append([(strided.format(stride=whole(ridge.stride)), theme.text_third)])
    return lines


def _green(theme: Theme) -> str:
    return theme.families[Family.WEIGHTS]
