"""A wire on the canvas, and its label."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.card_content import WireContent
from designer.canvas.geometry import Polyline
from designer.canvas.labels import LabelPlace
from designer.canvas.wire_painter import WireState, label_rect, paint_label, paint_wire, wire_path
from designer.theme import Theme

LABELS_FROM = 0.5
"""Below this zoom wires have no labels."""

REACH = 8.0
"""How far arrow head and thickness reach beyond the route."""


class LabelItem(QGraphicsItem):
    """The label of a wire: an item of its own, for it lies over all wires."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._state = theme, WireState()
        self._content = WireContent(0, "")
        self._place: LabelPlace | None = None
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(0.7)

    def show_label(self, content: WireContent, place: LabelPlace | None) -> None:
        """Say something else, or elsewhere; no place: nowhere."""
        if (content, place) != (self._content, self._place):
            self.prepareGeometryChange()
            self._content, self._place = content, place
            self.update()

    def show_state(self, state: WireState, theme: Theme) -> None:
        """Stand out as the wire does."""
        self._state, self._theme = state, theme
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return label_rect(self._content, self._place) if self._place is not None else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if self._place is not None and detail >= LABELS_FROM:
            paint_label(painter, self._content, self._place, self._state, self._theme)


class WireItem(QGraphicsItem):
    """Shows one link along the route that it was given."""

    def __init__(self, link_id: str, theme: Theme) -> None:
        super().__init__()
        self.link_id = link_id
        self._theme = theme
        self._points: Polyline = ()
        self._path = QPainterPath()
        self._bounds = QRectF()
        self._content = WireContent(0, "")
        self._label: LabelPlace | None = None
        self._state = WireState()
        self.label_item = LabelItem(theme)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def points(self) -> Polyline:
        """Its route."""
        return self._points

    @property
    def content(self) -> WireContent:
        """What is written on it."""
        return self._content

    @property
    def state(self) -> WireState:
        """How it stands out."""
        return self._state

    @property
    def label(self) -> LabelPlace | None:
        """Where its label stands."""
        return self._label

    def show_route(self, points: Polyline, content: WireContent, label: LabelPlace | None) -> None:
        """Run along another route, or say something else."""
        if (points, content, label) == (self._points, self._content, self._label):
            return
        self.prepareGeometryChange()
        if points != self._points:
            self._path = wire_path(points)
        self._points, self._content, self._label = points, content, label
        xs, ys = [x for x, _ in points], [y for _, y in points]
        bounds = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        self._bounds = bounds.adjusted(-REACH, -REACH, REACH, REACH)
        self.label_item.show_label(content, label)
        self.update()

    def show_state(self, state: WireState, theme: Theme) -> None:
        """Stand out in another way, or in other colours."""
        if (state, theme) != (self._state, self._theme):
            self._state, self._theme = state, theme
            self.setZValue(0.5 if state.selected else 0.0)
            self.label_item.show_state(state, theme)
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_wire(painter, self._path, self._points, self._content.width, self._state, self._theme)
