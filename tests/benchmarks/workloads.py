"""The trainings that are timed, as plain numbers: every contender builds them in its own way.

Nothing of ``core`` is used here: the interpreter that runs PyTorch need not have what ``core`` needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLES = 20_000
"""Enough that the samples do not fit into the processor's caches, as with MNIST."""


@dataclass(frozen=True)
class Workload:
    """A network of dense layers in a row, and how it trains (float32)."""

    key: str
    widths: tuple[int, ...]
    hidden: str
    last: str
    loss: str
    optimizer: str
    learning_rate: float
    batch_size: int

    @property
    def title(self) -> str:
        widths = "-".join(str(width) for width in self.widths)
        loss = self.loss.replace("_", " ")
        return f"{self.key}  {widths} {self.hidden}, {loss}, {self.optimizer}, batch {self.batch_size}"

    def data(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Inputs between 0 and 1, most of them 0 as in pictures, and one-hot targets (one output: 0 or 1)."""
        rng = np.random.default_rng(1)
        inputs = rng.random((SAMPLES, self.widths[0]), dtype=np.float32)
        inputs *= rng.random(inputs.shape, dtype=np.float32) < 0.2
        classes = rng.integers(0, max(2, self.widths[-1]), SAMPLES)
        if self.widths[-1] == 1:
            return inputs, classes[:, None].astype(np.float32)
        return inputs, np.eye(self.widths[-1], dtype=np.float32)[classes]


WORKLOADS = (
    Workload("A", (784, 30, 10), "sigmoid", "sigmoid", "squared_error", "sgd", 3.0, 10),
    Workload("C", (784, 128, 128, 10), "relu", "softmax", "cross_entropy", "momentum", 0.01, 128),
    Workload("E", (2, 8, 8, 1), "tanh", "tanh", "squared_error", "sgd", 0.1, 10),
)
