"""Numbers as the window writes them: thousands commas, a true minus sign, figures that do not jump."""

from __future__ import annotations

import math

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"


def whole(value: int) -> str:
    """Return 18250 as "18,250"."""
    return f"{value:,}".replace("-", MINUS)


def measure(value: float) -> str:
    """Return a loss with four decimals, or with a power of ten where that would say nothing; a dash for NaN."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "\N{INFINITY}"
    if value == 0.0 or 0.001 <= abs(value) < 1000.0:
        return f"{value:.4f}".replace("-", MINUS)
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def percent(share: float) -> str:
    """Return 0.935 as "93.50 %"; a dash for NaN."""
    return NOTHING if math.isnan(share) else f"{100.0 * share:.2f} %"


def microseconds(value: float) -> str:
    """Return a time per step with one decimal below 100; a dash for NaN."""
    if not math.isfinite(value):
        return NOTHING
    return f"{value:.1f}" if value < 99.95 else f"{value:,.0f}"
