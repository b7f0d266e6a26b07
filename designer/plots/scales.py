"""Axes: ranges that grow in steps instead of creeping, and ticks at round values."""

from __future__ import annotations

import math
from collections.abc import Sequence

ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Ends that an axis can have, times a power of ten."""

STEPS = (1.0, 2.0, 5.0, 10.0)
"""Distances between ticks, times a power of ten."""

ACCURACY_FLOORS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)
"""Lower ends of the accuracy axis."""


def round_above(value: float, steps: Sequence[float] = ROUND) -> float:
    """Return the smallest round number that is not below a positive `value`; 1 where it is not positive."""
    if not (math.isfinite(value) and value > 0.0):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (*steps, 10.0 * steps[-1]) if step * power >= value * (1.0 - 1e-9))


def round_below(value: float, steps: Sequence[float] = ROUND) -> float:
    """Return the largest round number that is not above a positive `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return max((step * power for step in steps if step * power <= value * (1.0 + 1e-9)), default=power)


def tick_step(span: float, most: int) -> float:
    """Return the smallest 1-2-5 step that cuts `span` into at most `most` parts."""
    return round_above(span / max(1, most), STEPS)


def linear_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return round values from `low` to `high`, at most `most` steps apart."""
    if not high > low:
        return ()
    step = tick_step(high - low, most)
    first = math.ceil(low / step - 1e-6)
    last = math.floor(high / step + 1e-6)
    return tuple(index * step for index in range(first, last + 1))


def end_of_time(last: float, most: int) -> float:
    """Return where an axis of time that starts at 0 ends, so that it grows by whole ticks."""
    if last <= 0.0:
        return 1.0
    step = tick_step(last, most)
    return step * math.ceil(last / step - 1e-9)


def logarithmic_range(low: float, high: float) -> tuple[float, float]:
    """Return the range of a logarithmic axis that holds `low` to `high`, with round ends (1-2-5)."""
    bottom, top = round_below(low, STEPS), round_above(high, STEPS)
    if top <= bottom * 1.01:
        top = round_above(bottom * 1.5, STEPS)
    return bottom, top


def logarithmic_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Return round values of a logarithmic axis: 1-2-5, or powers of ten where there would be more than `most`."""
    lowest, highest = math.floor(math.log10(low)), math.ceil(math.log10(high))
    powers = range(lowest, highest + 1)
    for steps, stride in (((1.0, 2.0, 5.0), 1), ((1.0, 3.0), 1), ((1.0,), 1), ((1.0,), 2), ((1.0,), 5)):
        ticks = [step * 10.0**power for power in powers if power % stride == 0 for step in steps]
        inside = tuple(tick for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9))
        if len(inside) <= most:
            return inside
    return inside


def fitting_share(low: float, high: float) -> tuple[float, float]:
    """Return the range of a linear axis for shares from `low` to `high`, with round ends between 0 and 1."""
    step = tick_step(max(high - low, 0.002), 4)
    bottom, top = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)
    if top - bottom < step / 2.0:
        top = bottom + step
    return (max(0.0, bottom), min(1.0, top)) if bottom < 1.0 else (1.0 - step, 1.0)


def accuracy_floor(low: float, before: float | None) -> float:
    """Return the lower end of the accuracy axis for values down to `low`.

    `before` is the end in force, or None: it falls at once, but rises only where there is room to spare, so that it
    does not swing between two ends.
    """
    wanted = max(floor for floor in ACCURACY_FLOORS if floor <= max(0.0, low) + 1e-9)
    if before is None or wanted <= before:
        return wanted
    return wanted if low >= wanted + 0.1 * (1.0 - wanted) else before
