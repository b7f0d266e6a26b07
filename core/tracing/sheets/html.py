"""Solved sheets as one HTML file that needs nothing else: for reading, on paper, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from core.texts import Text, text
from core.tracing.sheets.content import Entry, Given, Section, Sheet
from core.tracing.sheets.mathml import mathml
from core.tracing.sheets.style import STYLE
from core.tracing.stages import Direction
from core.tracing.writing import Written
from core.tracing.writing.breadth import breadth
from core.tracing.writing.setters import Say
from core.tracing.writing.wrapping import wrapped

BROADEST = 78.0
"""Lines of so many digits fit on a page; longer ones are broken, or made smaller on paper."""

_WAYS = {
    Direction.FORWARD: text("Forward"),
    Direction.BACKWARD: text("Backward"),
    Direction.UPDATE: text("Update"),
}


def html_of(sheet: Sheet, say: Say = str) -> str:
    """Return the sheet as a page."""
    title = escape(sheet.title)
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    return head + "\n".join(_body(sheet, say)) + "\n</main>\n</body>\n</html>\n"


def _body(sheet: Sheet, say: Say) -> Iterator[str]:
    yield f"<header><p>{escape(say(text('One iteration, solved step by step')))}</p><h1>{escape(sheet.title)}</h1>"
    facts = "".join(f"<dt>{escape(say(label))}</dt><dd>{escape(say(value))}</dd>" for label, value in sheet.facts)
    yield f"<dl>{facts}</dl>"
    if sheet.left_out:
        yield f'<p class="note">{escape(say(left_out_text(sheet.left_out)))}</p>'
    yield "</header>"
    yield _contents(sheet, say)
    yield f"<h2>{escape(say(text('Given')))}</h2>"
    yield from (_given(given, say) for given in sheet.given)
    way = None
    for number, section in enumerate(sheet.sections):
        if section.direction is not way:
            way = section.direction
            yield f'<h2 class="{way.value}">{escape(say(_WAYS[way]))}</h2>'
        yield from _section(section, number, say)


def left_out_text(count: int) -> Text:
    """Return the sentence that says how many numbers a sheet does not show."""
    return text(
        "{count} numbers are left out so that the sheet can be read; the CSV sheet has every number.",
        count=f"{count:,}",
    )


def _contents(sheet: Sheet, say: Say) -> str:
    items = "".join(
        f'<li class="{section.direction.value}"><a href="#s{number}">{escape(say(section.title))}</a></li>'
        for number, section in enumerate(sheet.sections)
    )
    return f"<nav><ol>{items}</ol></nav>"


def _given(given: Given, say: Say) -> str:
    numbers = "".join(f"<li>{mathml(number.box)}</li>" for number in given.numbers)
    more = f"<li>{escape(say(_more(given.left_out)))}</li>" if given.left_out else ""
    return f"<h4>{escape(say(given.title))}</h4><ul class='given'>{numbers}{more}</ul>"


def _more(count: int) -> Text:
    return text("… and {count} more", count=f"{count:,}")


def _section(section: Section, number: int, say: Say) -> Iterator[str]:
    yield f'<section id="s{number}" class="{section.direction.value}"><h3>{escape(say(section.title))}</h3>'
    if section.formulas:
        formulas = "".join(f"<p{_fitting(line)}>{mathml(line.box, block=True)}</p>" for line in section.formulas)
        yield f'<div class="general">{formulas}</div>'
    for slip in section.slips:
        yield f'<p class="slip">{escape(say(slip))}</p>'
    for name, entries in section.groups:
        if name is not None:
            yield f"<h4>{escape(say(name))}</h4>"
        yield "<table>"
        yield from map(_entry, entries)
        yield "</table>"
    if section.left_out:
        yield f'<p class="note">{escape(say(_more(section.left_out)))}</p>'
    yield "</section>"


def _entry(entry: Entry) -> str:
    rows = []
    for place, side in enumerate(entry.sides):
        last = ' class="result"' if place == len(entry.sides) - 1 else ""
        for part, line in enumerate(wrapped(side, breadth, BROADEST)):
            left = mathml(entry.left.box) if place == part == 0 else ""
            rows.append(f"<tr{last}><th>{left}</th><td{_fitting(line)}>{mathml(line.box)}</td></tr>")
    return f"<tbody>{''.join(rows)}</tbody>"


def _fitting(line: Written) -> str:
    """Return how much smaller a line has to be on paper."""
    share = BROADEST / max(breadth(line.box), 1.0)
    return "" if share >= 1.0 else f' style="--fit: {max(share, 0.3):.2f}"'
