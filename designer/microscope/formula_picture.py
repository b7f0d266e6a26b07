"""Typeset formulas: a line of mathematics as a picture in the theme's colours, with a box for every part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from core.tracing.writing import Flow, Span, Written
from core.tracing.writing.boxes import Box, Target
from designer.theme import Theme

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_FILL = re.compile(r'fill="#([0-9a-f]{6})"')
_TEXT_FILL = 'fill="black"'


@dataclass(frozen=True, slots=True)
class Hit:
    """A part of a picture that is told apart.

    Attributes
    ----------
    rect : where it is, in pixels from the picture's top left corner.
    target : where a click on it leads, if anywhere.
    term : which term of the formula it is, as the cursor counts them; None for no term.
    """

    rect: QRectF
    target: Target | None
    term: int | None


@dataclass(frozen=True, slots=True)
class FormulaPicture:
    """A typeset line.

    Attributes
    ----------
    svg : the picture, for copies.
    width, height : in pixels.
    baseline : from the top to the line that the letters stand on.
    hits : the parts that lead somewhere or are terms, outer ones first.
    """

    svg: bytes
    width: float
    height: float
    baseline: float
    hits: tuple[Hit, ...]

    def paint(self, painter: QPainter) -> None:
        """Paint the line with its top left corner at the painter's origin."""
        _renderer(self.svg).render(painter, QRectF(0.0, 0.0, self.width, self.height))


def picture_of(written: Written, theme: Theme, size: float = 20.0) -> FormulaPicture:
    """Return a line in the colours of a theme, with type `size` pixels high.

    Forward numbers, backward ones and the rest have colours of their own. What is the same has been typeset once only.
    """
    spans = written.spans
    typeset = _typeset(written.latex([_marker(place) for place in range(len(spans))]), size)
    colours = [_colour(flow, theme) for flow in _flows(written.box, Flow.NEUTRAL)]
    coloured = _FILL.sub(lambda found: f'fill="{colours[int(found[1], 16) - 1]}"', typeset.svg)
    svg = coloured.replace(_TEXT_FILL, f'fill="{theme.text}"').encode()
    hits = tuple(_hits(spans, typeset, list(_inner_spans(written.box))))
    return FormulaPicture(svg, typeset.width, typeset.height, typeset.baseline, hits)


def _marker(place: int) -> str:
    """Return the colour that a span is typeset in, so that it can be found in the picture."""
    return f"#{place + 1:06x}"


def _colour(flow: Flow, theme: Theme) -> str:
    return {Flow.FORWARD: theme.forward, Flow.BACKWARD: theme.backward}.get(flow, theme.text)


def _flows(box: Box, around: Flow) -> Iterator[Flow]:
    """Yield the colour of each span: its own, or that of the span around it."""
    if isinstance(box, Span):
        around = box.flow if box.flow is not Flow.NEUTRAL else around
        yield around
    for child in box.children():
        yield from _flows(child, around)


def _inner_spans(box: Box) -> Iterator[int]:
    """Yield for each span how many spans are inside it."""
    if isinstance(box, Span):
        yield _count(box) - 1
    for child in box.children():
        yield from _inner_spans(child)


def _count(box: Box) -> int:
    return isinstance(box, Span) + sum(map(_count, box.children()))


def _hits(spans: tuple[Span, ...], typeset: _Typeset, inner: list[int]) -> Iterator[Hit]:
    for place, span in enumerate(spans):
        if span.target is None and span.term is None:
            continue
        rect = QRectF()
        for part in range(place, place + inner[place] + 1):
            rect = rect.united(typeset.boxes.get(part, QRectF()))
        yield Hit(rect, span.target, span.term)


@dataclass(frozen=True, slots=True)
class _Typeset:
    """A line as ziamath draws it, each span in its marker's colour, and where the spans are."""

    svg: str
    width: float
    height: float
    baseline: float
    boxes: dict[int, QRectF]


@lru_cache(maxsize=2048)
def _typeset(source: str, size: float) -> _Typeset:
    # Loading ziamath takes a fifth of a second, which nobody has to wait for who looks at no formula.
    from ziamath.config import config
    from ziamath.zmath import Latex

    # QSvgRenderer shows nothing of what ziamath draws by default.
    config.svg2 = False
    svg: str = Latex(source, size=size).svg()
    root = ElementTree.fromstring(svg)
    left, top, width, height = (float(number) for number in root.attrib["viewBox"].split())
    boxes: dict[int, QRectF] = {}
    for marker, rect in _drawn(root, "black"):
        boxes[marker] = boxes.get(marker, QRectF()).united(rect.translated(-left, -top))
    return _Typeset(svg, width, height, -top, boxes)


def _drawn(element: ElementTree.Element, fill: str) -> Iterator[tuple[int, QRectF]]:
    """Yield number of the span and extent of everything that is drawn for a span."""
    fill = element.get("fill", fill)
    if fill.startswith("#") and (rect := _extent(element)) is not None:
        yield int(fill[1:], 16) - 1, rect
    for child in element:
        yield from _drawn(child, fill)


def _extent(element: ElementTree.Element) -> QRectF | None:
    if "d" in element.attrib:
        numbers = [float(number) for number in _NUMBER.findall(element.attrib["d"])]
        if not numbers:
            return None
        xs, ys = numbers[::2], numbers[1::2]
        return QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    if element.tag.endswith("rect"):
        return QRectF(*(float(element.attrib[name]) for name in ("x", "y", "width", "height")))
    return None


@lru_cache(maxsize=256)
def _renderer(svg: bytes) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg))
