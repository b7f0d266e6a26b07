"""Formulas as they are set: nested boxes that can be written as LaTeX or as plain text."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from core.formulas.quantities import Quantity


class Flow(Enum):
    """Which way a number flows, for its colour."""

    FORWARD = "forward"
    BACKWARD = "backward"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Rest:
    """The part of a long sum that stands as one number.

    Attributes
    ----------
    hidden : how many terms it holds.
    value : their sum.
    """

    hidden: int
    value: float


Target: TypeAlias = Quantity | Rest
"""Where a click leads: to a number, or to more terms of a sum."""

Colours: TypeAlias = Iterator[str] | None


class Box(ABC):
    """A part of a formula.

    ``latex`` takes one colour for each Span in it, in the order of appearance, or None for no colours.
    """

    __slots__ = ()

    @abstractmethod
    def latex(self, colours: Colours) -> str:
        """Return the source for LaTeX."""

    @abstractmethod
    def plain(self) -> str:
        """Return the formula as a line of text."""

    def children(self) -> Sequence[Box]:
        """Return the boxes inside, in the order in which ``latex`` writes them."""
        return ()


@dataclass(frozen=True, slots=True)
class Leaf(Box):
    """A sign, or a few."""

    source: str
    text: str

    def latex(self, colours: Colours) -> str:
        return self.source

    def plain(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Row(Box):
    """Boxes side by side."""

    parts: tuple[Box, ...]

    def latex(self, colours: Colours) -> str:
        return " ".join(part.latex(colours) for part in self.parts)

    def plain(self) -> str:
        return "".join(part.plain() for part in self.parts)

    def children(self) -> Sequence[Box]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Scripts(Box):
    """A base with a subscript, a superscript or both."""

    base: Box
    below: Box | None = None
    above: Box | None = None

    def latex(self, colours: Colours) -> str:
        source = self.base.latex(colours)
        if self.below is not None:
            source += f"_{{{self.below.latex(colours)}}}"
        if self.above is not None:
            source += f"^{{{self.above.latex(colours)}}}"
        return source

    def plain(self) -> str:
        above = "" if self.above is None else _script(self.above.plain(), _SUPERSCRIPTS, "^")
        below = "" if self.below is None else _script(self.below.plain(), _SUBSCRIPTS, "_")
        return self.base.plain() + above + below

    def children(self) -> Sequence[Box]:
        return tuple(box for box in (self.base, self.below, self.above) if box is not None)


@dataclass(frozen=True, slots=True)
class Fraction(Box):
    """One box over another."""

    top: Box
    bottom: Box

    def latex(self, colours: Colours) -> str:
        return f"\\frac{{{self.top.latex(colours)}}}{{{self.bottom.latex(colours)}}}"

    def plain(self) -> str:
        return f"{_bracketed(self.top.plain())}/{_bracketed(self.bottom.plain())}"

    def children(self) -> Sequence[Box]:
        return (self.top, self.bottom)


@dataclass(frozen=True, slots=True)
class Root(Box):
    """The square root of a box."""

    inner: Box

    def latex(self, colours: Colours) -> str:
        return f"\\sqrt{{{self.inner.latex(colours)}}}"

    def plain(self) -> str:
        return f"√({self.inner.plain()})"

    def children(self) -> Sequence[Box]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Fence(Box):
    """A box in brackets, which grow with it where it is `tall`."""

    inner: Box
    left: str = "("
    right: str = ")"
    tall: bool = False

    def latex(self, colours: Colours) -> str:
        left, right = _FENCES.get(self.left, self.left), _FENCES.get(self.right, self.right)
        inner = self.inner.latex(colours)
        if self.tall and "\\sum" in inner:
            # Brackets that grow are wrong beside a Σ: the letters below it are no reason to be so high.
            left, right = f"\\Big{left}", f"\\Big{right}"
        elif self.tall:
            left, right = f"\\left{left}", f"\\right{right}"
        return f"{left} {inner} {right}"

    def plain(self) -> str:
        return f"{self.left}{self.inner.plain()}{self.right}"

    def children(self) -> Sequence[Box]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Choice(Box):
    """Values behind one brace, each with its condition; the last one's is None for all other cases."""

    rows: tuple[tuple[Box, Box], ...]

    def latex(self, colours: Colours) -> str:
        rows = [f"{value.latex(colours)} & {condition.latex(colours)}" for value, condition in self.rows]
        return "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}"

    def plain(self) -> str:
        return "{ " + "; ".join(f"{value.plain()}  {condition.plain()}" for value, condition in self.rows) + " }"

    def children(self) -> Sequence[Box]:
        return tuple(box for row in self.rows for box in row)


