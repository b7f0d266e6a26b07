"""The live figures of the toolbar, painted as one widget."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.training.snapshot import Snapshot
from designer.fonts import ui_font
from designer.numbers import measure, microseconds, percent, whole
from designer.theme import ThemeService, mixed

GAP = 16.0
LABEL_BASELINE, VALUE_BASELINE = 20.0, 36.0
EPOCH_WIDTH = (164.0, 212.0)
SPARK_BARS, SPARK_WIDTH, SPARK_HEIGHT = 17, 68.0, 18.0


@dataclass(slots=True)
class Figure:
    """One label over one value; its width is fixed by the widest value it may show."""

    label: str
    tip: str
    widest: str
    value: str = ""
    colour: str = ""
    dashed: bool = False
    starts_group: bool = False
    width: float = 0.0
    left: float = -1.0


class RunFigures(QWidget):
    """Epoch bar, iteration, loss, validation, accuracy, time per step and state.

    A live panel: the run's refresher sets the numbers and repaints it; nothing here lays out or polls. Where room is
    short the figures at the right are left out.
    """

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label_font, self._value_font = ui_font(11), ui_font(13, 600)
        self._strong_font = ui_font(12, 600)
        self._epoch = (0, 0, 0, 0)
        self._speeds: deque[float] = deque(maxlen=SPARK_BARS)
        self._iteration = Figure(
            self.tr("Iteration"), self.tr("Updates of the weights so far"), "8,888,888"
        )
        self._loss = Figure(
            self.tr("Loss"), self.tr("Training loss of the last record interval"), "8.88e−88", starts_group=True
        )
        self._validation = Figure(
            self.tr("Validation"), self.tr("Loss on the validation samples"), "8.88e−88", dashed=True
        )
        self._accuracy = Figure(
            self.tr("Accuracy"), self.tr("Share of the validation samples that are read right"), "100.00 %"
        )
        self._speed = Figure(
            self.tr("µs per step"), self.tr("Wall time of one iteration"), "888,888", starts_group=True
        )
        self._state = Figure(self.tr("State"), self.tr("What the run is doing"), self.tr("finished"))
        self._figures = (
            self._iteration,
            self._loss,
            self._validation,
            self._accuracy,
            self._speed,
            self._state,
        )
        self._epoch_width = EPOCH_WIDTH[1]
        self._spark_left = -1.0
        self._running = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(46)
        self._measure()
        self.clear()
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for everything."""
        return QSize(round(EPOCH_WIDTH[1] + sum(f.width + 1.5 * GAP for f in self._figures)), 46)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the epoch, the iteration and the loss."""
        needed = EPOCH_WIDTH[0] + sum(f.width + 1.5 * GAP for f in (self._iteration, self._loss))
        return QSize(math.ceil(needed), 46)

    def clear(self) -> None:
        """Show that there is no network that could run."""
        self._epoch = (0, 0, 0, 0)
        self._speeds.clear()
        for figure in self._figures:
            if figure is not self._state:
                figure.value = "\N{EN DASH}"
        self.update()

    def set_state(self, text: str, colour: str, running: bool) -> None:
        """Show the state of the run in words; while it runs undisturbed the speed is drawn in its place."""
        if running and not self._running:
            self._speeds.clear()
        self._state.value, self._state.colour, self._running = text, colour, running
        self.update()

    def refresh(self, snapshot: Snapshot) -> None:
        """Take over the numbers of a snapshot."""
        at_end = snapshot.batch == 0 and snapshot.epoch > 0
        number = snapshot.epoch if at_end else snapshot.epoch + 1
        batch = snapshot.batches if at_end else snapshot.batch
        self._epoch = (number, snapshot.epochs, batch, snapshot.batches)
        validation = snapshot.history.validation
        evaluated = len(validation.get("loss", ())) > 0
        self._iteration.value = whole(snapshot.iteration)
        self._loss.value = measure(snapshot.loss)
        self._validation.value = measure(float(validation["loss"][-1]) if evaluated else math.nan)
        self._accuracy.value = percent(float(validation["accuracy"][-1]) if evaluated else math.nan, 2)
        self._speed.value = microseconds(snapshot.microseconds_per_step)
        if snapshot.microseconds_per_step > 0.0:
            self._speeds.append(1.0 / snapshot.microseconds_per_step)

    def surfaces(self) -> Sequence[QWidget]:
        """This widget is one surface."""
        return (self,)

    def texts(self) -> dict[str, str]:
        """Return what is shown, by label."""
        return {figure.label: figure.value for figure in self._figures}

    def event(self, event: QEvent) -> bool:
        """Explain the figure under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip_at(event.pos()), self)
            return True
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        self._paint_epoch(painter)
        for figure in self._figures:
            if figure.left >= 0.0 and not (figure is self._state and self._running):
                self._paint_figure(painter, figure)
        if self._running and self._spark_left >= 0.0:
            self._paint_speeds(painter)

    def _measure(self) -> None:
        labels, values = QFontMetricsF(self._label_font), QFontMetricsF(self._value_font)
        for figure in self._figures:
            label = labels.horizontalAdvance(figure.label) + (16.0 if figure.dashed else 0.0)
            figure.width = math.ceil(max(label, values.horizontalAdvance(figure.widest)))
        self._state.width = max(self._state.width, SPARK_WIDTH)

    def _place(self) -> None:
        """Give the room to the figures from left to right; what does not fit is left out."""
        fixed = sum(f.width + (2.0 * GAP if f.starts_group else GAP) for f in self._figures)
        low, high = EPOCH_WIDTH
        self._epoch_width = min(max(self.width() - fixed, low), high)
        left = self._epoch_width
        room = True
        for figure in self._figures:
            left += 2.0 * GAP if figure.starts_group else GAP
            room = room and left + figure.width <= self.width()
            figure.left = left if room else -1.0
            left += figure.width
        self._spark_left = self._state.left

    def _tip_at(self, place: QPoint) -> str:
        if place.x() < self._epoch_width:
            return self.tr("Epochs of this run, and iterations of this epoch")
        for figure in self._figures:
            if figure.left >= 0.0 and figure.left <= place.x() <= figure.left + figure.width:
                if figure is self._state and self._running:
                    return self.tr("Speed over the last moments: higher is faster")
                return figure.tip
        return ""

    def _paint_epoch(self, painter: QPainter) -> None:
        theme, (number, of, batch, batches) = self._theme.current, self._epoch
        right = self._epoch_width
        if number:
            first = self.tr("Epoch {number}").format(number=whole(number))
            painter.setFont(self._strong_font)
            painter.setPen(QColor(theme.text))
            painter.drawText(QPointF(0.0, LABEL_BASELINE), first)
            used = painter.fontMetrics().horizontalAdvance(first)
            count = f"{whole(batch)} / {whole(batches)}"
            painter.setFont(ui_font(12))
            painter.setPen(QColor(theme.text_second))
            metrics = QFontMetricsF(painter.font())
            count_left = right - metrics.horizontalAdvance(count)
            rest = self.tr(" of {epochs}").format(epochs=whole(of))
            # Whether there is room is decided by the widest count, so that the text does not come and go.
            widest_left = right - metrics.horizontalAdvance(f"{whole(batches)} / {whole(batches)}")
            if number <= of and used + metrics.horizontalAdvance(rest) + 8.0 <= widest_left:
                painter.drawText(QPointF(used, LABEL_BASELINE), rest)
            if used + 8.0 <= count_left:
                painter.drawText(QPointF(count_left, LABEL_BASELINE), count)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(theme.text_third, theme.panel, 0.35))
        painter.drawRoundedRect(QRectF(0.0, 29.0, right, 4.0), 2.0, 2.0)
        if batches and batch:
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(0.0, 29.0, max(4.0, right * batch / batches), 4.0), 2.0, 2.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_figure(self, painter: QPainter, figure: Figure) -> None:
        theme, left = self._theme.current, figure.left
        if figure.starts_group:
            painter.fillRect(QRectF(round(left - GAP), 12.0, 1.0, 24.0), QColor(theme.separator))
        if figure.dashed:
            painter.setPen(QPen(QColor(theme.validation_curve), 1.5))
            painter.drawLine(QPointF(left, 16.0), QPointF(left + 4.0, 16.0))
            painter.drawLine(QPointF(left + 7.0, 16.0), QPointF(left + 11.0, 16.0))
        label_left = left + 16.0 * figure.dashed
        self._text(painter, self._label_font, theme.text_second, QPointF(label_left, LABEL_BASELINE), figure.label)
        value_colour = figure.colour or theme.text
        self._text(painter, self._value_font, value_colour, QPointF(left, VALUE_BASELINE), figure.value)

    def _paint_speeds(self, painter: QPainter) -> None:
        if not self._speeds:
            return
        theme, top = self._theme.current, max(self._speeds)
        colour, pitch = QColor(theme.text_third), SPARK_WIDTH / SPARK_BARS
        first = SPARK_BARS - len(self._speeds)
        for index, speed in enumerate(self._speeds):
            height = max(1.0, round(SPARK_HEIGHT * speed / top))
            left = self._spark_left + (first + index) * pitch
            painter.fillRect(QRectF(left, VALUE_BASELINE - height, pitch - 1.0, height), colour)

    @staticmethod
    def _text(painter: QPainter, font: QFont, colour: str, place: QPointF, text: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(place, text)
