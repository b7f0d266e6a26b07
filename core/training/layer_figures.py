"""What the layers of a network come to while it trains: sizes of weights, gradients, δ and updates, idle units."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.numerics.activations import Activation

LOOKED_AT = 500
"""Samples of a batch by which a unit is called dead or saturated."""

SATURATED = 0.05
"""A unit is saturated where its slope is below this share of the largest slope of its function, at all samples."""

_SLOPES_AT = np.linspace(-4.0, 4.0, 801)


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
        self._spreads = [
            (f"deviation.{node_id}.{name}", view.reshape(-1), np.empty(view.size, view.dtype))
            for (node_id, name), view in values.items()
        ]
        self._of_layer: dict[str, list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]] = {}
        for key, view in values.items():
            flat = (view.reshape(-1), gradients[key].reshape(-1), before[key].reshape(-1))
            self._of_layer.setdefault(key[0], []).append(flat)
        self._functions: dict[str, tuple[Activation, float]] = {}
        for node in graph.nodes:
            activation = LAYERS[node.kind].activation(node.options)
            if activation is not None and activation.elementwise and activation.trainable:
                steepest = float(np.absolute(activation.derivative(_SLOPES_AT)).max())
                self._functions[node.id] = (activation, SATURATED * steepest)

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
        for column, values, centred in self._spreads:
            np.subtract(values, float(np.add.reduce(values)) / values.size, centred)
            row[column] = math.sqrt(np.dot(centred, centred) / values.size)
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
        for node_id, (activation, flat) in self._functions.items():
            tensor = plan.tensors.get(node_id)
            if tensor is not None and tensor.pre_activation is not None:
                z = np.ascontiguousarray(tensor.pre_activation[:LOOKED_AT])
                steepest = np.absolute(activation.derivative(z)).max(axis=0)
                row[f"dead.{node_id}"] = float(np.count_nonzero(steepest == 0.0)) / steepest.size
                row[f"saturated.{node_id}"] = float(np.count_nonzero(steepest < flat)) / steepest.size
        return row
