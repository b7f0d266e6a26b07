"""Keeping moments of a run: at the right iterations, without disturbing it, and exact to go on from."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.graph.model import Graph
from core.numerics.optimizers import OPTIMIZERS
from core.training import keeper as keeper_module
from core.training.config import TrainingConfig
from core.training.gate import Gate
from core.training.keeper import Keeper
from core.training.runner import Extent, Runner
from core.training.session import Session
from core.training.timeline import Moment, Timeline
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data
from tests.core.training.threads import ended, session_of, twin

STEPS = 33
NOISY = graph_of(
    row("x", "input", shape=(5,)),
    row("h", "dense", "x", units=6, activation="tanh"),
    row("n", "batch_normalization", "h"),
    row("d", "dropout", "n", rate=0.3),
    row("y", "dense", "d", "x", units=3, activation="softmax"),
    row("out", "output", "y", loss="cross_entropy"),
)


def iterations(timeline: Timeline) -> list[int]:
    return [kept.iteration for kept in timeline]


def trained(runner: Runner, extent: Extent = Extent.RUN) -> dict[str, Any]:
    runner.start(extent)
    return digest(ended(runner).state)


def test_each_epoch_is_kept_from_where_the_run_begins() -> None:
    runner = Runner(session_of(keep_moments="epoch"), Gate())
    assert iterations(runner.timeline) == []
    trained(runner)
    assert iterations(runner.timeline) == [0, 11, 22, 33]
    assert [kept.epoch for kept in runner.timeline] == [0, 1, 2, 3]
    for kept in runner.timeline:
        assert digest(kept.state) == twin(kept.iteration, keep_moments="epoch")


def test_every_nth_iteration_is_kept() -> None:
    runner = Runner(session_of(keep_moments="iterations", keep_every=4), Gate())
    trained(runner)
    assert iterations(runner.timeline) == [0, *range(4, 33, 4)]
    for kept in runner.timeline:
        assert digest(kept.state) == twin(kept.iteration)


def test_nothing_is_kept_unless_asked_for() -> None:
    earlier = Timeline((Moment(session_of().state()),))
    for timeline in (Timeline(), earlier):
        runner = Runner(session_of(keep_moments="off"), Gate(), timeline)
        trained(runner)
        assert runner.timeline.moments == timeline.moments


def test_single_steps_keep_what_a_run_would() -> None:
    runner = Runner(session_of(keep_moments="iterations", keep_every=5), Gate())
    for _ in range(11):
        trained(runner, Extent.ITERATION)
    trained(runner, Extent.EPOCH)
    assert iterations(runner.timeline) == [0, 5, 10, 15, 20]


@pytest.mark.parametrize("grain", ["epoch", "iterations"])
def test_keeping_changes_no_bit_of_the_run(grain: str) -> None:
    runner = Runner(session_of(keep_moments=grain, keep_every=1), Gate())
    assert trained(runner) == twin(33)


def test_a_run_that_goes_on_adds_to_the_moments_of_its_past() -> None:
    session = session_of(keep_moments="iterations", keep_every=6)
    runner = Runner(session, Gate())
    trained(runner)
    assert iterations(runner.timeline) == [0, 6, 12, 18, 24, 30]
    kept = runner.timeline[2]
    again = Runner(Session(session.graph, session.config, session.data, kept.state), Gate(), runner.timeline)
    assert iterations(again.timeline) == [0, 6, 12], "what came after is no past of this run"
    trained(again)
    assert iterations(again.timeline) == [0, 6, 12, 18, 24, 30]
    assert again.timeline[2] is kept


def test_moments_of_an_edited_network_are_left_behind() -> None:
    session = session_of(keep_moments="epoch")
    runner = Runner(session, Gate())
    trained(runner)
    wider = Session(chain(5, 6, 3), session.config, session.data, runner.timeline[-1].state)
    edited = Runner(wider, Gate(), runner.timeline)
    trained(edited, Extent.EPOCH)
    assert iterations(edited.timeline) == [33, 44]


@pytest.mark.parametrize("batch_size", [1, 3, 5, 10, 100])
def test_the_end_of_an_epoch_is_found_after_another_batch_size_in_its_middle(batch_size: int) -> None:
    session = session_of(keep_moments="epoch")
    for _ in range(4):
        session.step()
    config = replace(session.config, batch_size=batch_size)
    other = Session(session.graph, config, session.data, session.state())
    keeper = Keeper(other, Timeline())
    keeper.begin()
    ends = [4]
    while other.epoch < 3:
        other.step()
        if other.at_epoch_start:
            ends.append(other.iteration)
        if other.iteration >= keeper.due:
            keeper.look()
    assert iterations(keeper.timeline) == ends


def test_moments_share_the_record_and_the_order_of_their_epoch() -> None:
    runner = Runner(session_of(keep_moments="iterations", keep_every=1), Gate())
    trained(runner)
    one, two = runner.timeline[24], runner.timeline[28]
    assert one.state.position.order is two.state.position.order
    assert len(one.state.history.training["loss"]) == 2
    assert np.shares_memory(one.state.history.training["loss"], two.state.history.training["loss"])
    first_two = [kept.state.history.training["loss"][:2].tolist() for kept in (one, two, runner.timeline[-1])]
    assert first_two[0] == first_two[1] == first_two[2]


@st.composite
def _configs(draw: st.DrawFn) -> TrainingConfig:
    rule = draw(st.sampled_from(list(OPTIMIZERS)))
    return TrainingConfig(
        optimizer=rule.key,
        learning_rate=rule.default_rate,
        schedule=draw(st.sampled_from(["constant", "step", "cosine", "plateau"])),
        warm_up=draw(st.sampled_from([0, 7])),
        batch_size=draw(st.sampled_from([4, 20])),
        order=draw(st.sampled_from(["random", "curriculum"])),
        input_noise=draw(st.sampled_from([0.0, 0.1])),
        l2=draw(st.sampled_from([0.0, 1e-2])),
        clipping=draw(st.sampled_from(["none", "norm"])),
        early_stopping=draw(st.sampled_from(["off", "restore"])),
        dtype=draw(st.sampled_from(["float32", "float64"])),
        keep_moments=draw(st.sampled_from(["epoch", "iterations"])),
        keep_every=draw(st.integers(1, 9)),
    )


@given(_configs(), st.sampled_from([NOISY, chain(5, 4, 3)]))
@settings(max_examples=60)
def test_going_on_from_any_kept_moment_gives_the_same_bits(config: TrainingConfig, graph: Graph) -> None:
    data = random_data(43, dtype=config.dtype)
    session = Session(graph, config, data)
    keeper = Keeper(session, Timeline())
    keeper.begin()
    while session.iteration < STEPS:
        session.step()
        if session.iteration >= keeper.due:
            keeper.look()
    end = digest(session.state())
    assert len(keeper.timeline) >= 3
    for kept in keeper.timeline:
        again = Session(graph, config, data, kept.state)
        while again.iteration < STEPS:
            again.step()
        assert digest(again.state()) == end, f"from iteration {kept.iteration}"


@pytest.mark.parametrize("grain", ["epoch", "iterations"])
def test_a_long_run_stays_within_the_memory_and_makes_few_copies(grain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own, order, room, wanted = 8 * (5 * 4 + 4 + 4 * 3 + 3), 8 * 43, 16, 1_000
    monkeypatch.setattr(keeper_module, "MEGABYTE", (own + order) * room)
    session = session_of(keep_moments=grain, keep_every=2, keep_memory=1, batch_size=43)
    copies, take = [0], session.state

    def counted() -> Any:
        copies[0] += 1
        return take()

    session.state = counted  # type: ignore[method-assign]
    keeper = Keeper(session, Timeline())
    keeper.begin()
    steps = wanted if grain == "epoch" else 2 * wanted
    for _ in range(steps):
        session.step()
        if session.iteration >= keeper.due:
            keeper.look()
    kept = iterations(keeper.timeline)
    assert keeper.timeline.nbytes <= (own + order) * room
    assert kept[0] == 0 and room / 2 <= len(kept) <= room + 1
    gaps = np.diff([*kept, steps])
    assert gaps[:-1].max() <= 2 * gaps[:-1].min(), f"evenly spread: {kept}"
    assert gaps[-1] <= 2 * gaps[:-1].max(), f"up to the end: {kept}"
    assert copies[0] <= room * (1 + math.log2(wanted / room)), "far fewer than the moments that passed"
