from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from core.project import edits
from core.project.model import Project
from designer.canvas.arrangement import COLUMN_STEP, ROW_STEP, arranged
from designer.canvas.geometry import GRID, Box


def _network(count: int, wanted: list[tuple[int, int]]) -> Project:
    project = Project()
    for _ in range(count):
        project = edits.add_node(project, "dense", (0.0, 0.0))
    ids = [node.id for node in project.graph.nodes]
    for i, j in wanted:
        source, target = ids[min(i, j) % count], ids[max(i, j) % count]
        if ids.index(source) < ids.index(target) and target not in project.graph.successors(source):
            project = edits.add_link(project, source, target)
    return project


networks = st.builds(
    _network, st.integers(1, 14), st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=30)
)


@given(networks)
def test_every_wire_leads_to_the_right_and_no_card_covers_another(project: Project) -> None:
    places = arranged(project.graph)
    boxes = {id_: Box(*place) for id_, place in places.items()}
    assert boxes.keys() == {node.id for node in project.graph.nodes}
    for link in project.graph.links:
        assert boxes[link.target].left >= boxes[link.source].left + COLUMN_STEP
    for a, b in itertools.combinations(boxes.values(), 2):
        assert not a.grown(16).meets(b)
    assert all(x % GRID == 0 and y % GRID == 0 for x, y in places.values())


@given(networks)
def test_arranging_twice_changes_nothing_and_starts_where_it_is_told(project: Project) -> None:
    places = arranged(project.graph, (80.0, -160.0))
    assert arranged(project.graph, (80.0, -160.0)) == places
    assert (min(x for x, _ in places.values()), min(y for _, y in places.values())) == (80.0, -160.0)


def test_a_chain_becomes_a_straight_row() -> None:
    project = _network(4, [(0, 1), (1, 2), (2, 3), (0, 3)])
    assert list(arranged(project.graph).values()) == [(COLUMN_STEP * i, 0) for i in range(4)]


def test_branches_are_spread_evenly_around_the_layer_they_come_from() -> None:
    project = _network(5, [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)])
    places = list(arranged(project.graph).values())
    assert [y for _, y in places] == [ROW_STEP, 0, ROW_STEP, 2 * ROW_STEP, ROW_STEP]


def test_branches_that_need_not_cross_do_not() -> None:
    # Drawn crossed: the first of the upper pair leads to the second of the lower one.
    project = _network(7, [(0, 1), (0, 2), (1, 4), (2, 3), (3, 5), (4, 6)])
    places = dict(zip(range(7), arranged(project.graph).values(), strict=True))
    assert (places[1][1] < places[2][1]) == (places[4][1] < places[3][1])
    assert (places[3][1] < places[4][1]) == (places[5][1] < places[6][1])


def test_layers_without_a_wire_stand_below() -> None:
    project = _network(4, [(0, 1)])
    places = list(arranged(project.graph).values())
    assert places[2][1] == places[3][1] > places[0][1]
