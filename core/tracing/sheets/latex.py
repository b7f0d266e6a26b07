"""Solved sheets for LaTeX: a plain article that any installation sets."""

from __future__ import annotations

from collections.abc import Iterator

from core.texts import text
from core.tracing.sheets.content import Entry, Section, Sheet
from core.tracing.sheets.html import BROADEST, left_out_text
from core.tracing.writing import Flow, Written
from core.tracing.writing.boxes import escaped
from core.tracing.writing.breadth import breadth
from core.tracing.writing.setters import Say
from core.tracing.writing.wrapping import wrapped

PREAMBLE = r"""\documentclass[10pt,a4paper,fleqn]{article}
\usepackage[utf8]{inputenc}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb}
\usepackage[margin=18mm]{geometry}
\usepackage{xcolor,graphicx}
\definecolor{forward}{HTML}{23793A}
\definecolor{backward}{HTML}{AE1F92}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\raggedright
\setlength{\mathindent}{1em}
\newsavebox{\broad}
\newcommand{\fitted}[1]{\savebox{\broad}{$\displaystyle #1$}\resizebox{0.86\linewidth}{!}{\usebox{\broad}}}
"""

# Signs that a text may have and that LaTeX's usual fonts have in mathematics only.
_IN_TEXT = {
    "−": "$-$", "→": "$\\to$", "←": "$\\leftarrow$", "⊙": "$\\odot$", "≤": "$\\le$", "≥": "$\\ge$", "≠": "$\\ne$",
    "∂": "$\\partial$", "Σ": "$\\Sigma$", "Π": "$\\Pi$", "Δ": "$\\Delta$", "∇": "$\\nabla$", "√": "$\\surd$",
    "η": "$\\eta$", "δ": "$\\delta$", "σ": "$\\sigma$", "φ": "$\\phi$", "θ": "$\\theta$", "μ": "$\\mu$",
    "λ": "$\\lambda$",
    "α": "$\\alpha$", "β": "$\\beta$", "γ": "$\\gamma$", "ε": "$\\varepsilon$", "ρ": "$\\rho$", "ν": "$\\nu$",
    "ω": "$\\omega$", "½": "$\\tfrac12$", "×": "$\\times$", "·": "$\\cdot$", "′": "$'$", "…": "\\dots{}", "‖": "$\\|$",
    "∞": "$\\infty$", "²": "$^2$", "‘": "`", "’": "'",
}  # fmt: skip
_SCRIPTS = {
    **{sign: f"$^{{{plain}}}$" for sign, plain in zip("ˡᴸᵏⁿᵀᵗ⁰¹³⁴⁵⁶⁷⁸⁹⁺⁻", "lLknTt013456789+-", strict=True)},
    **{sign: f"$_{{{plain}}}$" for sign, plain in zip("ᵢⱼₖₙᵣₜ₀₁₂₃₄₅₆₇₈₉₊", "ijknrt0123456789+", strict=True)},
}
_ACCENTS = {"m̂": "$\\hat m$", "v̂": "$\\hat v$"}


def latex_of(sheet: Sheet, say: Say = str) -> str:
    """Return the sheet as a LaTeX document."""
    return f"{PREAMBLE}\\begin{{document}}\n" + "\n".join(_body(sheet, say)) + "\n\\end{document}\n"


def _body(sheet: Sheet, say: Say) -> Iterator[str]:
    yield f"{{\\Large\\bfseries {in_text(sheet.title)}}}\n"
    yield in_text(say(text("One iteration, solved step by step"))) + "\n"
    yield "\\begin{tabular}{@{}l@{\\quad}p{0.75\\textwidth}@{}}"
    yield "\n".join(f"{in_text(say(label))} & {in_text(say(value))} \\\\" for label, value in sheet.facts)
    yield "\\end{tabular}\n"
    if sheet.left_out:
        yield f"\\emph{{{in_text(say(left_out_text(sheet.left_out)))}}}\n"
    yield f"\\section*{{{in_text(say(text('Given')))}}}"
    for given in sheet.given:
        numbers = ", \\quad ".join(f"${_coloured(number)}$" for number in given.numbers)
        more = f", \\dots\\ (+{given.left_out})" if given.left_out else ""
        yield f"{in_text(say(given.title))}: {numbers}{more}\n"
    for section in sheet.sections:
        yield from _section(section, say)


def _section(section: Section, say: Say) -> Iterator[str]:
    yield f"\\section*{{{in_text(say(section.title))}}}"
    for line in section.formulas:
        yield f"\\[ {_fitted(line)} \\]"
    for slip in section.slips:
        yield f"\\emph{{{in_text(say(slip))}}}\n"
    for name, entries in section.groups:
        if name is not None:
            yield f"{in_text(say(name))}:"
        yield "\\begin{align*}"
        yield " \\\\[4pt]\n".join(map(_entry, entries))
        yield "\\end{align*}"
    if section.left_out:
        yield in_text(say(text("… and {count} more", count=f"{section.left_out:,}"))) + "\n"


def _entry(entry: Entry) -> str:
    lines = [line for side in entry.sides for line in wrapped(side, breadth, BROADEST)]
    first, *rest = map(_fitted, lines)
    # What follows & begins with a relation, so that all of them stand below each other.
    return " \\\\\n".join([f"{_coloured(entry.left)} &{first}", *(f"&{side}" for side in rest)])


def _fitted(line: Written) -> str:
    """Return a line for mathematics mode; one that cannot be broken any further is made smaller."""
    source = _coloured(line)
    return source if breadth(line.box) <= BROADEST else f"\\fitted{{{source}}}"


def _coloured(line: Written) -> str:
    return line.latex(["" if span.flow is Flow.NEUTRAL else span.flow.value for span in line.spans])


def in_text(words: str) -> str:
    """Return words for LaTeX's text mode."""
    for sign, source in _ACCENTS.items():
        words = words.replace(sign, f"\0{source}\0")
    parts = words.split("\0")
    return "".join(part if place % 2 else _plain(part) for place, part in enumerate(parts))


def _plain(words: str) -> str:
    return "".join(_IN_TEXT.get(sign) or _SCRIPTS.get(sign) or escaped(sign) for sign in words)
