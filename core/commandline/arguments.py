"""Kinds of arguments: from what was typed to a value, or one sentence that says what was expected."""

from __future__ import annotations

import argparse
from pathlib import Path

MOST_LAYERS = 1_000
_EXPECTED_WIDTHS = "expected the widths of the layers from input to output, such as 784,30,10"


def file_path(text: str) -> Path:
    """Return the path of a file, which is there or is to be written."""
    if not text:
        # Path("") would be the folder that the program was started in.
        raise argparse.ArgumentTypeError("'' is no file name")
    return Path(text)


def layer_widths(text: str) -> tuple[int, ...]:
    """Return the widths in "784,30,10": at least an input and an output. Their range is for the layers to check."""
    try:
        widths = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{shortened(text)}' is no list of widths: {_EXPECTED_WIDTHS}") from None
    if len(widths) < 2:
        raise argparse.ArgumentTypeError(f"'{shortened(text)}' is one layer only: {_EXPECTED_WIDTHS}")
    if len(widths) > MOST_LAYERS:
        raise argparse.ArgumentTypeError(f"{len(widths):,} layers are more than the {MOST_LAYERS:,} that can be made")
    return widths


def whole_number(text: str) -> int:
    """Return a whole number; its range is for whoever takes it."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{shortened(text)}' is no whole number") from None


def count(text: str) -> int:
    """Return how often something is done: 1 or more."""
    number = whole_number(text)
    if not 1 <= number <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"'{shortened(text)}' is not between 1 and 1,000,000,000")
    return number


def real_number(text: str) -> float:
    """Return a number; its range is for whoever takes it."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{shortened(text)}' is no number") from None


def shortened(text: str) -> str:
    """Return a text cut to a length that can be read in one line."""
    return text if len(text) <= 40 else text[:37] + "…"
