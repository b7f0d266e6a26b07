"""Units that learn nothing at the moment: their slope is 0, or nearly so, at all samples of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.compiler.plan import Plan
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.loops.loop import Call
from core.loops.surroundings import binding
from core.numerics.activations import Activation

Array: TypeAlias = NDArray[Any]
Look: TypeAlias = tuple[str, Call, Array, float]
"""Layer, what writes the slopes of its units, where to, and below which slope a unit is saturated."""

LOOKED_AT = 500
"""Samples of a batch by which a unit is called dead or saturated."""

SATURATED = 0.05
"""A unit is saturated where its slope is below this share of the largest slope of its function, at all samples."""


class IdleUnits:
    """Counts the idle units of the layers of a network."""

    def __init__(self, graph: Graph) -> None:
        self._compiled = False
        self._looks: dict[int, tuple[Plan, list[Look]]] = {}
        self._functions: dict[str, tuple[Activation, float]] = {}
        for node in graph.nodes:
            activation = LAYERS[node.kind].activation(node.options)
            if activation is not None and activation.elementwise and activation.trainable:
                self._functions[node.id] = (activation, SATURATED * activation.steepest_slope)

    def use_compiled_loops(self) -> None:
        """Work out slopes by compiled loops from now on, where that is possible."""
        self._compiled = True
        self._looks.clear()

    def shares(self, plan: Plan) -> Mapping[str, float]:
        """Return the share of dead and of saturated units of every layer, by column name, in the last batch."""
        known = self._looks.get(plan.batch_size)
        if known is None or known[0] is not plan:
            with binding(compiled=self._compiled):
                known = self._looks[plan.batch_size] = (plan, self._bind(plan))
        row: dict[str, float] = {}
        for node_id, call, slopes, flat in known[1]:
            call()
            steepest = np.absolute(slopes, slopes).max(axis=0)
            row[f"dead.{node_id}"] = float(np.count_nonzero(steepest == 0.0)) / steepest.size
            row[f"saturated.{node_id}"] = float(np.count_nonzero(steepest < flat)) / steepest.size
        return row

    def _bind(self, plan: Plan) -> list[Look]:
        found = []
        for node_id, (activation, flat) in self._functions.items():
            tensor = plan.tensors.get(node_id)
            if tensor is not None and tensor.pre_activation is not None:
                found.append((node_id, activation, tensor.pre_activation[:LOOKED_AT], tensor.value[:LOOKED_AT], flat))
        size = max((z.size for _, _, z, _, _ in found), default=0)
        # All layers share the room: they are looked at one after the other.
        ones, room = np.ones(size, plan.input.dtype), np.empty(size, plan.input.dtype)
        looks = []
        for node_id, activation, z, a, flat in found:
            slopes = _laid_out_as(z, room)
            looks.append((node_id, activation.bind_backward(z, a, _laid_out_as(z, ones), slopes), slopes, flat))
        return looks


def _laid_out_as(array: Array, room: Array) -> Array:
    """Return the beginning of a vector as an array of the same shape, its axes in the same order in memory."""
    axes = sorted(range(array.ndim), key=lambda axis: -array.strides[axis])
    laid_out = room[: array.size].reshape([array.shape[axis] for axis in axes])
    return laid_out.transpose([axes.index(axis) for axis in range(array.ndim)])
