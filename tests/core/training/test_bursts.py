"""Bursts of steps: the same bits as single steps, whatever is trained how, and as few calls as they are for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.dataset import PreparedData
from core.errors import NonFiniteError
from core.graph.model import Graph
from core.loops.library import library
from core.numerics.optimizers import OPTIMIZERS
from core.training.config import TrainingConfig
from core.training.session import Session
from core.training.state import TrainedState
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import data_of, random_data, random_samples
from tests.core.training.test_resume import GRAPH, training_configs

EPOCHS = [(43, 4), (40, 4), (47, 20), (301, 2), (5, 1)]
SKIP = graph_of(
    row("x", "input", shape=(5,)),
    row("h", "dense", "x", units=4, activation="tanh"),
    row("y", "dense", "h", "x", units=3, activation="softmax"),
    row("out", "output", "y", loss="cross_entropy"),
)
IMAGES = graph_of(
    row("x", "input", shape=(4, 4)),
    row("c", "convolution", "x", filters=2, kernel=(3, 3), activation="relu"),
    row("b", "batch_normalization", "c"),
    row("y", "dense", "b", "x", units=3, activation="softmax"),
    row("out", "output", "y", loss="cross_entropy"),
)
SUM = graph_of(
    row("x", "input", shape=(5,)),
    row("y", "dense", "x", units=3, activation="sigmoid"),
    row("out", "output", "y", loss="squared_error", over_samples="sum"),
)


def _by_single_steps(
    graph: Graph, config: TrainingConfig, data: PreparedData, count: int
) -> tuple[TrainedState, float]:
    session = Session(graph, config, data)
    for _ in range(count):
        session.step()
    return session.state(), session.last_loss


def _by_bursts(
    graph: Graph, config: TrainingConfig, data: PreparedData, limits: list[int], count: int
) -> tuple[TrainedState, float, int]:
    """Train with one limit after the other, again and again; the third number is how many calls it took."""
    session, calls = Session(graph, config, data), 0
    while session.iteration < count:
        limit = min(limits[calls % len(limits)], count - session.iteration)
        before = session.iteration
        made = session.steps(limit)
        assert 1 <= made <= limit and session.iteration == before + made
        calls += 1
    return session.state(), session.last_loss, calls


@pytest.mark.parametrize(("count", "batch_size"), EPOCHS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS.keys)
def test_bursts_and_single_steps_have_the_same_bits(optimizer: str, dtype: str, count: int, batch_size: int) -> None:
    rate = OPTIMIZERS[optimizer].default_rate
    config = TrainingConfig(optimizer=optimizer, learning_rate=rate, dtype=dtype, batch_size=batch_size)
    data = random_data(count, dtype=dtype)
    state, loss, calls = _by_bursts(SKIP, config, data, [1_000], 250)
    single, single_loss = _by_single_steps(SKIP, config, data, 250)
    assert digest(state) == digest(single) and loss == single_loss
    if library() is not None and optimizer != "rprop" and count > 5 * batch_size:
        assert calls < 200


@pytest.mark.parametrize("graph", [IMAGES, SUM], ids=["images", "sum"])
@pytest.mark.parametrize("limits", [[1], [3], [2, 50, 1], [1_000]], ids=str)
def test_limits_change_no_bit(graph: Graph, limits: list[int]) -> None:
    config = TrainingConfig(optimizer="momentum", learning_rate=0.01, batch_size=4, dtype="float64", order="given")
    data = data_of(random_samples(203, graph.nodes[0].options["shape"], 3))
    state, loss, _ = _by_bursts(graph, config, data, limits, 170)
    single, single_loss = _by_single_steps(graph, config, data, 170)
    assert digest(state) == digest(single) and loss == single_loss


@given(training_configs(), st.lists(st.integers(1, 40), min_size=1, max_size=4), st.sampled_from([0, 9]))
@settings(max_examples=60, deadline=None)
def test_no_setting_makes_a_burst_change_a_bit(config: TrainingConfig, limits: list[int], validation: int) -> None:
    data = random_data(103, dtype=config.dtype, validation=validation)
    for graph in (SKIP, GRAPH):
        state, loss, _ = _by_bursts(graph, config, data, limits, 60)
        single, single_loss = _by_single_steps(graph, config, data, 60)
        assert digest(state) == digest(single) and loss == single_loss


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_burst_that_diverges_ends_as_single_steps_do(optimizer: str) -> None:
    graph = chain(5, 6, 6, 3, activation="relu", last="linear", loss="squared_error")
    config = TrainingConfig(optimizer=optimizer, learning_rate=1e6, dtype="float32", batch_size=1)
    data = random_data(300, dtype="float32")
    # From where it does not diverge at once, so that it happens within a burst.
    began = Session(graph, replace(config, learning_rate=0.01), data)
    for _ in range(30):
        began.step()
    ends = []
    for limit in (1, 1_000):
        session = Session(graph, config, data, began.state())
        with pytest.raises(NonFiniteError) as caught:
            while session.iteration < 400:
                session.steps(limit)
        assert np.isfinite(session.parameters.values).all()
        ends.append((str(caught.value), session.iteration, digest(session.state())))
    assert ends[0] == ends[1]


def test_a_run_stops_where_it_is_told_to() -> None:
    config = TrainingConfig(batch_size=2, stop_iterations=77, dtype="float32")
    session = Session(SKIP, config, random_data(301, dtype="float32"))
    session.begin_run()
    while session.stop_reason is None:
        session.steps(1_000)
    assert session.iteration == 77


def test_chosen_samples_go_by_themselves_and_out_of_turn() -> None:
    config = TrainingConfig(batch_size=4, dtype="float64")
    sessions = [Session(SKIP, config, random_data(203)) for _ in range(2)]
    for session in sessions:
        for _ in range(15):
            session.step()
        session.choose(np.array([5, 6, 7]))
    assert sessions[0].steps(100) == 1
    sessions[1].step()
    assert list(sessions[0].samples) == [5, 6, 7]
    while sessions[0].iteration < 40:
        sessions[0].steps(40 - sessions[0].iteration)
    while sessions[1].iteration < 40:
        sessions[1].step()
    assert digest(sessions[0].state()) == digest(sessions[1].state())
