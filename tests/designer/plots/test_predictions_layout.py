"""Wall, bars and pad never overlap, whatever the size."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from designer.plots.predictions_layout import places


@given(st.integers(200, 2_000), st.integers(140, 1_200), st.booleans())
def test_parts_stay_inside_and_apart(width: int, height: int, drawable: bool) -> None:
    found = places(QSize(width, height), True, drawable)
    rects = [rect for rect in (found.wall, found.bars, found.pad) if rect is not None]
    assert all(QRect(0, 0, width, height).contains(rect) for rect in rects)
    assert not any(one.intersects(other) for one, other in combinations(rects, 2))
    assert found.wall.width() >= 60
    assert drawable or found.pad is None


def test_without_data_the_hint_has_all_the_room() -> None:
    found = places(QSize(430, 230), False, False)
    assert (found.bars, found.pad) == (None, None)
    assert found.wall.width() > 400


def test_a_panel_as_in_the_sketch_has_all_three_parts() -> None:
    found = places(QSize(430, 230), True, True)
    assert found.pad is not None
    assert found.bars is not None
    assert found.wall.right() < found.bars.left() < found.pad.left()


def test_a_narrow_high_panel_has_bars_and_pad_below() -> None:
    found = places(QSize(300, 500), True, True)
    assert found.wall.bottom() < found.bars.top() == found.pad.top()
