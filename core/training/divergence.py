"""What to say of a step whose numbers are not finite any more."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.errors import NonFiniteError
from core.graph.model import Graph
from core.layers.naming import display_names
from core.texts import Text, text


def loss_error(graph: Graph, plan: Plan, **place: Any) -> NonFiniteError:
    """Return the error of a loss that is infinite or NaN.

    `place` are ``loss``, ``iteration``, ``epoch``, ``batch`` and learning ``rate`` of the step that failed.
    """
    return NonFiniteError(
        "The loss became {loss} at iteration {iteration} (epoch {epoch}), batch {batch}, {where}. The weights are "
        "those before that step. A smaller learning rate than {rate:g} usually helps.",
        where=_first_layer(graph, plan),
        **place,
    )


def gradient_error(graph: Graph, parameters: Parameters, **place: Any) -> NonFiniteError:
    """Return the error of gradients that are too large for their type; `place` as for `loss_error`."""
    return NonFiniteError(
        "The gradients became too large at iteration {iteration} (epoch {epoch}), batch {batch}, {where}, where the "
        "loss is {loss:g}. The weights are those before that step. A smaller learning rate than {rate:g} usually "
        "helps.",
        where=_largest_gradient(graph, parameters),
        **place,
    )


def _first_layer(graph: Graph, plan: Plan) -> Text:
    """Name the layer, in forward order, where a number was the first not to be finite."""
    for node_id, tensor in plan.tensors.items():
        for array in (tensor.pre_activation, tensor.value):
            if array is not None and not np.isfinite(array).all():
                return text("first in '{layer}'", layer=display_names(graph)[node_id])
    return text("in the loss itself")


def _largest_gradient(graph: Graph, parameters: Parameters) -> Text:
    """Name the layer with the largest gradient."""
    sizes: dict[str, float] = {}
    for (node_id, _), gradient in parameters.views(parameters.gradients).items():
        size = float(np.absolute(gradient).max(initial=0.0))
        sizes[node_id] = max(sizes.get(node_id, 0.0), math.inf if math.isnan(size) else size)
    return text("most of all in '{layer}'", layer=display_names(graph)[max(sizes, key=sizes.__getitem__)])
