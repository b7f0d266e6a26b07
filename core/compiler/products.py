"""How large the matrix products of a network are."""

from __future__ import annotations

from core.compiler.shapes import infer_shapes
from core.compiler.structure import active_order
from core.graph.model import Graph


def largest_product(graph: Graph, batch_size: int) -> int:
    """Return the multiply-adds, for a batch, of the layer that makes most of them."""
    shapes = infer_shapes(graph)
    return batch_size * max((shapes[node_id].multiply_adds for node_id in active_order(graph)), default=0)
