"""How many training samples each class has."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from designer.fonts import CAPTION, ui_font
from designer.numbers import whole
from designer.theme import mixed, theme_of

BARS_HEIGHT, NAMES_HEIGHT = 26, 15


class ClassChart(QWidget):
    """A bar per class, from 0; names below as far as they fit, all of them in the tooltips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._counts: tuple[int, ...] = ()
        self.setFont(ui_font(CAPTION))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def counts(self) -> tuple[int, ...]:
        """Samples per class."""
        return self._counts

    def set_classes(self, names: tuple[str, ...], counts: tuple[int, ...]) -> None:
        """Show so many samples of these classes."""
        self._names, self._counts = names, counts
        self.setAccessibleName("; ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True)))
        self.update()

    def tip(self, position: QPoint) -> str:
        """Return what is said of the class under the pointer."""
        if not self._counts:
            return ""
        index = min(max(int(position.x() * len(self._counts) / max(1, self.width())), 0), len(self._counts) - 1)
        return self.tr("class {name}: {count} training samples").format(
            name=self._names[index], count=whole(self._counts[index])
        )

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Bars and names."""
        return QSize(192, BARS_HEIGHT + NAMES_HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Any width will do."""
        return QSize(60, BARS_HEIGHT + NAMES_HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Show the numbers of the class under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip(event.pos()), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        if not self._counts:
            return
        theme = theme_of(self.palette())
        painter = QPainter(self)
        step = self.width() / len(self._counts)
        highest = max(max(self._counts), 1)
        gap = 2 if step >= 6 else 0
        colour = mixed(theme.text_third, theme.panel, 0.6)
        for index, count in enumerate(self._counts):
            left, right = round(index * step), round((index + 1) * step) - gap
            height = max(1 if count else 0, round(BARS_HEIGHT * count / highest))
            painter.fillRect(QRectF(left, BARS_HEIGHT - height, max(1, right - left), height), colour)
        painter.setPen(QColor(theme.text_third))
        every = self._every(step)
        for index in range(0, len(self._names), every):
            middle = (round(index * step) + round((index + 1) * step) - gap) / 2
            half = every * step / 2
            where = QRectF(middle - half, BARS_HEIGHT + 1, 2 * half, NAMES_HEIGHT - 1)
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, self._names[index])

    def _every(self, step: float) -> int:
        """Return that every n-th name is written: as many as stand clear of each other."""
        widest = max(self.fontMetrics().horizontalAdvance(name) for name in self._names) + 4
        return max(1, -(-widest // max(1, int(step))))
