"""Solved sheets as the bytes of a file, by the file's type."""

from __future__ import annotations

from pathlib import Path

from core.errors import LayerloomError
from core.tracing.sheets.content import sheet_of
from core.tracing.sheets.html import html_of
from core.tracing.sheets.latex import latex_of
from core.tracing.sheets.table import csv_of
from core.tracing.writing.setters import Say
from core.tracing.writing.writer import Writer

SHEET_TYPES = (".html", ".tex", ".csv")


class SheetTypeError(LayerloomError):
    """A file name that does not say which kind of sheet is wanted."""


def require_sheet_type(path: Path) -> None:
    """Raise SheetTypeError for a file that is no kind of sheet."""
    if path.suffix.lower() not in SHEET_TYPES:
        raise SheetTypeError("'{out}' is no sheet that can be written: use .html, .tex or .csv.", out=path.name or path)


def sheet_bytes(
    writer: Writer, path: Path, title: str, *, everything: bool = False, say: Say = str
) -> tuple[bytes, int]:
    """Return the content of a sheet's file, and how many numbers are left out.

    Parameters
    ----------
    path : its ending says what is written: .html, .tex or .csv.
    title : stands on top.
    everything : whether nothing is left out, however long the sheet becomes.
    say : translates.

    Raises SheetTypeError.
    """
    require_sheet_type(path)
    if path.suffix.lower() == ".csv":
        table, left_out = csv_of(writer.explainer, writer.notation, everything=everything)
        return table.encode(), left_out
    sheet = sheet_of(writer, title, everything=everything)
    document = html_of(sheet, say) if path.suffix.lower() == ".html" else latex_of(sheet, say)
    return document.encode(), sheet.left_out
