"""From a data set as it was read to what training sees: scaled, coded, weighted, split."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, PreparedData, Samples
from core.data.reference import DataReference
from core.data.weights import Weighting, weighting
from core.errors import DataError

SPLIT_SEED = 1986
"""Seed of the choice of the validation samples: fixed, so that it is the same for every project and training seed."""

SPLIT_VERSION = 1
"""Raised when the same data and percentage would be split differently."""

_BLOCK = 1_000  # samples converted at a time: small enough for the processor's cache


def prepare(dataset: Dataset, reference: DataReference, dtype: str) -> PreparedData:
    """Return `dataset` scaled, coded and split as `reference` says, in `dtype` (``float32`` or ``float64``).

    Within each part the samples keep their order. All arrays are read-only and contiguous.
    Raises DataError where a class would be missing from the training or the validation part, and where targets or
    weights do not fit the classes.
    """
    _check_single_output(dataset, reference)
    divisor = _divisor(dataset, reference.scaling)
    held_back = validation_mask(dataset, reference.validation_percent)
    training, validation = np.flatnonzero(~held_back), np.flatnonzero(held_back)
    maker = _Maker(reference, len(dataset.classes), divisor, weighting(dataset, reference, training), dtype)
    return PreparedData(
        name=dataset.name,
        training=_part(dataset, training, maker),
        validation=_part(dataset, validation, maker),
        test=maker.samples(dataset.test_inputs, dataset.test_labels, dataset.test_weights),
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


def _check_single_output(dataset: Dataset, reference: DataReference) -> None:
    if reference.single_output and len(dataset.classes) != 2:
        raise DataError(
            "'{name}' has {found} classes, and one output tells two apart. Switch 'One output' off.",
            name=dataset.name,
            found=len(dataset.classes),
        )


def _part(dataset: Dataset, rows: NDArray[np.intp], maker: _Maker) -> Samples:
    inputs = dataset.inputs if len(rows) == len(dataset.inputs) else dataset.inputs[rows]
    weights = None if dataset.weights is None else dataset.weights[rows]
    return maker.samples(inputs, dataset.labels[rows], weights)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the parts of a data set, all in the same way."""

    reference: DataReference
    classes: int
    divisor: float
    weighting: Weighting | None
    dtype: str

    def samples(self, raw: NDArray[np.generic], labels: NDArray[np.int64], weights: NDArray[Any] | None) -> Samples:
        inputs = np.empty(raw.shape, dtype=self.dtype)
        labels = np.array(labels, dtype=np.int64)
        for start in range(0, len(raw), _BLOCK):
            block = slice(start, start + _BLOCK)
            np.divide(raw[block], self.divisor, out=inputs[block], dtype=self.dtype, casting="same_kind")
        low, high = (-1.0, 1.0) if self.reference.targets == "signed" else (0.0, 1.0)
        targets = np.full((len(labels), 1 if self.reference.single_output else self.classes), low, dtype=self.dtype)
        if self.reference.single_output:
            targets[labels == 1] = high
        else:
            targets[np.arange(len(labels)), labels] = high
        for array in (inputs, targets, labels):
            array.flags.writeable = False
        found = None if self.weighting is None else self.weighting.of(labels, weights, self.dtype)
        return Samples(inputs, targets, labels, found, (low + high) / 2)


def _fingerprint(dataset: Dataset, reference: DataReference) -> str:
    steps = (
        f"scaling={reference.scaling} validation={reference.validation_percent} split={SPLIT_VERSION} "
        f"targets={reference.targets} single={reference.single_output} "
        f"weights={reference.class_weights} {reference.class_weight_values}"
    )
    return hashlib.sha256(f"{dataset.fingerprint} {steps}".encode()).hexdigest()
