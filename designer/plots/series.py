"""Long records made short: at most two points per pixel, with every peak kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
NO_NUMBERS: Numbers = np.empty(0)


def column(table: Mapping[str, Numbers], name: str) -> Numbers:
    """Return a column of a history, or NaN in every row where it has none."""
    found = table.get(name)
    return found if found is not None else np.full(len(table.get("iteration", NO_NUMBERS)), np.nan)


def visible_rows(xs: Numbers, low: float, high: float) -> slice:
    """Return the rows of the sorted `xs` from `low` to `high` and one more on each side."""
    first = max(0, int(np.searchsorted(xs, low, "left")) - 1)
    return slice(first, int(np.searchsorted(xs, high, "right")) + 1)


def thinned(xs: Numbers, ys: Numbers, pixels: int) -> tuple[Numbers, Numbers]:
    """Return a curve of at most two points per pixel that shows every peak of (xs, ys).

    Rows are taken together in groups of a power of two, counted from the first row, so the groups of old rows stay
    as they are while new rows come. A group of nothing but NaN stays a gap.
    """
    size = group_size(len(xs), pixels)
    if size == 1:
        return xs, ys
    starts = np.arange(0, len(xs), size)
    lowest, highest = np.fmin.reduceat(ys, starts), np.fmax.reduceat(ys, starts)
    points = np.empty(2 * len(starts))
    # Which end of a group comes first does not show at this width, but a zigzag with the neighbours would.
    falling = ys[starts] > ys[np.minimum(starts + size, len(ys)) - 1]
    points[0::2] = np.where(falling, highest, lowest)
    points[1::2] = np.where(falling, lowest, highest)
    places = np.empty(2 * len(starts))
    places[0::2] = xs[starts]
    places[1::2] = xs[np.minimum(starts + size, len(xs)) - 1]
    return places, points


def group_size(rows: int, pixels: int) -> int:
    """Return how many rows are taken together so that there are no more groups than pixels."""
    size = 1
    while rows > size * max(1, pixels):
        size *= 2
    return size


def nearest_row(xs: Numbers, x: float) -> int:
    """Return the row of the sorted, non-empty `xs` that is nearest to `x`."""
    after = int(np.searchsorted(xs, x))
    if after == 0:
        return 0
    if after == len(xs) or x - xs[after - 1] <= xs[after] - x:
        return after - 1
    return after
