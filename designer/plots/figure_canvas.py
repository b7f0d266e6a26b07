"""A widget that paints figures in places of their own, with a card for what is under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.plots.text_paint import paint_hint
from designer.theme import Theme, ThemeService


class Figure(Protocol):
    """What a canvas shows one of below or beside the other."""

    rect: QRectF

    def paint(self, painter: QPainter, theme: Theme, ratio: float) -> None:
        """Paint it in its place, on a display with so many dots per pixel."""


F = TypeVar("F", bound=Figure)


class FigureCanvas(QWidget, Generic[F]):
    """Paints the figures it is given; where they go and what the card says is a subclass's part.

    Attributes
    ----------
    figures : what is shown.
    pointer : where the pointer is, or None.
    """

    def __init__(self, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.figures: Sequence[F] = ()
        self.pointer: QPointF | None = None
        self._hint = ""
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_figures(self, figures: Sequence[F], hint: str) -> None:
        """Show these figures, or `hint` where there are none."""
        self.figures, self._hint = figures, hint
        self.lay_out()
        self.update()

    def lay_out(self) -> None:
        """Give every figure its place."""

    def paint_card(self, painter: QPainter, bounds: QRectF) -> None:
        """Paint the card of what is under the pointer, within `bounds`."""

    def under_pointer(self) -> F | None:
        """Return the figure under the pointer."""
        if self.pointer is None:
            return None
        return next((figure for figure in self.figures if figure.rect.contains(self.pointer)), None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the figures out anew."""
        super().resizeEvent(event)
        self.lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Show the numbers of what is under the pointer."""
        self.pointer = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Take the numbers away."""
        self.pointer = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme, painter = self.theme.current, QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.panel))
        if not self.figures:
            paint_hint(painter, QRectF(self.rect()), self._hint, theme)
            return
        dirty = QRectF(event.rect())
        for figure in self.figures:
            if figure.rect.intersects(dirty):
                figure.paint(painter, theme, self.devicePixelRatioF())
        self.paint_card(painter, QRectF(self.visibleRegion().boundingRect()).adjusted(4.0, 4.0, -4.0, -4.0))
