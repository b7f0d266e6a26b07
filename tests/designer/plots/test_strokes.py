"""Curves keep their width on every screen."""

from __future__ import annotations

from itertools import pairwise

import pytest

from designer.plots.strokes import FIRM, THIN, offsets


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])
@pytest.mark.parametrize("width", [THIN, FIRM])
def test_fine_lines_together_have_the_width_of_the_curve_and_leave_no_gap(width: float, ratio: float) -> None:
    places = [offset * ratio for offset in offsets(width, ratio)]
    assert places[-1] - places[0] + 1.0 == pytest.approx(max(1.0, width * ratio))
    assert sum(places) == pytest.approx(0.0)
    assert all(after - before <= 0.7072 + 0.003 for before, after in pairwise(places))
