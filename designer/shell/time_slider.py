"""The slider over the moments of a run: a tick for each that is kept, a handle at the one in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from designer.fonts import CAPTION, ui_font
from designer.numbers import whole
from designer.theme import Theme, ThemeService, mixed

HEIGHT = 38
TRACK_Y, LABEL_Y = 13.0, 33.0
MARGIN = 16.0
TICK, TALL_TICK = 4.0, 7.0
"""Half the height of a tick, and of one under the pointer or in view."""

HANDLE = 6.0
LABEL_GAP = 10.0
LEAST_ROOM = 16.0
"""Pixels that a name and the gap after it take at least."""

KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


@dataclass(frozen=True, slots=True)
class Mark:
    """A kept moment on the slider; `epoch` is how many have ended there, −1 in the middle of one."""

    iteration: int
    epoch: int = -1


class TimeSlider(QAbstractSlider):
    """Positions are the numbers of the marks, from 0; after the last of them comes the present.

    Signals
    -------
    chosen(int) : the user moved to this position.
    """

    chosen = Signal(int)

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks: tuple[Mark, ...] = ()
        self._now = 0
        self._hovered: int | None = None
        self._framed = False
        self._places: list[float] = []
        self._labels: list[tuple[int, str]] = []
        self.describe: Callable[[int], str] = lambda _position: ""
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.actionTriggered.connect(self._on_action)
        theme.changed.connect(self.update)
        self._lay_out()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The moments, oldest first."""
        return self._marks

    def set_moments(self, marks: Sequence[Mark], now: int, position: int) -> None:
        """Show these moments, the iteration of the present, and which position is in view."""
        if (tuple(marks), now, position) != (self._marks, self._now, self.value()):
            self._marks, self._now = tuple(marks), now
            self.setRange(0, len(self._marks))
            self.setPageStep(max(1, len(self._marks) // 10))
            self.setValue(position)
            self._lay_out()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._lay_out()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as there is room."""
        return QSize(600, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for a few ticks."""
        return QSize(160, HEIGHT)

    def place_of(self, position: int) -> QPointF:
        """Return where a position lies."""
        return QPointF(self._places[position], self._track_y)

    @property
    def _track_y(self) -> float:
        """Where the track lies: above the names of the moments, in the middle where there are none."""
        return TRACK_Y if self._marks else self.height() / 2

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Go to the moment under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and self._marks:
            self.setSliderDown(True)
            self._choose(self._nearest(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Drag the handle, or say what lies under the pointer."""
        nearest = self._nearest(event.position().x()) if self._marks else None
        self._set_hovered(nearest)
        if self.isSliderDown() and nearest is not None:
            self._choose(nearest)
        if nearest is not None:
            place = self.mapToGlobal(self.place_of(nearest).toPoint())
            QToolTip.showText(place, self.describe(nearest), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Let the handle go."""
        self.setSliderDown(False)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Forget what was under the pointer."""
        self._set_hovered(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Escape leads back to the present; arrows, Page, Home and End move as on any slider."""
        if event.key() == Qt.Key.Key_Escape and self.value() < self.maximum():
            self._choose(self.maximum())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusInEvent(event)
        self._framed = event.reason() in KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        super().focusOutEvent(event)
        self._framed = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_track(painter, theme)
        if self._marks:
            self._paint_ticks(painter, theme)
            self._paint_labels(painter, theme)
            self._paint_handle(painter, theme)
        if self._framed:
            painter.setPen(QPen(QColor(theme.accent), 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4.0, 4.0)

    def _paint_track(self, painter: QPainter, theme: Theme) -> None:
        left, right = MARGIN, self.width() - MARGIN
        middle = self.place_of(self.value()).x() if self._marks else left
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(theme.text_third, theme.panel, 0.35))
        painter.drawRoundedRect(QRectF(left, self._track_y - 1.0, right - left, 2.0), 1.0, 1.0)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(left, TRACK_Y - 1.0, middle - left, 2.0), 1.0, 1.0)

    def _paint_ticks(self, painter: QPainter, theme: Theme) -> None:
        here = self.value()
        raised = {here, self._hovered}
        past = [x for position, x in enumerate(self._places) if position <= here and position not in raised]
        rest = [x for position, x in enumerate(self._places) if position > here and position not in raised]
        tall = [x for position, x in enumerate(self._places) if position in raised]
        for places, colour, half, width in (
            (rest, theme.text_third, TICK, 1.0),
            (past, theme.accent, TICK, 1.0),
            (tall, theme.accent, TALL_TICK, 1.5),
        ):
            painter.setPen(QPen(QColor(colour), width))
            # Ticks on one pixel are one tick.
            columns = sorted({round(x) + 0.5 for x in places})
            painter.drawLines([QLineF(x, TRACK_Y - half, x, TRACK_Y + half) for x in columns])

    def _paint_labels(self, painter: QPainter, theme: Theme) -> None:
        painter.setFont(ui_font(CAPTION))
        metrics = QFontMetricsF(painter.font())
        for position, text in self._labels:
            shown = position in (self._hovered, self.value())
            painter.setPen(QColor(theme.text if shown else theme.text_third))
            width = metrics.horizontalAdvance(text)
            painter.drawText(QPointF(self._label_left(position, width), LABEL_Y), text)

    def _paint_handle(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.accent), 2.5))
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(self.place_of(self.value()), HANDLE, HANDLE)

    @property
    def labels(self) -> Sequence[tuple[int, str]]:
        """Which positions are named, and how: every first, second, fifth … epoch that there is room for."""
        return self._labels

    def _lay_out(self) -> None:
        """Find out where everything lies."""
        first = self._marks[0].iteration if self._marks else 0
        pixels = (self.width() - 2 * MARGIN) / max(1, self._now - first)
        ends = [*(mark.iteration for mark in self._marks), self._now]
        self._places = [MARGIN + pixels * (iteration - first) for iteration in ends]
        if not self._marks:
            self._places = [self.width() - MARGIN]
        self._labels = self._chosen_labels()

    def _chosen_labels(self) -> list[tuple[int, str]]:
        metrics = QFontMetricsF(ui_font(CAPTION))
        now = (len(self._marks), self.tr("now"))
        ends = [(n, mark.epoch, whole(mark.epoch)) for n, mark in enumerate(self._marks) if mark.epoch >= 0]
        if not any(epoch for _, epoch, _ in ends):
            ends = [(n, n, whole(mark.iteration)) for n, mark in enumerate(self._marks)]
        for stride in (step * 10**power for power in range(9) for step in (1, 2, 5)):
            named = [(position, text) for position, number, text in ends if number % stride == 0]
            if len(named) * LEAST_ROOM > self.width():
                continue
            while named and not self._apart([named[-1], now], metrics):
                named.pop()
            if self._apart(named, metrics):
                return [*named, now]
        return [now]

    def _apart(self, named: Sequence[tuple[int, str]], metrics: QFontMetricsF) -> bool:
        """Whether no two names stand too close together."""
        widths = [metrics.horizontalAdvance(text) for _, text in named]
        lefts = [self._label_left(position, width) for (position, _), width in zip(named, widths, strict=True)]
        ends = [left + width + LABEL_GAP for left, width in zip(lefts, widths, strict=True)]
        return all(end <= left for end, (_, left) in zip(ends, pairwise(lefts), strict=False))

    def _label_left(self, position: int, width: float) -> float:
        centre = self.place_of(position).x()
        return min(max(0.0, centre - width / 2), self.width() - width)

    def _nearest(self, x: float) -> int:
        # Of two at one place the later one: at the right end that is the present.
        return min(range(len(self._marks), -1, -1), key=lambda position: abs(self.place_of(position).x() - x))

    def _on_action(self, _action: int) -> None:
        """Follow keys and wheel; Qt takes the position over after this."""
        if self.sliderPosition() != self.value():
            self._choose(self.sliderPosition())

    def _choose(self, position: int) -> None:
        if position != self.value():
            self.setValue(position)
            self.update()
            self.chosen.emit(position)

    def _set_hovered(self, position: int | None) -> None:
        if position != self._hovered:
            self._hovered = position
            self.update()
