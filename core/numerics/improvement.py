"""Whether a figure that should fall still falls: the one rule behind early stopping and reduce on plateau."""

from __future__ import annotations

import math
from collections.abc import Mapping


class Improvement:
    """Remembers the best value of a figure, and how many values since then were no improvement.

    Parameters
    ----------
    minimum_change : a value is an improvement where it is lower than the best one by more than this.
    counters, name : what an earlier run remembered, by names that start with `name`.
    """

    def __init__(self, minimum_change: float, counters: Mapping[str, float], name: str) -> None:
        self._minimum_change, self._name = minimum_change, name
        self.best = counters.get(f"{name}.best", math.inf)
        self.waited = int(counters.get(f"{name}.waited", 0))

    def observe(self, value: float) -> bool:
        """Take in the next value; returns whether it is an improvement. NaN never is one."""
        improved = value < self.best - self._minimum_change if math.isfinite(self.best) else math.isfinite(value)
        if improved:
            self.best, self.waited = value, 0
        else:
            self.waited += 1
        return improved

    def wait_anew(self) -> None:
        """Forget how long there was no improvement, but not the best value."""
        self.waited = 0

    def counters(self) -> dict[str, float]:
        """Return what is to be remembered."""
        found = {f"{self._name}.waited": float(self.waited)}
        if math.isfinite(self.best):
            found[f"{self._name}.best"] = self.best
        return found
