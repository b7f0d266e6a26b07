"""Whether two trained states agree to the last bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from core.training.state import TrainedState


def digest(state: TrainedState) -> dict[str, Any]:
    """All of a state as plain values; arrays as bytes, so that NaN equals NaN and −0 differs from 0."""
    return {
        "parameters": _arrays(state.parameters),
        "slots": {name: _arrays(arrays) for name, arrays in state.slots.items()},
        "optimizer": (state.optimizer, state.dtype),
        "generators": {name: dict(generator) for name, generator in state.generators.items()},
        "buffers": _arrays(state.buffers),
        "best": _arrays(state.best),
        # An untrained state need not name what it has not counted yet.
        "counters": {"updates": 0.0, **state.counters},
        "position": (
            state.position.iteration,
            state.position.epoch,
            state.position.sample,
            # At the end of an epoch its order is of no use any more.
            state.position.order.tolist() if state.position.sample else None,
        ),
        "pending": (
            state.pending.loss_sum.hex(),
            state.pending.correct,
            state.pending.samples,
            state.pending.penalty_sum.hex(),
        ),
        "training rows": _rows(state.history.training),
        "validation rows": _rows(state.history.validation),
        "layer rows": _rows(state.history.layers),
        "rest": (state.data_fingerprint, state.edited_by_hand, dict(state.run_conditions)),
    }


def _arrays(arrays: Mapping[Any, NDArray[Any]]) -> dict[Any, tuple[str, tuple[int, ...], bytes]]:
    return {key: (array.dtype.str, array.shape, array.tobytes()) for key, array in arrays.items()}


def _rows(table: Mapping[str, NDArray[Any]]) -> dict[Any, tuple[str, tuple[int, ...], bytes]]:
    """A table without rows is the same as no table."""
    return _arrays(table) if any(array.size for array in table.values()) else {}
