"""From the letters of a notation file to boxes: "δ", "m̂", "w′", "∂C/∂W^{l}"."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from core.tracing.writing.boxes import Box, Fence, Flow, Fraction, Leaf, Row, Scripts, Span, spaced

GREEK = {
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon", "ζ": "\\zeta", "η": "\\eta",
    "θ": "\\theta", "κ": "\\kappa", "λ": "\\lambda", "μ": "\\mu", "ν": "\\nu", "ξ": "\\xi", "π": "\\pi", "ρ": "\\rho",
    "σ": "\\sigma", "τ": "\\tau", "φ": "\\phi", "χ": "\\chi", "ψ": "\\psi", "ω": "\\omega", "Δ": "\\Delta",
    "Π": "\\Pi", "Θ": "\\Theta", "Φ": "\\Phi", "∂": "\\partial ", "∇": "\\nabla ", "∞": "\\infty",
}  # fmt: skip
_ACCENTS = {"\u0302": "\\hat", "\u0303": "\\tilde", "\u0304": "\\bar"}
_OPERATORS = {
    "=": spaced("="),
    "←": spaced("←", "\\leftarrow"),
    "+": spaced("+"),
    "−": spaced("−", "-"),
    "⊙": spaced("⊙", "\\odot"),
    "·": spaced("·", "\\cdot"),
    "@": spaced("@"),
    ",": Leaf(",", ","),
}
_LITERAL = {
    "½": Leaf("\\tfrac{1}{2}", "½"),
    "ᵀ": Leaf("^{T}", "ᵀ"),
    "²": Leaf("^{2}", "²"),
    "‖": Leaf("\\|", "‖"),
    "Σ": Leaf("\\sum", "Σ"),
    " ": Leaf("\\,", " "),
}


def letters(text: str) -> Box:
    """Return the letters of a symbol, with accents and primes: "m̂", "dz1", "w′"."""
    decomposed = unicodedata.normalize("NFD", text)
    primes = len(decomposed) - len(decomposed := decomposed.rstrip("′"))
    accent = _ACCENTS.get(decomposed[-1:], "")
    name = decomposed[:-1] if accent else decomposed
    source = GREEK.get(name, name) if len(name) == 1 else _several(name)
    if accent:
        source = f"{accent}{{{source}}}"
    if primes:
        # In braces of its own, or a superscript behind the prime would be a second one.
        marks = "'" * primes
        source = f"{{{source}{marks}}}"
    return Leaf(source, text)


def _several(name: str) -> str:
    if name[0] == name[-1] == "‖":
        return f"\\|{name[1:-1]}\\|"
    # Letters side by side that are one name, as in code.
    return f"\\mathrm{{{name}}}"


def line(text: str, flow_of: Callable[[str], Flow]) -> Box:
    """Return a line of mathematics as notation files have it.

    It knows ``_{…}``, ``^{…}``, brackets, ∂a/∂b as a fraction, Σ, ⊙, ᵀ, ‖ and accents; `flow_of` tells the colour of a
    symbol by its letter.
    """
    return _Parser(text, flow_of).row("")


class _Parser:
    def __init__(self, text: str, flow_of: Callable[[str], Flow]) -> None:
        self._text, self._at, self._flow_of = text, 0, flow_of

    def row(self, end: str) -> Box:
        parts: list[Box] = []
        while self._at < len(self._text) and self._text[self._at] != end:
            parts.append(self._part())
        self._at += 1
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _part(self) -> Box:
        text, at = self._text, self._at
        if text[at] == " " and text[at + 1 : at + 2] and text[at + 1] in _OPERATORS:
            self._at += 1
        elif text[at] == "∂":
            return self._derivative()
        elif text.startswith("1/", at):
            self._at += 3
            return Fraction(Leaf("1", "1"), letters(text[at + 2]))
        elif text[at] == "(":
            self._at += 1
            return self._scripted(Fence(self.row(")")))
        sign = self._text[self._at]
        if sign in _OPERATORS:
            self._at += 1
            if self._text[self._at : self._at + 1] == " ":
                self._at += 1
            return _OPERATORS[sign]
        if sign in _LITERAL and sign != "Σ":
            self._at += 1
            return _LITERAL[sign]
        return self._symbol()

    def _symbol(self) -> Box:
        start = self._at
        self._at += 1
        while self._text[self._at : self._at + 1] and self._text[self._at] in "\u0302\u0303\u0304′":
            self._at += 1
        name = self._text[start : self._at]
        base = _LITERAL.get(name) or letters(name)
        return _coloured(self._scripted(base), self._flow_of(name.rstrip("′")))

    def _scripted(self, base: Box) -> Box:
        below = self._script("_")
        above = self._script("^")
        return base if below is None and above is None else Scripts(base, below, above)

    def _script(self, mark: str) -> Box | None:
        if not self._text.startswith(mark + "{", self._at):
            return None
        self._at += 2
        return _without_flow(self.row("}"))

    def _derivative(self) -> Box:
        self._at += 1
        top = Row((letters("∂"), self._symbol()))
        self._at += 2  # /∂
        bottom = Row((letters("∂"), self._symbol()))
        return Span(Fraction(_without_flow(top), _without_flow(bottom)), Flow.BACKWARD)


def _coloured(box: Box, flow: Flow) -> Box:
    return box if flow is Flow.NEUTRAL else Span(box, flow)


def _without_flow(box: Box) -> Box:
    """Return a box without the colours of its parts, as it has one of its own."""
    if isinstance(box, Span):
        return _without_flow(box.inner)
    if isinstance(box, Row):
        return Row(tuple(_without_flow(part) for part in box.parts))
    if isinstance(box, Leaf) and box.text.startswith(" ") and box.text.strip():
        return Leaf(box.source, box.text.strip())
    return box
