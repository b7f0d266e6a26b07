"""Where every wire of a network runs and at which input port it ends: a function of the links and the cards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.graph.model import Graph, Link
from core.layers.catalog import LAYERS
from designer.canvas.geometry import (
    HIGHEST_PORT,
    LOWEST_PORT,
    PORT_STEP,
    PORT_Y,
    Box,
    Point,
    Polyline,
)
from designer.canvas.routing import Ends, Route, arrival_height, find_route
from designer.canvas.separation import separated

STRAIGHT = 4.0
"""A wire that arrives within this height of the port counts as coming straight."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The input ports of one card, as heights from its top.

    Attributes
    ----------
    taken : height by link.
    free : height of the port for a further link, or None where no more is allowed.
    """

    taken: Mapping[str, float]
    free: float | None


@dataclass(frozen=True, slots=True)
class WirePlan:
    """Routes by link, ports by card."""

    routes: Mapping[str, Polyline]
    ports: Mapping[str, Ports]


class RouteMemory:
    """Routes that need not be found again, because nothing they depend on has changed."""

    def __init__(self) -> None:
        self._boxes: dict[str, Box] = {}
        self._routes: dict[tuple[str, bool], tuple[Ends, Route]] = {}
        self.found = 0

    def follow(self, boxes: Mapping[str, Box]) -> None:
        """Forget the routes that the change from the last cards to these may alter."""
        changed = {id_ for id_ in self._boxes.keys() | boxes.keys() if self._boxes.get(id_) != boxes.get(id_)}
        if changed:
            self._routes = {
                key: (ends, route)
                for key, (ends, route) in self._routes.items()
                if not any(route.depends_on(id_, boxes.get(id_)) for id_ in changed)
            }
            self._boxes = dict(boxes)

    def route(self, link_id: str, ends: Ends, boxes: Mapping[str, Box], *, trial: bool = False) -> Polyline:
        """Return the route of a link; `trial` keeps it apart from the final one."""
        known = self._routes.get((link_id, trial))
        if known is not None and known[0] == ends:
            return known[1].points
        self.found += 1
        route = find_route(ends, boxes)
        self._routes[link_id, trial] = (ends, route)
        return route.points


def plan_wires(graph: Graph, boxes: Mapping[str, Box], memory: RouteMemory) -> WirePlan:
    """Return every wire of a network; the same for the same cards and links, whatever the memory holds."""
    memory.follow(boxes)
    ports = {node.id: _ports(graph, node.id, boxes, memory) for node in graph.nodes}
    routes = {
        link.id: memory.route(link.id, _ends(link, boxes, ports[link.target].taken[link.id]), boxes)
        for link in graph.links
    }
    return WirePlan(separated(routes, {link.id: link.source for link in graph.links}, boxes), ports)


def replan(plan: WirePlan, graph: Graph, boxes: Mapping[str, Box], moved: Collection[str]) -> WirePlan:
    """Return the plan with only the wires of the `moved` cards led anew, for while they are being moved.

    `graph` may lack links that the plan has.
    """
    touched = [link for link in graph.links if link.source in moved or link.target in moved]
    routes = {link.id: plan.routes[link.id] for link in graph.links}
    for link in touched:
        routes[link.id] = find_route(_ends(link, boxes, plan.ports[link.target].taken[link.id]), boxes).points
    frozen = frozenset(routes) - {link.id for link in touched}
    return WirePlan(separated(routes, {link.id: link.source for link in graph.links}, boxes, frozen), plan.ports)


def output_port(box: Box) -> Point:
    """Return the place of a card's output: at half its height, however high it is."""
    return (box.right, box.top + box.height / 2)


def input_port(box: Box, height: float) -> Point:
    """Return the place of an input at this height of a card; those of an opened layer lie as far from its middle."""
    return (box.left, box.top + box.height / 2 - PORT_Y + height)


def _ends(link: Link, boxes: Mapping[str, Box], height: float) -> Ends:
    return Ends(output_port(boxes[link.source]), input_port(boxes[link.target], height), link.source, link.target)


def _ports(graph: Graph, node_id: str, boxes: Mapping[str, Box], memory: RouteMemory) -> Ports:
    """Return the ports of a card: its links from top to bottom in the order in which they arrive."""
    kind, links = LAYERS[graph.node(node_id).kind], graph.links_into(node_id)
    room = kind.maximum_inputs is None or len(links) < kind.maximum_inputs
    if len(links) < 2:
        taken = {link.id: PORT_Y for link in links}
        return Ports(taken, (_next_free([PORT_Y]) if links else PORT_Y) if room else None)
    height = output_port(boxes[node_id])[1]
    arrivals = {
        link.id: arrival_height(memory.route(link.id, _ends(link, boxes, PORT_Y), boxes, trial=True)) for link in links
    }
    order = sorted((link.id for link in links), key=lambda id_: arrivals[id_])
    straight = [i for i, id_ in enumerate(order) if abs(arrivals[id_] - height) < STRAIGHT]
    heights = port_heights(len(order), straight[0] if straight else None)
    return Ports(dict(zip(order, heights, strict=True)), _next_free(heights) if room else None)


def port_heights(count: int, straight: int | None) -> tuple[float, ...]:
    """Return the heights of `count` inputs, the one with index `straight` level with the output where it fits."""
    step = min(PORT_STEP, (LOWEST_PORT - HIGHEST_PORT) / max(1, count))
    first = PORT_Y - step * (straight if straight is not None else (count - 1) / 2)
    first = min(max(first, HIGHEST_PORT), LOWEST_PORT - step * count)
    return tuple(first + step * i for i in range(count))


def _next_free(heights: Sequence[float]) -> float:
    """Return the height of the port for a further link: below the others."""
    step = heights[1] - heights[0] if len(heights) > 1 else PORT_STEP
    return min(heights[-1] + step, LOWEST_PORT)
