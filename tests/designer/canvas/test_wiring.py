from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from core.graph.model import Graph
from core.project import edits
from core.project.model import Project
from designer.canvas.geometry import CARD_HEIGHT, HIGHEST_PORT, PORT_Y, Box, Polyline
from designer.canvas.wiring import RouteMemory, plan_wires, port_heights, replan
from tests.designer.canvas.conftest import chain


def _boxes(project: Project) -> dict[str, Box]:
    return {id_: Box(*place) for id_, place in project.layout.items()}


def _with_skip() -> tuple[Project, str]:
    project = chain(4, 3, 2)
    ids = [node.id for node in project.graph.nodes]
    project = edits.add_link(project, ids[0], ids[2])
    return project, project.graph.links[-1].id


def test_a_wire_from_above_gets_the_port_above_the_straight_one() -> None:
    project, skip = _with_skip()
    plan = plan_wires(project.graph, _boxes(project), RouteMemory())
    target = project.graph.link(skip).target
    straight = next(link.id for link in project.graph.links_into(target) if link.id != skip)
    ports = plan.ports[target]
    assert ports.taken[straight] == PORT_Y
    assert ports.taken[skip] < PORT_Y
    assert ports.free is not None and ports.free > PORT_Y


def test_a_layer_that_takes_one_wire_has_no_further_port() -> None:
    project, _ = _with_skip()
    plan = plan_wires(project.graph, _boxes(project), RouteMemory())
    output = project.graph.nodes[-1].id
    assert plan.ports[output].free is None
    loose = chain(4, 3, linked=False)
    empty = plan_wires(loose.graph, _boxes(loose), RouteMemory())
    assert empty.ports[loose.graph.nodes[-1].id].free == PORT_Y
    assert empty.ports[loose.graph.nodes[0].id].free is None


