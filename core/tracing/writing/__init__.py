"""Writes quantities and their formulas: symbols, numbers put in, results; for the panel and for solved sheets."""

from core.tracing.writing.boxes import Flow, Rest, Span
from core.tracing.writing.figures import ALL_DIGITS
from core.tracing.writing.templates import heading, input_letter
from core.tracing.writing.writer import Writer
from core.tracing.writing.written import Origin, Result, Written

__all__ = ["ALL_DIGITS", "Flow", "Origin", "Rest", "Result", "Span", "Writer", "Written", "heading", "input_letter"]
