"""The slider over the moments of a run: a tick for each that is kept, a handle at the one in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
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
        self.describe: Callable[[int], str] = lambda _position: ""
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.actionTriggered.connect(self._on_action)
        theme.changed.connect(self.update)

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
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As wide as there is room."""
        return QSize(600, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for a few ticks."""
        return QSize(160, HEIGHT)

    def place_of(self, position: int) -> QPointF:
        """Return where a position lies."""
        iteration = self._now if position >= len(self._marks) else self._marks[position].iteration
        first = self._marks[0].iteration if self._marks else 0
        length = max(1, self._now - first)
        share = (iteration - first) / length if self._marks else 1.0
        return QPointF(MARGIN + share * (self.width() - 2 * MARGIN), TRACK_Y)

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
        painter.drawRoundedRect(QRectF(left, TRACK_Y - 1.0, right - left, 2.0), 1.0, 1.0)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(left, TRACK_Y - 1.0, middle - left, 2.0), 1.0, 1.0)

    def _paint_ticks(self, painter: QPainter, theme: Theme) -> None:
        here = self.value()
        for position in range(len(self._marks) + 1):
            raised = position in (self._hovered, here)
            colour = theme.accent if raised or position <= here else theme.text_third
            half = TALL_TICK if raised else TICK
            x = round(self.place_of(position).x()) + 0.5
            painter.setPen(QPen(QColor(colour), 1.5 if raised else 1.0))
            painter.drawLine(QPointF(x, TRACK_Y - half), QPointF(x, TRACK_Y + half))

    def _paint_labels(self, painter: QPainter, theme: Theme) -> None:
        painter.setFont(ui_font(CAPTION))
        metrics = QFontMetricsF(painter.font())
        for position, text in self.labels():
            shown = position in (self._hovered, self.value())
            painter.setPen(QColor(theme.text if shown else theme.text_third))
            width = metrics.horizontalAdvance(text)
            painter.drawText(QPointF(self._label_left(position, width), LABEL_Y), text)

    def _paint_handle(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.accent), 2.5))
        painter.setBrush(QColor(theme.card))
        painter.drawEllipse(self.place_of(self.value()), HANDLE, HANDLE)

    def labels(self) -> list[tuple[int, str]]:
        """Return which positions are named, and how: every first, second, fifth … epoch that there is room for."""
        metrics = QFontMetricsF(ui_font(CAPTION))
        now = (len(self._marks), self.tr("now"))
        ends = [(n, mark.epoch, whole(mark.epoch)) for n, mark in enumerate(self._marks) if mark.epoch >= 0]
        if not any(epoch for _, epoch, _ in ends):
            ends = [(n, n, whole(mark.iteration)) for n, mark in enumerate(self._marks)]
        for stride in (step * 10**power for power in range(9) for step in (1, 2, 5)):
            named = [(position, text) for position, number, text in ends if number % stride == 0]
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
