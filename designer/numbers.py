"""Numbers as the window writes them: thousands commas, a true minus sign, figures that do not jump."""

from __future__ import annotations

import math

from core.texts import not_finite

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
"""Shown where there is no value."""

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def whole(value: int) -> str:
    """Return 18250 as "18,250"."""
    return _minus(f"{value:,}")


def decimals(value: float, places: int, *, signed: bool = False) -> str:
    """Return a number with so many decimal places; "–" for NaN, and never "−0.00".

    `signed` gives a positive one a plus sign, but for what is written as 0.
    """
    if not math.isfinite(value):
        return _not_finite(value)
    text = f"{value:{_sign(signed)},.{places}f}"
    return _minus(text if float(text.replace(",", "")) != 0.0 else text.lstrip("+-"))


def percent(share: float, places: int = 1) -> str:
    """Return a share of 1 as "92.0 %"; "–" for NaN."""
    return f"{decimals(100.0 * share, places)} %" if math.isfinite(share) else NOTHING


def measure(value: float) -> str:
    """Return a loss with four decimals, or with a power of ten where that would say nothing; a dash for NaN."""
    if not math.isfinite(value):
        return _not_finite(value)
    return decimals(value, 4) if value == 0.0 or 0.001 <= abs(value) < 1000.0 else scientific(value, 2)


def significant(value: float, digits: int = 3) -> str:
    """Return a number with at least so many significant digits, and one more place below 1.

    0.0826, 0.1052, 12.3, 0.00312, 1.20e−7; "–" for NaN.
    """
    if not math.isfinite(value):
        return _not_finite(value)
    size = abs(value)
    if size >= 1e6 or 0.0 < size < 1e-4:
        return scientific(value, digits - 1)
    first = math.floor(math.log10(size)) if size > 0.0 else 0
    places = digits - 1 - first
    # Numbers below 1 that stand below each other keep their decimal points in line as far as 0.01.
    return _minus(f"{value:,.{max(0, places if size >= 1.0 else max(places, digits + 1))}f}")


def short(value: float) -> str:
    """Return a number with two decimal places, or its size where that would be 0: 0.29, 2.32, 0.0041, 3e−5."""
    size = abs(value)
    if not math.isfinite(value) or size == 0.0 or 0.095 <= size < 1e4:
        return decimals(value, 2)
    if size >= 1e4 or size < 1e-3:
        return scientific(value, 0)
    return _minus(f"{value:.{1 - math.floor(math.log10(size))}f}")


def answer(value: float) -> str:
    """Return an output of a network with two decimal places, or its size where that would be long: 0.76, −4e12."""
    return decimals(value, 2) if abs(value) < 1000.0 else scientific(value, 0)


def general(value: float, digits: int, *, signed: bool = False) -> str:
    """Return a number with at most so many significant digits and no zeros behind: 0.5, 12.35, 1e−7.

    `signed` gives a positive one a plus sign; NaN is "–".
    """
    if not math.isfinite(value):
        return _not_finite(value)
    return _power(f"{value:{_sign(signed)}.{digits}g}")


def scientific(value: float, places: int, *, signed: bool = False) -> str:
    """Return a number with a power of ten and so many decimal places before it: 1.20e−7; "–" for NaN."""
    return _power(f"{value:{_sign(signed)}.{places}e}") if math.isfinite(value) else _not_finite(value)


def tick(value: float) -> str:
    """Return the shortest text of a value on an axis: 0.05, 1,000, 10⁻⁵."""
    size = abs(value)
    if size >= 1e5 or 0.0 < size < 1e-3:
        mantissa, exponent = f"{value:.6e}".split("e")
        factor = _minus(f"{float(mantissa):g}")
        power = "10" + str(int(exponent)).translate(_SUPERSCRIPTS)
        return power if factor == "1" else f"{factor}·{power}"
    return _minus(f"{value:,.10g}")


def microseconds(value: float) -> str:
    """Return a time per step with one decimal below 100; a dash for NaN."""
    if not math.isfinite(value):
        return NOTHING
    return f"{value:.1f}" if value < 99.95 else f"{value:,.0f}"


def _sign(signed: bool) -> str:
    return "+" if signed else ""


def _power(text: str) -> str:
    """Return Python's "1.2e-07" as "1.2e−7"."""
    mantissa, _, exponent = text.partition("e")
    return _minus(f"{mantissa}e{int(exponent)}" if exponent else mantissa)


def _not_finite(value: float) -> str:
    return NOTHING if math.isnan(value) else not_finite(value)


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
