"""Which curve is which layer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from designer.fonts import SECOND_LINE
from designer.plots.metrics.layer_colours import layer_colours, layer_pen
from designer.plots.text_paint import paint_text, width_of
from designer.theme import ThemeService

LINE, SPACE, GAP, MARGIN = 18.0, 5.0, 12.0, 12.0
HEIGHT = 18


class LayerLegend(QWidget):
    """Names with a piece of their curves, in one line; those that do not fit are counted, and told by the tooltip."""

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def fitting(self) -> int:
        """How many names are written."""
        widths = [LINE + SPACE + width_of(name, SECOND_LINE) + GAP for name in self._names]
        room = self.width() - 2 * MARGIN + GAP
        if sum(widths) <= room:
            return len(widths)
        room -= width_of(self._rest(len(widths)), SECOND_LINE) + GAP
        count = 0
        while count < len(widths) and sum(widths[: count + 1]) <= room:
            count += 1
        return count

    def show_names(self, names: Sequence[str]) -> bool:
        """Show these layers; returns whether they are others."""
        differs, self._names = tuple(names) != self._names, tuple(names)
        return differs

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Whatever there is."""
        return QSize(80, HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Tell all names."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), "\n".join(self._names), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter, left, fitting = self._theme.current, QPainter(self), MARGIN, self.fitting
        middle, ratio = round(self.height() / 2) + 0.5, self.devicePixelRatioF()
        colours = layer_colours(theme, len(self._names))
        for place, name in enumerate(self._names[:fitting]):
            painter.setPen(layer_pen(colours[place], place, ratio))
            for y in (middle - 0.5, middle, middle + 0.5):
                painter.drawLine(QPointF(left, y), QPointF(left + LINE, y))
            left += LINE + SPACE
            width = width_of(name, SECOND_LINE)
            paint_text(painter, QRectF(left, 0.0, width, self.height()), name, theme.text_second, SECOND_LINE)
            left += width + GAP
        if fitting < len(self._names):
            rest = QRectF(left, 0.0, self.width() - left, self.height())
            paint_text(painter, rest, self._rest(len(self._names) - fitting), theme.text_third, SECOND_LINE)

    def _rest(self, count: int) -> str:
        return self.tr("and {count} more").format(count=count)
