"""Kept moments as a value: in order, within the memory, evenly spread, the first and the last always among them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.compiler.parameters import Parameters
from core.training import timeline as timeline_module
from core.training.config import TrainingConfig
from core.training.session import initial_state
from core.training.state import Position
from core.training.timeline import Moment, Timeline, room_in
from tests.core.graph.networks import chain

STATE = initial_state(chain(5, 4, 3), TrainingConfig(optimizer="momentum", dtype="float64"))
PARAMETERS = 5 * 4 + 4 + 4 * 3 + 3
OWN = 8 * PARAMETERS * 2
"""Bytes of the weights and of their velocities."""

ORDERS = [np.arange(count) for count in (100, 100)]


def moment(iteration: int, order: int = 0) -> Moment:
    return Moment(replace(STATE, position=Position(iteration, 0, 1, ORDERS[order])))


def iterations(timeline: Timeline) -> list[int]:
    return [kept.iteration for kept in timeline]


def kept_of(offered: list[int], limit: int) -> Timeline:
    timeline = Timeline()
    for iteration in offered:
        timeline = timeline.with_moment(moment(iteration), limit)
    return timeline


def test_memory_is_that_of_weights_and_slots_and_each_shared_array_counts_once() -> None:
    assert moment(1).own_bytes == OWN
    shared = Timeline((moment(1), moment(2), moment(3, order=1)))
    assert shared.nbytes == 3 * OWN + 2 * 800


def test_the_best_weights_are_shared_by_the_moments_since_then() -> None:
    best = {("d1", "bias"): np.zeros(4)}
    moments = [Moment(replace(STATE, best=best, position=Position(number))) for number in (1, 2)]
    assert Timeline(tuple(moments)).nbytes == 2 * OWN + 32


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=120, unique=True).map(sorted), st.integers(0, 30))
def test_thinning_keeps_first_and_last_in_order_within_the_memory(offered: list[int], room: int) -> None:
    timeline = kept_of(offered, room * OWN + 800)
    kept = iterations(timeline)
    assert kept[0] == offered[0] and kept[-1] == offered[-1]
    assert kept == sorted(set(kept)) and set(kept) <= set(offered)
    assert len(kept) <= max(2, room)
    if len(offered) <= room:
        assert kept == offered, "nothing goes while there is room"
    else:
        assert len(kept) >= min(len(offered), max(2, room)), "nothing goes that there is room for"


@given(st.lists(st.integers(0, 10_000), min_size=4, max_size=60, unique=True).map(sorted))
def test_that_moment_goes_whose_neighbours_are_closest(offered: list[int]) -> None:
    kept = iterations(kept_of(offered, (len(offered) - 1) * OWN + 800))
    (gone,) = set(offered) - set(kept)
    gaps = {offered[n]: offered[n + 1] - offered[n - 1] for n in range(1, len(offered) - 1)}
    assert gaps[gone] == min(gaps.values())
    assert gone == min(iteration for iteration, gap in gaps.items() if gap == gaps[gone])


@given(st.integers(3, 40), st.integers(1, 400))
def test_evenly_offered_moments_stay_evenly_spread(room: int, count: int) -> None:
    kept = iterations(kept_of(list(range(0, 10 * count, 10)), room * OWN + 800))
    gaps = np.diff(kept)
    if len(gaps) > 1:
        even = kept[-1] / (min(room, count) - 1)
        assert gaps.max() <= max(10, 2 * even + 10), "no gap is much wider than an even one"


def test_a_moment_that_was_reached_again_replaces_it_and_what_came_after() -> None:
    timeline = kept_of([0, 10, 20, 30], 10**9)
    again = moment(20)
    branched = timeline.with_moment(again, 10**9)
    assert iterations(branched) == [0, 10, 20] and branched[-1] is again
    assert iterations(timeline) == [0, 10, 20, 30], "the former timeline is a value of its own"
    assert all(new is old for new, old in zip(branched.moments[:2], timeline.moments, strict=False))


@pytest.mark.parametrize(("iteration", "count"), [(-1, 0), (0, 1), (15, 2), (20, 3), (99, 4)])
def test_the_moments_up_to_an_iteration(iteration: int, count: int) -> None:
    timeline = kept_of([0, 10, 20, 30], 10**9)
    assert iterations(timeline.until(iteration)) == [0, 10, 20, 30][:count]
    assert timeline.until(99) is timeline


def test_moments_of_another_network_are_told_apart() -> None:
    other = initial_state(chain(5, 6, 3), TrainingConfig())
    timeline = Timeline((moment(0), Moment(replace(other, position=Position(5)))))
    assert iterations(timeline.of(Parameters(chain(5, 4, 3), "float64"))) == [0]
    assert iterations(timeline.of(Parameters(chain(5, 6, 3), "float32"))) == [5]


def test_no_more_moments_than_can_be_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_module, "MAXIMUM_MOMENTS", 7)
    assert len(kept_of(list(range(30)), 10**9)) == 7
    timeline = kept_of([0, 1, 2], 10**9)
    assert room_in(timeline, 10**9) == 7
    assert 2 < room_in(timeline, 800 + 10 * OWN) <= 10, "rather too few"
    assert room_in(timeline, 1) == 2
