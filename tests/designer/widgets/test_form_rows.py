"""Which options of a form share a row."""

from __future__ import annotations

import pytest

from designer.widgets.form_rows import arranged
from designer.widgets.option_editor import Room

WIDE, SHORT, SMALL, FULL = Room.WIDE, Room.SHORT, Room.SMALL, Room.FULL


@pytest.mark.parametrize(
    ("rooms", "rows"),
    [
        ([WIDE, FULL, WIDE], ["0", "1", "2"]),
        ([SMALL, SMALL, SMALL], ["01", "2"]),
        ([SHORT, WIDE, SMALL], ["02", "1"]),
        ([SMALL, WIDE, SHORT], ["1", "20"]),
        ([SHORT, SHORT], ["0", "1"]),
        ([SHORT, SMALL, SMALL, SMALL], ["01", "23"]),
    ],
)
def test_a_small_editor_stands_beside_a_short_or_small_one(rooms: list[Room], rows: list[str]) -> None:
    keys = [(str(place), room) for place, room in enumerate(rooms)]
    assert ["".join(row) for row in arranged(keys, paired=True)] == rows


def test_in_a_narrow_form_every_editor_stands_alone() -> None:
    assert arranged([("a", SMALL), ("b", SMALL), ("c", SHORT)], paired=False) == [("a",), ("b",), ("c",)]
