"""Going on from a state: bit for bit as if there had been no interruption, and sensibly where things were edited."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain as joined
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import PreparedData
from core.graph.model import Graph
from core.numerics.clipping import CLIPPINGS
from core.numerics.optimizers import OPTIMIZERS as RULES
from core.numerics.schedules import SCHEDULES
from core.project import edits
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.session import Session
from core.training.state import TrainedState
from tests.core.graph.networks import graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data

OPTIMIZERS = {rule.key: TrainingConfig(optimizer=rule.key, learning_rate=rule.default_rate) for rule in RULES}
GRAPH = graph_of(
    row("x", "input", shape=(5,)),
    row("h", "dense", "x", units=4, activation="tanh"),
    row("g", "activation", "h", activation="sigmoid"),
    row("y", "dense", "g", "x", units=3, activation="softmax"),
    row("out", "output", "y", loss="cross_entropy"),
)
STEPS = 33
CUTS = (0, 1, 2, 3, 9, 10, 11, 12, 19, 20, 22, 32, 33)
"""Before and after rows of the record and ends of epochs; hypothesis tries the others below."""


def _train(graph: Graph, config: TrainingConfig, data: PreparedData, cuts: list[int]) -> TrainedState:
    """The state after STEPS iterations, with a new session at each of the `cuts`."""
    state = None
    for start, stop in pairwise([0, *cuts, STEPS]):
        session = Session(graph, config, data, state)
        assert session.iteration == start
        for _ in range(stop - start):
            session.step()
        state = session.state()
    assert state is not None
    return state


# Rows are recorded every 10 iterations: an epoch of 11 batches with a rest of 3, of 10 without, of 3 with a rest of 7.
EPOCHS = [(43, 4), (40, 4), (47, 20)]


@pytest.mark.parametrize(("count", "batch_size"), EPOCHS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_interruption_at_any_point_changes_no_bit(optimizer: str, dtype: str, count: int, batch_size: int) -> None:
    config = replace(OPTIMIZERS[optimizer], dtype=dtype, batch_size=batch_size)
    data = random_data(count, dtype=dtype)
    uninterrupted = digest(_train(GRAPH, config, data, []))
    for cut in CUTS:
        assert digest(_train(GRAPH, config, data, [cut])) == uninterrupted, f"interrupted after {cut} steps"


@given(
    st.sampled_from(list(OPTIMIZERS)),
    st.sets(st.integers(0, STEPS)),
    st.sampled_from(EPOCHS),
    st.sampled_from(["random", "given", "curriculum"]),
    st.integers(0, 9),
)
@settings(max_examples=60)
def test_many_interruptions_change_no_bit(
    optimizer: str, cuts: set[int], epoch: tuple[int, int], order: str, seed: int
) -> None:
    config = replace(OPTIMIZERS[optimizer], batch_size=epoch[1], order=order, seed=seed, dtype="float32")
    data = random_data(epoch[0], dtype="float32")
    assert digest(_train(GRAPH, config, data, sorted(cuts))) == digest(_train(GRAPH, config, data, []))


@st.composite
def training_configs(draw: st.DrawFn) -> TrainingConfig:
    """A run with any optimiser, schedule, mode, order and remedy at once."""
    optimizer, schedule = draw(st.sampled_from(list(RULES))), draw(st.sampled_from(list(SCHEDULES)))
    own = {"every": 1} if schedule.key == "step" else {"patience": 1} if schedule.key == "plateau" else {}
    return TrainingConfig(
        optimizer=optimizer.key,
        learning_rate=optimizer.default_rate,
        schedule=schedule.key,
        schedule_options=own,
        warm_up=draw(st.sampled_from([0, 5, 100])),
        mode=draw(st.sampled_from(["mini_batch", "batch", "incremental", "online"])),
        batch_size=draw(st.sampled_from([1, 4, 20])),
        order=draw(st.sampled_from(["random", "given", "curriculum"])),
        input_noise=draw(st.sampled_from([0.0, 0.1])),
        l1=draw(st.sampled_from([0.0, 1e-3])),
        l2=draw(st.sampled_from([0.0, 1e-2])),
        clipping=draw(st.sampled_from(CLIPPINGS.keys)),
        clip_limit=0.1,
        early_stopping=draw(st.sampled_from(["off", "stop", "restore"])),
        patience=draw(st.integers(1, 4)),
        stop_loss=draw(st.sampled_from([0.0, 0.5])),
        stop_gradient=draw(st.sampled_from([0.0, 0.05])),
        dtype=draw(st.sampled_from(["float32", "float64"])),
    )


@given(training_configs(), st.sets(st.integers(0, STEPS)), st.sampled_from([0, 9]), st.sampled_from([7, 43]))
@settings(max_examples=150, deadline=None)
def test_no_setting_makes_an_interruption_change_a_bit(
    config: TrainingConfig, cuts: set[int], validation: int, count: int
) -> None:
    data = random_data(count, dtype=config.dtype, validation=validation)
    assert digest(_train(GRAPH, config, data, sorted(cuts))) == digest(_train(GRAPH, config, data, []))


@given(training_configs(), st.integers(0, 120), st.sampled_from([0, 9]))
@settings(max_examples=60, deadline=None)
def test_an_interrupted_run_ends_where_and_as_it_would_have(config: TrainingConfig, cut: int, validation: int) -> None:
    config = replace(config, epochs=40, stop_iterations=130)
    data = random_data(22, dtype=config.dtype, validation=validation)
    ends = []
    for interruptions in ([], [cut]):
        session = Session(GRAPH, config, data)
        session.begin_run()
        while session.stop_reason is None:
            if session.iteration in interruptions:
                session = Session(GRAPH, config, data, session.state())
                session.begin_run()
            session.step()
        ends.append((str(session.stop_reason), session.iteration, digest(session.state())))
    assert ends[0] == ends[1]


def test_the_best_weights_of_another_network_or_other_data_are_forgotten() -> None:
    config = replace(OPTIMIZERS["sgd"], early_stopping="restore", schedule="plateau", batch_size=10)
    before = _trained(GRAPH, config, DATA, 15)
    assert before.best and {"early.best", "plateau.best"} <= set(before.counters)
    wider = edits.set_option(Project(GRAPH), "h", "units", 5).graph
    others = Session(wider, config, DATA, before), Session(GRAPH, config, random_data(43, fingerprint="b" * 64), before)
    for session in others:
        assert not session.state().best
        assert "early.best" not in session.state().counters


def test_the_history_of_a_resumed_run_has_no_gap_and_no_row_twice() -> None:
    config = replace(OPTIMIZERS["sgd"], batch_size=4)
    state = _train(GRAPH, config, random_data(43, dtype="float32"), [5, 10, 11, 17, 22, 30])
    assert state.history.training["iteration"].tolist() == [10, 20, 30]
    assert state.history.validation["iteration"].tolist() == [11, 22, 33]
    assert state.history.training["iteration"].dtype == np.int64
    assert state.pending.samples == 4 + 4 + 3


def _trained(graph: Graph, config: TrainingConfig, data: PreparedData, steps: int) -> TrainedState:
    session = Session(graph, config, data)
    for _ in range(steps):
        session.step()
    return session.state()


CONFIG = replace(OPTIMIZERS["momentum"], dtype="float64", batch_size=4)
DATA = random_data(43)


def test_after_an_edit_parameters_and_slots_of_unchanged_layers_carry_over() -> None:
    before = _trained(GRAPH, CONFIG, DATA, 7)
    project = edits.set_option(Project(GRAPH), "g", "activation", "tanh")
    wider = edits.insert_node(project, "dense", "g-y", (0, 0), {"units": 6}).graph
    new = wider.nodes[-1].id
    after = Session(wider, CONFIG, DATA, before).state()
    fresh = Session(wider, CONFIG, DATA).state()
    kept = [("h", "kernel.x-h"), ("h", "bias"), ("y", "kernel.x-y"), ("y", "bias")]
    for key in kept:
        np.testing.assert_array_equal(after.parameters[key], before.parameters[key])
        np.testing.assert_array_equal(after.slots["velocity"][key], before.slots["velocity"][key])
    # Four inputs became six: this kernel starts anew, as does the new layer.
    replaced = [key for key in after.parameters if key not in kept]
    assert {key[0] for key in replaced} == {"y", new}
    for key in replaced:
        np.testing.assert_array_equal(after.parameters[key], fresh.parameters[key])
        assert not after.slots["velocity"][key].any()
    assert after.position.iteration == 7


def test_a_layer_with_another_number_of_units_starts_anew_and_the_others_go_on() -> None:
    before = _trained(GRAPH, CONFIG, DATA, 7)
    changed = edits.set_option(Project(GRAPH), "h", "units", 5).graph
    after, fresh = Session(changed, CONFIG, DATA, before).state(), Session(changed, CONFIG, DATA).state()
    for key in (("h", "kernel.x-h"), ("h", "bias"), ("y", "kernel.g-y")):
        np.testing.assert_array_equal(after.parameters[key], fresh.parameters[key])
    for key in (("y", "kernel.x-y"), ("y", "bias")):
        np.testing.assert_array_equal(after.parameters[key], before.parameters[key])


def test_a_run_on_an_edited_network_keeps_its_history_and_goes_on() -> None:
    before = _trained(GRAPH, CONFIG, DATA, 20)
    changed = edits.insert_node(Project(GRAPH), "dense", "g-y", (0, 0), {"units": 6}).graph
    session = Session(changed, CONFIG, DATA, before)
    for _ in range(10):
        session.step()
    training = session.history.training
    assert training["iteration"].tolist() == [10, 20, 30]
    new = training[f"delta_norm.{changed.nodes[-1].id}"]
    assert np.isnan(new[:2]).all() and np.isfinite(new[2])


def test_another_optimiser_goes_on_with_the_weights_and_without_the_old_slots() -> None:
    before = _trained(GRAPH, CONFIG, DATA, 7)
    after = Session(GRAPH, replace(CONFIG, optimizer="sgd", optimizer_options={}), DATA, before).state()
    assert after.slots == {}
    assert (before.counters["updates"], after.counters["updates"]) == (7.0, 0.0)
    np.testing.assert_array_equal(after.parameters["h", "kernel.x-h"], before.parameters["h", "kernel.x-h"])
    again = Session(GRAPH, CONFIG, DATA, after).state()
    assert not any(array.any() for array in again.slots["velocity"].values())


@pytest.mark.parametrize(
    "other", [random_data(43, fingerprint="b" * 64, seed=9), random_data(50, fingerprint="b" * 64)]
)
def test_other_data_begin_an_epoch_of_their_own(other: PreparedData) -> None:
    before = _trained(GRAPH, CONFIG, DATA, 7)
    session = Session(GRAPH, CONFIG, other, before)
    assert session.at_epoch_start and session.iteration == 7
    batches = []
    for _ in range(session.batches):
        session.step()
        batches.append(session.samples.tolist())
    assert sorted(joined.from_iterable(batches)) == list(range(len(other.training)))
    assert session.at_epoch_start


@pytest.mark.parametrize("batch_size", [1, 3, 10, 100])
def test_a_new_batch_size_in_mid_epoch_uses_what_is_left_of_it_once(batch_size: int) -> None:
    session = Session(GRAPH, CONFIG, DATA)
    used = []
    for _ in range(7):
        session.step()
        used += session.samples.tolist()
    resumed = Session(GRAPH, replace(CONFIG, batch_size=batch_size), DATA, session.state())
    while True:
        resumed.step()
        assert len(resumed.samples) <= batch_size
        used += resumed.samples.tolist()
        if resumed.at_epoch_start:
            break
    assert sorted(used) == list(range(43))
    assert resumed.epoch == 1


def test_another_precision_goes_on_with_the_same_numbers() -> None:
    before = _trained(GRAPH, CONFIG, DATA, 7)
    single = random_data(43, dtype="float32")
    after = Session(GRAPH, replace(CONFIG, dtype="float32"), single, before).state()
    for key, array in before.parameters.items():
        np.testing.assert_array_equal(after.parameters[key], array.astype(np.float32))
    assert after.position.sample == before.position.sample


def test_a_weight_set_by_hand_is_the_one_that_trains_on() -> None:
    before = _trained(GRAPH, CONFIG, DATA, 7)
    key = ("h", "kernel.x-h")
    edited = edits.set_parameter_value(Project(GRAPH), before, key, (1, 2), 0.75).state
    session = Session(GRAPH, CONFIG, DATA, edited)
    assert session.parameters.views(session.parameters.values)[key][1, 2] == 0.75
    session.step()
    assert session.state().edited_by_hand
