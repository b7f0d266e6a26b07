"""Long lines of mathematics broken into several, before a plus or an equals sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from core.tracing.writing.boxes import Box, Fence, Leaf, Row, Span
from core.tracing.writing.written import Written

SIGNS = ("+", "−", "=", "←")
"""Signs that a line may begin with; those of the writer have room on both sides."""

INDENT = Leaf("\\quad ", "  ")


def wrapped(written: Written, breadth: Callable[[Box], float], room: float) -> list[Written]:
    """Return the line as it is where there is room for it, else in parts as far as it can be broken.

    `breadth` measures a box; boxes side by side take the sum of theirs. A line can be broken only where its outermost
    parts allow it.
    """
    if breadth(written.box) <= room:
        return [written]
    lines: list[list[Box]] = [[]]
    taken = 0.0
    for piece in _pieces(written.box):
        own = [breadth(part) for part in piece]
        tried = sum(own, taken)
        if lines[-1] and tried > room:
            lines.append([INDENT])
            tried = sum(own, breadth(INDENT))
        lines[-1] += piece
        taken = tried
    return [Written(Row(tuple(line))) for line in lines]


def _pieces(box: Box) -> list[list[Box]]:
    """Return runs of boxes that belong together; each but the first begins with a sign that a line may begin with."""
    pieces: list[list[Box]] = [[]]
    for part in _flat(box):
        if _may_begin_a_line(part) and pieces[-1]:
            pieces.append([])
        pieces[-1].append(part)
    return pieces


def _flat(box: Box) -> list[Box]:
    """Return the parts of rows within rows; parts that belong together as a term stay whole."""
    if isinstance(box, Row):
        return [inner for part in box.parts for inner in _flat(part)]
    if isinstance(box, Fence) and any(map(_may_begin_a_line, _flat(box.inner))):
        return [Leaf(box.left, box.left), *_flat(box.inner), Leaf(box.right, box.right)]
    if isinstance(box, Span) and box.target is None:
        parts = _flat(box.inner)
        if any(map(_may_begin_a_line, parts[1:])):
            return [part if _may_begin_a_line(part) else replace(box, inner=part) for part in parts]
    return [box]


def _may_begin_a_line(box: Box) -> bool:
    return isinstance(box, Leaf) and box.text.strip() in SIGNS and box.text != box.text.strip()
