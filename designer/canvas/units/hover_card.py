"""The card beside a unit or an edge: its numbers, and how they come about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from designer.canvas.floating import paint_card
from designer.canvas.text import draw_text, elided, text_width
from designer.canvas.units import pictures
from designer.canvas.units.beside import place_beside
from designer.canvas.units.facts import Fact, Facts, Tone
from designer.numbers import MINUS, short
from designer.theme import ThemeService

SHADOW, PADDING, LINE, GAP = 8, 12, 18, 12
WIDTH, PICTURE = 236, 140
NARROW, BESIDE, BETWEEN = 184, 214, 20
"""Widths of one of two columns, and of the picture with its scale; room between columns."""
RULE, NOTE = 8, 15
Align = Qt.AlignmentFlag


@dataclass(frozen=True, slots=True)
class Form:
    """How a card is laid out.

    Attributes
    ----------
    picture, beside : whether the picture is shown, and whether beside the lines instead of above them.
    columns : two are split where the lines have their first rule: the way forward and the way back.
    notes : whether the small print is shown.
    """

    picture: bool = True
    beside: bool = False
    columns: int = 1
    notes: bool = True


FORMS = (
    Form(),
    Form(beside=True),
    Form(picture=False),
    Form(picture=False, columns=2),
    Form(picture=False, columns=2, notes=False),
)
"""From the tallest to the lowest: the first that fits on the canvas is taken."""


class HoverCard(QWidget):
    """Floats over the canvas and lets the mouse through."""

    def __init__(self, theme: ThemeService, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._facts: Facts | None = None
        self._form = FORMS[0]
        self._beside: tuple[str, QRect] = ("", QRect())
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
        shadows = QSize(2 * SHADOW, 2 * SHADOW)
        fits = (form for form in FORMS if _fits(_body_size(facts, form) + shadows, room))
        self._form = next(fits, FORMS[-1])
        self.resize(self.sizeHint())
        if not stays:
            self.move(place_beside(self.size(), beside, room, taken, GAP - SHADOW).topLeft())
        self.setAccessibleName(facts.text)
        self.show()
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """As high as what it says."""
        if self._facts is None:
            return QSize(0, 0)
        return _body_size(self._facts, self._form) + QSize(2 * SHADOW, 2 * SHADOW)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        facts, form, theme = self._facts, self._form, self._theme.current
        if facts is None:
            return
        painter = QPainter(self)
        body = paint_card(painter, QRectF(self.rect()), SHADOW, theme)
        inner = body.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        self._paint_title(painter, facts, inner)
        top = inner.top() + LINE + 4
        if facts.picture is not None and form.picture:
            self._paint_picture(painter, facts, QPointF(inner.left(), top))
        left = inner.left() + (BESIDE + BETWEEN if _beside(facts, form) else 0)
        below = top + (PICTURE + 10 if _above(facts, form) else 0)
        width = (inner.right() - left - BETWEEN * (form.columns - 1)) / form.columns
        for place, lines in enumerate(_columns(facts, form)):
            self._paint_lines(painter, lines, QRectF(left + place * (width + BETWEEN), below, width, 0.0))
        y = top + _lines_height(facts, form) + 6 + LINE / 2
        for line, faint in _notes(facts, form):
            colour = theme.text_third if faint else theme.text_second
            draw_text(painter, QPointF(inner.left(), y - 2), line, colour, 10)
            y += NOTE

    def _paint_title(self, painter: QPainter, facts: Facts, inner: QRectF) -> None:
        theme, y = self._theme.current, inner.top() + LINE / 2
        title, room = text_width(facts.title, 12, 600), inner.width()
        draw_text(painter, QPointF(inner.left(), y), elided(facts.title, room, 12, 600), theme.text, 12, 600)
        if title + text_width(facts.caption, 10) + 12.0 <= room:
            at = QPointF(inner.right(), y)
            draw_text(painter, at, facts.caption, theme.text_third, 10, align=Align.AlignRight)

    def _paint_lines(self, painter: QPainter, lines: Sequence[Fact], room: QRectF) -> None:
        theme, y = self._theme.current, room.top() + LINE / 2
        colours = {Tone.PLAIN: theme.text, Tone.FORWARD: theme.forward, Tone.BACKWARD: theme.backward}
        for place, fact in enumerate(lines):
            if fact.rule and place:
                painter.setPen(QPen(QColor(theme.separator), 1.0))
                painter.drawLine(QPointF(room.left(), y - LINE / 2 + 4), QPointF(room.right(), y - LINE / 2 + 4))
                y += RULE
            draw_text(painter, QPointF(room.left(), y), fact.label, theme.text_second, 11)
            at = QPointF(room.right(), y)
            draw_text(painter, at, fact.value, colours[fact.tone], 11, 600, align=Align.AlignRight)
            y += LINE

    def _paint_picture(self, painter: QPainter, facts: Facts, at: QPointF) -> None:
        theme, values = self._theme.current, facts.picture
        assert values is not None
        rows, columns = values.shape
        scale = PICTURE / max(rows, columns)
        width, height = columns * scale, rows * scale
        rect = QRectF(at.x(), at.y() + (PICTURE - height) / 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(rect, pictures.coloured(values, facts.end, facts.signed, theme))
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
        self._paint_scale(painter, facts, QRectF(rect.right() + 10.0, at.y(), 10.0, PICTURE))

    def _paint_scale(self, painter: QPainter, facts: Facts, bar: QRectF) -> None:
        """Paint the scale of the weights with its ends."""
        theme, end, signed = self._theme.current, facts.end, facts.signed
        painter.drawImage(bar, pictures.column(theme.diverging if signed else theme.sequential))
        x = bar.right() + 6.0
        ends = ((0.0, f"+{short(end)}"), (0.5, "0"), (1.0, f"{MINUS}{short(end)}"))
        for share, text in ends if signed else ((0.0, short(end)), (1.0, "0")):
            y = min(max(bar.top() + share * bar.height(), bar.top() + 5.0), bar.bottom() - 5.0)
            draw_text(painter, QPointF(x, y), text, theme.text_third, 10)


def _body_size(facts: Facts, form: Form) -> QSize:
    """Return what a card in this form takes, without its shadow."""
    notes = _notes(facts, form)
    height = 2 * PADDING + LINE + 4 + _lines_height(facts, form) + (6 + NOTE * len(notes) if notes else 0)
    return QSize(_inner_width(facts, form) + 2 * PADDING, height)


def _fits(size: QSize, room: QRect) -> bool:
    return size.width() <= room.width() and size.height() <= room.height()


def _beside(facts: Facts, form: Form) -> bool:
    return facts.picture is not None and form.picture and form.beside


def _above(facts: Facts, form: Form) -> bool:
    return facts.picture is not None and form.picture and not form.beside


def _inner_width(facts: Facts, form: Form) -> int:
    if form.columns > 1:
        return 2 * NARROW + BETWEEN
    lines = round(max(WIDTH, min(360.0, text_width(facts.title, 12, 600) + 2.0)))
    return lines + (BESIDE + BETWEEN if _beside(facts, form) else 0)


def _columns(facts: Facts, form: Form) -> list[Sequence[Fact]]:
    """Return the lines in one column, or what comes before the first rule beside what comes after it."""
    split = next((place for place, fact in enumerate(facts.lines) if fact.rule), len(facts.lines))
    return [facts.lines[:split], facts.lines[split:]] if form.columns > 1 else [facts.lines]


def _lines_height(facts: Facts, form: Form) -> int:
    """Return the height of the lines with the picture above or beside them."""
    columns = _columns(facts, form)
    height = max(LINE * len(lines) + RULE * sum(fact.rule for fact in lines[1:]) for lines in columns)
    if _above(facts, form):
        return height + PICTURE + 10
    return max(height, PICTURE) if _beside(facts, form) else height


def _notes(facts: Facts, form: Form) -> list[tuple[str, bool]]:
    """Return the lines of small print, each with whether it is the fainter one."""
    if not form.notes:
        return []
    width = _inner_width(facts, form)
    texts = ((facts.note, False), (facts.hint, True))
    return [(line, faint) for text, faint in texts for line in wrapped(text, width)]


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
