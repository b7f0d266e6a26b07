"""The network's outputs for one sample, a bar per class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.data.sample_numbers import sample_number
from designer.fonts import SECOND_LINE
from designer.numbers import answer, decimals, whole
from designer.plots.text_paint import RIGHT, elided, paint_hint, paint_text, width_of
from designer.theme import Theme, ThemeService, mixed

TITLE_HEIGHT = 20.0
SMALLEST_ROW, LARGEST_ROW = 12.0, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What the network says of one sample.

    Attributes
    ----------
    sample : its row in the test part.
    scores : (classes,) outputs.
    truth : its class.
    judged : whether a wrong answer should stand out.
    """

    sample: int
    scores: NDArray[Any]
    truth: int
    judged: bool

    @property
    def guess(self) -> int:
        """The class that is read."""
        return int(self.scores.argmax())


class OutputBars(QWidget):
    """Bars of a sample's outputs; the class that is read is coloured, the true one marked."""

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._outputs: Outputs | None = None
        self._names: tuple[str, ...] = ()
        self.hint = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self.update)

    @property
    def outputs(self) -> Outputs | None:
        """What is shown."""
        return self._outputs

    @property
    def title(self) -> str:
        """The line above the bars: which sample, what is read, what it is."""
        if self._outputs is None:
            return ""
        return self._filled(self.tr("test {number}: reads {guess}, is {truth}"), self._outputs)

    def show_outputs(self, outputs: Outputs | None, names: tuple[str, ...], hint: str = "") -> None:
        """Show these outputs, or `hint` where there are none; the caller repaints."""
        self._outputs, self._names, self.hint = outputs, names, hint
        self.setAccessibleName(self.title)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self._theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        if self._outputs is None:
            paint_hint(painter, QRectF(self.rect()).adjusted(-12.0, 0.0, 12.0, 0.0), self.hint, theme)
            return
        head = QRectF(0.0, 2.0, self.width(), TITLE_HEIGHT - 4.0)
        title = self.title
        if width_of(title, SECOND_LINE) > head.width():
            title = self._filled(self.tr("reads {guess}, is {truth}"), self._outputs)
        paint_text(painter, head, elided(title, SECOND_LINE, head.width()), theme.text_second)
        self._paint_bars(painter, theme, self._outputs)

    def classes_in_sight(self) -> list[int]:
        """Return the classes that have a bar."""
        room = self.height() - TITLE_HEIGHT - 4.0
        return [] if self._outputs is None else _classes_in_sight(self._outputs, max(2, int(room / SMALLEST_ROW)))

    def _paint_bars(self, painter: QPainter, theme: Theme, outputs: Outputs) -> None:
        room = self.height() - TITLE_HEIGHT - 4.0
        classes = self.classes_in_sight()
        height = min(LARGEST_ROW, room / len(classes))
        names = min(max(width_of(self._name(c), SECOND_LINE, 600) for c in classes), 0.5 * self.width()) + 8.0
        texts = [answer(float(outputs.scores[number])) for number in classes]
        # As wide as a usual output, so that the bars do not jump, and wider only where a number needs it.
        values = max(width_of(text, SECOND_LINE) for text in (*texts, decimals(-0.0049, 2) + "0"))
        track = QRectF(names, 0.0, max(10.0, self.width() - names - values - 4.0), min(10.0, height - 5.0))
        finite = outputs.scores[np.isfinite(outputs.scores)]
        span = min(0.0, float(finite.min(initial=0.0))), max(1.0, float(finite.max(initial=1.0)))
        for row, (number, value) in enumerate(zip(classes, texts, strict=True)):
            middle = TITLE_HEIGHT + (row + 0.5) * height
            line = QRectF(0.0, middle - height / 2, self.width(), height)
            strong = number in (outputs.truth, outputs.guess)
            colour, weight = (theme.text, 600) if strong else (theme.text_second, 400)
            name = elided(self._name(number), SECOND_LINE, names - 8.0, weight)
            paint_text(painter, line, name, colour, SECOND_LINE, weight=weight)
            paint_text(painter, line, value, theme.text if strong else theme.text_second, SECOND_LINE, RIGHT)
            track.moveTop(round(middle - track.height() / 2))
            self._paint_bar(painter, theme, outputs, number, track, span)

    def _paint_bar(
        self, painter: QPainter, theme: Theme, outputs: Outputs, number: int, track: QRectF, span: tuple[float, float]
    ) -> None:
        """Paint one bar from 0 to its value; the true class has a mark at its end."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(track, mixed(theme.text_third, theme.panel, 0.14))
        score = float(np.clip(np.nan_to_num(outputs.scores[number], posinf=np.inf, neginf=-np.inf), *span))
        zero, end = (track.left() + track.width() * (v - span[0]) / (span[1] - span[0]) for v in (0.0, score))
        colour = QColor(theme.text_third)
        if number == outputs.guess:
            wrong = outputs.judged and outputs.guess != outputs.truth
            colour = QColor(theme.error if wrong else theme.forward if outputs.judged else theme.text_second)
        painter.fillRect(QRectF(min(zero, end), track.top(), abs(end - zero), track.height()), colour)
        if number == outputs.truth and outputs.judged:
            x = round(track.right()) - 1.0
            painter.setPen(QPen(QColor(theme.good), 2.0))
            painter.drawLine(QPointF(x, track.top() - 1.0), QPointF(x, track.bottom() + 1.0))

    def _filled(self, template: str, outputs: Outputs) -> str:
        return template.format(
            number=whole(sample_number(outputs.sample)),
            guess=self._name(outputs.guess),
            truth=self._name(outputs.truth),
        )

    def _name(self, number: int) -> str:
        return self._names[number] if number < len(self._names) else str(number)


def _classes_in_sight(outputs: Outputs, most: int) -> list[int]:
    """Return the classes that get a bar: all of them, or the strongest and the true one where there are too many."""
    count = len(outputs.scores)
    if count <= most:
        return list(range(count))
    strongest = np.argsort(-outputs.scores, kind="stable")[:most].tolist()
    if outputs.truth not in strongest:
        strongest[-1] = outputs.truth
    return sorted(strongest)
