"""Long records are drawn with few points and all their peaks."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from designer.plots.series import column, group_size, nearest_row, thinned, visible_rows

values = hnp.arrays(np.float64, st.integers(1, 400), elements=st.floats(-1e6, 1e6) | st.just(float("nan")))


@given(values, st.integers(1, 80))
def test_a_thinned_curve_has_at_most_two_points_per_pixel_and_keeps_its_extremes(ys: np.ndarray, pixels: int) -> None:
    xs = np.arange(len(ys), dtype=np.float64)
    short_xs, short_ys = thinned(xs, ys, pixels)
    assert len(short_xs) == len(short_ys) <= max(2 * pixels, 1)
    assert (np.diff(short_xs) >= 0).all()
    if np.isfinite(ys).any():
        assert np.nanmax(short_ys) == np.nanmax(ys)
        assert np.nanmin(short_ys) == np.nanmin(ys)
    else:
        assert np.isnan(short_ys).all()


def test_a_single_peak_in_a_million_rows_is_still_there() -> None:
    ys = np.zeros(1_000_000)
    ys[654_321] = 7.0
    xs, short = thinned(np.arange(1_000_000), ys, 400)
    assert len(short) <= 800
    peak = xs[short.argmax()]
    assert abs(peak - 654_321) <= group_size(1_000_000, 400)


def test_old_rows_keep_their_places_while_new_ones_come() -> None:
    ys = np.random.default_rng(0).random(1_000)
    first, _ = thinned(np.arange(900), ys[:900], 300)
    later, _ = thinned(np.arange(1_000), ys, 300)
    assert np.array_equal(first[:-1], later[: len(first) - 1])


def test_a_gap_stays_a_gap() -> None:
    ys = np.ones(64)
    ys[16:32] = np.nan
    xs, short = thinned(np.arange(64), ys, 8)
    assert np.isnan(short[(xs >= 16) & (xs < 32)]).all()
    assert np.isfinite(short[(xs < 16) | (xs >= 32)]).all()


def test_rows_in_sight_include_one_neighbour_on_each_side() -> None:
    xs = np.array([10, 20, 30, 40, 50])
    assert visible_rows(xs, 25, 35) == slice(1, 4)
    assert list(xs[visible_rows(xs, 0, 100)]) == list(xs)


@given(st.lists(st.integers(0, 1000), min_size=1, unique=True), st.floats(-10, 1010))
def test_the_nearest_row_is_nearest(rows: list[int], x: float) -> None:
    xs = np.array(sorted(rows))
    assert abs(xs[nearest_row(xs, x)] - x) == np.abs(xs - x).min()


def test_a_column_that_a_history_lacks_is_unknown_in_every_row() -> None:
    table = {"iteration": np.array([1, 2, 3]), "loss": np.array([3.0, 2.0, 1.0])}
    assert np.isnan(column(table, "accuracy")).tolist() == [True] * 3
    assert len(column({}, "loss")) == 0
