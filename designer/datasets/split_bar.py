"""How the samples are divided into training, validation and test, to scale."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.fonts import SECOND_LINE, ui_font
from designer.numbers import whole
from designer.theme import Theme, mixed, theme_of

BAR_HEIGHT, LINE_HEIGHT = 6, 16
GAP = 2


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
        """Two lines where the texts do not fit beside each other."""
        return BAR_HEIGHT + 4 + LINE_HEIGHT * (1 if self._fit(width) else len(self._parts))

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
        for where, text, side in self._places():
            painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _fit(self, width: int) -> bool:
        metrics = self.fontMetrics()
        return sum(metrics.horizontalAdvance(text) for text in self.texts) + 2 * 8 <= width

    def _places(self) -> list[tuple[QRectF, str, Qt.AlignmentFlag]]:
        top = BAR_HEIGHT + 4
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        if self._fit(self.width()):
            return [
                (QRectF(0, top, self.width(), LINE_HEIGHT), text, side)
                for text, side in zip(self.texts, sides, strict=False)
            ]
        return [
            (QRectF(0, top + LINE_HEIGHT * row, self.width(), LINE_HEIGHT), text, Qt.AlignmentFlag.AlignLeft)
            for row, text in enumerate(self.texts)
        ]


def part_colours(theme: Theme) -> tuple[QColor, QColor, QColor]:
    """Return the colours of training, validation and test: those of the curves, and grey."""
    return (
        mixed(theme.training_curve, theme.panel, 0.75),
        QColor(theme.validation_curve),
        mixed(theme.text_third, theme.panel, 0.6),
    )
