"""The network as a value: layers (nodes) and links, without positions, numbers or Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

from core.errors import CycleError, DuplicateLinkError, GraphError, SelfLinkError
from core.graph.topology import find_path
from core.options import OptionValue
from core.texts import joined

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Node:
    """One layer of the network.

    Attributes
    ----------
    id : identity; parameters carry over between compilations by it.
    kind : key in the layer catalogue.
    options : every option that the kind declares, checked.
    name : a name given by the user; empty for the automatic one.
    """

    id: str
    kind: str
    options: Mapping[str, OptionValue] = field(default_factory=lambda: MappingProxyType({}))
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A wire from the output of one layer to an input of another."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Layers and links, in the order in which they were added; ties of the topological order follow it.

    Attributes
    ----------
    nodes, links : in order of insertion.
    next_number : the number of the next identity; it only grows, so an identity is never used again.
    """

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    next_number: int = 1
    _nodes: Mapping[str, Node] = field(init=False, repr=False, compare=False)
    _into: Mapping[str, tuple[Link, ...]] = field(init=False, repr=False, compare=False)
    _from: Mapping[str, tuple[Link, ...]] = field(init=False, repr=False, compare=False)
    _derived: dict[object, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        nodes = {node.id: node for node in self.nodes}
        into: dict[str, list[Link]] = {id_: [] for id_ in nodes}
        out_of: dict[str, list[Link]] = {id_: [] for id_ in nodes}
        if len(nodes) != len(self.nodes) or len({link.id for link in self.links}) != len(self.links):
            raise GraphError("Two layers or two links of the network share an identity.")
        for link in self.links:
            if link.source not in nodes or link.target not in nodes:
                raise GraphError("Link '{link}' leads to a layer that does not exist.", link=link.id)
            out_of[link.source].append(link)
            into[link.target].append(link)
        object.__setattr__(self, "_derived", {})
        object.__setattr__(self, "_nodes", nodes)
        object.__setattr__(self, "_into", {id_: tuple(links) for id_, links in into.items()})
        object.__setattr__(self, "_from", {id_: tuple(links) for id_, links in out_of.items()})

    def derived(self, work: Callable[[Graph], _Value]) -> _Value:
        """Return what a function makes of this graph; it is called once, for the graph never changes.

        What it returns must not be changed either.
        """
        if work not in self._derived:
            self._derived[work] = work(self)
        return self._derived[work]  # type: ignore[no-any-return]

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._nodes

    def node(self, node_id: str) -> Node:
        """Return the layer with this identity; raises GraphError where there is none."""
        try:
            return self._nodes[node_id]
        except KeyError:
            raise GraphError("The network has no layer '{node}'.", node=node_id) from None

    def link(self, link_id: str) -> Link:
        """Return the link with this identity; raises GraphError where there is none."""
        for link in self.links:
            if link.id == link_id:
                return link
        raise GraphError("The network has no link '{link}'.", link=link_id)

    def links_into(self, node_id: str) -> tuple[Link, ...]:
        """Links that end at a layer, in the order in which they were drawn."""
        return self._into[node_id]

    def links_from(self, node_id: str) -> tuple[Link, ...]:
        """Links that start at a layer, in the order in which they were drawn."""
        return self._from[node_id]

    def successors(self, node_id: str) -> tuple[str, ...]:
        """Layers that read the output of this one."""
        return tuple(link.target for link in self._from[node_id])

    def with_node(self, node: Node) -> Graph:
        """Return the graph with one more layer."""
        return replace(self, nodes=(*self.nodes, node), next_number=self.next_number + 1)

    def with_node_replaced(self, node: Node) -> Graph:
        """Return the graph with the layer of the same identity replaced."""
        self.node(node.id)
        return replace(self, nodes=tuple(node if n.id == node.id else n for n in self.nodes))

    def with_link(self, source: str, target: str, names: Mapping[str, str] | None = None) -> Graph:
        """Return the graph with a link from `source` to `target`.

        `names` are the layers' names for the messages.
        Raises SelfLinkError, DuplicateLinkError or CycleError.
        """
        shown = names or {}
        values = {"source": shown.get(source, source), "target": shown.get(target, target)}
        self.node(source), self.node(target)
        if source == target:
            raise SelfLinkError("Cannot link '{source}' to itself.", **values)
        if any(link.target == target for link in self._from[source]):
            raise DuplicateLinkError("'{source}' is linked to '{target}' already.", **values)
        back = find_path(self.successors, target, source)
        if back is not None:
            cycle = joined(" → ", (shown.get(id_, id_) for id_ in (source, *back)))
            raise CycleError(
                "Cannot link '{source}' to '{target}': it would close the cycle {cycle}.",
                cycle=cycle,
                **values,
            )
        link = Link(f"l{self.next_number}", source, target)
        return replace(self, links=(*self.links, link), next_number=self.next_number + 1)

    def without(self, node_ids: Iterable[str] = (), link_ids: Iterable[str] = ()) -> Graph:
        """Return the graph without these layers, their links, and these links."""
        gone_nodes, gone_links = set(node_ids), set(link_ids)
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id not in gone_nodes),
            links=tuple(
                link
                for link in self.links
                if link.id not in gone_links and not {link.source, link.target} & gone_nodes
            ),
        )

    def with_link_moved(self, link_id: str, source: str, target: str) -> Graph:
        """Return the graph with a link's ends changed and its identity (so its kernel) kept."""
        old = self.link(link_id)
        others = self.without(link_ids=[link_id]).with_link(source, target)
        moved = replace(old, source=source, target=target)
        return replace(
            self,
            links=tuple(moved if link.id == link_id else link for link in self.links),
            next_number=others.next_number,
        )
