"""Edits that put a card into a wire and make room for it: pure functions, one step of undo each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import ceil
from typing import Any

from core.project import edits
from core.project.edits import CARD_GAP, CARD_WIDTH
from core.project.model import Project
from designer.canvas.geometry import CARD_HEIGHT, GRID, PORT_Y, Box, Point, Polyline, snapped

TIGHT = 24.0
"""Cards closer than this leave no room for a wire between them."""

LEVEL = CARD_HEIGHT / 2
"""A card that is dropped this close to the height of a straight wire is put level with it."""


def inserted_new(
    project: Project, kind: str, link_id: str, place: Point, options: Mapping[str, Any] | None = None
) -> Project:
    """Add a layer in the middle of a wire and make room for its card; raises GraphError where that cannot be."""
    added = edits.insert_node(project, kind, link_id, place, options)
    return _with_room(added, added.graph.nodes[-1].id, link_id)


def inserted_existing(project: Project, node_id: str, link_id: str, place: Point) -> Project:
    """Lead a wire through a layer that stands already, put its card there and make room for it."""
    moved = edits.move_nodes(project, {node_id: place})
    return _with_room(edits.insert_existing(moved, node_id, link_id), node_id, link_id)


def place_on_wire(points: Polyline, at: Point) -> Point:
    """Return the place of a card that is dropped at `at` onto a wire: level with the part that it was dropped on."""
    x, y = at[0] - CARD_WIDTH / 2, at[1] - PORT_Y
    for p, q in pairwise(points):
        if p[1] == q[1] and min(p[0], q[0]) <= at[0] <= max(p[0], q[0]) and abs(p[1] - at[1]) <= LEVEL:
            return (snapped(x), p[1] - PORT_Y)
    return (snapped(x), snapped(y))


def shifted_places(before: Project, after: Project) -> dict[str, Point]:
    """Return the cards of both projects that lie elsewhere in the second one, with their places there."""
    return {id_: place for id_, place in after.layout.items() if id_ in before.layout and before.layout[id_] != place}


def _with_room(project: Project, node_id: str, link_id: str) -> Project:
    """Move the card off those that it covers, and all that lies to the right of the wire as far as is needed."""
    graph = project.graph
    boxes = {node.id: Box(*project.layout.get(node.id, (0.0, 0.0))) for node in graph.nodes}
    new = boxes[node_id]
    source, target = boxes[graph.links_into(node_id)[-1].source], boxes[graph.link(link_id).target]
    between = source.right <= target.left and _overlap_in_height(new, source) and _overlap_in_height(new, target)
    if between:
        if source.right + TIGHT <= new.left and new.right + TIGHT <= target.left:
            return project
        left = source.right + CARD_GAP
        shift = max(0.0, GRID * ceil((left + CARD_WIDTH + CARD_GAP - target.left) / GRID))
        places = {
            id_: (box.left + shift, box.top) for id_, box in boxes.items() if id_ != node_id and box.left >= target.left
        }
        return edits.move_nodes(project, {**places, node_id: (left, new.top)})
    covered = [box for id_, box in boxes.items() if id_ != node_id and box.meets(new.grown(TIGHT))]
    if covered:
        top = snapped(min(box.top for box in covered) - CARD_HEIGHT - 2 * TIGHT)
        return edits.move_nodes(project, {node_id: (new.left, top)})
    return project


def _overlap_in_height(a: Box, b: Box) -> bool:
    return a.top < b.bottom and b.top < a.bottom
