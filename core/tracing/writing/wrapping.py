"""Long lines of mathematics broken into several, before a plus or an equals sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.tracing.writing.boxes import Box, Fence, Leaf, Row, Span
from core.tracing.writing.written import Written

SIGNS = ("+", "−", "=", "←")
"""Signs that a line may begin with; those of the writer have room on both sides."""

INDENT = Leaf("\\quad ", "  ")


def wrapped(written: Written, fits: Callable[[Written], bool]) -> list[Written]:
    """Return the line as it is where it fits, else in parts that do as far as they can be broken.

    `fits` says whether a line is short enough. A line can be broken only where its outermost parts allow it.
    """
    if fits(written):
        return [written]
    pieces = _pieces(written.box)
    lines: list[list[Box]] = [[]]
    for piece in pieces:
        tried = Written(Row((*_indented(len(lines) > 1), *lines[-1], *piece)))
        if lines[-1] and not fits(tried):
            lines.append([])
        lines[-1] += piece
    return [Written(Row((*_indented(number > 0), *line))) for number, line in enumerate(lines)]


def _indented(later: bool) -> Sequence[Box]:
    return (INDENT,) if later else ()


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
