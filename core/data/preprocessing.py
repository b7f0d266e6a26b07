"""From a data set as it was read to what training sees: scaled, coded one-hot, split."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, PreparedData, Samples
from core.data.reference import DataReference
from core.errors import DataError

SPLIT_SEED = 1986
"""Seed of the choice of the validation samples: fixed, so that it is the same for every project and training seed."""

SPLIT_VERSION = 1
"""Raised when the same data and percentage would be split differently."""

_BLOCK = 1_000  # samples converted at a time: small enough for the processor's cache


def prepare(dataset: Dataset, reference: DataReference, dtype: str) -> PreparedData:
    """Return `dataset` scaled, coded and split as `reference` says, in `dtype` (``float32`` or ``float64``).

    Within each part the samples keep their order. All arrays are read-only and contiguous.
    Raises DataError where a class would be missing from the training or the validation part.
    """
    divisor = _divisor(dataset, reference.scaling)
    held_back = validation_mask(dataset, reference.validation_percent)
    return PreparedData(
        name=dataset.name,
        training=_part(dataset, np.flatnonzero(~held_back), divisor, dtype),
        validation=_part(dataset, np.flatnonzero(held_back), divisor, dtype),
        test=_samples(dataset.test_inputs, dataset.test_labels, len(dataset.classes), divisor, dtype),
        classes=dataset.classes,
        sample_shape=dataset.sample_shape,
        fingerprint=_fingerprint(dataset, reference),
        source_note=dataset.source_note,
        divisor=divisor,
    )


def validation_mask(dataset: Dataset, percent: int) -> NDArray[np.bool_]:
    """Return which training samples are held back for validation, (samples,).

    Each class gives its share (largest remainders first), but at least one sample to either part. Which ones depends
    on the place in the file, the class and SPLIT_SEED only; a larger percentage holds back the same ones and more.
    Raises DataError for a class of a single sample.
    """
    held_back = np.zeros(len(dataset.labels), dtype=np.bool_)
    if percent == 0:
        return held_back
    counts = np.bincount(dataset.labels, minlength=len(dataset.classes))
    for label in np.flatnonzero(counts == 1):
        raise DataError(
            "Class '{label}' of '{name}' has 1 training sample; at least 2 were expected, one for training and one for "
            "validation. Set 'Validation %' to 0, or add samples.",
            label=dataset.classes[label],
            name=dataset.name,
        )
    # Only the raw output of a bit generator is promised to be the same in every version of numpy.
    keys = np.random.PCG64(SPLIT_SEED).random_raw(len(held_back))
    for number, share in enumerate(_shares(counts, percent)):
        rows = np.flatnonzero(dataset.labels == number)
        held_back[rows[np.argsort(keys[rows], kind="stable")[:share]]] = True
    return held_back


def _shares(counts: NDArray[np.int64], percent: int) -> list[int]:
    """Return how many samples of each class are held back; in all `percent` of them, rounded half up."""
    shares = counts * percent // 100
    missing = (int(counts.sum()) * percent + 50) // 100 - int(shares.sum())
    largest_remainder_first = np.argsort(-(counts * percent % 100), kind="stable")
    shares[largest_remainder_first[:missing]] += 1
    return [
        min(max(int(share), 1), int(count) - 1) if count else 0 for share, count in zip(shares, counts, strict=True)
    ]


def _divisor(dataset: Dataset, scaling: str) -> float:
    if scaling == "none":
        return 1.0
    largest = dataset.value_range[1]
    if largest <= 0:
        raise DataError(
            "'{name}' cannot be scaled to 0 … 1: its largest possible value is {found:g}; one above 0 was expected. "
            "Set 'Scaling' to none.",
            name=dataset.name,
            found=largest,
        )
    return largest


def _part(dataset: Dataset, rows: NDArray[np.intp], divisor: float, dtype: str) -> Samples:
    inputs = dataset.inputs if len(rows) == len(dataset.inputs) else dataset.inputs[rows]
    return _samples(inputs, dataset.labels[rows], len(dataset.classes), divisor, dtype)


def _samples(raw: NDArray[np.generic], labels: NDArray[np.int64], classes: int, divisor: float, dtype: str) -> Samples:
    inputs = np.empty(raw.shape, dtype=dtype)
    targets = np.zeros((len(labels), classes), dtype=dtype)
    labels = np.array(labels, dtype=np.int64)
    for start in range(0, len(raw), _BLOCK):
        block = slice(start, start + _BLOCK)
        np.divide(raw[block], divisor, out=inputs[block], dtype=dtype, casting="same_kind")
    targets[np.arange(len(labels)), labels] = 1
    for array in (inputs, targets, labels):
        array.flags.writeable = False
    return Samples(inputs, targets, labels)


def _fingerprint(dataset: Dataset, reference: DataReference) -> str:
    steps = f"scaling={reference.scaling} validation={reference.validation_percent} split={SPLIT_VERSION}"
    return hashlib.sha256(f"{dataset.fingerprint} {steps}".encode()).hexdigest()
