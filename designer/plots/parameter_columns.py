"""Which parameters the weights panel shows, in which order and under which names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.compiler.parameters import ParameterKey
from core.compiler.shapes import infer_shapes
from core.compiler.structure import active_order
from core.graph.model import Graph
from designer.translation import layer_names

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class ParameterName:
    """A parameter as it is shown.

    Attributes
    ----------
    key : (layer, parameter).
    role : "kernel" or "bias".
    titles : names from the most telling to the shortest.
    shape : such as (784, 30).
    """

    key: ParameterKey
    role: str
    titles: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def column(self) -> str:
        """The column of the history that holds its standard deviation."""
        return f"deviation.{self.key[0]}.{self.key[1]}"


def parameter_names(graph: Graph) -> tuple[ParameterName, ...]:
    """Return all parameters of the network that trains, in the order of the layers."""
    names, shapes, order = layer_names(graph), infer_shapes(graph), active_order(graph)
    rank = {node_id: place for place, node_id in enumerate(order)}
    result: list[ParameterName] = []
    for node_id in order:
        sources = {link.id: link.source for link in graph.links_into(node_id) if link.source in rank}
        # The link from the nearest layer is the usual one; the others are shortcuts and say where they come from.
        nearest = max(sources.values(), key=rank.__getitem__, default="")
        for spec in shapes[node_id].parameters:
            source = sources.get(spec.link_id, nearest)
            titles = _titles(spec.role, names, node_id, "" if source == nearest else source)
            result.append(ParameterName((node_id, spec.name), spec.role, titles, spec.shape))
    return tuple(result)


def _titles(role: str, names: Mapping[str, str], node_id: str, source: str) -> tuple[str, ...]:
    name = names[node_id]
    if role == "bias":
        # Where even the second is cut off, it still says of which layer.
        words = translate("WeightsPanel", "{layer} bias"), translate("WeightsPanel", "bias of {layer}")
        return words[0].format(layer=name), words[1].format(layer=name)
    if not source:
        return (name,)
    return (
        translate("WeightsPanel", "{layer} from {source}").format(layer=name, source=names[source]),
        translate("WeightsPanel", "from {source}").format(source=names[source]),
    )
