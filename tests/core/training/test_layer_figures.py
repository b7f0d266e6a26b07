"""What is recorded of the layers, worked out a second way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.graph.model import Graph
from core.project import edits
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.recorder import next_layer_row
from core.training.session import Session
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import data_of, random_data, random_samples, samples_of

GRAPH = chain(5, 4, 3, activation="tanh")


def _session(graph: Graph = GRAPH, **training: Any) -> Session:
    return Session(graph, TrainingConfig(**{"dtype": "float64", "batch_size": 4, **training}), random_data(22))


def _last(session: Session) -> dict[str, float]:
    return {name: column[-1] for name, column in session.history.layers.items()}


def _norm(session: Session, vector: np.ndarray, layer: str) -> float:
    views = session.parameters.views(vector)
    return float(np.linalg.norm(np.concatenate([v.ravel() for key, v in views.items() if key[0] == layer])))


def test_every_fifth_row_has_the_layers_beginning_with_the_first() -> None:
    rows, iteration = [], 0
    for _ in range(4):
        iteration = next_layer_row(iteration, 12)
        rows.append(iteration)
    assert rows == [12, 72, 132, 192]
    assert [next_layer_row(before, 12) for before in (0, 11, 12, 71, 72)] == [12, 12, 72, 72, 132]
    session = _session()
    for _ in range(125):
        session.step()
    assert session.history.layers["iteration"].tolist() == [10, 60, 110]


@pytest.mark.parametrize(
    "training",
    [
        {},
        {"optimizer": "adamw", "optimizer_options": {"weight_decay": 0.1}, "learning_rate": 0.05},
        {"clipping": "global_norm", "clip_limit": 0.01},
        {"l2": 0.1},
    ],
)
def test_norms_are_those_of_weights_gradients_and_the_change_that_was_made(training: dict[str, Any]) -> None:
    session = _session(**training)
    for _ in range(9):
        session.step()
    before = session.parameters.values.copy()
    plain = TrainingConfig(dtype="float64", batch_size=4, l2=training.get("l2", 0.0))
    unclipped = Session(GRAPH, plain, random_data(22), session.state())
    session.step()
    unclipped.step()
    row = _last(session)
    assert row["iteration"] == 10
    for layer in ("d1", "d2"):
        change = session.parameters.values - before
        assert row[f"weight_norm.{layer}"] == pytest.approx(_norm(session, session.parameters.values, layer), rel=1e-12)
        assert row[f"update_norm.{layer}"] == pytest.approx(_norm(session, change, layer), rel=1e-12)
        expected = _norm(unclipped, unclipped.parameters.gradients, layer)
        assert row[f"gradient_norm.{layer}"] == pytest.approx(expected, rel=1e-12)


def test_a_frozen_layer_has_a_weight_but_no_update() -> None:
    session = _session(edits.set_option(Project(GRAPH), "d1", "frozen", True).graph)
    for _ in range(10):
        session.step()
    row = _last(session)
    assert row["weight_norm.d1"] > 0
    assert row["update_norm.d1"] == row["gradient_norm.d1"] == 0.0
    assert row["update_norm.d2"] > 0


def _idle(activation: str, biases: list[float]) -> dict[str, float]:
    """One layer whose units see only their bias, at a learning rate of 0."""
    graph = chain(2, len(biases), 1, activation=activation)
    data = data_of(samples_of(np.zeros((8, 2)), np.zeros((8, 1))))
    session = Session(graph, TrainingConfig(dtype="float64", batch_size=4, learning_rate=0.0), data)
    session.parameters.views(session.parameters.values)["d1", "bias"][:] = biases
    for _ in range(10):
        session.step()
    return _last(session)


def test_a_unit_of_relu_is_dead_where_no_sample_reaches_it() -> None:
    row = _idle("relu", [-1.0, -0.1, 0.0, 1.0, 2.0])
    # The derivative at 0 is 0.
    assert row["dead.d1"] == row["saturated.d1"] == pytest.approx(0.6)


def test_a_unit_of_tanh_is_saturated_where_its_slope_is_below_a_twentieth() -> None:
    # 1 − tanh²(2.1) = 0.0580, 1 − tanh²(2.3) = 0.0394; at 30 it is 0 in float64.
    row = _idle("tanh", [0.0, 2.1, -2.3, 2.3, 30.0])
    assert row["saturated.d1"] == pytest.approx(0.6)
    assert row["dead.d1"] == pytest.approx(0.2)


def test_a_unit_of_sigmoid_is_measured_by_its_own_largest_slope() -> None:
    # σ′(4.2) = 0.0146 and σ′(4.6) = 0.0099; a twentieth of ¼ is 0.0125.
    row = _idle("sigmoid", [0.0, 4.2, -4.6, 4.6])
    assert row["saturated.d1"] == pytest.approx(0.5)
    assert row["dead.d1"] == 0.0


def test_a_unit_that_any_sample_reaches_is_alive() -> None:
    graph = chain(1, 2, 1, activation="relu")
    data = data_of(samples_of([[1.0], [-1.0], [-2.0], [-3.0]], np.zeros((4, 1))))
    session = Session(graph, TrainingConfig(dtype="float64", mode="batch", learning_rate=0.0), data)
    views = session.parameters.views(session.parameters.values)
    views["d1", "kernel.x-d1"][:] = [[1.0, 0.0]]
    views["d1", "bias"][:] = [0.0, -1.0]
    for _ in range(10):
        session.step()
    assert _last(session)["dead.d1"] == 0.5


def test_softmax_has_no_slope_of_its_own() -> None:
    session = _session(chain(5, 4, 3, last="softmax", loss="cross_entropy"))
    for _ in range(10):
        session.step()
    assert {name for name in session.history.layers if name.startswith(("dead", "saturated"))} == {
        "dead.d1",
        "saturated.d1",
    }


@pytest.mark.parametrize("cut", [9, 10, 11, 59, 60, 61])
def test_an_interruption_changes_nothing_that_is_recorded_of_the_layers(cut: int) -> None:
    ends = []
    for cuts in ((), (cut,)):
        session = _session(optimizer="adam", learning_rate=0.01)
        for iteration in range(70):
            if iteration in cuts:
                session = Session(session.graph, session.config, session.data, session.state())
            session.step()
        ends.append(digest(session.state()))
    assert ends[0] == ends[1]
    assert session.history.layers["iteration"].tolist() == [10, 60]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("batch", [7, 520])
def test_idle_units_of_images_and_vectors_are_those_of_their_slopes(batch: int, compiled: bool) -> None:
    rows = [
        row("x", "input", shape=(5, 4, 2)),
        row("c", "convolution", "x", filters=3, kernel=(2, 2), activation="relu"),
        row("p", "max_pooling", "c", window=(2, 1)),
        row("d", "dense", "p", units=6, activation="sigmoid"),
        row("y", "dense", "d", units=3, activation="softmax"),
        row("out", "output", "y", loss="cross_entropy"),
    ]
    samples = random_samples(batch * 2, (5, 4, 2), 3, "float64")
    training = TrainingConfig(dtype="float64", batch_size=batch, learning_rate=0.5)
    session = Session(graph_of(*rows), training, data_of(samples), compiled=compiled)
    kernels = session.parameters.views(session.parameters.values)
    kernels["c", "bias"][:] = [-30.0, 0.0, 0.5]
    kernels["d", "bias"][:3] = [20.0, -800.0, 4.0]
    for _ in range(10):
        session.step()
    found = _last(session)
    z = session.plan.tensors["c"].pre_activation[:500]
    alive = (z > 0.0).any(axis=0)
    assert found["dead.c"] == pytest.approx(1.0 - alive.mean()) and found["dead.c"] >= 1.0 / 3.0
    z = session.plan.tensors["d"].pre_activation[:500]
    slopes = (np.exp(-np.abs(z)) / (1.0 + np.exp(-np.abs(z))) ** 2).max(axis=0)
    assert found["saturated.d"] == pytest.approx((slopes < 0.05 / 4.0).mean()) and found["saturated.d"] >= 2.0 / 6.0
    assert found["dead.d"] == pytest.approx(1.0 / 6.0), "e^−800 is 0 in float64"
    assert "dead.y" not in found
