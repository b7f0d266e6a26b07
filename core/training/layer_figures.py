"""What the layers of a network come to while it trains: sizes of weights, gradients, δ and updates, idle units."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.graph.model import Graph
from core.loops.loop import chained, kept
from core.loops.surroundings import binding
from core.loops.vectors import bind_centred_square
from core.training.idle_units import IdleUnits


class LayerFigures:
    """Works out the figures of one session; bound to its vectors.

    Call `look_ahead` before an update whose figures are wanted, and `sizes` after it.
    """

    def __init__(self, graph: Graph, parameters: Parameters) -> None:
        self._parameters = parameters
        self._before = np.empty_like(parameters.values)
        self._gradient_norms: dict[str, float] = {}
        values, gradients = parameters.views(parameters.values), parameters.views(parameters.gradients)
        before = parameters.views(self._before)
        self._values = {f"deviation.{node_id}.{name}": view.reshape(-1) for (node_id, name), view in values.items()}
        self._bind_spreads(compiled=False)
        self._of_layer: dict[str, list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]] = {}
        for key, view in values.items():
            flat = (view.reshape(-1), gradients[key].reshape(-1), before[key].reshape(-1))
            self._of_layer.setdefault(key[0], []).append(flat)
        self._idle = IdleUnits(graph)

    def use_compiled_loops(self) -> None:
        """Work out what takes long by compiled loops from now on, where that is possible."""
        self._bind_spreads(compiled=True)
        self._idle.use_compiled_loops()

    def _bind_spreads(self, *, compiled: bool) -> None:
        with binding(compiled=compiled):
            self._squares = [(name, kept(bind_centred_square(v)), v.size) for name, v in self._values.items()]
        self._spreads = chained([square for _, square, _ in self._squares])

    def spreads(self, plan: Plan) -> dict[str, float]:
        """Return ‖mean δ‖ of every layer and the standard deviation of every parameter, by column name."""
        row: dict[str, float] = {}
        for node_id, tensor in plan.tensors.items():
            if tensor.pre_gradient is not None:
                # The gradients of the batch's mean loss sum to the mean δ of its samples; those of a sum to n times it.
                mean = tensor.pre_gradient.sum(axis=0).ravel()
                if plan.per_sample != 1.0:
                    mean *= plan.per_sample
                row[f"delta_norm.{node_id}"] = math.sqrt(np.dot(mean, mean))
        for call in self._spreads:
            call()
        for column, square, size in self._squares:
            row[column] = math.sqrt(square.total / size)
        return row

    def look_ahead(self) -> None:
        """Take down the gradients and the weights before the update that comes now."""
        np.copyto(self._before, self._parameters.values)
        for node_id, parts in self._of_layer.items():
            self._gradient_norms[node_id] = math.sqrt(sum(float(np.dot(g, g)) for _, g, _ in parts))

    def sizes(self, plan: Plan) -> dict[str, float]:
        """Return the figures of the update that was made, by column name."""
        row: dict[str, float] = {}
        for node_id, parts in self._of_layer.items():
            row[f"weight_norm.{node_id}"] = math.sqrt(sum(float(np.dot(w, w)) for w, _, _ in parts))
            row[f"gradient_norm.{node_id}"] = self._gradient_norms[node_id]
            for values, _, before in parts:
                np.subtract(values, before, before)
            row[f"update_norm.{node_id}"] = math.sqrt(sum(float(np.dot(d, d)) for _, _, d in parts))
        row.update(self._idle.shares(plan))
        return row
