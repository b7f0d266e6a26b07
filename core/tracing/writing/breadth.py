"""How broad a formula is, roughly, for where it is set by somebody else: a browser, LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.tracing.writing.boxes import Box, Captioned, Choice, Fence, Fraction, Leaf, Root, Row, Scripts, Span
from core.tracing.writing.setting import Exponential

SMALL = 0.7
"""Size of indices and captions beside that of the formula."""


def breadth(box: Box) -> float:
    """Return the breadth of a formula in digits of its size."""
    return _MEASURES[type(box)](box)


def _scripts(scripts: Scripts) -> float:
    above, below = (0.0 if part is None else breadth(part) for part in (scripts.above, scripts.below))
    return breadth(scripts.base) + SMALL * max(above, below)


def _choice(choice: Choice) -> float:
    return 2.0 + max(breadth(value) + breadth(where) + 2.0 for value, where in choice.rows)


_MEASURES: dict[type[Box], Callable[[Any], float]] = {
    Leaf: lambda leaf: float(len(leaf.text)),
    Row: lambda row: sum(map(breadth, row.parts)),
    Scripts: _scripts,
    Fraction: lambda fraction: max(breadth(fraction.top), breadth(fraction.bottom)),
    Root: lambda root: 1.5 + breadth(root.inner),
    Fence: lambda fence: 1.5 + breadth(fence.inner),
    Choice: _choice,
    Captioned: lambda captioned: max(breadth(captioned.inner), SMALL * breadth(captioned.caption)),
    Span: lambda span: breadth(span.inner),
    Exponential: lambda power: 1.0 + SMALL * breadth(power.inner),
}
