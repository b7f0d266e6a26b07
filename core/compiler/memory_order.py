"""In which order of memory each layer's arrays lie, and the copies where a layer cannot read that order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.graph.model import Graph
from core.layers.binding import BoundInput, Call, Tensor, hand_back
from core.layers.catalog import LAYERS
from core.layers.image_memory import zeros_batch_last
from core.options import Shape


def batch_last_layers(graph: Graph, order: Sequence[str]) -> frozenset[str]:
    """Return the layers of a run whose arrays lie batch last; `order` is that of the run."""
    found: set[str] = set()
    for node_id in order:
        inputs = [link.source in found for link in graph.links_into(node_id)]
        # Of a layer whose wire was deleted, memory is asked for all the same.
        if inputs and LAYERS[graph.node(node_id).kind].batch_last(inputs):
            found.add(node_id)
    return frozenset(found)


def zeros(batch_size: int, shape: Shape, dtype: np.dtype[Any], *, batch_last: bool) -> Any:
    """Return a (batch, *shape) array of zeros in the wanted order of memory."""
    return zeros_batch_last(batch_size, shape, dtype) if batch_last else np.zeros((batch_size, *shape), dtype=dtype)


def contiguous_reading(source: BoundInput) -> tuple[BoundInput, Call, list[Call]]:
    """Return a contiguous copy of an input, the call that fills it, and the calls that hand its gradient back."""
    original = source.tensor
    copy = Tensor(
        value=np.zeros(original.value.shape, dtype=original.value.dtype),
        gradient=None if original.gradient is None else np.zeros(original.value.shape, dtype=original.value.dtype),
    )

    def fill() -> None:
        np.copyto(copy.value, original.value)

    back = [] if copy.gradient is None else hand_back(copy.gradient, source)
    return BoundInput(source.link_id, copy, False), fill, back
