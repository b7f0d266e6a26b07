"""Distributions of weights, now and before."""

from __future__ import annotations

import numpy as np
import pytest

from designer.plots.ridges import MOST_RIDGES, RidgeHistory, ridge_of

rng = np.random.default_rng(4)


def test_the_ridge_of_normal_weights_follows_the_bell_curve() -> None:
    ridge = ridge_of(rng.normal(0.0, 0.3, size=(400, 100)).astype(np.float32), 0)
    bell = np.exp(-0.5 * (ridge.centres / 0.3) ** 2)
    assert np.abs(ridge.heights - bell).max() < 0.06
    assert ridge.deviation == pytest.approx(0.3, rel=0.02)
    assert 0.6 < ridge.end < 1.6


def test_two_groups_of_weights_make_two_hills() -> None:
    values = np.concatenate([rng.normal(-2.0, 0.2, 500), rng.normal(3.0, 0.2, 500)])
    ridge = ridge_of(values, 0)
    at = {place: ridge.heights[np.abs(ridge.centres - place).argmin()] for place in (-2.0, 0.5, 3.0)}
    assert at[-2.0] > 0.5 < at[3.0]
    assert at[0.5] < 0.05


def test_one_far_outlier_does_not_flatten_the_rest() -> None:
    values = rng.normal(0.0, 0.1, size=10_000)
    values[17] = 500.0
    ridge = ridge_of(values, 0)
    assert ridge.end < 1.0
    assert (ridge.heights > 0.5).sum() > 5
    assert ridge.highest == 500.0


ODD = {
    "all zero": np.zeros(10),
    "many zeros": np.zeros(500),
    "nearly all zero": np.r_[np.zeros(5_000), 1.0, -3.0],
    "all equal": np.full(3, -2.5),
    "single": np.array([1.0]),
    "not finite": np.array([np.nan, 1.0, np.inf]),
    "huge": np.array([1e300, -1e300, 1e299]),
    "tiny": np.array([1e-300, -1e-300]),
}


@pytest.mark.parametrize("values", ODD.values(), ids=ODD)
def test_odd_parameters_have_a_ridge(values: np.ndarray) -> None:
    ridge = ridge_of(values, 0)
    assert np.isfinite(ridge.heights).all()
    assert ridge.heights.max() == pytest.approx(1.0)
    assert ridge.end > 0.0


def test_where_nothing_is_finite_there_is_no_ridge_instead_of_one_at_0() -> None:
    assert ridge_of(np.array([[np.nan, np.inf], [-np.inf, np.nan]], dtype=np.float32), 0) is None


def test_large_parameters_are_counted_in_part_and_say_so() -> None:
    values = rng.normal(size=(1_000, 400))
    part, whole = ridge_of(values, 0), ridge_of(values, 0, most=10**9)
    assert (part.stride, whole.stride) == (7, 1)
    assert np.abs(part.heights - whole.heights).max() < 0.1


def test_moments_stay_few_and_spread_over_the_whole_run() -> None:
    history = RidgeHistory()
    for iteration in range(0, 50_000, 17):
        if history.is_due(iteration):
            history.add(ridge_of(np.ones(3), iteration))
        assert len(history.ridges) < MOST_RIDGES
    kept = [ridge.iteration for ridge in history.ridges]
    assert kept[0] == 0
    assert len(kept) >= MOST_RIDGES // 2
    steps = np.diff(kept)
    assert steps.max() < 2.1 * steps.min()


def test_a_weight_set_by_hand_replaces_the_ridge_of_its_moment() -> None:
    history = RidgeHistory()
    history.add(ridge_of(np.zeros(3), 0))
    history.add(ridge_of(np.full(3, 9.0), 0))
    assert [ridge.mean for ridge in history.ridges] == [9.0]
