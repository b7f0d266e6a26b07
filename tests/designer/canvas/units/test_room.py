"""The room of open layers: what gives way, and where a place of the canvas lies in the project."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.project.edits import CARD_WIDTH
from designer.canvas.geometry import CARD_HEIGHT, Box
from designer.canvas.units.room import NOTHING_OPEN, Opening, Room

places = st.tuples(st.integers(-800, 1600).map(float), st.integers(-600, 900).map(float))
sizes = st.tuples(st.integers(100, 700).map(float), st.integers(104, 900).map(float), st.sampled_from([0.0, 150.0]))


@st.composite
def layouts(draw: st.DrawFn) -> tuple[dict[str, tuple[float, float]], Room]:
    """Cards that do not overlap, some of them open."""
    cards: dict[str, tuple[float, float]] = {}
    for number, place in enumerate(draw(st.lists(places, min_size=1, max_size=8))):
        if not any(Box(*place).meets(Box(*other)) for other in cards.values()):
            cards[f"n{number}"] = place
    opened = draw(st.lists(st.sampled_from(sorted(cards)), unique=True, max_size=4))
    return cards, Room({id_: Opening(cards[id_], *draw(sizes)) for id_ in opened})


@given(layouts())
def test_cards_that_did_not_overlap_do_not_overlap_beside_open_layers(
    drawn: tuple[dict[str, tuple[float, float]], Room],
) -> None:
    cards, room = drawn
    boxes = {id_: room.box(id_, place) for id_, place in cards.items()}
    for one, box in boxes.items():
        for other, rival in boxes.items():
            assert one == other or not box.grown(-1e-6).meets(rival.grown(-1e-6))


@given(layouts(), places)
def test_every_place_of_the_canvas_has_one_of_the_project_and_back(
    drawn: tuple[dict[str, tuple[float, float]], Room], place: tuple[float, float]
) -> None:
    _, room = drawn
    assert room.in_project(room.shown(place)) == pytest.approx(place, abs=1e-4)


def test_the_neighbours_of_an_open_layer_give_way_and_its_row_stays_a_row() -> None:
    room = Room({"b": Opening((248.0, 100.0), 200.0, 504.0)})
    assert room.box("b", (248.0, 100.0)) == Box(248.0, -100.0, 200.0, 504.0)
    assert room.box("a", (0.0, 100.0)) == Box(0.0, 100.0)
    assert room.box("c", (496.0, 100.0)) == Box(496.0 + 200.0 - CARD_WIDTH, 100.0)
    assert room.box("below", (248.0, 300.0)) == Box(248.0, 300.0 + (504.0 - CARD_HEIGHT) / 2)
    assert room.box("above", (248.0, -40.0)) == Box(248.0, -40.0 - (504.0 - CARD_HEIGHT) / 2)


def test_layers_open_in_one_column_share_their_room() -> None:
    room = Room({"a": Opening((0.0, 0.0), 300.0, 204.0), "b": Opening((0.0, 400.0), 200.0, 204.0)})
    assert room.shown((400.0, 0.0))[0] == 400.0 + 300.0 - CARD_WIDTH


def test_without_open_layers_everything_lies_where_the_project_says() -> None:
    assert NOTHING_OPEN.box("a", (3.0, 4.0)) == Box(3.0, 4.0)
    assert NOTHING_OPEN.in_project((3.0, 4.0)) == (3.0, 4.0)
