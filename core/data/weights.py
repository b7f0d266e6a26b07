"""How much each sample counts in the loss: a weight of its own, times that of its class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.reference import DataReference
from core.errors import DataError

Factors = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """What the weights of all parts are made of.

    Attributes
    ----------
    classes : weight of each class.
    scale : brings the mean weight of the training samples to 1, so that a learning rate means the same as without.
    """

    classes: Factors
    scale: float

    def of(self, labels: NDArray[np.int64], own: NDArray[Any] | None, dtype: str) -> NDArray[Any]:
        """Return the weight of each sample, read-only; `own` are those that came with the samples."""
        weights = self.classes[labels] * self.scale
        if own is not None:
            weights = weights * own
        result = weights.astype(dtype)
        result.flags.writeable = False
        return result


def weighting(dataset: Dataset, reference: DataReference, training: NDArray[np.intp]) -> Weighting | None:
    """Return how samples are weighted, or None where each counts 1.

    Parameters
    ----------
    training : rows of the training part, by which classes are balanced and weights scaled.

    Raises DataError for weights that cannot be used.
    """
    if reference.class_weights == "none" and dataset.weights is None:
        return None
    own = None if dataset.weights is None else np.asarray(dataset.weights, dtype=np.float64)
    for weights in (own, dataset.test_weights):
        if weights is not None and not (np.isfinite(weights).all() and (weights >= 0).all()):
            raise DataError(
                "'{name}' has a weight of a sample that is negative or no number. Correct the column of weights.",
                name=dataset.name,
            )
    labels = dataset.labels[training]
    classes = _class_weights(dataset, reference, np.bincount(labels, minlength=len(dataset.classes)))
    raw = classes[labels] if own is None else classes[labels] * own[training]
    total = float(raw.sum())
    if not 0.0 < total < np.inf:
        raise DataError(
            "The weights of all training samples of '{name}' are 0 or too large: there is nothing to learn from. "
            "Give a class that has samples a weight above 0.",
            name=dataset.name,
        )
    return Weighting(classes, len(training) / total)


def _class_weights(dataset: Dataset, reference: DataReference, counts: NDArray[np.int64]) -> Factors:
    """Return the weight of each class, before they are scaled."""
    weights = np.ones(len(counts))
    if reference.class_weights == "balanced":
        there = counts > 0
        weights[there] = counts.sum() / (np.count_nonzero(there) * counts[there])
    elif reference.class_weights == "given":
        given = reference.class_weight_values
        if len(given) > len(counts):
            raise DataError(
                "'{name}' has {expected} classes, but {found} class weights are given. Give one per class, in the "
                "order of the classes.",
                name=dataset.name,
                expected=len(counts),
                found=len(given),
            )
        weights[: len(given)] = given
    return weights
