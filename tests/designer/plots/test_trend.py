"""Noisy lines get a line of means."""

from __future__ import annotations

import numpy as np
import pytest

from designer.plots.trend import Trend, group_means


def test_means_are_those_of_groups_and_skip_what_is_unknown() -> None:
    xs = np.arange(1, 33)
    ys = np.tile([1.0, 3.0, np.nan, 5.0], 8)
    places, means = group_means(xs, ys, 8)
    assert means == pytest.approx([3.0] * 8)
    assert places.tolist() == list(range(3, 33, 4))


def test_few_rows_need_no_means() -> None:
    assert group_means(np.arange(20), np.ones(20), 15) is None


def test_a_group_of_nothing_known_is_a_gap() -> None:
    means = group_means(np.arange(8), np.r_[np.full(4, np.nan), np.ones(4)], 2)[1]
    assert np.isnan(means[0])
    assert means[1] == 1.0


def test_the_last_value_is_the_last_one_known() -> None:
    trend = Trend()
    trend.set_data(np.arange(3), np.array([1.0, 2.0, np.nan]))
    assert trend.last == 2.0
    trend.set_data(np.arange(2), np.full(2, np.nan))
    assert np.isnan(trend.last)
