"""Loss and accuracy of a run as the plot needs them: two curves over iterations, and what they are at one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from core.training.history import Table
from core.training.recorder import record_interval
from core.training.snapshot import Snapshot
from designer.plots.series import NO_NUMBERS, Numbers, column, nearest_row


def _no_numbers() -> Numbers:
    return NO_NUMBERS


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Loss and accuracy (share of 1) after so many iterations; NaN where there is no value."""

    iterations: Numbers = field(default_factory=_no_numbers)
    loss: Numbers = field(default_factory=_no_numbers)
    accuracy: Numbers = field(default_factory=_no_numbers)

    def __len__(self) -> int:
        return len(self.iterations)


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of a curve."""

    iteration: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class LossRecord:
    """The record of a run.

    Attributes
    ----------
    training, validation : the curves.
    batches : iterations per epoch; 0 where iterations cannot be converted into epochs.
    first_row_at : iteration at whose end the first row of a run is recorded; 0 before the first step.
    moment : iteration of the earlier moment that the other panels show; −1 for the present.
    """

    training: Curve = field(default_factory=Curve)
    validation: Curve = field(default_factory=Curve)
    batches: int = 0
    first_row_at: int = 0
    moment: int = -1

    @property
    def empty(self) -> bool:
        """Whether there is no row at all."""
        return not len(self.training) and not len(self.validation)

    @property
    def last_iteration(self) -> int:
        """Iteration of the newest row, 0 where there is none."""
        ends = [int(curve.iterations[-1]) for curve in (self.training, self.validation) if len(curve)]
        return max(ends, default=0)

    def same_as(self, other: LossRecord) -> bool:
        """Whether both are the same state of the same run: histories only grow, so the ends tell."""
        ours, theirs = ((r.batches, r.first_row_at, r.moment) for r in (self, other))
        return ours == theirs and all(
            len(one) == len(two)
            and (not len(one) or (one.iterations[-1] == two.iterations[-1] and _equal(one.loss[-1], two.loss[-1])))
            for one, two in ((self.training, other.training), (self.validation, other.validation))
        )

    def continues(self, earlier: LossRecord) -> bool:
        """Whether this is a later state of the same run, or the beginning of one."""
        if self.last_iteration < earlier.last_iteration:
            return False
        return all(
            not len(before) or (len(now) > 0 and _equal(float(now.loss[0]), float(before.loss[0])))
            for now, before in ((self.training, earlier.training), (self.validation, earlier.validation))
        )

    def reading(self, curve: Curve, iteration: float) -> Reading | None:
        """Return the row of a curve that is nearest to an iteration."""
        if not len(curve):
            return None
        row = nearest_row(curve.iterations, iteration)
        return Reading(int(curve.iterations[row]), float(curve.loss[row]), float(curve.accuracy[row]))

    def neighbour(self, iteration: float, step: int) -> int:
        """Return the iteration of the training row `step` rows after the nearest one."""
        rows = self.training.iterations if len(self.training) else self.validation.iterations
        return int(rows[max(0, min(len(rows) - 1, nearest_row(rows, iteration) + step))])


def record_of(snapshot: Snapshot) -> LossRecord:
    """Return the record of a snapshot's run, up to now also where it shows an earlier moment."""
    made = snapshot.epoch * snapshot.batches + snapshot.batch
    # With another batch size in the middle of a run the epochs have no common length.
    steady = snapshot.batches > 0 and made == snapshot.iteration
    record = snapshot.whole_record
    history = snapshot.history if record is None else record
    return LossRecord(
        _curve(history.training),
        _curve(history.validation),
        snapshot.batches if steady else 0,
        record_interval(snapshot.batches) if snapshot.iteration or record is not None else 0,
        -1 if record is None else snapshot.iteration,
    )


def positive_range(curves: list[Numbers]) -> tuple[float, float] | None:
    """Return the smallest and largest positive finite value of some losses, or None."""
    return finite_range([values[values > 0.0] for values in curves])


def finite_range(curves: list[Numbers]) -> tuple[float, float] | None:
    """Return the smallest and largest finite value of some curves, or None."""
    low, high = math.inf, -math.inf
    for values in curves:
        known = values[np.isfinite(values)]
        if len(known):
            low, high = min(low, float(known.min())), max(high, float(known.max()))
    return (low, high) if low <= high else None


def usual_low(curves: list[Numbers]) -> float | None:
    """Return an accuracy that nine values of ten reach, or None: the steep start may leave the plot below."""
    known = np.concatenate([values[np.isfinite(values)] for values in curves]) if curves else NO_NUMBERS
    if not len(known):
        return None
    return float(np.partition(known, len(known) // 10)[len(known) // 10])


def _equal(one: float, two: float) -> bool:
    return one == two or (math.isnan(one) and math.isnan(two))


def _curve(table: Table) -> Curve:
    iterations = table.get("iteration", NO_NUMBERS)
    return Curve(iterations, column(table, "loss"), column(table, "accuracy"))
