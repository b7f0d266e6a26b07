"""Shape inference: what arrives at every layer and what leaves it, as far as it can be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.errors import ShapeError
from core.graph.model import Graph
from core.graph.topology import topological_order
from core.layers.catalog import LAYERS
from core.layers.layer_type import BufferSpec, InputPort, ParameterSpec
from core.layers.naming import display_names
from core.options import Shape


@dataclass(frozen=True, slots=True)
class LayerShape:
    """What is known of one layer.

    Attributes
    ----------
    inputs : what arrives, or None where a shape before it is unknown or an input is missing.
    output : shape of one sample of the output, or None.
    parameters : what it trains; empty where the inputs are unknown.
    buffers : what it keeps without training it.
    multiply_adds : per sample forward.
    error : why the shapes do not fit, or None.
    """

    inputs: tuple[InputPort, ...] | None = None
    output: Shape | None = None
    parameters: tuple[ParameterSpec, ...] = ()
    buffers: tuple[BufferSpec, ...] = ()
    multiply_adds: int = 0
    error: ShapeError | None = None

    @property
    def parameter_count(self) -> int:
        """How many numbers the layer trains."""
        return sum(spec.size for spec in self.parameters)


def infer_shapes(graph: Graph) -> Mapping[str, LayerShape]:
    """Return the shapes of every layer, by identity, in topological order.

    A layer whose inputs are not all known gets an empty LayerShape without an error of its own: the fault is
    reported where it lies.
    """
    return graph.derived(_inferred)


def _inferred(graph: Graph) -> Mapping[str, LayerShape]:
    names = display_names(graph)
    shapes: dict[str, LayerShape] = {}
    for node_id in topological_order([node.id for node in graph.nodes], graph.successors):
        node, kind = graph.node(node_id), LAYERS[graph.node(node_id).kind]
        links = graph.links_into(node_id)
        sources = [(link, shapes[link.source].output) for link in links]
        if len(links) < kind.minimum_inputs or any(shape is None for _, shape in sources):
            shapes[node_id] = LayerShape()
            continue
        ports = tuple(
            InputPort(link.id, names[link.source], shape, _has_units(graph, link.source))
            for link, shape in sources
            if shape is not None
        )
        try:
            output = kind.output_shape(replace(node, name=names[node_id]), ports)
        except ShapeError as error:
            shapes[node_id] = LayerShape(inputs=ports, error=error)
            continue
        shapes[node_id] = LayerShape(
            ports,
            output,
            kind.parameters(node, ports),
            kind.buffers(node, ports),
            kind.multiply_adds(node, ports),
        )
    return MappingProxyType(shapes)


def _has_units(graph: Graph, node_id: str) -> bool:
    return any(option.key == "units" for option in LAYERS[graph.node(node_id).kind].options)
