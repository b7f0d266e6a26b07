"""Paints cards: everything on them that does not change while a network trains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from core.compiler.problems import Severity
from core.project.edits import CARD_WIDTH
from designer.canvas.card_content import Body, CardContent
from designer.canvas.geometry import CARD_HEIGHT, PORT_Y
from designer.canvas.targets import Side
from designer.canvas.text import draw_text, elided, text_width
from designer.icons import paint_icon
from designer.theme import Theme, mixed

CARD = QRectF(0.0, 0.0, CARD_WIDTH, CARD_HEIGHT)
CORNER = 6.0
EDGE_WIDTH = 4.0
MARGIN = 14.0
"""How far ring, ports and badge reach beyond the card."""

LEFT, RIGHT = 13.0, CARD_WIDTH - 10.0
HEAD_Y, FOOT_Y = 17.0, 89.0
NAME_X = 33.0

SUMMARY_SIZE = 11
GAP = 6.0

BADGE_RADIUS = 10.0
BADGE_CENTRE = QPointF(CARD_WIDTH - 1.0, 1.0)

READABLE_FROM = 0.62
"""Below this zoom the small print is left out and the name grows instead."""

SUMMARY_FROM = 0.4
"""Below this zoom the name stands alone."""

SMALLEST_FAR = 15
"""Smallest type, in scene pixels, with which a name is made to fit; longer ones are cut off."""

NAMES_FROM = 0.24
"""Below this zoom a card is an icon on its family's colour."""

Align = Qt.AlignmentFlag


@dataclass(frozen=True, slots=True)
class CardState:
    """How a card stands out.

    Attributes
    ----------
    ports : heights of the input ports in use; `free` that of the port for a further link, if it is to be seen.
    hot : height of the input port under the pointer; −1 for the output.
    offered : the side on which a wire that is being drawn may end here; `refused`: it may not.
    """

    selected: bool = False
    hovered: bool = False
    severity: Severity | None = None
    ports: tuple[float, ...] = ()
    free: float | None = None
    hot: float | None = None
    offered: Side | None = None
    refused: bool = False


OUTPUT = -1.0
"""Stands for the output port where a height is asked for."""


def paint_card(painter: QPainter, content: CardContent, state: CardState, theme: Theme) -> None:
    """Paint a card with its top left corner at the origin."""
    detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if state.refused:
        painter.setOpacity(0.45)
    _paint_ground(painter, content, state, theme, detail)
    if detail >= READABLE_FROM:
        _paint_head(painter, content, theme)
        _paint_strip_names(painter, content, theme)
        _paint_foot(painter, content, theme)
    elif detail >= NAMES_FROM:
        _paint_name_only(painter, content, theme, detail)
    else:
        paint_icon(painter, content.icon, _centred(56.0), theme.families[content.family])
    if detail >= NAMES_FROM:
        paint_ports_of(painter, content, state, theme, CARD_WIDTH, CARD_HEIGHT)
    if state.severity is not None:
        paint_badge_at(painter, state.severity, theme, BADGE_CENTRE, min(3.0, max(1.0, 0.7 / detail)))


