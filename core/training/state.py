"""All that training has reached, as a value: enough to go on bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import ParameterKey, Parameters
from core.training.history import History

Arrays: TypeAlias = Mapping[ParameterKey, NDArray[Any]]
Counters: TypeAlias = Mapping[str, float]


UPDATES = "updates"
"""Name of the counter of the optimiser's updates."""


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """Where in the run we are.

    Attributes
    ----------
    iteration : updates made so far.
    epoch : epochs finished so far.
    sample : samples of the current epoch used so far.
    order : the order of the training samples in the current epoch; empty before the first.
    """

    iteration: int = 0
    epoch: int = 0
    sample: int = 0
    order: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """Sums over the record interval that is not full yet."""

    loss_sum: float = 0.0
    correct: int = 0
    samples: int = 0
    penalty_sum: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TrainedState:
    """Parameters, optimiser slots, generators, position and history of a run between two iterations.

    All arrays are read-only copies.

    Attributes
    ----------
    parameters : values by (layer, parameter); kernels are (inputs, units).
    buffers : what layers keep without training it, such as running means, by (layer, name).
    slots : the optimiser's vectors, by slot name, each like `parameters`.
    counters : what optimiser, schedule and stopping rules count or remember as single numbers, by name.
    optimizer : key of the optimiser that the slots belong to.
    dtype : ``float32`` or ``float64``.
    generators : state of every random stream of the run, by name; see ``core.training.streams``.
    best : parameters and buffers of the epoch with the best loss so far, where the run may go back to them.
    position, pending, history : see their classes.
    data_fingerprint : of the training samples; another set continues with a fresh order and position.
    edited_by_hand : whether the user typed in a weight, so that no seed gives these weights again.
    run_conditions : versions, thread count and what else the bits depend on.
    """

    parameters: Arrays
    slots: Mapping[str, Arrays]
    optimizer: str
    dtype: str
    generators: Mapping[str, Mapping[str, Any]]
    buffers: Arrays = field(default_factory=lambda: MappingProxyType({}))
    best: Arrays = field(default_factory=lambda: MappingProxyType({}))
    counters: Counters = field(default_factory=lambda: MappingProxyType({}))
    position: Position = field(default_factory=Position)
    pending: Pending = field(default_factory=Pending)
    history: History = field(default_factory=History)
    data_fingerprint: str = ""
    edited_by_hand: bool = False
    run_conditions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def is_of(self, parameters: Parameters) -> bool:
        """Return whether this is the state of a network with exactly these parameters."""
        shapes = {key: spec.shape for key, spec in parameters.specs.items()}
        return shapes == {key: array.shape for key, array in self.parameters.items()}


NOTHING = TrainedState({}, {}, "", "", {})
"""The state before there is any network."""
