"""The preview of a state: exactly what its next step computes, and nothing is changed by it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.graph.model import Graph
from core.loops.library import library
from core.training import session as session_module
from core.training.config import TrainingConfig
from core.training.preview import preview, work_of_preview
from core.training.session import Session
from core.training.snapshot import SHOWN_ROWS, RunPhase, Snapshot
from core.training.state import TrainedState
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data

library()  # from here on previews too are made by compiled loops, where there are any

GRAPH = graph_of(
    row("x", "input", shape=(5,)),
    row("h", "dense", "x", units=6, activation="tanh"),
    row("n", "batch_normalization", "h"),
    row("d", "dropout", "n", rate=0.3),
    row("y", "dense", "d", "x", units=3, activation="softmax"),
    row("out", "output", "y", loss="cross_entropy"),
)
CONFIG = TrainingConfig(
    optimizer="momentum", learning_rate=0.1, batch_size=4, input_noise=0.1, l2=1e-3, dtype="float64"
)
DATA = random_data(43)


def _after(steps: int, config: TrainingConfig = CONFIG, graph: Graph = GRAPH) -> TrainedState:
    session = Session(graph, config, DATA)
    for _ in range(steps):
        session.step()
    return session.state()


def _values(session: Session) -> dict[str, Any]:
    """z, a and δ per sample of a session's last step, read from its plan."""
    plan = session.plan
    return {
        node_id: (
            tensor.value.copy(),
            None if tensor.pre_activation is None else tensor.pre_activation.copy(),
            None if tensor.pre_gradient is None else tensor.pre_gradient * float(plan.batch_size),
        )
        for node_id, tensor in plan.tensors.items()
    }


def _assert_shows(snapshot: Snapshot, session: Session, loss: float) -> None:
    assert snapshot.samples.tolist() == session.samples.tolist()
    assert snapshot.batch_loss == loss and snapshot.penalty == session.last_penalty
    for node_id, expected in _values(session).items():
        shown = snapshot.layers[node_id]
        for found, wanted in zip((shown.a, shown.z, shown.delta), expected, strict=True):
            assert (found is None) == (wanted is None)
            if found is not None:
                np.testing.assert_array_equal(found, wanted.reshape(found.shape))


@given(st.integers(0, 35), st.sampled_from(["random", "given"]), st.sampled_from(["sgd", "adam", "momentum"]))
@settings(max_examples=40)
def test_a_preview_shows_what_the_next_step_computes_to_the_bit(steps: int, order: str, optimizer: str) -> None:
    config = replace(CONFIG, order=order, optimizer=optimizer, optimizer_options={})
    state = _after(steps, config)
    before = digest(state)
    snapshot = preview(GRAPH, config, DATA, state)
    assert digest(state) == before
    session = Session(GRAPH, config, DATA, state)
    rate = session.learning_rate
    _assert_shows(snapshot, session, session.step())
    assert snapshot.learning_rate == rate
    assert (snapshot.iteration, snapshot.epoch, snapshot.batch) == (steps, steps // 11, steps % 11)
    assert snapshot.batches == 11
    assert snapshot.phase is RunPhase.PAUSED and snapshot.graph is GRAPH
    assert snapshot.parameters is state.parameters and snapshot.history is state.history
    for key, buffer in snapshot.buffers.items():
        np.testing.assert_array_equal(buffer, state.buffers[key])


def test_a_preview_before_any_training_shows_the_first_step() -> None:
    session = Session(GRAPH, CONFIG, DATA)
    initial = session.state().parameters
    snapshot = preview(GRAPH, CONFIG, DATA, None)
    _assert_shows(snapshot, session, session.step())
    assert snapshot.iteration == 0 and math.isnan(snapshot.loss)
    for key, array in snapshot.parameters.items():
        np.testing.assert_array_equal(array, initial[key])


def test_two_previews_are_two_pictures() -> None:
    one, two = (preview(GRAPH, CONFIG, DATA, None) for _ in range(2))
    assert one.serial != two.serial


def test_the_end_of_an_epoch_is_not_evaluated_and_easy_samples_are_not_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = replace(CONFIG, order="curriculum")
    states = [_after(steps, config) for steps in (10, 11)]

    def evaluated(*_arguments: object) -> None:
        raise AssertionError("a preview evaluates nothing")

    monkeypatch.setattr(session_module.Evaluator, "evaluate", evaluated)
    monkeypatch.setattr(session_module.Evaluator, "row_losses", evaluated)
    for state in states:
        assert len(preview(GRAPH, config, DATA, state).layers) == 5


def test_of_a_large_batch_only_the_first_rows_are_computed() -> None:
    data = random_data(2_500)
    config = replace(CONFIG, mode="batch", input_noise=0.0)
    graph = chain(5, 4, 3)
    snapshot = preview(graph, config, data, None)
    assert len(snapshot.samples) == SHOWN_ROWS and (snapshot.batch, snapshot.batches) == (0, 1)
    session = Session(graph, config, data)
    session.step()
    assert snapshot.samples.tolist() == session.samples[:SHOWN_ROWS].tolist()
    for node_id, (a, _z, delta) in _values(session).items():
        np.testing.assert_allclose(snapshot.layers[node_id].a, a[:SHOWN_ROWS], rtol=1e-12)
        if delta is not None:
            np.testing.assert_allclose(snapshot.layers[node_id].delta, delta[:SHOWN_ROWS], rtol=1e-9, atol=1e-15)


def test_weights_of_an_edited_network_carry_over_as_in_a_run() -> None:
    state = _after(7, graph=chain(5, 4, 3))
    wider = chain(5, 6, 3)
    snapshot = preview(wider, CONFIG, DATA, state)
    session = Session(wider, CONFIG, DATA, state)
    for key, array in session.state().parameters.items():
        np.testing.assert_array_equal(snapshot.parameters[key], array)


def test_values_that_are_not_finite_are_shown_and_no_error_is_raised() -> None:
    graph = chain(5, 4, 3, activation="linear")
    state = Session(graph, CONFIG, DATA).state()
    huge = {key: np.full_like(array, 1e200) for key, array in state.parameters.items()}
    snapshot = preview(graph, CONFIG, DATA, replace(state, parameters=huge))
    assert math.isnan(snapshot.batch_loss)
    assert not np.isfinite(snapshot.layers["d2"].a).all()


def test_data_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DataError):
        preview(chain(6, 4, 3), CONFIG, DATA, None)


def test_the_work_grows_with_rows_and_layers_up_to_the_rows_that_are_shown() -> None:
    small, large = chain(5, 4, 3), chain(5, 400, 3)
    assert work_of_preview(large, CONFIG, 43) > 50 * work_of_preview(small, CONFIG, 43)
    batch = replace(CONFIG, mode="batch")
    assert work_of_preview(small, batch, 50_000) == work_of_preview(small, batch, SHOWN_ROWS)
