"""The card of a template."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from core.project.templates import Template
from designer.theme import Theme, ThemeService
from designer.translation import label
from designer.welcome.card import Card
from designer.welcome.network_picture import paint_network
from designer.welcome.pictures import paint_empty

PICTURE_HEIGHT = 122.0


class TemplateCard(Card):
    """Shows the network that the template builds."""

    def __init__(self, template: Template, theme: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(theme, label(template.label), label(template.description), PICTURE_HEIGHT, 3, parent)
        self.key = template.key
        self._graph = template.build().graph

    def paint_picture(self, painter: QPainter, rect: QRectF, theme: Theme) -> None:
        if self._graph.nodes:
            paint_network(painter, rect, theme, self._graph)
        else:
            paint_empty(painter, rect, theme)
