"""The card beside a unit or an edge: its numbers, and how they come about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.floating import paint_shadow
from designer.canvas.text import draw_text, text_width
from designer.canvas.units import pictures
from designer.canvas.units.facts import Facts, Tone
from designer.numbers import MINUS, short
from designer.theme import ThemeService

SHADOW, PADDING, LINE, GAP = 8, 12, 18, 12
WIDTH, PICTURE = 236, 140
Align = Qt.AlignmentFlag


class HoverCard(QWidget):
    """Floats over the canvas and lets the mouse through."""

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._facts: Facts | None = None
        self._beside: tuple[str, QRect] = ("", QRect())
        self._notes: list[tuple[str, bool]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)
        self.hide()

    @property
    def facts(self) -> Facts | None:
        """What it says; None while it cannot be seen."""
        return None if self.isHidden() else self._facts

    def show_facts(self, facts: Facts, beside: QRect, room: QRect, taken: Sequence[QRect]) -> None:
        """Say something, beside a place and within a room of the parent, where the least of what is `taken` is covered.

        While it is about the same unit it stays where it is: a card that jumps cannot be read.
        """
        stays = not self.isHidden() and self._beside == (facts.title, beside)
        self._facts, self._beside = facts, (facts.title, beside)
        inner = self._inner_width()
        self._notes = [(line, False) for line in wrapped(facts.note, inner)]
        self._notes += [(line, True) for line in wrapped(facts.hint, inner)]
        self.resize(self.sizeHint())
        if not stays:
            self.move(self._place(beside, room, taken).topLeft())
        self.setAccessibleName(facts.text)
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As high as what it says."""
        if self._facts is None:
            return QSize(0, 0)
        height = 2 * PADDING + LINE + 4 + LINE * len(self._facts.lines) + 8 * sum(f.rule for f in self._facts.lines)
        height += PICTURE + 10 if self._facts.picture is not None else 0
        height += 6 + 15 * len(self._notes) if self._notes else 0
        return QSize(self._inner_width() + 2 * PADDING + 2 * SHADOW, height + 2 * SHADOW)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        facts, theme = self._facts, self._theme.current
        if facts is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_shadow(painter, body, SHADOW, theme)
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(QColor(theme.card))
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0)
        left, right = body.left() + PADDING, body.right() - PADDING
        y = body.top() + PADDING + LINE / 2
        draw_text(painter, QPointF(left, y), facts.title, theme.text, 12, 600)
        if self._caption_fits():
            draw_text(painter, QPointF(right, y), facts.caption, theme.text_third, 10, align=Align.AlignRight)
        y += LINE + 4
        if facts.picture is not None:
            y = self._paint_picture(painter, body, y - LINE / 2) + LINE / 2
        for fact in facts.lines:
            if fact.rule:
                painter.setPen(QPen(QColor(theme.separator), 1.0))
                painter.drawLine(QPointF(left, y - LINE / 2 + 4), QPointF(right, y - LINE / 2 + 4))
                y += 8
            colour = {Tone.PLAIN: theme.text, Tone.FORWARD: theme.forward, Tone.BACKWARD: theme.backward}[fact.tone]
            draw_text(painter, QPointF(left, y), fact.label, theme.text_second, 11)
            draw_text(painter, QPointF(right, y), fact.value, colour, 11, 600, align=Align.AlignRight)
            y += LINE
        for line, faint in self._notes:
            draw_text(painter, QPointF(left, y + 4), line, theme.text_third if faint else theme.text_second, 10)
            y += 15

    def _paint_picture(self, painter: QPainter, body: QRectF, top: float) -> float:
        assert self._facts is not None and self._facts.picture is not None
        theme, values = self._theme.current, self._facts.picture
        rows, columns = values.shape
        scale = PICTURE / max(rows, columns)
        width, height = columns * scale, rows * scale
        rect = QRectF(body.left() + PADDING, top + (PICTURE - height) / 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(rect, pictures.coloured(values, self._facts.end, self._facts.signed, theme))
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
        return self._paint_scale(painter, QRectF(rect.right() + 10.0, top, 10.0, PICTURE))

    def _paint_scale(self, painter: QPainter, bar: QRectF) -> float:
        """Paint the scale of the weights with its ends."""
        assert self._facts is not None
        theme, end, signed = self._theme.current, self._facts.end, self._facts.signed
        painter.drawImage(bar, pictures.column(theme.diverging if signed else theme.sequential))
        x = bar.right() + 6.0
        ends = ((0.0, f"+{short(end)}"), (0.5, "0"), (1.0, f"{MINUS}{short(end)}"))
        for share, text in ends if signed else ((0.0, short(end)), (1.0, "0")):
            y = min(max(bar.top() + share * bar.height(), bar.top() + 5.0), bar.bottom() - 5.0)
            draw_text(painter, QPointF(x, y), text, theme.text_third, 10)
        return bar.bottom() + 10.0

    def _inner_width(self) -> int:
        if self._facts is None:
            return WIDTH
        return round(max(WIDTH, min(360.0, text_width(self._facts.title, 12, 600) + 2.0)))

    def _caption_fits(self) -> bool:
        assert self._facts is not None
        taken = text_width(self._facts.title, 12, 600) + text_width(self._facts.caption, 10) + 12.0
        return taken <= self._inner_width()

    def _place(self, beside: QRect, room: QRect, taken: Sequence[QRect]) -> QRect:
        size, reach = self.size(), GAP - SHADOW
        right, left = beside.right() + reach, beside.left() - reach - size.width()
        level, above, below = beside.center().y() - size.height() // 3, room.top(), room.bottom() - size.height()
        places = [QPoint(x, y) for y in (level, below, above) for x in (right, left)]
        places += [QPoint(x, y) for x in (room.right() - size.width(), room.left()) for y in (below, above)]
        rects = [_moved_inside(QRect(place, size), room) for place in places]
        return min(rects, key=lambda rect: _price(rect, beside, taken))


def _price(rect: QRect, beside: QRect, taken: Sequence[QRect]) -> float:
    """Return how bad a place is: what it covers, and how far it is from what it is about."""
    dx = max(beside.left() - rect.right(), rect.left() - beside.right(), 0)
    dy = max(beside.top() - rect.bottom(), rect.top() - beside.bottom(), 0)
    return 50.0 * _covered(rect, [beside]) + _covered(rect, taken) + 60.0 * (dx + dy)


def _moved_inside(rect: QRect, room: QRect) -> QRect:
    x = max(room.left(), min(rect.left(), room.right() - rect.width()))
    y = max(room.top(), min(rect.top(), room.bottom() - rect.height()))
    return QRect(QPoint(x, y), rect.size())


def _covered(rect: QRect, others: Sequence[QRect]) -> int:
    """Return how many pixels of other things a rectangle covers."""
    common = [rect.intersected(other) for other in others]
    return sum(max(0, part.width()) * max(0, part.height()) for part in common)


def wrapped(text: str, width: float) -> list[str]:
    """Return a text of small print in lines that fit."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, 10) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
