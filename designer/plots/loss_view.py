"""What the loss plot shows: pyqtgraph's curves in two panes, with our axes and marks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, QSizeF, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from designer.plots.loss_axes import Axes, AxisTexts, Span, most_time_ticks, paint_axes
from designer.plots.loss_marks import paint_crosshair, paint_lone_points, paint_moment
from designer.plots.loss_record import LossRecord, finite_range, positive_range, usual_low
from designer.plots.scales import accuracy_floor, end_of_time, fitting_share, logarithmic_range
from designer.plots.series import Numbers, thinned, visible_rows
from designer.plots.strokes import FIRM, fine_pen, offsets
from designer.plots.text_paint import paint_hint, paint_text
from designer.theme import ThemeService

DASHES = (5.0, 3.0)
"""Lengths of dash and gap of the validation curve, in pixels."""

SHORTEST_WINDOW = 10.0
"""Iterations that the plot shows at least, zoomed in as far as possible."""


class FirmCurve(pg.PlotCurveItem):
    """A curve 1.5 pixels wide, drawn as several fine ones."""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None) -> None:
        """Paint the curve as often as its width asks for."""
        place = painter.worldTransform()
        for shift in offsets(FIRM, painter.device().devicePixelRatio()):
            painter.setWorldTransform(place * QTransform.fromTranslate(shift, shift))
            super().paint(painter, option, widget)
        painter.setWorldTransform(place)


@dataclass(frozen=True, slots=True)
class Pane:
    """One of the two plots above each other."""

    box: pg.ViewBox
    training: FirmCurve
    validation: FirmCurve


class LossView(pg.GraphicsView):
    """Loss (logarithmic) above accuracy, over the time of the run; without mouse and keyboard.

    Ranges hold all that is in sight and end at round values, so they move seldom, in steps.

    Signals
    -------
    following_changed(bool) : whether the whole run is shown.
    """

    following_changed = Signal(bool)

    def __init__(self, theme: ThemeService) -> None:
        # pyqtgraph lays the widget out while it is being made, before there are axes.
        self._axes: Axes | None = None
        super().__init__(background=None)
        self._theme = theme
        self._record = LossRecord()
        self._window: Span | None = None
        self._floor: float | None = None
        self._cursor: float | None = None
        self._message = ""
        self._loss, self._accuracy = self._pane(), self._pane()
        self.setMinimumSize(160, 120)
        self._update_curves()
        self._recolour()
        theme.changed.connect(self._recolour)

    @property
    def axes(self) -> Axes:
        """Where things lie, as drawn now."""
        assert self._axes is not None
        return self._axes

    @property
    def record(self) -> LossRecord:
        """What is shown."""
        return self._record

    @property
    def following(self) -> bool:
        """Whether the whole run is shown."""
        return self._window is None

    @property
    def cursor_iteration(self) -> float | None:
        """The iteration under the crosshair, or None."""
        return self._cursor

    def set_record(self, record: LossRecord) -> None:
        """Show another state of the record; the caller repaints."""
        if not record.continues(self._record):
            # Rewound, or another run: what was zoomed into is gone.
            self._floor, self._cursor = None, None
            self._set_window(None)
        self._record = record
        self._message = ""
        self._update_curves()

    def set_message(self, message: str) -> None:
        """Show a line of error text until the next change."""
        self._message = message
        self.viewport().update()

    def follow(self) -> None:
        """Show the whole run, and all that comes."""
        self._set_window(None)
        self._update_curves()
        self.viewport().update()

    def show_time(self, low: float, high: float) -> None:
        """Show the iterations from `low` to `high`, or follow the run where that is all of it."""
        whole = max(self.axes.time.high, float(self._record.last_iteration))
        length = max(SHORTEST_WINDOW, high - low)
        if self._record.empty or length >= whole:
            self.follow()
            return
        low = max(0.0, min(low, whole - length))
        self._set_window(Span(low, low + length))
        self._floor = None
        self._update_curves()
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        """Draw anew for a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange and self._axes is not None:
            self._recolour()
        return bool(super().event(event))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 (Qt's name)
        """Lay the panes out anew."""
        super().resizeEvent(event)
        if self._axes is not None:
            self._update_curves()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802 (Qt's name)
        """Paint the axes; Qt keeps the result until they change."""
        super().drawBackground(painter, rect)
        if self._record.empty:
            return
        texts = AxisTexts(self.tr("loss"), self.tr("accuracy"), self.tr("epoch"), self.tr("iteration"))
        paint_axes(painter, self._theme.current, self.axes, texts)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:  # noqa: N802 (Qt's name)
        """Paint the marks, and what to do in an empty plot."""
        theme, whole = self._theme.current, QRectF(self.viewport().rect())
        if self._record.empty:
            text = self.tr("No values yet. Press Run when the network is ready: loss and accuracy are drawn here.")
            if self._record.first_row_at:
                text = self.tr("The first point is drawn after iteration {number}.")
                text = text.format(number=self._record.first_row_at)
            paint_hint(painter, whole, text, theme)
        else:
            paint_lone_points(painter, theme, self.axes, self._record)
            if self._record.moment >= 0:
                paint_moment(painter, theme, self.axes, self._record.moment)
            if self._cursor is not None:
                paint_crosshair(painter, theme, self.axes, self._record, self._cursor)
        if self._message:
            line = QRectF(8.0, whole.bottom() - 16.0, whole.width() - 16.0, 14.0)
            paint_text(painter, line, self._message, theme.error)

    def _pane(self) -> Pane:
        box = pg.ViewBox(enableMenu=False, enableMouse=False)
        box.disableAutoRange()
        self.addItem(box)
        curves = FirmCurve(antialias=True, connect="finite"), FirmCurve(antialias=True, connect="finite")
        # Validation lies on top: it is dashed, so training shows through.
        for curve in curves:
            box.addItem(curve)
        return Pane(box, *curves)

    def _recolour(self) -> None:
        theme = self._theme.current
        training, validation = fine_pen(QColor(theme.training_curve)), fine_pen(QColor(theme.validation_curve))
        validation.setDashPattern([part * self.devicePixelRatioF() for part in DASHES])
        for pane in (self._loss, self._accuracy):
            pane.training.setPen(training)
            pane.validation.setPen(validation)
        self.setBackgroundBrush(QColor(theme.panel))
        self.resetCachedContent()
        self.viewport().update()

    def _update_curves(self) -> None:
        """Hand over what is in sight, and choose the ranges for it."""
        time, pixels = self._time(), max(20, self.viewport().width())
        losses: list[Numbers] = []
        accuracies: list[Numbers] = []
        for curve, loss, accuracy in (
            (self._record.training, self._loss.training, self._accuracy.training),
            (self._record.validation, self._loss.validation, self._accuracy.validation),
        ):
            rows = visible_rows(curve.iterations, time.low, time.high)
            xs, ys = thinned(curve.iterations[rows], curve.loss[rows], pixels)
            loss.setData(xs, _power(ys))
            losses.append(ys)
            xs, ys = thinned(curve.iterations[rows], curve.accuracy[rows], pixels)
            accuracy.setData(xs, ys)
            accuracies.append(ys)
        axes = self._fitting_axes(time, losses, accuracies)
        if axes != self._axes:
            self._axes = axes
            self._apply(axes)

    def _fitting_axes(self, time: Span, losses: list[Numbers], accuracies: list[Numbers]) -> Axes:
        found = positive_range(losses)
        bottom, top = logarithmic_range(*found) if found is not None else (0.01, 1.0)
        return Axes(
            size=QSizeF(self.viewport().size()),
            time=time,
            loss=Span(math.log10(bottom), math.log10(top)),
            accuracy=self._accuracy_span(accuracies),
            batches=self._batches(),
            empty=self._record.empty,
        )

    def _accuracy_span(self, accuracies: list[Numbers]) -> Span:
        """Return the range of the accuracy: up to 100 % for the whole run, what is in sight where it is zoomed."""
        ends = finite_range(accuracies)
        if self._window is not None and ends is not None:
            return Span(*fitting_share(*ends))
        lowest = usual_low(accuracies)
        self._floor = 0.0 if lowest is None else accuracy_floor(lowest, self._floor)
        return Span(self._floor, 1.0)

    def _apply(self, axes: Axes) -> None:
        for pane, rect, span in (
            (self._loss, axes.loss_pane, axes.loss),
            (self._accuracy, axes.accuracy_pane, axes.accuracy),
        ):
            pane.box.setGeometry(rect)
            pane.box.setRange(xRange=(axes.time.low, axes.time.high), yRange=(span.low, span.high), padding=0.0)
        self.resetCachedContent()

    def _batches(self) -> int:
        """Iterations per epoch, or 0 as long as the first epoch is not over."""
        return self._record.batches if self._record.last_iteration >= self._record.batches else 0

    def _time(self) -> Span:
        if self._window is not None:
            return self._window
        per_unit = float(self._batches() or 1)
        end = end_of_time(self._record.last_iteration / per_unit, most_time_ticks(self.viewport().width()))
        return Span(0.0, per_unit * end)

    def _set_window(self, window: Span | None) -> None:
        was_following, self._window = self.following, window
        if was_following != self.following:
            self._floor = None
            self.following_changed.emit(self.following)


def _power(losses: Numbers) -> Numbers:
    """Return losses as powers of ten; NaN where a loss is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.log10(losses)
    return np.where(np.isfinite(powers), powers, np.nan)
