"""Data sets as values: raw as they were read, and prepared for training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.options import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Labelled samples as they were read, before any preprocessing. Arrays are read-only.

    Attributes
    ----------
    name : as shown, such as "MNIST".
    inputs : (samples, *shape), any numeric dtype.
    labels : (samples,) int64, each 0 … classes − 1.
    test_inputs, test_labels : the part that is never trained on.
    classes : name of each class.
    value_range : smallest and largest value an input can have, such as (0, 255).
    fingerprint : SHA-256 of the samples and labels, hexadecimal.
    source_note : where it comes from and under which licence, one line.
    weights, test_weights : (samples,), how much each sample counts in the loss; None where the source has no such
        column. Only their ratios matter.
    """

    name: str
    inputs: NDArray[Any]
    labels: NDArray[np.int64]
    test_inputs: NDArray[Any]
    test_labels: NDArray[np.int64]
    classes: tuple[str, ...]
    value_range: tuple[float, float]
    fingerprint: str
    source_note: str = ""
    weights: NDArray[Any] | None = None
    test_weights: NDArray[Any] | None = None

    @property
    def sample_shape(self) -> Shape:
        """Shape of one input, such as (28, 28)."""
        return tuple(self.inputs.shape[1:])


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """One part of a prepared data set, read-only and contiguous.

    Attributes
    ----------
    inputs : (samples, *shape) in the training dtype.
    targets : (samples, width) in the training dtype; one output per class, or one for two classes.
    labels : (samples,) int64, the class of each sample.
    weights : (samples,) in the training dtype, how much each counts in the loss; None where each counts 1. Their mean
        over the training part is 1.
    threshold : a single output above this names class 1: the middle of the two targets.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    labels: NDArray[np.int64]
    weights: NDArray[Any] | None = None
    threshold: float = 0.5

    def __len__(self) -> int:
        return len(self.inputs)

    def part(self, rows: slice) -> Samples:
        """Return some of the samples, without copying."""
        weights = None if self.weights is None else self.weights[rows]
        return Samples(self.inputs[rows], self.targets[rows], self.labels[rows], weights, self.threshold)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedData:
    """A data set scaled, coded and split as a DataReference says.

    Attributes
    ----------
    fingerprint : of what training sees: the raw data's fingerprint, scaling, split, targets, weights.
    divisor : what every input value was divided by; 1 for values as they were.
    """

    name: str
    training: Samples
    validation: Samples
    test: Samples
    classes: tuple[str, ...]
    sample_shape: Shape
    fingerprint: str
    source_note: str = ""
    divisor: float = 1.0

    @property
    def target_width(self) -> int:
        """How many outputs a sample wants: one per class, or one for two classes."""
        return int(self.training.targets.shape[1])
