"""Which sample the window looks at: one choice for every view that shows a single one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from core.data.dataset import PreparedData, Samples


class SamplePart(Enum):
    """Where a sample is looked for: by its place in the last batch, the whole of that batch, or by row of a part."""

    BATCH = "batch"
    MEAN = "mean"
    TRAINING = "training"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class SampleChoice:
    """A choice; `number` counts from 0 and means nothing for MEAN."""

    part: SamplePart = SamplePart.BATCH
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class ShownSamples:
    """The samples that a choice comes to.

    Attributes
    ----------
    samples : the part that they are of.
    rows : their row numbers in it; several only for the mean.
    """

    part: SamplePart
    samples: Samples
    rows: NDArray[np.int64]


class ShownSample(QObject):
    """Holds the choice.

    Signals
    -------
    changed() : another sample was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = SampleChoice()

    @property
    def choice(self) -> SampleChoice:
        """What was chosen; at first the first sample of the batch."""
        return self._choice

    def choose(self, choice: SampleChoice) -> None:
        """Look at another sample."""
        if choice != self._choice:
            self._choice = choice
            self.changed.emit()

    def choose_test(self, row: int) -> None:
        """Look at a sample of the test part."""
        self.choose(SampleChoice(SamplePart.TEST, row))


def samples_for(choice: SampleChoice, data: PreparedData | None, batch: NDArray[np.int64]) -> ShownSamples | None:
    """Return what a choice comes to for a batch (row numbers in the training part); None where there is nothing.

    What is chosen by place falls back to the last place there is; without a batch the first rows stand for one.
    """
    if data is None:
        return None
    samples = data.test if choice.part is SamplePart.TEST else data.training
    if not len(samples):
        return None
    if choice.part in (SamplePart.TEST, SamplePart.TRAINING):
        rows = np.array([min(max(choice.number, 0), len(samples) - 1)], dtype=np.int64)
        return ShownSamples(choice.part, samples, rows)
    rows = batch[(batch >= 0) & (batch < len(samples))] if len(batch) else np.zeros(1, dtype=np.int64)
    if not len(rows):
        return None
    if choice.part is SamplePart.BATCH:
        place = min(max(choice.number, 0), len(rows) - 1)
        rows = rows[place : place + 1]
    return ShownSamples(choice.part, samples, rows)
