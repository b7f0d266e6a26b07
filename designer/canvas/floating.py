"""The ground and the soft shadow of what floats over the canvas."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from designer.theme import Theme


def paint_shadow(painter: QPainter, body: QRectF, reach: int, theme: Theme, corner: float = 6.0) -> None:
    """Paint a shadow around `body`, fading out over `reach` pixels."""
    strength = 0.10 if theme.dark else 0.022
    painter.setPen(Qt.PenStyle.NoPen)
    shade = QColor(0, 0, 0)
    for grow in range(reach, 0, -1):
        # Layers add up towards the body; outer ones are fainter, so that the edge fades out.
        shade.setAlphaF(strength * (1.0 - (grow - 1) / reach))
        painter.setBrush(shade)
        drop = min(2.0, float(reach - grow))
        painter.drawRoundedRect(body.adjusted(-grow, -grow + drop, grow, grow + drop), corner + grow, corner + grow)


def paint_card(painter: QPainter, room: QRectF, reach: int, theme: Theme) -> QRectF:
    """Paint the ground of a card, antialiased, with its shadow around it inside `room`; returns where the card is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = room.adjusted(reach, reach, -reach, -reach)
    paint_shadow(painter, body, reach, theme)
    painter.setPen(QPen(QColor(theme.border), 1.0))
    painter.setBrush(QColor(theme.card))
    painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
    return body
