"""Which layers take part in a run, and in which order."""

from __future__ import annotations

import zlib

from core.graph.model import Graph, Node
from core.graph.topology import reachable, topological_order
from core.layers.catalog import LAYERS
from core.layers.input_layer import InputLayer
from core.layers.output_layer import OutputLayer
from core.numerics.losses import Loss


def inputs_of(graph: Graph) -> tuple[Node, ...]:
    """Return the Input layers, in order of insertion."""
    return tuple(node for node in graph.nodes if node.kind == InputLayer.key)


def outputs_of(graph: Graph) -> tuple[Node, ...]:
    """Return the Output layers, in order of insertion."""
    return tuple(node for node in graph.nodes if node.kind == OutputLayer.key)


def loss_of(graph: Graph) -> Loss:
    """Return the loss of a network with one Output, with its options."""
    (output,) = outputs_of(graph)
    kind = LAYERS[output.kind]
    assert isinstance(kind, OutputLayer)
    return kind.loss(output.options)


def active_order(graph: Graph) -> tuple[str, ...]:
    """Return the layers that an Output depends on, each before its successors; all others are left out of a run."""
    ends = [node.id for node in outputs_of(graph)]
    needed = reachable(lambda id_: (link.source for link in graph.links_into(id_)), ends)
    return topological_order([node.id for node in graph.nodes if node.id in needed], graph.successors)


def network_number(graph: Graph) -> int:
    """Return a number that another network, loss or setting of a layer changes; names and places do not.

    Only the layers of a run count.
    """
    order = active_order(graph)
    places = {node_id: place for place, node_id in enumerate(order)}
    layers = [
        (
            graph.node(node_id).kind,
            sorted(graph.node(node_id).options.items()),
            [places[link.source] for link in graph.links_into(node_id)],
        )
        for node_id in order
    ]
    return zlib.crc32(repr(layers).encode())
