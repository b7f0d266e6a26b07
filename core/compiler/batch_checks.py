"""Whether the batches are large enough for the layers, with the way out in words."""

from __future__ import annotations

from collections.abc import Mapping

from core.compiler.problems import Problem, Severity
from core.compiler.shapes import LayerShape
from core.compiler.structure import active_order
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.layers.layer_type import FREEZE
from core.texts import text


def check_batch_size(
    graph: Graph, shapes: Mapping[str, LayerShape], names: Mapping[str, str], batch_size: int
) -> tuple[Problem, ...]:
    """Return a warning for every layer that does its work in batches of more samples only (batch normalisation).

    `batch_size` is the number of samples per update; a smaller rest at the end of an epoch is no problem. To a frozen
    layer no batch is too small: it goes by the running figures in any case.
    """
    problems = []
    for node_id in active_order(graph):
        node, inputs = graph.node(node_id), shapes[node_id].inputs
        if inputs is None or shapes[node_id].error is not None or node.options.get(FREEZE.key, False):
            continue
        smallest = LAYERS[node.kind].smallest_batch(inputs)
        if batch_size < smallest:
            message = text(
                "'{name}' has no variance in a batch of {batch_size}: it normalises by its running mean and variance, "
                "which stay as they are. Train with batches of {smallest} or more.",
                name=names[node_id],
                batch_size=batch_size,
                smallest=smallest,
            )
            problems.append(Problem(Severity.WARNING, "small_batch", text("Batch too small"), message, node_id))
    return tuple(problems)
