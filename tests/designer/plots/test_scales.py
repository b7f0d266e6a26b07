"""Ranges that move in steps, and ticks at round values."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from designer.plots import scales

positive = st.floats(min_value=1e-12, max_value=1e12)


@given(positive)
def test_a_round_end_lies_above_and_not_far(value: float) -> None:
    end = scales.round_above(value)
    assert value * (1 - 1e-9) <= end <= 2.0 * value


@given(positive, positive)
def test_a_logarithmic_range_holds_its_values_and_has_room_between(one: float, other: float) -> None:
    low, high = sorted((one, other))
    bottom, top = scales.logarithmic_range(low, high)
    assert bottom <= low * (1 + 1e-9)
    assert top >= high * (1 - 1e-9)
    assert top > bottom


@given(positive, st.floats(min_value=1.5, max_value=1e12), st.integers(2, 12))
def test_logarithmic_ticks_lie_inside_and_are_few(low: float, factor: float, most: int) -> None:
    ticks = scales.logarithmic_ticks(low, low * factor, most)
    assert all(low * 0.999 <= tick <= low * factor * 1.001 for tick in ticks)
    assert len(ticks) <= max(most, 1 + math.log10(factor) / 5 + 1)


def test_a_loss_from_a_half_to_a_twentieth_gets_the_ticks_of_the_lecture() -> None:
    assert [round(tick, 9) for tick in scales.logarithmic_ticks(0.05, 0.5, 6)] == [0.05, 0.1, 0.2, 0.5]


def test_the_time_axis_grows_in_whole_ticks() -> None:
    ends = [scales.end_of_time(0.1 * tenth, 4) for tenth in range(1, 60)]
    assert ends == sorted(ends)
    assert len(set(ends)) < 15
    assert all(end >= 0.1 * tenth - 1e-9 for tenth, end in enumerate(ends, start=1))


def test_the_accuracy_axis_does_not_swing_between_two_ends() -> None:
    floor = scales.accuracy_floor(0.79, None)
    assert floor == 0.7
    for low in (0.801, 0.799, 0.802, 0.798):
        floor = scales.accuracy_floor(low, floor)
        assert floor == 0.7
    assert scales.accuracy_floor(0.83, floor) == 0.8
    assert scales.accuracy_floor(0.1, 0.9) == 0.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_zoomed_accuracy_axis_holds_its_values_and_stays_between_0_and_1(one: float, other: float) -> None:
    low, high = sorted((one, other))
    bottom, top = scales.fitting_share(low, high)
    assert 0.0 <= bottom <= low + 1e-9
    assert high - 1e-9 <= top <= 1.0
    assert top > bottom
    assert top - bottom <= 2.0 * max(high - low, 0.002) + 1e-9
