"""Schedules against values worked by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from core.numerics.improvement import Improvement
from core.numerics.schedules import SCHEDULES, BoundSchedule, warm_up_factor
from core.options import complete


def _bound(
    key: str, options: Mapping[str, Any], epochs: int = 30, counters: Mapping[str, float] | None = None
) -> BoundSchedule:
    schedule = SCHEDULES[key]
    return schedule.bind(complete(schedule.options, options), epochs, counters or {})


@pytest.mark.parametrize(
    ("key", "options", "time", "expected"),
    [
        ("constant", {}, 0.0, 1.0),
        ("constant", {}, 1e6, 1.0),
        ("step", {"factor": 0.1, "every": 3}, 2.999, 1.0),
        ("step", {"factor": 0.1, "every": 3}, 3.0, 0.1),
        ("step", {"factor": 0.1, "every": 3}, 8.5, 0.01),
        ("exponential", {"factor": 0.25}, 0.0, 1.0),
        ("exponential", {"factor": 0.25}, 0.5, 0.5),
        ("exponential", {"factor": 0.25}, 2.0, 0.0625),
        ("cosine", {}, 0.0, 1.0),
        ("cosine", {}, 10.0, 0.75),  # ½ (1 + cos 60°)
        ("cosine", {}, 15.0, 0.5),
        ("cosine", {}, 20.0, 0.25),
        ("cosine", {}, 30.0, 1.0),  # a further run begins anew
        ("cosine", {"period": 4, "smallest": 0.2}, 2.0, 0.6),
        ("cosine", {"period": 4, "smallest": 0.2}, 7.0, 0.2 + 0.4 * (1 - math.sqrt(0.5))),
        ("inverse_time", {"decay": 1.0}, 0.0, 1.0),
        ("inverse_time", {"decay": 1.0}, 1.0, 0.5),
        ("inverse_time", {"decay": 0.5}, 4.0, 1 / 3),
        ("inverse_time", {"decay": 0.0}, 4.0, 1.0),
        ("plateau", {}, 1e6, 1.0),
    ],
)
def test_the_factor_at_a_time_in_epochs(key: str, options: dict[str, Any], time: float, expected: float) -> None:
    assert _bound(key, options).factor(time) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("key", SCHEDULES.keys)
def test_every_schedule_starts_at_the_learning_rate_itself_and_never_goes_beyond(key: str) -> None:
    bound = _bound(key, {})
    assert bound.factor(0.0) == 1.0
    factors = [bound.factor(step / 7) for step in range(7 * 200)]
    assert all(0.0 <= factor <= 1.0 for factor in factors)
    assert bound.varies == (key not in ("constant", "plateau"))
    assert (len(set(factors)) > 1) == bound.varies


def test_a_warm_up_rises_evenly_and_reaches_the_whole_rate_at_its_last_update() -> None:
    assert [warm_up_factor(4, iteration) for iteration in range(6)] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    assert warm_up_factor(0, 0) == 1.0
    assert warm_up_factor(1, 0) == 1.0


PLATEAU = {"factor": 0.5, "patience": 2, "minimum_change": 0.1, "smallest": 0.2}
LOSSES = [1.0, 0.95, 0.92, 0.85, 0.70, 0.69, 0.61, 0.65, 0.64, 0.63, 0.62, 0.1]
FACTORS = [1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2]
"""0.85 is lower than 1 by more than 0.1, so is 0.70 than 0.85; 0.61 is not than 0.70. It never falls below 0.2."""


def test_the_rate_falls_when_the_loss_has_stood_still_for_as_long_as_it_is_waited_for() -> None:
    bound, found = _bound("plateau", PLATEAU), []
    for loss in LOSSES:
        bound.observe(loss)
        found.append(bound.factor(3.0))
    assert found == FACTORS


@pytest.mark.parametrize("cut", range(len(LOSSES)))
def test_a_plateau_remembers_in_its_counters_all_that_it_needs(cut: int) -> None:
    first, found = _bound("plateau", PLATEAU), []
    for loss in LOSSES[:cut]:
        first.observe(loss)
        found.append(first.factor(0.0))
    second = _bound("plateau", PLATEAU, counters=first.counters())
    for loss in LOSSES[cut:]:
        second.observe(loss)
        found.append(second.factor(0.0))
    assert found == FACTORS
    assert all(math.isfinite(value) for value in second.counters().values())


def test_a_loss_that_is_no_number_is_no_improvement() -> None:
    improvement = Improvement(0.0, {}, "x")
    assert [improvement.observe(value) for value in (math.nan, math.inf, 2.0, math.nan, 2.0, 1.0)] == [
        False,
        False,
        True,
        False,
        False,
        True,
    ]
    assert (improvement.best, improvement.waited) == (1.0, 0)
