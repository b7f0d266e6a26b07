"""The units of an opened layer: circles or pictures, with what stands before them. This changes while training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from designer.canvas.live_values import magnitude_colours, signed_colours
from designer.canvas.text import draw_text, text_width
from designer.canvas.units import pictures
from designer.canvas.units.frame import Frame
from designer.canvas.units.numbers import (
    NO_NUMBERS,
    USUAL_LETTERS,
    Array,
    Direction,
    Letters,
    UnitNumbers,
    number_at,
    size_of,
)
from designer.canvas.units.unit_card import paint_unit_card
from designer.numbers import MINUS, decimals, scientific, whole
from designer.theme import Theme, mixed

NUMBERS_FROM = 0.55
NEAR_FROM, FAR_SIZE = 0.8, 13
"""From farther away the numbers in small circles have a figure less each, in larger letters."""

Align = Qt.AlignmentFlag


@dataclass(frozen=True, slots=True, eq=False)
class UnitsState:
    """How units stand out.

    Attributes
    ----------
    hovered, chosen : a unit, or None.
    lit : the unit that lights up, None for none; `direction`: which way.
    target : the wanted values, (units,), where the answer is compared with them.
    letters : how the numbers are called.
    """

    hovered: int | None = None
    chosen: int | None = None
    lit: int | None = None
    direction: Direction = Direction.FORWARD
    target: Array | None = None
    letters: Letters = USUAL_LETTERS

    def key(self) -> tuple[object, ...]:
        """Return what tells two states apart."""
        return (self.hovered, self.chosen, self.lit, self.direction, id(self.target), self.letters)


@dataclass(slots=True)
class Thumbs:
    """The pictures before the units in sight, by row; and whether they are signed on a common scale."""

    images: Mapping[int, QImage] = field(default_factory=dict)


class UnitsItem(QGraphicsItem):
    """Fill by a, ring by δ, on the scales of all panels."""

    def __init__(self, frame: Frame, theme: Theme) -> None:
        super().__init__()
        self._frame, self._theme = frame, theme
        self._numbers, self._state, self._thumbs = NO_NUMBERS, UnitsState(), Thumbs()
        self._fills: Array | None = None
        self._rings: Array | None = None
        self._ring_end = 0.0
        self._images: dict[tuple[int, bool], QImage] = {}
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def numbers(self) -> UnitNumbers:
        """What is shown."""
        return self._numbers

    def show_frame(self, frame: Frame, theme: Theme) -> None:
        """Show another window of units, or other colours."""
        if (frame, theme.name) != (self._frame, self._theme.name):
            self.prepareGeometryChange()
            self._frame, self._theme = frame, theme
            self._colour()
            self.update()

    def show_numbers(self, numbers: UnitNumbers, thumbs: Thumbs | None, *, repaint: bool = True) -> None:
        """Show other numbers, and other pictures unless None; without `repaint` a painting is about to come anyway."""
        self._numbers, self._thumbs = numbers, self._thumbs if thumbs is None else thumbs
        self._colour()
        if repaint:
            self.update()

    def show_state(self, state: UnitsState, *, repaint: bool = True) -> None:
        """Stand out in another way."""
        if state.key() != self._state.key():
            self._state = state
            if repaint:
                self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 (Qt's name)
        return QRectF(0.0, 0.0, self._frame.width, self._frame.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        detail = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        frame = self._frame
        for row in range(frame.first, frame.first + frame.count):
            if frame.thumb:
                self._paint_thumb(painter, row)
            if frame.picture is None:
                self._paint_circle(painter, row, detail)
            else:
                self._paint_picture(painter, row)
        if frame.anatomy.picture is not None:
            for unit in (self._state.hovered, self._state.chosen, self._state.lit):
                if unit is not None and frame.shows(unit):
                    self._paint_pixel(painter, unit)

    def _colour(self) -> None:
        """Work out the colours of what is in sight."""
        frame, numbers, theme = self._frame, self._numbers, self._theme
        self._fills, self._rings, self._images = None, None, {}
        a, ring = numbers.a, numbers.ring
        if frame.anatomy.picture is not None:
            self._colour_pictures(frame, a, ring)
            return
        seen = slice(frame.first, frame.first + frame.count)
        if a is not None:
            end = max(1.0, size_of(a))
            scale = signed_colours(theme.diverging, a[seen], end) if frame.anatomy.signed else None
            self._fills = scale if scale is not None else magnitude_colours(theme.sequential, a[seen], end)
        if ring is not None:
            self._ring_end = size_of(ring)
            self._rings = signed_colours(theme.diverging, ring[seen], self._ring_end)

    def _colour_pictures(self, frame: Frame, a: Array | None, ring: Array | None) -> None:
        anatomy, theme = frame.anatomy, self._theme
        for row in range(frame.first, frame.first + frame.count):
            if a is not None and anatomy.is_input:
                self._images[row, False] = pictures.grey(pictures.channel(a, anatomy, row), theme)
            elif a is not None:
                end = max(1.0, size_of(a))
                values = pictures.channel(a, anatomy, row)
                self._images[row, False] = pictures.coloured(values, end, anatomy.signed, theme)
            if ring is not None and frame.second:
                end = size_of(ring)
                self._images[row, True] = pictures.coloured(pictures.channel(ring, anatomy, row), end, True, theme)

    def _paint_thumb(self, painter: QPainter, row: int) -> None:
        frame, theme = self._frame, self._theme
        rect = frame.thumb_rect(row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        line = mixed(theme.wire, theme.card, 0.6)
        painter.setPen(QPen(line, 1.0))
        x = frame.circle_x - frame.radius
        painter.drawLine(QPointF(rect.right() + 1.0, rect.center().y()), QPointF(x, rect.center().y()))
        image = self._thumbs.images.get(row)
        if image is not None:
            painter.drawImage(rect, image)
        chosen = row in (self._state.hovered, self._state.chosen)
        painter.setPen(QPen(QColor(theme.accent), 2.0) if chosen else QPen(QColor(theme.border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)

    def _paint_circle(self, painter: QPainter, row: int, detail: float) -> None:
        theme, rect, place = self._theme, self._frame.circle(row), row - self._frame.first
        a = number_at(self._numbers.a, row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_halo(painter, rect, row)
        known = self._fills is not None and not np.isnan(a)
        fill = QColor(*self._fills[place].tolist()) if known and self._fills is not None else QColor(theme.card)
        width = 2.5 if self._frame.radius < 20.0 else 4.0
        painter.setPen(self._ring_pen(row, place, width, known=known))
        painter.setBrush(fill)
        painter.drawEllipse(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))
        radius = self._frame.radius
        if known and detail >= (NUMBERS_FROM if radius < 30.0 else 0.4):
            size, text = (12, circle_text(a, 3)) if radius >= 20.0 else (10, circle_text(a, 2))
            size = 17 if radius >= 30.0 else size
            if radius < 20.0 and detail < NEAR_FROM:
                text = far_text(a)
                size = FAR_SIZE if text_width(text, FAR_SIZE, 600) <= 2 * (radius - width) else 10
            if self._frame.anatomy.is_input and a == round(a) and abs(a) < 100.0:
                text = whole(round(a))
            draw_text(painter, rect.center(), text, ink_on(fill), size, 600, align=Align.AlignHCenter)
        if self._state.target is not None:
            self._paint_target(painter, row, rect)
        if self._frame.detailed:
            card, letters, lit = self._frame.unit_card(row), self._state.letters, row == self._state.lit
            paint_unit_card(painter, card, self._numbers, row, letters, theme, lit=lit)

    def _ring_pen(self, row: int, place: int, width: float, *, known: bool) -> QPen:
        """Return the pen of a unit's ring: δ on its scale, over a plain outline where that is next to nothing."""
        ring, plain = number_at(self._numbers.ring, row), mixed(self._theme.text_third, self._theme.card, 0.45)
        pen = QPen(plain, width if known else 1.0)
        if not known:
            pen.setStyle(Qt.PenStyle.DashLine)
        if self._rings is not None and not np.isnan(ring):
            share = min(1.0, 3.0 * abs(ring) / self._ring_end) if self._ring_end > 0.0 else 0.0
            pen.setColor(mixed(QColor(*self._rings[place].tolist()).name(), plain.name(), share))
            pen.setWidthF(width)
        return pen

    def _paint_halo(self, painter: QPainter, rect: QRectF, row: int) -> None:
        theme, state = self._theme, self._state
        if row == state.lit:
            painter.setPen(QPen(QColor(theme.cursor_border), 1.5))
            painter.setBrush(QColor(theme.cursor_term))
            painter.drawEllipse(rect.adjusted(-6.0, -6.0, 6.0, 6.0))
        if row in (state.hovered, state.chosen):
            colour = QColor(theme.accent) if row == state.chosen else mixed(theme.accent, theme.card, 0.6)
            painter.setPen(QPen(colour, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(rect.adjusted(-3.0, -3.0, 3.0, 3.0))

    def _paint_target(self, painter: QPainter, row: int, rect: QRectF) -> None:
        """Mark the unit that should answer: a short bar in the colour of what is good, beside its name."""
        target = self._state.target
        if target is not None and number_at(target, row) > 0.5:
            painter.setPen(QPen(QColor(self._theme.good), 2.0))
            x = rect.right() + 8.0
            painter.drawLine(QPointF(x, rect.top() + 3.0), QPointF(x, rect.bottom() - 3.0))

    def _paint_picture(self, painter: QPainter, row: int) -> None:
        theme, frame = self._theme, self._frame
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for second in (False, True) if frame.second else (False,):
            rect, image = frame.picture_rect(row, second), self._images.get((row, second))
            if image is not None:
                painter.drawImage(rect, image)
            pen = QPen(QColor(theme.border), 1.0)
            if image is None:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect)

    def _paint_pixel(self, painter: QPainter, unit: int) -> None:
        frame, theme = self._frame, self._theme
        assert frame.anatomy.picture is not None and frame.picture is not None
        rows, columns = frame.anatomy.picture
        half_width, half_height = frame.picture[0] / columns / 2, frame.picture[1] / rows / 2
        x, y = frame.centre(unit)
        chosen = unit in (self._state.chosen, self._state.lit)
        colour = theme.cursor_border if unit == self._state.lit else theme.accent if chosen else theme.text
        painter.setPen(QPen(QColor(colour), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        spare = 1.0
        painter.drawRect(
            QRectF(x - half_width - spare, y - half_height - spare, 2 * (half_width + spare), 2 * (half_height + spare))
        )


def circle_text(value: float, places: int) -> str:
    """Return a number that fits into a circle: 0.92, −1.3, 12.4, 2e5."""
    size = abs(value)
    if size >= 1e4:
        return scientific(value, 0)
    if size >= 10.0:
        places = max(0, places - (1 if size < 100.0 else 2))
    elif value < 0.0:
        places -= 1
    return decimals(value, places)


def far_text(value: float) -> str:
    """Return a number in as many figures as can be read from afar: 0, .92, −.5, 1.3, 12."""
    if value == 0.0:
        return "0"
    text = circle_text(value, 2 if abs(value) < 0.995 else 1)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def ink_on(ground: QColor) -> str:
    """Return black or white, whichever stands out more from a ground: by 4.58 to 1 at least (WCAG 2).

    A softer black would leave the middle of the scales, where neither stands out well, at less than 4 to 1.
    """
    channels = (ground.redF(), ground.greenF(), ground.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"
