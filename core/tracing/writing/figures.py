"""Numbers in formulas: a true minus sign, as many digits as wanted, powers of ten for what is tiny or huge."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from core.tracing.writing.boxes import Box, Leaf

ALL_DIGITS = 0
"""For as many digits as tell a number from all others."""

LARGEST_FIXED = 1e6

ROUND_DIGITS = 12
"""A number that has fewer digits than wanted when it is rounded to so many significant ones is written with fewer."""

Shortest = Callable[[float], str]


def shortest_text(value: float) -> str:
    """Return the shortest text that reads back as this number: "0.1", "-1e-07"."""
    return repr(float(value))


def shortest_single(value: float) -> str:
    """Return the same for a number of single precision; one that is none needs all digits."""
    with np.errstate(over="ignore"):
        single = np.float32(value)
    return str(single) if float(single) == value else shortest_text(value)


def full_text(value: float, shortest: Shortest = shortest_text, *, signed: bool = False) -> str:
    """Return a number with all its digits."""
    return number_box(value, ALL_DIGITS, shortest, signed=signed).plain()


def number_box(value: float, digits: int, shortest: Shortest = shortest_text, *, signed: bool = False) -> Leaf:
    """Return a number as it stands in a formula.

    Parameters
    ----------
    digits : decimals; a number that needs fewer is written with fewer. Small numbers have so many significant digits
        and a power of ten instead, so that nothing but 0 looks like 0.
    signed : whether a positive number has a plus sign.
    """
    if not math.isfinite(value):
        return _infinite(value)
    # In braces, for it is no sign between two numbers.
    source, plain = ("{-}", "−") if value < 0.0 else ("{+}", "+") if signed and value > 0.0 else ("", "")
    mantissa, exponent = _parts(abs(value), digits, shortest)
    if exponent is None:
        return Leaf(source + mantissa, plain + mantissa)
    raised = str(exponent).translate(_RAISED)
    return Leaf(f"{source}{mantissa} \\cdot 10^{{{exponent}}}", f"{plain}{mantissa}·10{raised}")


def is_negative(box: Box) -> bool:
    """Return whether a number stands with a minus sign."""
    return isinstance(box, Leaf) and box.text.startswith("−")


def has_power(box: Box) -> bool:
    """Return whether a number stands with a power of ten."""
    return isinstance(box, Leaf) and "·10" in box.text


def _parts(size: float, digits: int, shortest: Shortest) -> tuple[str, int | None]:
    """Return the digits of a number that is not negative, and its power of ten if it has one."""
    if digits == ALL_DIGITS or size == 0.0:
        return _split(shortest(size))
    # What is 0.2 but for the last bits was 0.2 to the person who works it out by hand.
    exact = _split(repr(float(f"{size:.{ROUND_DIGITS}g}")))
    text, exponent = exact
    if exponent is None and len(text.partition(".")[2]) <= digits and size < LARGEST_FIXED:
        return text, None
    if 10.0 ** -(digits / 2) <= size < LARGEST_FIXED:
        return f"{size:.{digits}f}", None
    if exponent is not None and len(text.replace(".", "")) <= digits:
        return exact
    return _split(f"{size:.{digits - 1}e}")


def _split(text: str) -> tuple[str, int | None]:
    mantissa, _, exponent = text.partition("e")
    return mantissa.removesuffix(".0"), int(exponent) if exponent else None


def _infinite(value: float) -> Leaf:
    if math.isnan(value):
        return Leaf("\\text{undefined}", "undefined")
    return Leaf("{-}\\infty", "−∞") if value < 0.0 else Leaf("\\infty", "∞")


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
