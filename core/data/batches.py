"""The order of the samples in an epoch, and how many batches it makes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def epoch_order(generator: np.random.Generator | None, count: int) -> NDArray[np.int64]:
    """Return the row numbers 0 … count − 1, each once: drawn without replacement, or as given where there is none."""
    if generator is None:
        return np.arange(count, dtype=np.int64)
    return generator.permutation(count).astype(np.int64, copy=False)


def batches_per_epoch(count: int, batch_size: int) -> int:
    """Return how many batches `count` samples make; the last one holds the rest."""
    return -(-count // batch_size)
