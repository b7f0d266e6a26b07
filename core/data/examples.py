"""Data sets small enough to work through by hand."""

from __future__ import annotations

import hashlib

import numpy as np

from core.data.dataset import Dataset

_XOR_INPUTS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
_XOR_LABELS = (0, 1, 1, 0)


def load_xor() -> Dataset:
    """Return the exclusive or of two inputs: four samples that no straight line can tell apart.

    There are no samples besides these, so the test part is the same four.
    """
    inputs, labels = np.array(_XOR_INPUTS), np.array(_XOR_LABELS, dtype=np.int64)
    for array in (inputs, labels):
        array.flags.writeable = False
    return Dataset(
        name="XOR",
        inputs=inputs,
        labels=labels,
        test_inputs=inputs,
        test_labels=labels,
        classes=("0", "1"),
        value_range=(0.0, 1.0),
        fingerprint=hashlib.sha256(inputs.tobytes() + labels.tobytes()).hexdigest(),
        source_note="the truth table of the exclusive or",
    )
