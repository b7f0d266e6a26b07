"""How far the numbers of a plan are from where a layer without a pre-activation is not smooth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.graph.model import Graph, Node

Array = NDArray[Any]
Distances = Callable[[Node, list[Array], Mapping[str, Array]], Array]


def _prelu(node: Node, inputs: list[Array], parameters: Mapping[str, Array]) -> Array:
    return np.abs(inputs[0])


def _maxout(node: Node, inputs: list[Array], parameters: Mapping[str, Array]) -> Array:
    kernels = [array for name, array in parameters.items() if name.startswith("kernel.")]
    z = sum(x.reshape(len(x), -1) @ kernel for x, kernel in zip(inputs, kernels, strict=True))
    z = z + parameters.get("bias", 0.0)
    return _lead(z.reshape(len(z), int(node.options["pieces"]), -1), axis=1)  # type: ignore[call-overload]


def _max_pooling(node: Node, inputs: list[Array], parameters: Mapping[str, Array]) -> Array:
    (rows, columns), options = node.options["window"], node.options  # type: ignore[misc]
    images = inputs[0][..., np.newaxis] if inputs[0].ndim == 3 else inputs[0]
    # Windows at every place, also those that the stride leaves out: more than enough.
    reach = max(rows, columns) if options["padding"] != "valid" else 0
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)), constant_values=-1e9)
    starts = product(range(padded.shape[1] - rows + 1), range(padded.shape[2] - columns + 1))
    windows = [padded[:, r : r + rows, c : c + columns].reshape(len(images), rows * columns, -1) for r, c in starts]
    return np.concatenate([_lead(window, axis=1).ravel() for window in windows])


def _lead(values: Array, axis: int) -> Array:
    """By how much the largest value is ahead of the next smaller one."""
    behind = values.max(axis=axis, keepdims=True) - values
    return np.where(behind > 0.0, behind, np.inf).min(axis=axis)


DISTANCES: Mapping[str, Distances] = {"prelu": _prelu, "maxout": _maxout, "max_pooling": _max_pooling}


def distances(graph: Graph, plan: Plan, parameters: Parameters, node_id: str) -> Array:
    """Distance of each number from a kink inside a layer; empty for a layer that has none.

    Exactly 0 comes from values that are cut off before, and stays 0 nearby; equal values come from one and the same.
    """
    node = graph.node(node_id)
    if node.kind not in DISTANCES:
        return np.empty(0)
    inputs = [plan.tensors[link.source].value for link in graph.links_into(node_id)]
    own = {name: view for (id_, name), view in parameters.views(parameters.values).items() if id_ == node_id}
    return DISTANCES[node.kind](node, inputs, own)
