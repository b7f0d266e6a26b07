"""Solved sheets: one iteration step by step, with all its numbers, to be handed out."""

from core.tracing.sheets.content import Sheet, sheet_of
from core.tracing.sheets.files import SHEET_TYPES, SheetTypeError, sheet_bytes

__all__ = ["SHEET_TYPES", "Sheet", "SheetTypeError", "sheet_bytes", "sheet_of"]
