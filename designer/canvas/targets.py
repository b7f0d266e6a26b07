"""What lies at a point of the canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import TypeAlias

from core.graph.model import Graph
from core.layers.catalog import LAYERS
from designer.canvas.geometry import CARD_HEIGHT, PORT_Y, Box, Point, Polyline
from designer.canvas.wiring import WirePlan, input_port, output_port

BADGE_REACH = 12.0
GRIP_LENGTH = 22.0
"""The last part of a wire before its arrow, and the first one after the output, by which its end is taken."""


class Side(Enum):
    """Where a wire ends at a card."""

    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class PortTarget:
    """A port.

    Attributes
    ----------
    height : from the top of the card.
    link_id : the wire that ends at this input, or empty for an output or the port for a further wire.
    """

    node_id: str
    side: Side
    height: float
    link_id: str = ""


@dataclass(frozen=True, slots=True)
class CardTarget:
    """A card; `badge`: its problem badge."""

    node_id: str
    badge: bool = False


@dataclass(frozen=True, slots=True)
class WireTarget:
    """A wire; `end`: the end by which it is held, or None for its middle."""

    link_id: str
    end: Side | None = None


Target: TypeAlias = PortTarget | CardTarget | WireTarget


@dataclass(frozen=True, slots=True)
class Ground:
    """The geometry in which a point is looked for: the network, its cards from bottom to top, its wires."""

    graph: Graph
    boxes: Mapping[str, Box]
    plan: WirePlan


def target_at(
    ground: Ground, point: Point, reach: float, badges: Iterable[str] = (), chosen: Iterable[str] = ()
) -> Target | None:
    """Return what lies at a point, the nearest port first, or None for the ground.

    Parameters
    ----------
    reach : how far from a port or wire still counts, in scene pixels.
    badges : cards with a badge.
    chosen : selected wires; where several lie together, these are meant.
    """
    port = nearest_port(ground, point, reach)
    card = card_at(ground.boxes, point)
    if port is not None:
        return port
    for id_ in badges:
        box = ground.boxes[id_]
        if _distance_squared(point, (box.right - 1.0, box.top + 1.0)) <= BADGE_REACH**2:
            return CardTarget(id_, badge=True)
    if card is not None:
        return CardTarget(card)
    return wire_at(ground.plan.routes, point, reach, chosen)


def card_at(boxes: Mapping[str, Box], point: Point) -> str | None:
    """Return the topmost card at a point, or None."""
    found = None
    for id_, box in boxes.items():
        if box.left <= point[0] <= box.right and box.top <= point[1] <= box.bottom:
            found = id_
    return found


def ports_of(ground: Ground, node_id: str) -> Iterable[tuple[PortTarget, Point]]:
    """Yield every port of a card with its place."""
    kind, box, ports = LAYERS[ground.graph.node(node_id).kind], ground.boxes[node_id], ground.plan.ports[node_id]
    for link_id, height in ports.taken.items():
        yield PortTarget(node_id, Side.INPUT, height, link_id), input_port(box, height)
    if ports.free is not None:
        yield PortTarget(node_id, Side.INPUT, ports.free), input_port(box, ports.free)
    if kind.has_output:
        yield PortTarget(node_id, Side.OUTPUT, PORT_Y), output_port(box)


def nearest_port(ground: Ground, point: Point, reach: float, side: Side | None = None) -> PortTarget | None:
    """Return the nearest port within reach, or None."""
    best, smallest = None, reach**2
    for node_id, box in ground.boxes.items():
        # Ports lie on the edges of cards; most cards are too far away to look closer.
        if not box.grown(reach).left <= point[0] <= box.grown(reach).right:
            continue
        for port, place in ports_of(ground, node_id):
            distance = _distance_squared(point, place)
            if distance <= smallest and (side is None or port.side is side):
                best, smallest = port, distance
    return best


def wire_at(
    routes: Mapping[str, Polyline], point: Point, reach: float, chosen: Iterable[str] = ()
) -> WireTarget | None:
    """Return the nearest wire within reach and the end by which it is held there, or None."""
    preferred = set(chosen)
    best: tuple[bool, float, str] | None = None
    for link_id, points in routes.items():
        distance = distance_to(points, point)
        if distance <= reach:
            candidate = (link_id not in preferred, distance, link_id)
            if best is None or candidate < best:
                best = candidate
    if best is None:
        return None
    points = routes[best[2]]
    if _distance_squared(point, points[-1]) <= GRIP_LENGTH**2:
        return WireTarget(best[2], Side.INPUT)
    if _distance_squared(point, points[0]) <= GRIP_LENGTH**2:
        return WireTarget(best[2], Side.OUTPUT)
    return WireTarget(best[2])


def distance_to(points: Polyline, point: Point) -> float:
    """Return the distance of a point from a line of level and upright parts."""
    return min(
        max(
            _outside(point[0], min(p[0], q[0]), max(p[0], q[0])),
            _outside(point[1], min(p[1], q[1]), max(p[1], q[1])),
        )
        for p, q in pairwise(points)
    )


def neighbour(boxes: Mapping[str, Box], node_id: str, direction: Point) -> str | None:
    """Return the nearest card in a direction, such as (1, 0) for right; the straight way counts more."""
    x, y = boxes[node_id].centre
    best, least = None, float("inf")
    for id_, box in boxes.items():
        dx, dy = box.centre[0] - x, box.centre[1] - y
        ahead = dx * direction[0] + dy * direction[1]
        aside = abs(dx * direction[1]) + abs(dy * direction[0])
        if id_ != node_id and ahead > CARD_HEIGHT / 4 and ahead + 2 * aside < least and aside <= 2 * ahead:
            best, least = id_, ahead + 2 * aside
    return best


def _outside(value: float, low: float, high: float) -> float:
    return max(low - value, value - high, 0.0)


def _distance_squared(p: Point, q: Point) -> float:
    return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2
