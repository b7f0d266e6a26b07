"""Numbers as the panels show them: true minus sign, thousands commas, figures that do not jump."""

from __future__ import annotations

import math

MINUS = "\u2212"
NOTHING = "–"
"""Shown where there is no value."""

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def significant(value: float, digits: int = 3) -> str:
    """Return a number with at least so many significant digits, and one more place below 1.

    0.0826, 0.1052, 12.3, 0.00312, 1.20e−7; "–" for NaN.
    """
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    size = abs(value)
    if size >= 1e6 or 0.0 < size < 1e-4:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return _minus(f"{mantissa}e{int(exponent)}")
    first = math.floor(math.log10(size)) if size > 0.0 else 0
    places = digits - 1 - first
    # Numbers below 1 that stand below each other keep their decimal points in line as far as 0.01.
    return _minus(f"{value:,.{max(0, places if size >= 1.0 else max(places, digits + 1))}f}")


def decimals(value: float, places: int) -> str:
    """Return a number with so many decimal places; "–" for NaN, and never "−0.00"."""
    if not math.isfinite(value):
        return significant(value)
    text = f"{value:,.{places}f}"
    return _minus(text if float(text.replace(",", "")) != 0.0 else text.lstrip("-"))


def short(value: float) -> str:
    """Return a number with two decimal places, or its size where that would be 0: 0.29, 2.32, 0.0041, 3e−5."""
    size = abs(value)
    if not math.isfinite(value) or size == 0.0 or 0.095 <= size < 1e4:
        return decimals(value, 2)
    if size >= 1e4 or size < 1e-3:
        mantissa, exponent = f"{value:.0e}".split("e")
        return _minus(f"{mantissa}e{int(exponent)}")
    return _minus(f"{value:.{1 - math.floor(math.log10(size))}f}")


def count(value: int) -> str:
    """Return a whole number with thousands commas."""
    return _minus(f"{value:,}")


def percent(share: float, places: int = 1) -> str:
    """Return a share of 1 as "92.0 %"; "–" for NaN."""
    return f"{decimals(100.0 * share, places)} %" if math.isfinite(share) else NOTHING


def tick(value: float) -> str:
    """Return the shortest text of a value on an axis: 0.05, 1,000, 10⁻⁵."""
    size = abs(value)
    if size >= 1e5 or 0.0 < size < 1e-3:
        mantissa, exponent = f"{value:.6e}".split("e")
        factor = _minus(f"{float(mantissa):g}")
        power = "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
        return power if factor == "1" else f"{factor}·{power}"
    return _minus(f"{value:,.10g}")


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
