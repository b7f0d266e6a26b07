"""What the training thread publishes: an immutable picture of one moment, taken between two iterations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import LayerloomError
from core.graph.model import Graph
from core.texts import Text
from core.training.history import History
from core.training.state import Arrays

SHOWN_ROWS = 1_000
"""Samples of a batch that a snapshot holds: with all of a large data set in one batch, copying them would take long."""


class RunPhase(Enum):
    """What a run is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class LayerValues:
    """What one layer computed for the last batch; each array is (batch, width), read-only.

    Attributes
    ----------
    z : pre-activation; None for a layer that has none.
    a : output.
    delta : δ = ∂C/∂z of each sample's own loss (not divided by the batch size); None before the first iteration.
    """

    a: NDArray[Any]
    z: NDArray[Any] | None = None
    delta: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """One moment of a run.

    Attributes
    ----------
    serial : grows with each snapshot; equal serial, equal picture.
    phase, error : what the run is doing, and why it failed.
    graph : the network that trains (the document's may have been edited since).
    iteration, epoch, epochs : updates made, epochs finished, epochs wanted.
    batch, batches : iterations made in the current epoch, iterations per epoch.
    loss : mean training loss over the last record interval, or of the last batch before there is one; NaN at 0.
    batch_loss : mean loss of the last batch, before its update; before the first, of the batch that comes next where
        that was looked at, else NaN.
    penalty : the penalties on the weights with which that batch was computed; no part of the losses.
    learning_rate : in force at the next step.
    microseconds_per_step : recent wall time per iteration, NaN before the second one of a session.
    history : see History.
    parameters : values by (layer, parameter), read-only copies.
    buffers : what layers keep without training it, by (layer, name), read-only copies.
    layers : what each layer computed for the last batch, by layer identity; before the first iteration empty, or
        what that iteration would compute.
    samples : row numbers (in the training part) of that batch.
    reason : why the run ended by itself; None while it may go on.
    whole_record : where this is the picture of an earlier moment, the record of the run up to now; else None.

    Of a large batch `layers` and `samples` have the first SHOWN_ROWS rows.
    """

    serial: int
    phase: RunPhase
    graph: Graph
    iteration: int
    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    learning_rate: float
    microseconds_per_step: float
    history: History
    parameters: Arrays
    layers: Mapping[str, LayerValues]
    samples: NDArray[np.int64]
    batch_loss: float = math.nan
    penalty: float = 0.0
    buffers: Arrays = field(default_factory=lambda: MappingProxyType({}))
    error: LayerloomError | None = None
    reason: Text | None = None
    whole_record: History | None = None