@dataclass(frozen=True, slots=True)
class Captioned(Box):
    """A box with a few words, or a condition, below a brace."""

    inner: Box
    caption: Box

    def latex(self, colours: Colours) -> str:
        return f"\\underbrace{{{self.inner.latex(colours)}}}_{{{self.caption.latex(colours)}}}"

    def plain(self) -> str:
        return f"{self.inner.plain()} [{self.caption.plain()}]"

    def children(self) -> Sequence[Box]:
        return (self.inner, self.caption)


@dataclass(frozen=True, slots=True)
class Span(Box):
    """A part that is told apart from the others: coloured by its flow, clicked on, or the term under the cursor.

    Attributes
    ----------
    flow : which colour it has.
    target : where a click on it leads, if anywhere.
    term : which term of the formula it is, as the cursor counts them; None for no term.
    """

    inner: Box
    flow: Flow = Flow.NEUTRAL
    target: Target | None = None
    term: int | None = None

    def latex(self, colours: Colours) -> str:
        colour = None if colours is None else next(colours)
        source = self.inner.latex(colours)
        return f"\\textcolor{{{colour}}}{{{source}}}" if colour else source

    def plain(self) -> str:
        return self.inner.plain()

    def children(self) -> Sequence[Box]:
        return (self.inner,)


def spans_of(box: Box) -> Iterator[Span]:
    """Yield all spans in the order of appearance, outer ones first."""
    if isinstance(box, Span):
        yield box
    for child in box.children():
        yield from spans_of(child)


def words(text: str) -> Leaf:
    """Return upright words."""
    # In LaTeX's text mode these two are other signs.
    parts = re.split("([<>])", text)
    source = "".join(part if part in ("<", ">") else f"\\text{{{escaped(part)}}}" for part in parts if part)
    return Leaf(source or "{}", text)


def escaped(text: str) -> str:
    """Return a text as it stands in LaTeX's text mode."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def spaced(sign: str, source: str = "") -> Leaf:
    """Return an operator between two boxes."""
    return Leaf(source or sign, f" {sign} ")


EQUALS, PLUS, MINUS, DOT = spaced("="), spaced("+"), spaced("−", "-"), spaced("·", "\\cdot")
THIN = Leaf("\\,", " ")


def raised(text: str) -> str:
    """Return a superscript in plain text."""
    return _script(text, _SUPERSCRIPTS, "^")


def _bracketed(text: str) -> str:
    return f"({text})" if any(sign in text for sign in " /·") else text


def _script(text: str, signs: dict[str, str], mark: str) -> str:
    if all(character in signs for character in text):
        return "".join(signs[character] for character in text)
    return f"{mark}({text})" if len(text) > 1 else mark + text


_FENCES = {"‖": "\\|", "{": "\\{", "}": "\\}"}
_ESCAPES = {
    "\\": "\\textbackslash ",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "%": "\\%",
    "&": "\\&",
    "#": "\\#",
    "_": "\\_",
    "^": "\\textasciicircum ",
    "~": "\\textasciitilde ",
}
_SUPERSCRIPTS = dict(zip("0123456789+−-()lLMNnkijTxaδ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ˡᴸᴹᴺⁿᵏⁱʲᵀˣᵃᵟ", strict=True)) | {",": "˒"}
_SUBSCRIPTS = dict(zip("0123456789+−-=()ijklmnoprstuvxaeh", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓₐₑₕ", strict=True))
_SUBSCRIPTS[","] = ","
