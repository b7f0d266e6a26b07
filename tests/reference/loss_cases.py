"""The losses that the engine and PyTorch both work out: which ones, with which options, on which numbers.

Nothing of ``core`` is used here, so that the references owe nothing to what they are to prove.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).resolve().parent / "losses.npz"
SAMPLES, CLASSES = 7, 4
DTYPES = ("float32", "float64")
CLASS_WEIGHTS = (0.5, 1.0, 3.0, 0.25)


@dataclass(frozen=True)
class Case:
    """One loss.

    Attributes
    ----------
    last : the function between the logits and the answers.
    targets : ``one_hot`` (0 and 1), ``signed`` (−1 and +1) or ``any`` (from 0 to 1, or any number for a regressor).
    weighted : whether each sample has the weight of its class.
    """

    loss: str
    last: str
    targets: str
    options: Mapping[str, Any] = field(default_factory=dict)
    weighted: bool = False

    @property
    def name(self) -> str:
        options = [f"{key}={value}" for key, value in self.options.items()]
        return "-".join([self.loss, self.last, *options, *(["weighted"] if self.weighted else [])])


def _cases() -> list[Case]:
    found = []
    for samples in ("mean", "sum"):
        by_samples = {"over_samples": samples}
        for outputs in ("mean", "sum"):
            both = {**by_samples, "over_outputs": outputs}
            for factor in ("half", "one"):
                found.append(Case("squared_error", "tanh", "any", {**both, "factor": factor}))
            found.append(Case("absolute_error", "linear", "any", both))
            for delta in (0.3, 1.5):
                found.append(Case("huber", "linear", "any", {**both, "delta": delta}))
            found.append(Case("binary_cross_entropy", "sigmoid", "any", both))
            found.append(Case("binary_cross_entropy", "softmax", "one_hot", both))
            for margin in (1.0, 0.4):
                found.append(Case("hinge", "linear", "signed", {**both, "margin": margin}))
                found.append(Case("multiclass_hinge", "linear", "one_hot", {**both, "margin": margin}))
        for last in ("softmax", "log_softmax"):
            for smoothing in (0.0, 0.1):
                found.append(Case("cross_entropy", last, "one_hot", {**by_samples, "smoothing": smoothing}))
            found.append(Case("cross_entropy", last, "one_hot", by_samples, weighted=True))
        found.append(Case("multiclass_hinge", "linear", "one_hot", by_samples, weighted=True))
    return found


CASES = _cases()


def logits() -> NDArray[np.float64]:
    """(SAMPLES, CLASSES), sure and unsure, right and wrong."""
    return np.random.default_rng(1).normal(0.0, 2.0, (SAMPLES, CLASSES))


def labels() -> NDArray[np.int64]:
    """The class of each sample, all of them there."""
    return np.array([2, 0, 1, 3, 2, 1, 0])


def targets(case: Case) -> NDArray[np.float64]:
    """(SAMPLES, CLASSES)."""
    one_hot = np.eye(CLASSES)[labels()]
    match case.targets:
        case "one_hot":
            return one_hot
        case "signed":
            return 2.0 * one_hot - 1.0
    return np.random.default_rng(2).random((SAMPLES, CLASSES))


@dataclass(frozen=True)
class Result:
    """The loss, and its gradient by the logits."""

    value: float
    gradient: NDArray[Any]


def arrays_of(dtype: str, results: Sequence[Result]) -> dict[str, NDArray[Any]]:
    """What is stored of the results of all cases, in their order."""
    return {
        f"{dtype}/values": np.array([result.value for result in results], dtype),
        f"{dtype}/gradients": np.stack([result.gradient for result in results]),
        "names": np.array([case.name for case in CASES]),
    }


@cache
def _stored() -> Mapping[str, NDArray[Any]]:
    with np.load(FILE) as file:
        return dict(file)


def reference(case: Case, dtype: str) -> Result:
    """What PyTorch came to."""
    place = _stored()["names"].tolist().index(case.name)
    return Result(float(_stored()[f"{dtype}/values"][place]), _stored()[f"{dtype}/gradients"][place])
