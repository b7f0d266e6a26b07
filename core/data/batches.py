"""The order of the samples in an epoch, and how many batches it makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

RowLosses = Callable[[], NDArray[Any]]
"""Returns the loss of each sample, (samples,)."""


def epoch_order(
    order: str, count: int, generator: np.random.Generator, row_losses: RowLosses
) -> NDArray[np.int64]:
    """Return the row numbers 0 … count − 1, each once.

    Parameters
    ----------
    order : ``random`` (drawn from `generator`, without replacement), ``given``, or ``curriculum``: easy samples first,
        by the loss that `row_losses` returns; of equal ones the lower row first, and what has no loss (NaN) last.
    """
    match order:
        case "random":
            return generator.permutation(count).astype(np.int64, copy=False)
        case "given":
            return np.arange(count, dtype=np.int64)
        case "curriculum":
            return np.argsort(row_losses(), kind="stable").astype(np.int64, copy=False)
    raise ValueError(f"no order is called {order}")


def batches_per_epoch(count: int, batch_size: int) -> int:
    """Return how many batches `count` samples make; the last one holds the rest."""
    return -(-count // batch_size)
