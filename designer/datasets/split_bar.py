"""How the samples are divided into training, validation and test, to scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.fonts import CAPTION, SECOND_LINE, ui_font
from designer.numbers import whole
from designer.theme import Theme, mixed, theme_of

BAR_HEIGHT, LINE_HEIGHT = 6, 16
GAP, SMALLEST_GAP = 2, 8


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name and how many samples it has."""

    name: str
    count: int


class SplitBar(QWidget):
    """A bar of three parts with their sizes below; below each other where the room is short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Part, ...] = ()
        self.setFont(ui_font(SECOND_LINE))
        # Not Fixed: its height hint is that of the old width while the layout asks for that of the new one.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written below the bar."""
        return tuple(f"{part.name} {whole(part.count)}" for part in self._parts)

    def set_counts(self, training: int, validation: int, test: int) -> None:
        """Show so many samples."""
        self._parts = (
            Part(self.tr("train"), training),
            Part(self.tr("val"), validation),
            Part(self.tr("test"), test),
        )
        self.setAccessibleName(", ".join(self.texts))
        self.setToolTip(
            self.tr(
                "Trained on: {training}. Held back to watch for overfitting: {validation}. Never trained on: {test}."
            ).format(training=whole(training), validation=whole(validation), test=whole(test))
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """One line of text below the bar."""
        return QSize(192, self.heightForWidth(max(self.width(), 1)))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The bar and a line."""
        return QSize(100, BAR_HEIGHT + 4 + LINE_HEIGHT)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 (Qt's name)
        """A line per part where the texts do not fit beside each other."""
        return BAR_HEIGHT + 4 + LINE_HEIGHT * (1 if self._row_font(width) is not None else len(self._parts))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        painter = QPainter(self)
        colours = part_colours(theme)
        left = 0.0
        shown = [part for part in self._parts if part.count]
        room = self.width() - GAP * max(0, len(shown) - 1)
        total = sum(part.count for part in self._parts)
        for part, colour in zip(self._parts, colours, strict=False):
            if part.count:
                width = max(2, round(room * part.count / total))
                painter.fillRect(QRectF(left, 0, min(width, self.width() - left), BAR_HEIGHT), colour)
                left += width + GAP
        painter.setPen(QColor(theme.text_second))
        painter.setFont(self._row_font(self.width()) or self.font())
        for where, text in self.places():
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def places(self) -> list[tuple[QRectF, str]]:
        """Return where each text stands: in a row with equal gaps, else below each other."""
        top, font = BAR_HEIGHT + 4, self._row_font(self.width())
        if font is None:
            rows = enumerate(self.texts)
            return [(QRectF(0, top + LINE_HEIGHT * row, self.width(), LINE_HEIGHT), text) for row, text in rows]
        widths = _widths(self.texts, font)
        gap = (self.width() - sum(widths)) / max(1, len(widths) - 1)
        lefts = [sum(widths[:place]) + place * gap for place in range(len(widths))]
        rects = [QRectF(left, top, width, LINE_HEIGHT) for left, width in zip(lefts, widths, strict=True)]
        return list(zip(rects, self.texts, strict=True))

    def _row_font(self, width: int) -> QFont | None:
        """Return the font in which the texts fit beside each other, the usual one if it does; None if none does."""
        fonts = (self.font(), ui_font(CAPTION))
        gaps = SMALLEST_GAP * (len(self._parts) - 1)
        return next((font for font in fonts if sum(_widths(self.texts, font)) + gaps <= width), None)


def _widths(texts: Sequence[str], font: QFont) -> list[float]:
    metrics = QFontMetricsF(font)
    return [float(math.ceil(metrics.horizontalAdvance(text))) for text in texts]


def part_colours(theme: Theme) -> tuple[QColor, QColor, QColor]:
    """Return the colours of training, validation and test: those of the curves, and grey."""
    return (
        mixed(theme.training_curve, theme.panel, 0.75),
        QColor(theme.validation_curve),
        mixed(theme.text_third, theme.panel, 0.6),
    )
