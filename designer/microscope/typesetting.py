"""Sets the boxes of a formula: where each sign, line and bracket is painted, and where every part of it is.

Proportions are those of TeX (The TeXbook, appendix G), simplified: scripts are 0.7 as high, fractions stand on the
axis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from core.tracing.writing.boxes import (
    Box,
    Captioned,
    Choice,
    Fence,
    Flow,
    Fraction,
    Leaf,
    Root,
    Row,
    Scripts,
    Span,
    Target,
)
from core.tracing.writing.setting import Exponential
from designer.microscope.math_font import advance, ink, math_font, slanted

SCRIPT, SMALLEST = 0.7, 8.0
ASCENT, DESCENT, AXIS, RULE = 0.72, 0.22, 0.26, 0.05
"""Of a line of type, the height of fractions' lines, and their thickness; in heights of the type."""
OPERATOR_SPACE, THIN_SPACE = 0.22, 0.17
BIG = 1.45
"""How much larger a Σ is than the letters."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Text at a place on the line; `stretch` makes it higher, around the middle that it then has."""

    text: str
    pixels: float
    x: float
    y: float
    flow: Flow
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    thickness: float
    flow: Flow


@dataclass(frozen=True, slots=True)
class Mark:
    """A part that leads somewhere or is a term."""

    rect: QRectF
    target: Target | None
    term: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """A box that is set: its size around the line it stands on, and what is painted.

    Places count from the left end of the line; y grows downwards.
    """

    width: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    signs: tuple[Sign, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    marks: tuple[Mark, ...] = field(default=())

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.ascent + self.descent

    def moved(self, x: float, y: float) -> Setting:
        """Return the same at another place; `y` is how far the line goes down."""
        if x == 0.0 and y == 0.0:
            return self
        return Setting(
            self.width,
            self.ascent - y,
            self.descent + y,
            # By their constructors: `replace` takes three times as long, and there are hundreds in a long sum.
            tuple(Sign(s.text, s.pixels, s.x + x, s.y + y, s.flow, s.stretch) for s in self.signs),
            tuple(
                Stroke(tuple((px + x, py + y) for px, py in stroke.points), stroke.thickness, stroke.flow)
                for stroke in self.strokes
            ),
            tuple(Mark(mark.rect.translated(x, y), mark.target, mark.term) for mark in self.marks),
        )

    def paint(self, painter: QPainter, colours: Mapping[Flow, str]) -> None:
        """Paint with the left end of the line at the painter's origin."""
        for sign in self.signs:
            _paint_sign(painter, sign, colours[sign.flow])
        for stroke in self.strokes:
            pen = QPen(QColor(colours[stroke.flow]), stroke.thickness)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            path = QPainterPath(QPointF(*stroke.points[0]))
            for point in stroke.points[1:]:
                path.lineTo(QPointF(*point))
            painter.drawPath(path)


def set_box(box: Box, pixels: float, flow: Flow = Flow.NEUTRAL) -> Setting:
    """Set a box in type of a height; `flow` is that of what is around it."""
    rule: Callable[[Any, float, Flow], Setting] = _RULES[type(box)]
    return rule(box, pixels, flow)


def _paint_sign(painter: QPainter, sign: Sign, colour: str) -> None:
    painter.setPen(QColor(colour))
    painter.setFont(math_font(sign.pixels))
    if sign.stretch == 1.0:
        painter.drawText(QPointF(sign.x, sign.y), sign.text)
        return
    painter.save()
    painter.translate(sign.x, sign.y)
    painter.scale(1.0, sign.stretch)
    painter.drawText(QPointF(0.0, 0.0), sign.text)
    painter.restore()


def _beside(parts: list[Setting]) -> Setting:
    """Set parts side by side on one line."""
    x, placed = 0.0, []
    for part in parts:
        placed.append(part.moved(x, 0.0))
        x += part.width
    return _together(placed, x)


def _together(parts: list[Setting], width: float) -> Setting:
    return Setting(
        width,
        max((part.ascent for part in parts), default=0.0),
        max((part.descent for part in parts), default=0.0),
        tuple(sign for part in parts for sign in part.signs),
        tuple(stroke for part in parts for stroke in part.strokes),
        tuple(mark for part in parts for mark in part.marks),
    )


def _text(text: str, pixels: float, flow: Flow) -> Setting:
    sign = Sign(text, pixels, 0.0, 0.0, flow)
    return Setting(advance(text, pixels), ASCENT * pixels, DESCENT * pixels, (sign,))


def _space(width: float, pixels: float) -> Setting:
    return Setting(width * pixels, ASCENT * pixels, DESCENT * pixels)


def _set_leaf(leaf: Leaf, pixels: float, flow: Flow) -> Setting:
    text, source = leaf.text, leaf.source
    stripped = text.strip()
    if not stripped:
        return _space(THIN_SPACE * max(1, len(text)) if text else 0.0, pixels)
    if source == "\\sum":
        return _set_big("∑", pixels, flow)
    if source.startswith("^"):
        raised = {"ᵀ": "T", "²": "2"}.get(stripped, stripped)
        return _set_scripts(Scripts(Leaf("", ""), above=Leaf(raised, raised)), pixels, flow)
    if source == "\\mathbb{1}":
        stripped = "𝟙"
    upright = source.startswith("\\text") or (source.startswith("\\") and len(stripped) > 1 and stripped.isalpha())
    is_word = upright or (len(stripped) > 1 and stripped.isalpha())
    middle = _text(stripped if is_word else slanted(stripped), pixels, flow)
    spaces = _space(OPERATOR_SPACE, pixels)
    before, after = text[:1].isspace(), text[-1:].isspace()
    return _beside([*([spaces] if before else []), middle, *([spaces] if after else [])])


def _set_big(text: str, pixels: float, flow: Flow) -> Setting:
    """Set a Σ: larger than the letters, its middle on the axis."""
    size = BIG * pixels
    box = ink(text, size)
    down = -AXIS * pixels - (box.top() + box.height() / 2.0)
    sign = Sign(text, size, 0.0, down, flow)
    return Setting(advance(text, size), -(box.top() + down), box.bottom() + down, (sign,))


def _set_row(row: Row, pixels: float, flow: Flow) -> Setting:
    return _beside([set_box(part, pixels, flow) for part in row.parts])


def _set_scripts(scripts: Scripts, pixels: float, flow: Flow) -> Setting:
    base = set_box(scripts.base, pixels, flow)
    small = max(SCRIPT * pixels, SMALLEST)
    above = None if scripts.above is None else set_box(scripts.above, small, flow)
    below = None if scripts.below is None else set_box(scripts.below, small, flow)
    if isinstance(scripts.base, Leaf) and scripts.base.source in ("\\sum", "\\max"):
        return _set_limits(base, below, above, pixels)
    x, parts, width = base.width + 0.03 * pixels, [base], base.width
    if above is not None:
        up = max(0.38 * pixels, base.ascent - 0.32 * pixels)
        parts.append(above.moved(x, -up))
        width = max(width, x + above.width)
    if below is not None:
        down = max(0.2 * pixels, base.descent - 0.05 * pixels)
        parts.append(below.moved(x, down))
        width = max(width, x + below.width)
    return _together(parts, width + 0.04 * pixels)


def _set_limits(base: Setting, below: Setting | None, above: Setting | None, pixels: float) -> Setting:
    """Set what stands below and above a Σ."""
    width = max(part.width for part in (base, below, above) if part is not None)
    gap, parts = 0.08 * pixels, [base.moved((width - base.width) / 2.0, 0.0)]
    if above is not None:
        parts.append(above.moved((width - above.width) / 2.0, -(base.ascent + gap + above.descent)))
    if below is not None:
        parts.append(below.moved((width - below.width) / 2.0, base.descent + gap + below.ascent))
    return _together(parts, width)


def _set_fraction(fraction: Fraction, pixels: float, flow: Flow) -> Setting:
    top, bottom = set_box(fraction.top, pixels, flow), set_box(fraction.bottom, pixels, flow)
    side, gap, thick = 0.12 * pixels, 0.1 * pixels, max(1.0, RULE * pixels)
    width, axis = max(top.width, bottom.width) + 2.0 * side, -AXIS * pixels
    line = Stroke(((0.04 * pixels, axis), (width - 0.04 * pixels, axis)), thick, flow)
    return _together(
        [
            top.moved((width - top.width) / 2.0, axis - gap - thick / 2.0 - top.descent),
            bottom.moved((width - bottom.width) / 2.0, axis + gap + thick / 2.0 + bottom.ascent),
            Setting(strokes=(line,)),
        ],
        width,
    )


def _set_root(root: Root, pixels: float, flow: Flow) -> Setting:
    inner, thick = set_box(root.inner, pixels, flow), max(1.0, RULE * pixels)
    hook, top = 0.55 * pixels, -(inner.ascent + 0.12 * pixels)
    points = (
        (0.05 * pixels, -0.28 * pixels),
        (0.18 * pixels, -0.34 * pixels),
        (0.34 * pixels, inner.descent),
        (hook, top),
        (hook + inner.width + 0.06 * pixels, top),
    )
    lines = Setting(0.0, -top + thick, 0.0, strokes=(Stroke(points, thick, flow),))
    return _together([inner.moved(hook + 0.04 * pixels, 0.0), lines], hook + inner.width + 0.1 * pixels)


def _set_fence(fence: Fence, pixels: float, flow: Flow) -> Setting:
    inner = set_box(fence.inner, pixels, flow)
    if not fence.tall and inner.height < 1.3 * pixels:
        left, right = _text(fence.left, pixels, flow), _text(fence.right, pixels, flow)
    else:
        left, right = (_stretched(sign, inner, pixels, flow) for sign in (fence.left, fence.right))
    return _beside([left, inner, right])


def _stretched(text: str, around: Setting, pixels: float, flow: Flow) -> Setting:
    """Set a bracket as high as what it holds."""
    box = ink(text, pixels)
    if not text or box.height() <= 0.0:
        return Setting()
    stretch = max(1.0, around.height / box.height())
    top = -(around.ascent + (stretch * box.height() - around.height) / 2.0)
    sign = Sign(text, pixels, 0.0, top - stretch * box.top(), flow, stretch)
    return Setting(advance(text, pixels), around.ascent, around.descent, (sign,))


def _set_choice(choice: Choice, pixels: float, flow: Flow) -> Setting:
    """Set values under each other behind a brace, their conditions in a column of their own."""
    rows = [(set_box(value, pixels, flow), set_box(condition, pixels, flow)) for value, condition in choice.rows]
    column = max(value.width for value, _ in rows) + 0.9 * pixels
    gap, y, parts = 0.2 * pixels, 0.0, []
    for value, condition in rows:
        y += max(value.ascent, condition.ascent)
        parts += [value.moved(0.0, y), condition.moved(column, y)]
        y += max(value.descent, condition.descent) + gap
    total = y - gap
    width = column + max(condition.width for _, condition in rows)
    inner = _together(parts, width).moved(0.0, -AXIS * pixels - total / 2.0)
    inner = replace(inner, ascent=total / 2.0 + AXIS * pixels, descent=total / 2.0 - AXIS * pixels)
    return _beside([_stretched("{", inner, pixels, flow), _space(0.1, pixels), inner])


def _set_captioned(captioned: Captioned, pixels: float, flow: Flow) -> Setting:
    inner = set_box(captioned.inner, pixels, flow)
    caption = set_box(captioned.caption, max(SCRIPT * pixels, SMALLEST), Flow.NEUTRAL)
    width, top = max(inner.width, caption.width), inner.descent + 0.08 * pixels
    left, deep = (width - inner.width) / 2.0, 0.22 * pixels
    middle, right = width / 2.0, left + inner.width
    points = (
        *((left, top), (left + 2.0, top + deep / 2.0), (middle - 3.0, top + deep / 2.0), (middle, top + deep)),
        *((middle + 3.0, top + deep / 2.0), (right - 2.0, top + deep / 2.0), (right, top)),
    )
    brace = Setting(0.0, 0.0, top + deep, strokes=(Stroke(points, 1.0, Flow.NEUTRAL),))
    placed = caption.moved((width - caption.width) / 2.0, top + deep + caption.ascent)
    return _together([inner.moved(left, 0.0), brace, placed], width)


def _set_exponential(exponential: Exponential, pixels: float, flow: Flow) -> Setting:
    return _set_scripts(Scripts(Leaf("e", "e"), above=exponential.inner), pixels, flow)


def _set_span(span: Span, pixels: float, flow: Flow) -> Setting:
    inner = set_box(span.inner, pixels, flow if span.flow is Flow.NEUTRAL else span.flow)
    if span.target is None and span.term is None:
        return inner
    rect = QRectF(0.0, -inner.ascent, inner.width, inner.height)
    return replace(inner, marks=(Mark(rect, span.target, span.term), *inner.marks))


_RULES: Mapping[type[Box], Callable[[Any, float, Flow], Setting]] = {
    Leaf: _set_leaf,
    Row: _set_row,
    Scripts: _set_scripts,
    Fraction: _set_fraction,
    Root: _set_root,
    Fence: _set_fence,
    Choice: _set_choice,
    Captioned: _set_captioned,
    Span: _set_span,
    Exponential: _set_exponential,
}