def _paint_ground(painter: QPainter, content: CardContent, state: CardState, theme: Theme, detail: float) -> None:
    family = theme.families[content.family]
    if state.selected:
        reach = max(2.0, 1.0 + 1.0 / detail)
        painter.setPen(QPen(QColor(theme.accent), max(2.0, 2.0 / detail)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(CARD.adjusted(-reach, -reach, reach, reach), CORNER + reach, CORNER + reach)
    ground = mixed(family, theme.card, 0.25) if detail < NAMES_FROM else QColor(theme.card)
    lines = mixed(theme.text_third, theme.border, 0.5) if state.hovered else mixed(theme.border, theme.separator, 0.5)
    painter.setPen(QPen(lines, 1.0))
    painter.setBrush(ground)
    painter.drawRoundedRect(CARD.adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
    painter.fillPath(_edge(), QColor(family))


@lru_cache(maxsize=1)
def _edge() -> QPainterPath:
    """Return the left edge of a card, with the card's corners."""
    path = QPainterPath()
    path.moveTo(EDGE_WIDTH, 0.0)
    path.lineTo(CORNER, 0.0)
    path.arcTo(QRectF(0.0, 0.0, 2 * CORNER, 2 * CORNER), 90.0, 90.0)
    path.lineTo(0.0, CARD_HEIGHT - CORNER)
    path.arcTo(QRectF(0.0, CARD_HEIGHT - 2 * CORNER, 2 * CORNER, 2 * CORNER), 180.0, 90.0)
    path.closeSubpath()
    strip = QPainterPath()
    strip.addRect(QRectF(0.0, 0.0, EDGE_WIDTH, CARD_HEIGHT))
    body = QPainterPath()
    body.addRoundedRect(CARD, CORNER, CORNER)
    return body.intersected(strip)


def _paint_head(painter: QPainter, content: CardContent, theme: Theme) -> None:
    paint_icon(painter, content.icon, QRectF(LEFT, HEAD_Y - 8.0, 16.0, 16.0), theme.families[content.family])
    summary = content.summary if content.body is not Body.LOSS else ""
    glyph = ""
    room, wanted = RIGHT - NAME_X, text_width(content.name, 12, 600)
    taken = text_width(summary, SUMMARY_SIZE) + GAP if summary else 0.0
    if summary and room - taken < wanted:
        # No room for the word: its drawing says it too, and the inspector in full.
        summary, glyph = "", content.glyph
        taken = 16.0 + GAP if glyph else 0.0
    name = elided(content.name, room - taken, 12, 600)
    draw_text(painter, QPointF(NAME_X, HEAD_Y), name, theme.text, 12, 600)
    if summary:
        at = QPointF(RIGHT, HEAD_Y)
        draw_text(painter, at, summary, theme.text_second, SUMMARY_SIZE, align=Align.AlignRight)
    elif glyph:
        paint_icon(painter, glyph, QRectF(RIGHT - 16.0, HEAD_Y - 8.0, 16.0, 16.0), theme.text_second)
    if content.body is Body.LOSS:
        loss = elided(content.summary, RIGHT - LEFT, 11)
        draw_text(painter, QPointF(LEFT, 37.0), loss, theme.text_second, 11)


def _paint_strip_names(painter: QPainter, content: CardContent, theme: Theme) -> None:
    if content.body is Body.VALUES and content.units > 0:
        draw_text(painter, QPointF(LEFT, 42.5), "a", theme.text_third, 11)
        draw_text(painter, QPointF(LEFT, 58.0), "δ", theme.text_third, 11)
    elif content.body is not Body.LOSS and content.units == 0:
        faint = mixed(theme.families[content.family], theme.card, 0.3).name()
        paint_icon(painter, content.glyph or content.icon, _centred(36.0), faint)


def _paint_foot(painter: QPainter, content: CardContent, theme: Theme) -> None:
    if content.body is Body.SAMPLE:
        return
    shown = elided(content.lower_left, RIGHT - LEFT, 11)
    draw_text(painter, QPointF(LEFT, FOOT_Y), shown, theme.text_second, 11)
    room = RIGHT - LEFT - text_width(shown, 11) - 6.0
    words = next((words for words in content.lower_right if text_width(words, 11) <= room), "")
    draw_text(painter, QPointF(RIGHT, FOOT_Y), words, theme.text_third, 11, align=Align.AlignRight)


def _paint_name_only(painter: QPainter, content: CardContent, theme: Theme, detail: float) -> None:
    """Paint icon and name large enough to be read from afar."""
    size = round(min(26.0, 10.5 / detail))
    while size > SMALLEST_FAR and text_width(content.name, size, 600) > RIGHT - LEFT - 1.5 * size:
        size -= 1
    side = 1.2 * size
    paint_icon(painter, content.icon, QRectF(LEFT, 28.0 - side / 2, side, side), theme.families[content.family])
    x = LEFT + side + 6.0
    draw_text(painter, QPointF(x, 28.0), elided(content.name, RIGHT - x, size, 600), theme.text, size, 600)
    if detail >= SUMMARY_FROM:
        second = round(min(18.0, 9.5 / detail))
        # "Squared error, ½" says enough with its first words.
        fits = text_width(content.summary, second) <= RIGHT - LEFT
        words = elided(content.summary if fits else content.summary.split(",")[0], RIGHT - LEFT, second)
        draw_text(painter, QPointF(LEFT, FOOT_Y - 4.0), words, theme.text_second, second)


def _centred(size: float) -> QRectF:
    return QRectF((CARD_WIDTH - size) / 2, (CARD_HEIGHT - size) / 2, size, size)


def paint_ports_of(
    painter: QPainter, content: CardContent, state: CardState, theme: Theme, width: float, height: float
) -> None:
    """Paint the ports of a card of this size; the heights in `state` are those of a card, around its middle."""
    middle = height / 2
    if content.has_input:
        painter.translate(0.0, middle - PORT_Y)
        for place in state.ports:
            _paint_input(painter, place, state, theme)
        if state.free is not None:
            _paint_input(painter, state.free, state, theme, further=bool(state.ports))
        painter.translate(0.0, PORT_Y - middle)
    if content.has_output:
        hot = state.hot == OUTPUT
        colour = theme.accent if hot or state.offered is Side.OUTPUT else theme.wire
        if hot:
            _paint_halo(painter, QPointF(width, middle), theme)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(width, middle), 4.5, 4.5)


def _paint_input(painter: QPainter, height: float, state: CardState, theme: Theme, further: bool = False) -> None:
    hot, centre = state.hot == height, QPointF(0.0, height)
    offered = state.offered is Side.INPUT and state.free == height
    if hot:
        _paint_halo(painter, centre, theme)
    colour = theme.accent if hot or offered else theme.wire
    painter.setPen(QPen(QColor(colour), 1.5))
    painter.setBrush(QColor(theme.accent if hot else theme.card))
    painter.drawEllipse(centre, 4.0, 4.0)
    if further and not hot:
        # A plus says that one more wire may end here.
        painter.setPen(QPen(QColor(colour), 1.25))
        painter.drawLine(QPointF(-2.0, height), QPointF(2.0, height))
        painter.drawLine(QPointF(0.0, height - 2.0), QPointF(0.0, height + 2.0))


def _paint_halo(painter: QPainter, centre: QPointF, theme: Theme) -> None:
    halo = QColor(theme.accent)
    halo.setAlphaF(0.3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(halo)
    painter.drawEllipse(centre, 9.0, 9.0)


def paint_badge_at(
    painter: QPainter, severity: Severity, theme: Theme, centre: QPointF, scale: float = 1.0
) -> None:
    """Paint the badge of a card with a problem."""
    colour = theme.error if severity is Severity.ERROR else theme.warning
    radius = BADGE_RADIUS * min(scale, MARGIN / BADGE_RADIUS)
    painter.setPen(QPen(QColor(colour), 1.5))
    painter.setBrush(mixed(colour, theme.card, 0.16))
    painter.drawEllipse(centre, radius - 0.75, radius - 0.75)
    half = 0.62 * radius
    place = QRectF(centre.x() - half, centre.y() - half - 0.5, 2 * half, 2 * half)
    paint_icon(painter, severity.value, place, colour)
