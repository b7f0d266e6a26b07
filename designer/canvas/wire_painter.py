"""Paints wires: a line with rounded corners, an arrow head, and a label with the width of the data."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from designer.canvas.card_content import WireContent
from designer.canvas.geometry import Point, Polyline
from designer.canvas.labels import CAPTION_DROP, CAPTION_HEIGHT, PILL_HEIGHT, LabelPlace, LabelSize
from designer.canvas.text import draw_text, text_width
from designer.theme import Theme, mixed

CORNER = 8.0
ARROW = 5.5
PORT_RADIUS = 4.75
LABEL_SIZE, CAPTION_SIZE = 11, 10

Centre = Qt.AlignmentFlag.AlignHCenter


@dataclass(frozen=True, slots=True)
class WireState:
    """How a wire stands out.

    Attributes
    ----------
    dimmed : it is about something else just now.
    """

    selected: bool = False
    hovered: bool = False
    dimmed: bool = False


def line_width(width: int) -> float:
    """Return how thick a wire is drawn: 1.5 px for one value per sample to 2.5 px for 1,000 and more."""
    return 1.5 + min(1.0, math.log10(max(1, width)) / 3)


def wire_path(points: Polyline) -> QPainterPath:
    """Return the line of a route with its corners rounded; it ends where the arrow head begins."""
    path = QPainterPath(QPointF(*points[0]))
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        path.lineTo(QPointF(*_towards(corner, before, radius)))
        path.quadTo(QPointF(*corner), QPointF(*_towards(corner, after, radius)))
    path.lineTo(QPointF(*_tip(points)))
    return path


def arrow_head(points: Polyline) -> list[QPointF]:
    """Return the open arrow head at the end of a route."""
    x, y = _tip(points)
    return [QPointF(x - ARROW, y - ARROW + 0.5), QPointF(x, y), QPointF(x - ARROW, y + ARROW - 0.5)]


def label_size(content: WireContent) -> LabelSize | None:
    """Return the room that a wire's label and caption take, or None where it has none."""
    if not content.label:
        return None
    pill = max(26.0, text_width(content.label, LABEL_SIZE) + 16.0)
    caption = text_width(content.caption, CAPTION_SIZE) + 8.0 if content.caption else 0.0
    return LabelSize(pill, caption)


def paint_wire(
    painter: QPainter, path: QPainterPath, points: Polyline, width: int, state: WireState, theme: Theme
) -> None:
    """Paint the line and the head of a wire."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(_colour(state, theme), line_width(width) + (0.5 if state.selected else 0.0))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    pen.setWidthF(1.75)
    painter.setPen(pen)
    painter.drawPolyline(arrow_head(points))


def paint_label(painter: QPainter, content: WireContent, place: LabelPlace, state: WireState, theme: Theme) -> None:
    """Paint the pill with the width, and the caption below it."""
    pill = pill_rect(content, place)
    strong = state.selected and not state.dimmed
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.accent) if strong else QColor(theme.border), 1.0))
    painter.setBrush(QColor(theme.accent_ground if strong else theme.canvas))
    painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), PILL_HEIGHT / 2, PILL_HEIGHT / 2)
    colour = theme.text_third if state.dimmed else theme.text
    draw_text(painter, pill.center(), content.label, colour, LABEL_SIZE, align=Centre)
    if place.caption:
        below = pill.center() + QPointF(0.0, CAPTION_DROP)
        draw_text(painter, below, content.caption, theme.text_third, CAPTION_SIZE, align=Centre)


def pill_rect(content: WireContent, place: LabelPlace) -> QRectF:
    """Return the room of a wire's pill."""
    size = label_size(content)
    width = size.pill if size is not None else 0.0
    x, y = place.centre
    # Whole pixels at either edge keep the outline sharp.
    return QRectF(round(x - width / 2), round(y - PILL_HEIGHT / 2), round(width), PILL_HEIGHT)


def label_rect(content: WireContent, place: LabelPlace) -> QRectF:
    """Return the room of a wire's pill and caption."""
    rect = pill_rect(content, place)
    if place.caption:
        half = text_width(content.caption, CAPTION_SIZE) / 2 + 4.0
        middle = rect.center()
        top = middle.y() + CAPTION_DROP - CAPTION_HEIGHT / 2
        rect = rect.united(QRectF(middle.x() - half, top, 2 * half, CAPTION_HEIGHT))
    return rect


def _colour(state: WireState, theme: Theme) -> QColor:
    if state.dimmed:
        return mixed(theme.wire, theme.canvas, 0.4)
    if state.selected:
        return QColor(theme.accent)
    if state.hovered:
        return mixed(theme.text, theme.wire, 0.6)
    return QColor(theme.wire)


def _tip(points: Polyline) -> Point:
    x, y = points[-1]
    return (x - PORT_RADIUS - 1.0, y)


def _distance(p: Point, q: Point) -> float:
    return abs(p[0] - q[0]) + abs(p[1] - q[1])


def _towards(here: Point, there: Point, by: float) -> Point:
    distance = _distance(here, there)
    if distance == 0.0:
        return here
    share = by / distance
    return (here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share)
