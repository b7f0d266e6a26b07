"""Prepared data for tests: given number by number, or drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import PreparedData, Samples


def samples_of(inputs: Any, targets: Any, dtype: str = "float64") -> Samples:
    """Samples with the largest target as label; a single target is its own class, 0 or 1."""
    answers = np.array(targets, dtype)
    labels = answers.argmax(axis=1) if answers.shape[1] > 1 else answers[:, 0].round()
    arrays = [np.array(inputs, dtype), answers, labels.astype(np.int64)]
    for array in arrays:
        array.flags.writeable = False
    return Samples(*arrays)


def data_of(
    training: Samples, validation: Samples | None = None, name: str = "Toy", fingerprint: str = "a" * 64
) -> PreparedData:
    nothing = Samples(training.inputs[:0], training.targets[:0], training.labels[:0])
    classes = tuple(str(number) for number in range(training.targets.shape[1]))
    shape = tuple(training.inputs.shape[1:])
    return PreparedData(name, training, validation or nothing, nothing, classes, shape, fingerprint)


def random_samples(count: int, shape: Sequence[int], classes: int, dtype: str = "float64", seed: int = 1) -> Samples:
    """Normal inputs; one-hot targets that a linear map of them decides, so that there is something to learn."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(count, *shape))
    rule = np.random.default_rng(99).normal(size=(int(np.prod(shape)), classes))
    labels: NDArray[np.int64] = (inputs.reshape(count, len(rule)) @ rule).argmax(axis=1)
    return samples_of(inputs, np.eye(classes)[labels], dtype)


def random_data(
    count: int = 47,
    width: int = 5,
    classes: int = 3,
    dtype: str = "float64",
    validation: int = 13,
    fingerprint: str = "a" * 64,
    seed: int = 1,
) -> PreparedData:
    return data_of(
        random_samples(count, (width,), classes, dtype, seed),
        random_samples(validation, (width,), classes, dtype, seed + 1),
        fingerprint=fingerprint,
    )
