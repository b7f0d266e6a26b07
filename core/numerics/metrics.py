"""How good answers are: figures of a classifier and of a regressor, as pure functions.

Answers and targets are (samples, width), labels and guesses (samples,) with classes from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Labels: TypeAlias = NDArray[np.int64]

THRESHOLD = 0.5
"""A single output above this names class 1, else class 0, where its targets are 0 and 1."""


def guessed_classes(answers: Array, threshold: float = THRESHOLD) -> Labels:
    """Return the class that each answer names: the largest output, or class 1 for a single one above the threshold.

    Of equal outputs the first is the class.
    """
    guesses = answers[:, 0] > threshold if answers.shape[1] == 1 else answers.argmax(axis=1)
    return guesses.astype(np.int64, copy=False)


def accuracy(answers: Array, labels: Labels, threshold: float = THRESHOLD) -> float:
    """Return the share of answers that name their class; NaN without samples."""
    return float(np.mean(guessed_classes(answers, threshold) == labels)) if len(labels) else float("nan")


def top_k_accuracy(answers: Array, labels: Labels, k: int, threshold: float = THRESHOLD) -> float:
    """Return the share of samples whose class is among the `k` largest outputs; NaN without samples.

    Of equal outputs the first counts as the larger one, so that k = 1 gives the accuracy. A single output has the two
    classes "above the threshold" and "not".
    """
    if not len(labels):
        return float("nan")
    if answers.shape[1] == 1:
        return accuracy(answers, labels, threshold) if k == 1 else 1.0
    own = answers[np.arange(len(labels)), labels][:, None]
    before = np.arange(answers.shape[1])[None, :] < labels[:, None]
    rank = np.count_nonzero((answers > own) | ((answers == own) & before), axis=1)
    # An answer of NaN is no answer: nothing is larger, yet nothing is right.
    return float(np.mean((rank < k) & ~np.isnan(own[:, 0])))


def confusion_matrix(guesses: Labels, labels: Labels, classes: int) -> Labels:
    """Return how often each class was taken for each: (classes, classes), rows are right, columns guessed."""
    pairs = np.bincount(labels * classes + guesses, minlength=classes * classes)
    return pairs.reshape(classes, classes).astype(np.int64, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class ClassFigures:
    """Figures of each class, (classes,); NaN where there is nothing to divide by.

    Attributes
    ----------
    precision : share of the guesses of this class that are right.
    recall : share of the samples of this class that are found.
    f1 : harmonic mean of the two, 2 TP/(2 TP + FP + FN).
    support : samples of this class.
    """

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: Labels


def class_figures(confusion: Labels) -> ClassFigures:
    """Return precision, recall and F1 of each class of a confusion matrix."""
    right = np.diagonal(confusion).astype(np.float64)
    guessed, support = confusion.sum(axis=0), confusion.sum(axis=1)
    return ClassFigures(_ratio(right, guessed), _ratio(right, support), _ratio(2.0 * right, guessed + support), support)


def mean_absolute_error(answers: Array, targets: Array) -> float:
    """Return the mean of |y − a| over all samples and outputs; NaN without samples."""
    return float(np.abs(_difference(answers, targets)).mean()) if answers.size else float("nan")


def root_mean_squared_error(answers: Array, targets: Array) -> float:
    """Return √ of the mean of (y − a)² over all samples and outputs; NaN without samples."""
    return float(np.sqrt(np.mean(_difference(answers, targets) ** 2))) if answers.size else float("nan")


def r_squared(answers: Array, targets: Array) -> float:
    """Return R² = 1 − Σ(y − a)²/Σ(y − ȳ)², the mean over the outputs.

    Outputs whose target is always the same are left out; NaN where none is left.
    """
    if not answers.size:
        return float("nan")
    exact = targets.astype(np.float64)
    spread = ((exact - exact.mean(axis=0)) ** 2).sum(axis=0)
    error = (_difference(answers, targets) ** 2).sum(axis=0)
    varied = (targets != targets[0]).any(axis=0)
    return float(np.mean(1.0 - error[varied] / spread[varied])) if varied.any() else float("nan")


def _difference(answers: Array, targets: Array) -> NDArray[np.float64]:
    return targets.astype(np.float64) - answers.astype(np.float64)


def _ratio(part: Array, whole: Array) -> NDArray[np.float64]:
    found = np.full(part.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found
