"""The strip under the workbench: the moments of the run, and which of them is in view."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from core.training.history import Table
from core.training.snapshot import Snapshot
from core.training.timeline import Moment
from designer.actions import ActionTable
from designer.document import Document
from designer.fonts import SECOND_LINE, TEXT, ui_font
from designer.icons import paint_icon
from designer.numbers import measure, percent, whole
from designer.run.time_travel import TimeTravel
from designer.shell.time_slider import Mark, TimeSlider
from designer.theme import ThemeService
from designer.widgets.action_button import ActionButton

HEIGHT = 40
ICON_LEFT, TEXT_LEFT = 12.0, 36.0
COMPACT_BELOW = 1_180
"""Below this width the buttons show their icons only."""


class TimeBar(QWidget):
    """A live panel: slider, what is in view, and the two ways on from there."""

    def __init__(
        self,
        document: Document,
        time: TimeTravel,
        actions: ActionTable,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._time, self._theme = document, time, theme
        self.setFixedHeight(HEIGHT)
        self.slider = TimeSlider(theme)
        self.slider.describe = self._describe
        self.slider.chosen.connect(self._view)
        self.slider.setAccessibleName(self.tr("Time travel"))
        self._place = TimeText(theme, self._widest_places(), strong=True)
        self._store = TimeText(theme, self._widest_stores())
        self.branch_button = ActionButton(actions["train.branch"], "branch")
        self.back_button = ActionButton(actions["train.back_to_now"], "arrow-right", flat=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(round(TEXT_LEFT), 1, 8, 0)
        row.setSpacing(8)
        for widget in (self._place, self.slider, self._store, self.branch_button, self.back_button):
            row.addWidget(widget, 1 if widget is self.slider else 0)
        for button in (self.branch_button, self.back_button):
            button.setFixedHeight(28)
        time.changed.connect(self.follow)
        theme.changed.connect(self.update)
        self.follow()

    @property
    def texts(self) -> tuple[str, str]:
        """What is in view, and what is kept."""
        return self._place.text, self._store.text

    def follow(self) -> None:
        """Show the kept moments, the present and the moment in view."""
        viewed, timeline = self._time.viewed, self._time.timeline
        marks = [Mark(moment.iteration, moment.epoch if moment.between_epochs else -1) for moment in timeline]
        position = len(marks) if viewed is None else max(0, len(timeline.until(viewed.iteration)) - 1)
        self.slider.set_moments(marks, self._time.now, position)
        self.slider.setEnabled(bool(marks))
        self.slider.setAccessibleDescription(self._describe(position).replace("\n", ", ") if marks else "")
        self._place.set_text(self.tr("Time travel") if viewed is None else self._words_for(viewed))
        self._store.set_text(self._kept_words(len(timeline), timeline.nbytes))
        self.update()

    def refresh(self, snapshot: Snapshot) -> None:
        """Follow a run."""
        self.follow()

    def surfaces(self) -> Sequence[QWidget]:
        """All of it is one surface."""
        return (self,)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        for button in (self.branch_button, self.back_button):
            button.set_icon_only(self.width() < COMPACT_BELOW)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        viewing = self._time.viewed is not None
        painter.fillRect(self.rect(), QColor(theme.accent_ground if viewing else theme.panel))
        painter.fillRect(QRectF(0.0, 0.0, self.width(), 1.0), QColor(theme.accent if viewing else theme.separator))
        colour = theme.accent if viewing else theme.text_third
        paint_icon(painter, "clock", QRectF(ICON_LEFT, HEIGHT / 2 - 8, 16.0, 16.0), colour)

    def _view(self, position: int) -> None:
        timeline = self._time.timeline
        if position < len(timeline):
            self._time.view(timeline[position])
        else:
            self._time.back_to_now()

    def _words_for(self, moment: Moment) -> str:
        name = self._time.name_of(moment)
        if not (moment.between_epochs and moment.epoch):
            return self.tr("Viewing {moment}").format(moment=name)
        epochs = self._document.project.training.epochs
        return self.tr("Viewing {moment} of {epochs}").format(moment=name, epochs=whole(max(epochs, moment.epoch)))

    def _kept_words(self, count: int, size: int) -> str:
        if not count:
            if self._time.unfitting:
                return self.tr("moments are of the old network")
            if self._document.project.training.keep_moments == "off":
                return self.tr("no moments are kept: see Training, Moments")
            return self.tr("no moments yet: a run keeps them")
        words = self.tr("1 moment kept · {size}") if count == 1 else self.tr("{count} moments kept · {size}")
        return words.format(count=whole(count), size=_megabytes(size))

    def _describe(self, position: int) -> str:
        """Return what the tip says of a position: which moment, loss and accuracy at it."""
        timeline = self._time.timeline
        if position >= len(timeline):
            return self.tr("Now · iteration {iteration}").format(iteration=whole(self._time.now))
        moment = timeline[position]
        name = self._time.name_of(moment)
        lines = [name[:1].upper() + name[1:]]
        if moment.between_epochs and moment.epoch:
            lines[0] += " · " + self.tr("iteration {number}").format(number=whole(moment.iteration))
        for words, table in (
            (self.tr("training: loss {loss}, accuracy {accuracy}"), moment.state.history.training),
            (self.tr("validation: loss {loss}, accuracy {accuracy}"), moment.state.history.validation),
        ):
            if len(table.get("iteration", ())):
                loss, accuracy = measure(_last(table, "loss")), percent(_last(table, "accuracy"), 2)
                lines.append(words.format(loss=loss, accuracy=accuracy))
        return "\n".join(lines)

    def _widest_places(self) -> Sequence[str]:
        return [self.tr("Viewing {moment}").format(moment=self.tr("iteration {number}").format(number="888,888"))]

    def _widest_stores(self) -> Sequence[str]:
        return [self.tr("{count} moments kept · {size}").format(count="888", size="888.8 MB"), self._kept_words(0, 0)]


class TimeText(QWidget):
    """A line of text whose room is that of the widest it may show, so that the slider stays where it is.

    Strong text stands at the left, other text at the right of its room.
    """

    def __init__(self, theme: ThemeService, widest: Sequence[str], *, strong: bool = False) -> None:
        super().__init__()
        self._theme, self._strong = theme, strong
        self._font = ui_font(TEXT, 600) if strong else ui_font(SECOND_LINE)
        self.text = ""
        self._width = max(QFontMetricsF(self._font).horizontalAdvance(text) for text in widest)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the widest text."""
        return QSize(math.ceil(self._width) + 2, HEIGHT - 2)

    def set_text(self, text: str) -> None:
        """Show a text."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        metrics = QFontMetricsF(self._font)
        text = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        painter.setFont(self._font)
        painter.setPen(QColor(theme.text if self._strong else theme.text_second))
        left = 0.0 if self._strong else self.width() - metrics.horizontalAdvance(text)
        painter.drawText(QPointF(left, self.height() / 2 + metrics.capHeight() / 2), text)


def _last(table: Table, column: str) -> float:
    return float(table[column][-1]) if column in table else math.nan


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.1f} MB" if size >= 100 * 1024 else f"{size / 1024:,.1f} kB"