def test_many_inputs_stay_on_the_card_in_order_with_room_for_one_more() -> None:
    for count in range(2, 40):
        for straight in (None, 0, count // 2, count - 1):
            heights = port_heights(count, straight)
            assert len(heights) == count
            assert heights[0] >= HIGHEST_PORT
            assert heights[-1] < CARD_HEIGHT - 8.0
            assert all(b > a for a, b in itertools.pairwise(heights))


def test_wires_of_different_layers_do_not_run_over_each_other() -> None:
    project = Project()
    for x, y in ((0.0, 0.0), (0.0, 168.0), (248.0, 24.0), (248.0, 192.0)):
        project = edits.add_node(project, "dense", (x, y))
    a, b, c, d = (node.id for node in project.graph.nodes)
    for source, target in ((a, d), (b, c)):
        project = edits.add_link(project, source, target)
    routes = plan_wires(project.graph, _boxes(project), RouteMemory()).routes
    first, second = routes.values()
    assert not _overlap(first, second)


def test_two_wires_over_the_same_card_have_lanes_of_their_own() -> None:
    project = chain(9, 8, 7, 6)
    ids = [node.id for node in project.graph.nodes]
    project = edits.add_link(project, ids[0], ids[3])
    project = edits.add_link(project, ids[1], ids[3])
    routes = plan_wires(project.graph, _boxes(project), RouteMemory()).routes
    long, short = (routes[link.id] for link in project.graph.links[-2:])
    assert not _overlap(long, short)
    assert min(y for _, y in long) < min(y for _, y in short)


def test_only_the_wires_of_the_moved_card_are_led_anew_while_it_moves() -> None:
    project = chain(9, 8, 7, 6)
    boxes = _boxes(project)
    plan = plan_wires(project.graph, boxes, RouteMemory())
    last = project.graph.nodes[-1].id
    moved = {**boxes, last: Box(boxes[last].left + 40, boxes[last].top + 96)}
    during = replan(plan, project.graph, moved, {last})
    changed = {id_ for id_, route in during.routes.items() if route != plan.routes[id_]}
    assert changed == {link.id for link in project.graph.links_into(last)}
    assert during.routes == plan_wires(project.graph, moved, RouteMemory()).routes


def test_a_far_card_that_moves_costs_no_search() -> None:
    project = chain(9, 8, 7, 6)
    project = edits.add_node(project, "activation", (0.0, 2000.0))
    boxes, memory = _boxes(project), RouteMemory()
    plan_wires(project.graph, boxes, memory)
    found = memory.found
    loose = project.graph.nodes[-1].id
    plan_wires(project.graph, {**boxes, loose: Box(64.0, 2400.0)}, memory)
    assert memory.found == found


places = st.tuples(st.integers(-4, 4), st.integers(-4, 4)).map(lambda at: (128.0 * at[0], 72.0 * at[1]))


@given(
    st.lists(places, min_size=3, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8),
    st.lists(st.tuples(st.integers(0, 5), places), max_size=4),
)
@settings(max_examples=120)
def test_what_is_remembered_never_changes_the_picture(
    starts: list[tuple[float, float]],
    wanted: list[tuple[int, int]],
    moves: list[tuple[int, tuple[float, float]]],
) -> None:
    project, count = Project(), len(starts)
    for place in starts:
        project = edits.add_node(project, "dense", place)
    ids = [node.id for node in project.graph.nodes]
    for i, j in wanted:
        source, target = ids[min(i, j) % count], ids[max(i, j) % count]
        if ids.index(source) < ids.index(target) and target not in project.graph.successors(source):
            project = edits.add_link(project, source, target)
    memory = RouteMemory()
    plan_wires(project.graph, _boxes(project), memory)
    for which, place in moves:
        project = edits.move_nodes(project, {ids[which % count]: place})
        boxes = _boxes(project)
        assert plan_wires(project.graph, boxes, memory) == plan_wires(project.graph, boxes, RouteMemory())


def test_every_route_ends_at_its_port_after_separation() -> None:
    project = Project()
    for x, y in ((0, 0), (0, 168), (0, 336), (248, 88), (248, 256), (496, 168)):
        project = edits.add_node(project, "dense", (float(x), float(y)))
    ids = [node.id for node in project.graph.nodes]
    for source, target in itertools.product(ids[:3], ids[3:5]):
        project = edits.add_link(project, source, target)
    for source in ids[:5]:
        project = edits.add_link(project, source, ids[5])
    graph: Graph = project.graph
    boxes = _boxes(project)
    plan = plan_wires(graph, boxes, RouteMemory())
    for link in graph.links:
        points = plan.routes[link.id]
        source, target = boxes[link.source], boxes[link.target]
        assert points[0] == (source.right, source.top + PORT_Y)
        assert points[-1] == (target.left, target.top + plan.ports[link.target].taken[link.id])
        assert points[1][0] > points[0][0] and points[-2][0] < points[-1][0]
        assert all(p[0] == q[0] or p[1] == q[1] for p, q in itertools.pairwise(points))


def _overlap(first: Polyline, second: Polyline) -> bool:
    """Whether two routes run along one another for a while."""
    for p, q in itertools.pairwise(first):
        for r, s in itertools.pairwise(second):
            for axis in (0, 1):
                along = 1 - axis
                if p[axis] == q[axis] == r[axis] == s[axis]:
                    low = max(min(p[along], q[along]), min(r[along], s[along]))
                    high = min(max(p[along], q[along]), max(r[along], s[along]))
                    if high - low > 1.0:
                        return True
    return False


def _crossed(points: Polyline, boxes: dict[str, Box]) -> set[str]:
    hit = set()
    for p, q in itertools.pairwise(points):
        for id_, box in boxes.items():
            if (
                min(p[0], q[0]) < box.right
                and max(p[0], q[0]) > box.left
                and min(p[1], q[1]) < box.bottom
                and max(p[1], q[1]) > box.top
            ):
                hit.add(id_)
    return hit


@given(
    st.lists(places, min_size=3, max_size=8, unique=True),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12),
)
@settings(max_examples=150)
def test_keeping_wires_apart_never_pushes_one_onto_a_card(
    starts: list[tuple[float, float]], wanted: list[tuple[int, int]]
) -> None:
    project, count = Project(), len(starts)
    for x, y in starts:
        project = edits.add_node(project, "dense", (x * 2, y * 2.2))
    ids = [node.id for node in project.graph.nodes]
    for i, j in wanted:
        source, target = ids[min(i, j) % count], ids[max(i, j) % count]
        if ids.index(source) < ids.index(target) and target not in project.graph.successors(source):
            project = edits.add_link(project, source, target)
    boxes = _boxes(project)
    plan = plan_wires(project.graph, boxes, RouteMemory())
    for link in project.graph.links:
        assert _crossed(plan.routes[link.id], boxes) == set()
