"""Distributions of a parameter: how it lies now, and how it lay at earlier moments of the run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from designer.plots.scales import round_above

BINS = 128
MOST_RIDGES = 15
"""Moments of a run that are kept, with the one of now."""

MOST_VALUES = 60_000
"""Of more values than this only every n-th is counted: a histogram would cost more than a step of training."""

FEW_VALUES = 64
"""Of so few values none may lie beyond the ends of the axis."""

TINY = 1e-30
"""Below this all weights count as 0."""

TAIL = 0.02
"""Share of the values that may lie beyond the ends of the axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Ridge:
    """The distribution of a parameter at one moment.

    Attributes
    ----------
    iteration : the moment.
    centres, heights : a smoothed histogram; the highest bin is 1.
    end : round number such that nearly all values lie between −end and +end.
    deviation, mean, lowest, highest : of the values that were counted.
    stride : every how manieth value was counted.
    """

    iteration: int
    centres: NDArray[np.float64]
    heights: NDArray[np.float64]
    end: float
    deviation: float
    mean: float
    lowest: float
    highest: float
    stride: int = 1


def ridge_of(values: NDArray[np.floating], iteration: int, most: int = MOST_VALUES) -> Ridge | None:
    """Return the distribution of the finite ones among `values` (any shape), or None where there are none."""
    flat = values.reshape(-1)
    stride = -(-len(flat) // most)
    flat = flat[::stride] if stride > 1 else flat
    lowest, highest = float(flat.min()), float(flat.max())
    if not np.isfinite(lowest + highest):
        flat = flat[np.isfinite(flat)]
        if not len(flat):
            return None
        lowest, highest = float(flat.min()), float(flat.max())
    largest = max(-lowest, highest, 0.0)
    with np.errstate(over="ignore"):
        deviation = float(flat.std(dtype=np.float64))
    if not np.isfinite(deviation):
        # The squares of a run that explodes are beyond the largest number before the weights are.
        deviation = largest
    reach = largest + 3.0 * _silverman(deviation, len(flat))
    end = inner = round_above(reach) if TINY < reach < 1.0 / TINY else 1.0 if reach <= TINY else largest
    counts = _counts(flat, end)
    for _ in range(3 if deviation > 0.0 and len(flat) > FEW_VALUES else 0):
        inner = _inner_end(counts, end)
        if inner > 0.3 * end:
            break
        # A few far outliers would leave only a handful of bins for all the rest.
        counts, end = _counts(flat, inner), inner
    heights = _smoothed(counts)
    centres = np.asarray((np.arange(BINS) + 0.5) * (2.0 * end / BINS) - end, dtype=np.float64)
    mean = float(flat.mean(dtype=np.float64))
    return Ridge(iteration, centres, heights, inner, deviation, mean, lowest, highest, max(1, stride))


class RidgeHistory:
    """Earlier distributions of one parameter, spread evenly over the run however long it gets.

    One is kept per slot of `spacing` iterations; when there are too many, every second goes and the slots double.
    """

    def __init__(self) -> None:
        self.ridges: list[Ridge] = []
        self._spacing = 1

    def is_due(self, iteration: int) -> bool:
        """Whether the distribution at this iteration should be kept."""
        if not self.ridges or iteration == self.ridges[-1].iteration:
            return True
        return iteration // self._spacing > self.ridges[-1].iteration // self._spacing

    def add(self, ridge: Ridge) -> None:
        """Keep a distribution; one of the same moment is replaced, for weights can be set by hand."""
        if self.ridges and self.ridges[-1].iteration == ridge.iteration:
            self.ridges.pop()
        self.ridges.append(ridge)
        while len(self.ridges) >= MOST_RIDGES:
            self._spacing *= 2
            slots = {kept.iteration // self._spacing: kept for kept in reversed(self.ridges)}
            self.ridges = [slots[slot] for slot in sorted(slots)]

    def until(self, iteration: int) -> RidgeHistory:
        """Return a history of its own with those of earlier moments."""
        earlier = RidgeHistory()
        earlier.ridges, earlier._spacing = self.before(iteration), self._spacing
        return earlier

    def before(self, iteration: int) -> list[Ridge]:
        """Return the kept distributions of earlier moments, oldest first."""
        return [ridge for ridge in self.ridges if ridge.iteration < iteration]


def _counts(flat: NDArray[np.floating], end: float) -> NDArray[np.float64]:
    """Return how many values lie in each of the bins between −end and end; those beyond are not counted."""
    scale = BINS / (2.0 * end)
    # One bin more on each side catches what lies beyond, and the value that is exactly `end`.
    places = np.clip(flat * float(scale) + float(BINS // 2 + 1), 0.0, float(BINS + 1))
    counts = np.bincount(places.astype(np.int32), minlength=BINS + 2).astype(np.float64)
    exactly = np.count_nonzero(flat == end) if counts[-1] else 0
    counts[-2] += exactly
    return counts[1:-1]


def _inner_end(counts: NDArray[np.float64], end: float) -> float:
    """Return the smallest round number such that only the tail lies beyond −it and +it."""
    half = BINS // 2
    outward = counts[half:] + counts[:half][::-1]
    inside = np.cumsum(outward)
    if inside[-1] <= 0.0:
        return end
    bins = int(np.searchsorted(inside, (1.0 - TAIL) * inside[-1])) + 1
    return min(end, round_above(bins * end / half))


def _silverman(deviation: float, count: float) -> float:
    """Return how far each of `count` values is spread, so that few of them give a curve and not a comb."""
    return float(0.9 * deviation * max(count, 1.0) ** -0.2)


def _smoothed(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the histogram smoothed by a bell curve of the width that its values ask for, highest bin 1."""
    places, total = np.arange(BINS), max(1.0, float(counts.sum()))
    mean = float((places * counts).sum()) / total
    deviation = float(np.sqrt(((places - mean) ** 2 * counts).sum() / total))
    spread = float(np.clip(_silverman(deviation, total), 0.7, BINS / 12))
    reach = int(3.0 * spread) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / spread) ** 2)
    smooth = np.convolve(counts, kernel, mode="same")
    peak = float(smooth.max())
    return smooth / peak if peak > 0.0 else smooth
