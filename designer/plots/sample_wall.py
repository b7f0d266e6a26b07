"""Test samples in a grid with what the network reads in each: selection, scrolling and captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.data.dataset import PreparedData
from core.data.sample_numbers import sample_number
from designer.fonts import CAPTION
from designer.numbers import whole
from designer.plots.text_paint import elided, paint_hint, paint_text
from designer.theme import Theme, ThemeService

FOOT_HEIGHT = 16.0
SHORT_NAME = 2
"""Names of classes up to this length are written out in a caption: "6≠5"."""


class SampleWall(QWidget):
    """Base of the wall of pictures and the list of rows.

    A subclass lays out ``columns`` and ``rows`` of equal cells and paints one.

    Signals
    -------
    chosen(int) : the user chose a sample, by its row in the test part.
    view_changed() : other samples came into sight.
    """

    chosen = Signal(int)
    view_changed = Signal()

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.data: PreparedData | None = None
        self.columns, self.rows = 1, 1
        self._order: NDArray[Any] = np.empty(0, dtype=np.int64)
        self._first_row = 0
        self._guesses: NDArray[Any] | None = None
        self._judged = False
        self._selected = -1
        self.hint = ""
        self.note = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Test samples and what the network reads"))
        theme.changed.connect(self.update)

    @property
    def selected(self) -> int:
        """Number of the selected sample, −1 for none."""
        return self._selected

    def visible_samples(self) -> NDArray[Any]:
        """Return the rows of the samples in sight, in the order of their cells."""
        start = self._first_row * self.columns
        return self._order[start : start + self.columns * self.rows]

    def set_data(self, data: PreparedData | None) -> None:
        """Show the test part of other data."""
        self.data = data
        self._order = np.arange(0 if data is None else len(data.test))
        self._first_row, self._guesses, self._selected = 0, None, -1
        self.on_data_changed()
        self.update()

    def set_order(self, order: NDArray[Any]) -> bool:
        """Show the samples in this order, from its beginning; returns whether it is another one."""
        if np.array_equal(order, self._order):
            return False
        self._order, self._first_row = order, 0
        self._guesses = None
        return True

    def show_guesses(self, guesses: NDArray[Any] | None, judged: bool) -> bool:
        """Show what was read in the samples in sight, wrong ones marked if `judged`; returns whether it differs."""
        before = self._guesses
        same = guesses is before or (guesses is not None and before is not None and np.array_equal(guesses, before))
        if same and judged == self._judged:
            return False
        self._guesses, self._judged = guesses, judged
        return True

    def select(self, sample: int) -> bool:
        """Select a sample by its row; returns whether it was another one before."""
        changed, self._selected = sample != self._selected, sample
        return changed

    def set_texts(self, hint: str, note: str) -> bool:
        """Say why there is nothing to see, and a note for the foot; returns whether they differ."""
        changed = (hint, note) != (self.hint, self.note)
        self.hint, self.note = hint, note
        return changed

    def first_wrong(self) -> int:
        """Return the number of the first sample in sight that is read wrongly, else of the first one, else −1."""
        samples = self.visible_samples()
        if not len(samples) or self.data is None:
            return -1
        if self._guesses is None or not self._judged:
            return int(samples[0])
        wrong = np.flatnonzero(self._guesses != self.data.test.labels[samples])
        return int(samples[wrong[0] if len(wrong) else 0])

    def cell_rect(self, place: int) -> QRectF:
        """Return where the cell at a place lies; places count from the top left."""
        raise NotImplementedError

    def sample_at(self, point: QPointF) -> int:
        """Return the number of the sample at a point, −1 for none."""
        for place, sample in enumerate(self.visible_samples()):
            if self.cell_rect(place).contains(point):
                return int(sample)
        return -1

    def caption(self, place: int) -> tuple[str, bool]:
        """Return the caption of a cell, such as "7=7" or "6≠5", and whether it tells of a wrong answer."""
        assert self.data is not None
        truth = int(self.data.test.labels[self.visible_samples()[place]])
        names = self.data.classes
        if self._guesses is None:
            return names[truth], False
        guess = int(self._guesses[place])
        name = names[guess] if guess < len(names) else str(guess)
        wrong = guess != truth
        if max(len(name), len(names[truth])) <= SHORT_NAME:
            return f"{name}{'≠' if wrong else '='}{names[truth]}", wrong and self._judged
        return (f"≠ {name}" if wrong else name), wrong and self._judged

    # What a subclass does

    def lay_out(self) -> None:
        """Choose columns and rows for the size of the widget."""
        raise NotImplementedError

    def on_data_changed(self) -> None:
        """Forget what belongs to the data of before."""

    def paint_cells(self, painter: QPainter, theme: Theme, samples: Sequence[int]) -> None:
        """Paint the cells in sight."""
        raise NotImplementedError

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Show as many samples as fit."""
        super().resizeEvent(event)
        before = self.columns, self.rows
        self.lay_out()
        if before != (self.columns, self.rows):
            self._first_row = 0
            self.view_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Choose the sample under the pointer."""
        sample = self.sample_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and sample >= 0:
            self.chosen.emit(sample)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Scroll by rows."""
        steps = event.angleDelta().y()
        self._scroll_to(self._first_row - (1 if steps > 0 else -1 if steps < 0 else 0))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Move the selection, scrolling where it leaves the view."""
        key = Qt.Key(event.key())
        page = self.columns * self.rows
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._order),
            Qt.Key.Key_End: len(self._order),
        }
        if key not in moves or not len(self._order):
            super().keyPressEvent(event)
            return
        found = np.flatnonzero(self._order == self._selected)
        place = int(found[0]) if len(found) else -moves[key]
        place = max(0, min(len(self._order) - 1, place + moves[key]))
        row = place // self.columns
        if not self._first_row <= row < self._first_row + self.rows:
            self._scroll_to(row if row < self._first_row else row - self.rows + 1)
        self.chosen.emit(int(self._order[place]))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        samples = self.visible_samples()
        if self.data is None or not len(samples):
            paint_hint(painter, QRectF(self.rect()), self.hint, theme)
            return
        self.paint_cells(painter, theme, [int(sample) for sample in samples])
        foot = QRectF(2.0, self.height() - FOOT_HEIGHT + 1.0, self.width() - 2.0, FOOT_HEIGHT - 2.0)
        text = self.note or self.tr("{first} to {last} of {count}").format(
            first=whole(sample_number(self._first_row * self.columns)),
            last=whole(self._first_row * self.columns + len(samples)),
            count=whole(len(self._order)),
        )
        paint_text(painter, foot, elided(text, CAPTION, foot.width()), theme.text_third, CAPTION)

    def _scroll_to(self, row: int) -> None:
        last = max(0, -(-len(self._order) // self.columns) - self.rows)
        row = max(0, min(last, row))
        if row != self._first_row:
            self._first_row = row
            self._guesses = None
            self.view_changed.emit()


def paint_frame(painter: QPainter, theme: Theme, rect: QRectF, wrong: bool, selected: bool, focus: bool) -> None:
    """Paint the frame of a cell: red where the answer is wrong, with a second one outside where it is selected."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if wrong:
        painter.setPen(QPen(QColor(theme.error), 2.0))
        painter.drawRect(rect)
    else:
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
    if selected:
        painter.setPen(QPen(QColor(theme.accent if focus else theme.text), 1.0))
        painter.drawRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5))
