from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.project import edits
from core.project.model import Project
from designer.canvas.geometry import Box
from designer.canvas.labels import PILL_HEIGHT, LabelSize, label_places
from designer.canvas.wiring import RouteMemory, plan_wires

PILL = LabelSize(32.0)


def _pill(centre: tuple[float, float]) -> Box:
    return Box(centre[0] - 16.0, centre[1] - PILL_HEIGHT / 2, 32.0, PILL_HEIGHT)


def test_a_label_stands_in_the_middle_of_a_straight_wire() -> None:
    places = label_places({"l": ((0, 0), (96, 0))}, {"l": "n"}, {"l": PILL}, [])
    assert places["l"].centre == (48, 0)


def test_a_wire_that_is_too_short_has_no_label() -> None:
    assert label_places({"l": ((0, 0), (40, 0))}, {"l": "n"}, {"l": PILL}, []) == {}


def test_a_label_gets_out_of_the_way_of_another_wire_that_crosses() -> None:
    routes = {"l": ((0.0, 0.0), (300.0, 0.0)), "k": ((150.0, -90.0), (150.0, 90.0))}
    places = label_places(routes, {"l": "n", "k": "m"}, {"l": PILL}, [])
    left, right = places["l"].centre[0] - 16, places["l"].centre[0] + 16
    assert not left <= 150 <= right


def test_a_caption_is_left_out_where_it_would_cover_a_card() -> None:
    size = LabelSize(32.0, 120.0)
    route = ((0.0, 0.0), (400.0, 0.0))
    free = label_places({"l": route}, {"l": "n"}, {"l": size}, [])
    assert free["l"].caption
    tight = label_places({"l": route}, {"l": "n"}, {"l": size}, [Box(0.0, 16.0, 400.0, 50.0)])
    assert not tight["l"].caption


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (248.0 * at[0], 168.0 * at[1])),
        min_size=3,
        max_size=8,
        unique=True,
    ),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14),
)
def test_labels_cover_neither_cards_nor_one_another(
    places: list[tuple[float, float]], wanted: list[tuple[int, int]]
) -> None:
    project, count = Project(), len(places)
    for place in places:
        project = edits.add_node(project, "dense", place)
    ids = [node.id for node in project.graph.nodes]
    for i, j in wanted:
        source, target = ids[min(i, j) % count], ids[max(i, j) % count]
        if ids.index(source) < ids.index(target) and target not in project.graph.successors(source):
            project = edits.add_link(project, source, target)
    boxes = {id_: Box(*place) for id_, place in project.layout.items()}
    routes = plan_wires(project.graph, boxes, RouteMemory()).routes
    nets = {link.id: link.source for link in project.graph.links}
    pills = [
        _pill(found.centre)
        for found in label_places(routes, nets, dict.fromkeys(routes, PILL), boxes.values()).values()
    ]
    for i, pill in enumerate(pills):
        assert not any(pill.meets(box) for box in boxes.values())
        assert not any(pill.meets(other) for other in pills[:i])
