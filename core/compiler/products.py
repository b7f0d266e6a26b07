"""How large the matrix products of a network are."""

from __future__ import annotations

from core.compiler.shapes import infer_shapes
from core.compiler.structure import active_order
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.loops.written import may_compile


def largest_product(graph: Graph, batch_size: int) -> int:
    """Return the multiply-adds, for a batch, of the layer that makes most of them by matrix products.

    Where loops make more than half of all multiply-adds it is 0: products are not what such a network waits for.
    """
    shapes, products = infer_shapes(graph), list[int]()
    order = active_order(graph)
    for node_id in order:
        if not (LAYERS[graph.node(node_id).kind].sums_in_loops and may_compile()):
            products.append(shapes[node_id].multiply_adds)
    total = sum(shapes[node_id].multiply_adds for node_id in order)
    return batch_size * max(products, default=0) if 2 * sum(products) >= total else 0
