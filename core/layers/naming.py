"""The names under which layers are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.texts import phrase


def display_names(graph: Graph) -> Mapping[str, str]:
    """Return a unique name for every layer, by identity.

    It is the user's name or the automatic one ("Dense 15"), which is a phrase; a name that stands more than once gets
    a number, in the order of insertion: "Dense 15", "Dense 15 (2)".
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    # The last number given for a wanted name: counting from 1 each time would be quadratic in equal layers.
    numbers: dict[str, int] = {}
    for node in graph.nodes:
        wanted = node.name or LAYERS[node.kind].title(node.options)
        name, number = wanted, numbers.get(wanted, 1)
        while name in taken:
            number += 1
            name = phrase("{name} ({number})", name=wanted, number=number)
        taken.add(name)
        numbers[wanted] = number
        names[node.id] = name
    return MappingProxyType(names)
