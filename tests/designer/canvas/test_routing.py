from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from designer.canvas.geometry import PORT_Y, Box, Point, Polyline
from designer.canvas.routing import Ends, arrival_height, find_route

CELL = 8.0


def _ends(boxes: Mapping[str, Box], source: str, target: str) -> Ends:
    out, into = boxes[source], boxes[target]
    return Ends((out.right, out.top + PORT_Y), (into.left, into.top + PORT_Y), source, target)


def _inside(p: Point, q: Point, box: Box) -> bool:
    """Whether an upright or level part runs through the inside of a box: by itself, not by the code under test."""
    low_x, high_x = sorted((p[0], q[0]))
    low_y, high_y = sorted((p[1], q[1]))
    return low_x < box.right and high_x > box.left and low_y < box.bottom and high_y > box.top


def _crossed(points: Polyline, boxes: Mapping[str, Box]) -> set[str]:
    return {id_ for id_, box in boxes.items() for p, q in itertools.pairwise(points) if _inside(p, q, box)}


def _way_exists(ends: Ends, boxes: Mapping[str, Box]) -> bool:
    """Flood the lines along the edges of the cards: among upright rectangles there is a way on these or none at all."""
    xs = sorted({ends.start[0], ends.end[0], *(x for b in boxes.values() for x in (b.left, b.right))})
    ys = sorted({ends.start[1], ends.end[1], *(y for b in boxes.values() for y in (b.top, b.bottom))})
    seen, queue = {ends.start}, deque([ends.start])
    while queue:
        x, y = queue.popleft()
        i, j = xs.index(x), ys.index(y)
        steps = [(xs[k], y) for k in (i - 1, i + 1) if 0 <= k < len(xs)]
        steps += [(x, ys[k]) for k in (j - 1, j + 1) if 0 <= k < len(ys)]
        for there in steps:
            if there not in seen and not any(_inside((x, y), there, box) for box in boxes.values()):
                seen.add(there)
                queue.append(there)
    return ends.end in seen


cards = st.lists(
    st.tuples(st.integers(-8, 8), st.integers(-6, 6)).map(lambda at: Box(CELL * 7 * at[0], CELL * 5 * at[1], 96, 104)),
    min_size=2,
    max_size=9,
)


@given(cards)
@settings(max_examples=250)
def test_no_route_crosses_a_card_where_there_is_a_free_way(places: list[Box]) -> None:
    boxes = {f"n{i}": box for i, box in enumerate(places)}
    ends = _ends(boxes, "n0", "n1")
    assume(_way_exists(ends, boxes))
    points = find_route(ends, boxes).points
    assert _crossed(points, boxes) == set()


@given(cards)
@settings(max_examples=200)
def test_a_route_leads_from_port_to_port_in_level_and_upright_parts(places: list[Box]) -> None:
    boxes = {f"n{i}": box for i, box in enumerate(places)}
    ends = _ends(boxes, "n0", "n1")
    points = find_route(ends, boxes).points
    assert points[0] == ends.start
    assert points[-1] == ends.end
    assert all((p[0] == q[0]) != (p[1] == q[1]) for p, q in itertools.pairwise(points))


@given(cards, st.randoms())
@settings(max_examples=100)
def test_a_route_does_not_depend_on_the_order_of_the_cards(places: list[Box], random: object) -> None:
    boxes = {f"n{i}": box for i, box in enumerate(places)}
    items = list(boxes.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    ends = _ends(boxes, "n0", "n1")
    assert find_route(ends, boxes).points == find_route(ends, dict(items)).points


@given(cards, st.integers(2, 8), st.integers(-8, 8), st.integers(-6, 6))
@settings(max_examples=300)
def test_a_route_stays_as_it_is_unless_it_says_that_it_depends_on_what_moved(
    places: list[Box], which: int, x: int, y: int
) -> None:
    boxes = {f"n{i}": box for i, box in enumerate(places)}
    moved = f"n{which}"  # a new card where there is no such one yet
    ends = _ends(boxes, "n0", "n1")
    route, after = find_route(ends, boxes), {**boxes, moved: Box(CELL * 7 * x, CELL * 5 * y, 96, 104)}
    if not route.depends_on(moved, after[moved]):
        assert find_route(ends, after) == route


def test_neighbours_in_a_row_are_linked_by_a_straight_line() -> None:
    boxes = {"a": Box(0, 0), "b": Box(248, 0)}
    assert find_route(_ends(boxes, "a", "b"), boxes).points == ((152, 52), (248, 52))


def test_neighbours_at_different_heights_are_linked_by_one_step_in_the_middle() -> None:
    boxes = {"a": Box(0, 0), "b": Box(248, 96)}
    assert find_route(_ends(boxes, "a", "b"), boxes).points == ((152, 52), (200, 52), (200, 148), (248, 148))


def test_a_wire_that_passes_a_card_by_runs_above_it_with_room_for_its_label() -> None:
    boxes = {"a": Box(0, 0), "b": Box(248, 0), "c": Box(496, 0)}
    points = find_route(_ends(boxes, "a", "c"), boxes).points
    assert len(points) == 6
    lane = points[2][1]
    assert lane == points[3][1] == -40
    assert points[1][0] - 152 == 496 - points[4][0] == 20


def test_a_wire_to_a_card_further_left_goes_around_both_cards() -> None:
    boxes = {"a": Box(400, 0), "b": Box(0, 0)}
    points = find_route(_ends(boxes, "a", "b"), boxes).points
    assert _crossed(points, boxes) == set()
    assert points[1][0] > boxes["a"].right
    assert points[-2][0] < boxes["b"].left


@pytest.mark.parametrize(
    ("points", "height"),
    [
        (((0, 0), (10, 0)), 0),
        (((0, 0), (5, 0), (5, 20), (10, 20)), 0),
        (((0, 0), (5, 0), (5, -40), (50, -40), (50, 20), (60, 20)), -40),
    ],
)
def test_a_wire_arrives_from_the_height_of_its_last_long_part(points: Polyline, height: float) -> None:
    assert arrival_height(points) == height


def test_cards_that_cover_each_other_still_get_a_wire() -> None:
    boxes = {"a": Box(0, 0), "b": Box(8, 8), "c": Box(-8, -8)}
    points = find_route(_ends(boxes, "a", "b"), boxes).points
    assert (points[0], points[-1]) == ((152, 52), (8, 60))
