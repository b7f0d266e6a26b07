"""What lies over cards and wires while a gesture lasts: ghost, draft wire, guides, rubber band."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.card_content import CardContent
from designer.canvas.card_painter import CARD, CORNER, MARGIN, CardState, paint_card
from designer.canvas.geometry import PORT_Y, Point, Polyline
from designer.canvas.wire_painter import arrow_head, line_width, wire_path
from designer.theme import Theme

_ON_TOP = 10.0


class RubberBandItem(QGraphicsItem):
    """The rectangle in which cards are being selected."""

    def __init__(self, theme: Theme, zoom: float) -> None:
        super().__init__()
        self._rect, self._theme, self._zoom = QRectF(), theme, zoom
        self.setZValue(_ON_TOP)

    def show_rect(self, rect: QRectF) -> None:
        """Reach over another rectangle."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        room = 2.0 / self._zoom
        return self._rect.adjusted(-room, -room, room, room)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = self._theme
        fill = QColor(theme.accent)
        fill.setAlphaF(0.12)
        pen = QPen(QColor(theme.accent), 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRect(self._rect)


class GhostItem(QGraphicsItem):
    """A card that is not there yet."""

    def __init__(self, content: CardContent, theme: Theme) -> None:
        super().__init__()
        self._content, self._theme = content, theme
        self.setOpacity(0.85)
        self.setZValue(_ON_TOP)

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return CARD.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        ports = (PORT_Y,) if self._content.has_input else ()
        paint_card(painter, self._content, CardState(ports=ports), self._theme)
        pen = QPen(QColor(self._theme.accent), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(CARD.adjusted(-2.0, -2.0, 2.0, 2.0), CORNER + 2.0, CORNER + 2.0)


class DraftWireItem(QGraphicsItem):
    """A wire that is not there yet; dashed until it has both ends."""

    def __init__(self, theme: Theme, width: int = 1) -> None:
        super().__init__()
        self._theme, self._width = theme, width
        self._path, self._bounds = QPainterPath(), QRectF()
        self._points: Polyline = ()
        self._colour, self._complete = theme.accent, False
        self.setZValue(0.8)

    def show_route(self, points: Polyline, *, complete: bool, refused: bool = False) -> None:
        """Run along another route.

        Parameters
        ----------
        complete : it snaps to a port at which it may end.
        refused : it may not end there.
        """
        self.prepareGeometryChange()
        self._points, self._complete = points, complete
        self._path = wire_path(points)
        self._colour = self._theme.error if refused else self._theme.accent
        self._bounds = self._path.boundingRect().adjusted(-10.0, -10.0, 12.0, 10.0)

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self._colour), line_width(self._width) + 0.25)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if not self._complete:
            pen.setDashPattern([4.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if self._points:
            painter.setPen(QPen(QColor(self._colour), 1.75))
            painter.drawPolyline(arrow_head(self._points))


class GuidesItem(QGraphicsItem):
    """Lines that show with which other cards a card is level."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[QLineF] = []
        self._bounds = QRectF()
        self.setZValue(_ON_TOP)

    def show_lines(self, lines: Sequence[tuple[Point, Point]]) -> None:
        """Show other lines."""
        self.prepareGeometryChange()
        self._lines = [QLineF(*p, *q) for p, q in lines]
        self._bounds = QRectF()
        for line in self._lines:
            self._bounds = self._bounds.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._lines:
            pen = QPen(QColor(self._theme.accent), 1.0, Qt.PenStyle.DotLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(self._lines)
