"""Formulas for browsers: boxes as MathML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import escape
from typing import Any

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
)
from core.tracing.writing.setting import Exponential

_NUMBER = re.compile(r"([−+]?)([\d.,]+)(?:·10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")
_BIG = ("Σ", "max")
_UPRIGHT = ("log", "tanh", "max", "min", "erf", "sign")
_ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0304": "¯"}


def mathml(box: Box, *, block: bool = False) -> str:
    """Return a formula as a ``math`` element; what flows forward or backward has a class of that name.

    Fractions have the size of the formula, also in a line of text: they hold what the reader is to check.
    """
    display = ' display="block"' if block else ' displaystyle="true"'
    return f"<math{display}>{_of(box)}</math>"


def _of(box: Box) -> str:
    return _WRITERS[type(box)](box)


def _leaf(leaf: Leaf) -> str:
    text = leaf.text.strip()
    if leaf.source.startswith("\\text"):
        return f"<mtext>{escape(leaf.text)}</mtext>"
    if not text:
        width = "0.17em" if len(leaf.text) < 2 else "1em"
        return f'<mspace width="{width}"></mspace>' if leaf.text else ""
    if number := _NUMBER.fullmatch(text):
        return _number(number)
    if text == "½":
        return "<mfrac><mn>1</mn><mn>2</mn></mfrac>"
    if text == "ᵀ":
        return "<msup><mrow></mrow><mi>T</mi></msup>"
    if text in _UPRIGHT or (len(text) > 1 and leaf.source.startswith("\\mathrm")):
        return f'<mi mathvariant="normal">{escape(text)}</mi>'
    if text[0].isalpha() or text[0] in "∞‖":
        return _name(text)
    if text in "()[]{}|":
        return f'<mo stretchy="false">{text}</mo>'
    # A sign that stands before a number or a letter has no space around it.
    space = ' form="prefix"' if leaf.text == text and text in "−+" else ""
    return f"<mo{space}>{escape(text)}</mo>"


def _name(text: str) -> str:
    """Return a letter with its accent and primes: several signs in one ``mi`` would stand upright."""
    decomposed = unicodedata.normalize("NFD", text)
    name = decomposed.rstrip("′")
    primes, accent = len(decomposed) - len(name), _ACCENTS.get(name[-1:], "")
    name = name[:-1] if accent else name
    if len(name) > 1:
        return f"<mi>{escape(text)}</mi>"
    element = f"<mi>{escape(name)}</mi>"
    if accent:
        element = f'<mover accent="true">{element}<mo stretchy="false">{accent}</mo></mover>'
    return f"<msup>{element}<mo>{'′' * primes}</mo></msup>" if primes else element


def _number(number: re.Match[str]) -> str:
    sign = f'<mo form="prefix">{number[1]}</mo>' if number[1] else ""
    power = ""
    if number[3]:
        power = f"<mo>·</mo><msup><mn>10</mn><mn>{number[3].translate(_RAISED)}</mn></msup>"
    plain = f"<mn>{number[2]}</mn>"
    return f"<mrow>{sign}{plain}{power}</mrow>" if sign or power else plain


def _row(row: Row) -> str:
    return f"<mrow>{''.join(map(_of, row.parts))}</mrow>"


def _scripts(scripts: Scripts) -> str:
    base = _of(scripts.base) or "<mrow></mrow>"
    if isinstance(scripts.base, Leaf) and scripts.base.text in _BIG:
        base = f'<mo movablelimits="false">{scripts.base.text.replace("Σ", "∑")}</mo>'
        names = ("munder", "mover", "munderover")
    else:
        names = ("msub", "msup", "msubsup")
    below, above = scripts.below, scripts.above
    if below is not None and above is not None:
        return f"<{names[2]}>{base}{_one(below)}{_one(above)}</{names[2]}>"
    if below is not None:
        return f"<{names[0]}>{base}{_one(below)}</{names[0]}>"
    return base if above is None else f"<{names[1]}>{base}{_one(above)}</{names[1]}>"


def _one(box: Box) -> str:
    return f"<mrow>{_of(box)}</mrow>"


def _fraction(fraction: Fraction) -> str:
    return f"<mfrac>{_one(fraction.top)}{_one(fraction.bottom)}</mfrac>"


def _fence(fence: Fence) -> str:
    stretch = "true" if fence.tall and _is_high(fence.inner) else "false"
    left, right = (f'<mo stretchy="{stretch}" fence="true">{sign}</mo>' for sign in (fence.left, fence.right))
    return f"<mrow>{left}{_of(fence.inner)}{right}</mrow>"


def _is_high(box: Box) -> bool:
    """Return whether brackets that do not grow would be too small."""
    return isinstance(box, Fraction | Root | Choice | Captioned) or any(map(_is_high, box.children()))


def _choice(choice: Choice) -> str:
    cell = '<mtd style="text-align: left">{}</mtd>'
    rows = "".join(f"<mtr>{cell.format(_of(value))}{cell.format(_of(where))}</mtr>" for value, where in choice.rows)
    return f'<mrow><mo stretchy="true" fence="true">{{</mo><mtable>{rows}</mtable></mrow>'


def _captioned(captioned: Captioned) -> str:
    inner = f'<munder>{_one(captioned.inner)}<mo stretchy="true">⏟</mo></munder>'
    return f"<munder>{inner}{_one(captioned.caption)}</munder>"


def _span(span: Span) -> str:
    inner = _of(span.inner)
    return inner if span.flow is Flow.NEUTRAL else f'<mrow class="{span.flow.value}">{inner}</mrow>'


_WRITERS: dict[type[Box], Callable[[Any], str]] = {
    Leaf: _leaf,
    Row: _row,
    Scripts: _scripts,
    Fraction: _fraction,
    Root: lambda root: f"<msqrt>{_of(root.inner)}</msqrt>",
    Fence: _fence,
    Choice: _choice,
    Captioned: _captioned,
    Span: _span,
    Exponential: lambda power: f"<msup><mi>e</mi>{_one(power.inner)}</msup>",
}
