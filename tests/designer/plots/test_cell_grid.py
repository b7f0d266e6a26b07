"""Units as cells: none is left out, and what shares a cell is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.plots.cell_grid import MOST_ROWS, grid_for

units, widths = st.integers(1, 5_000), st.integers(100, 1_200)


@given(units, widths)
def test_every_unit_has_a_cell_that_can_be_seen_and_hit(count: int, width: int) -> None:
    grid = grid_for(count, width)
    assert grid.cells * grid.per_cell >= count
    assert grid.label_width + grid.width <= width
    assert grid.rows <= MOST_ROWS
    pixels = grid.pixels()
    assert pixels.shape == (grid.height, grid.width)
    assert set(range(grid.cells)) <= set(np.unique(pixels).tolist())
    for cell in {0, grid.cells // 2, grid.cells - 1}:
        left, top, wide, high = grid.box(cell)
        assert grid.cell_at(left + wide / 2, top + high / 2) == cell


@given(units, widths)
def test_outside_the_cells_there_is_none(count: int, width: int) -> None:
    grid = grid_for(count, width)
    assert grid.cell_at(-1.0, 1.0) is None
    assert grid.cell_at(1.0, grid.height + 1.0) is None


def test_a_cell_of_several_units_shows_the_strongest() -> None:
    grid = grid_for(5_000, 300)
    assert grid.per_cell > 1
    values = np.zeros(5_000)
    values[[1_234, 1_235]] = 0.5, -0.75
    shown, unit = grid.strongest(values)
    assert shown[unit == 1_235].tolist() == [-0.75] or 1_234 // grid.per_cell != 1_235 // grid.per_cell
    assert np.abs(shown).max() == 0.75


@pytest.mark.parametrize(("count", "rows"), [(10, 1), (15, 1), (60, 1), (100, 2), (512, 11)])
def test_wide_layers_wrap_into_rows(count: int, rows: int) -> None:
    assert grid_for(count, 446).rows == rows
