"""Folds for cross-validation: every sample is held back exactly once, every class evenly."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import PreparedData, Samples
from core.errors import DataError

Rows = NDArray[np.intp]


def stratified_folds(labels: NDArray[np.int64], folds: int, seed: int) -> tuple[Rows, ...]:
    """Return the row numbers that each fold holds back, in ascending order.

    The rows of each class are shuffled by `seed` and dealt out one by one, each class where the one before ended. So
    the folds differ by one sample at most, and in each class by one at most. Of few samples some folds have none.
    Raises DataError unless there are at least 2 folds and a sample for each.
    """
    count = len(labels)
    if not 2 <= folds <= count:
        raise DataError(
            "{count} samples cannot be split into {folds} folds; 2 to {most} were expected.",
            count=f"{count:,}",
            folds=f"{folds:,}",
            most=f"{count:,}",
        )
    # Only the raw output of a bit generator is promised to be the same in every version of numpy.
    keys = np.random.PCG64(seed).random_raw(count)
    dealt = np.lexsort((keys, labels))
    return tuple(np.sort(dealt[fold::folds]) for fold in range(folds))


def without_rows(data: PreparedData, held_back: Rows) -> tuple[PreparedData, Samples]:
    """Return data whose training part lacks these rows and which has no other part, and the samples of the rows.

    Nothing that happens while it trains can look at what is held back, not even a rule that stops the run.
    """
    kept = np.ones(len(data.training), dtype=np.bool_)
    kept[held_back] = False
    nothing = _rows_of(data.training, held_back[:0])
    rest = _rows_of(data.training, np.flatnonzero(kept))
    return replace(data, training=rest, validation=nothing, test=nothing), _rows_of(data.training, held_back)


def _rows_of(samples: Samples, rows: Rows) -> Samples:
    """Return a copy of some samples: every array that a part of the data has holds one row per sample."""
    copies: dict[str, Any] = {}
    for field in fields(samples):
        array = getattr(samples, field.name)
        if isinstance(array, np.ndarray):
            copies[field.name] = array[rows]
            copies[field.name].flags.writeable = False
    return replace(samples, **copies)
