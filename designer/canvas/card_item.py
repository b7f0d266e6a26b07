"""A card on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.card_content import CardContent
from designer.canvas.card_painter import CARD, MARGIN, CardState, paint_card
from designer.canvas.geometry import Point
from designer.canvas.live_area import LiveArea, LivePainter
from designer.canvas.live_values import LiveValues
from designer.theme import Theme


class CardItem(QGraphicsItem):
    """Shows one layer; it owns nothing but what it was told to show."""

    def __init__(self, node_id: str, content: CardContent, theme: Theme, live: LiveValues) -> None:
        super().__init__()
        self.node_id = node_id
        self._content, self._state, self._theme = content, CardState(), theme
        self.live_area = LiveArea(LivePainter(node_id, live), content, theme, self)
        # A card is painted once per zoom; while a network trains only its live area is painted anew.
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(1.0)

    @property
    def content(self) -> CardContent:
        """What it says."""
        return self._content

    @property
    def state(self) -> CardState:
        """How it stands out."""
        return self._state

    def place(self, at: Point) -> None:
        """Lay the card with its top left corner at a place."""
        self.setPos(*at)

    def show_content(self, content: CardContent, theme: Theme) -> None:
        """Say something else, or in other colours."""
        if (content, theme) != (self._content, self._theme):
            self._content, self._theme = content, theme
            self.live_area.show_content(content, theme)
            self.update()

    def show_state(self, state: CardState) -> None:
        """Stand out in another way."""
        if state != self._state:
            self._state = state
            self.live_area.setOpacity(0.45 if state.refused else 1.0)
            self.setZValue(2.0 if state.selected else 1.0)
            self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return CARD.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paint_card(painter, self._content, self._state, self._theme)
