"""Probes: what a network makes of chosen samples, held against differences of the loss and against training itself."""

from __future__ import annotations

import numpy as np
import pytest

from core.compiler.parameters import Parameters
from core.compiler.predictor import Predictor
from core.errors import NotTrainableError
from core.graph.model import Graph
from core.training.config import TrainingConfig
from core.training.observer import Observer
from core.training.probe import Probe
from core.training.session import Session, initial_state
from core.training.snapshot import RunPhase
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.prepared import random_data, random_samples

NO_BUFFERS: dict = {}


def _weights(graph: Graph, seed: int = 3) -> dict:
    parameters = Parameters(graph, "float64")
    parameters.initialise(seed)
    return dict(parameters.copies(parameters.values))


def test_values_are_those_of_the_formulas_written_out() -> None:
    graph, samples = chain(5, 4, 3), random_samples(1, (5,), 3)
    weights = _weights(graph)
    x, y = samples.inputs[0], samples.targets[0]
    z1 = x @ weights["d1", "kernel.x-d1"] + weights["d1", "bias"]
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ weights["d2", "kernel.d1-d2"] + weights["d2", "bias"]
    a2 = 1 / (1 + np.exp(-z2))
    look = Probe(graph, "float64").look(weights, NO_BUFFERS, samples.inputs, samples.targets)
    np.testing.assert_allclose(look.layers["d1"].z[0], z1, rtol=1e-12)
    np.testing.assert_allclose(look.layers["d2"].a[0], a2, rtol=1e-12)
    delta2 = (a2 - y) * a2 * (1 - a2)
    scale = look.layers["d2"].delta[0] / delta2
    np.testing.assert_allclose(scale, scale[0])  # the scaling of the loss is an option of the Output
    np.testing.assert_allclose(
        look.layers["d1"].delta[0],
        (weights["d2", "kernel.d1-d2"] @ look.layers["d2"].delta[0]) * a1 * (1 - a1),
        rtol=1e-12,
    )
    np.testing.assert_allclose(look.gradients["d1", "kernel.x-d1"], np.outer(x, look.layers["d1"].delta[0]), rtol=1e-12)


def test_gradients_are_the_differences_of_the_mean_loss() -> None:
    graph, samples = chain(3, 4, 2, activation="tanh"), random_samples(6, (3,), 2)
    weights, probe, h = _weights(graph), Probe(chain(3, 4, 2, activation="tanh"), "float64"), 1e-6
    look = probe.look(weights, NO_BUFFERS, samples.inputs, samples.targets)
    for key, index in ((("d1", "kernel.x-d1"), (2, 1)), (("d1", "bias"), (3,)), (("d2", "kernel.d1-d2"), (0, 1))):
        losses = []
        for step in (h, -h):
            moved = weights[key].copy()
            moved[index] += step
            losses.append(probe.look({**weights, key: moved}, NO_BUFFERS, samples.inputs, samples.targets).loss)
        assert look.gradients[key][index] == pytest.approx((losses[0] - losses[1]) / (2 * h), rel=1e-6)


def test_delta_is_of_each_samples_own_loss_whatever_the_batch() -> None:
    graph, samples = chain(5, 4, 3), random_samples(7, (5,), 3)
    probe, weights = Probe(graph, "float64"), _weights(chain(5, 4, 3))
    together = probe.look(weights, NO_BUFFERS, samples.inputs, samples.targets)
    for number in range(7):
        part = slice(number, number + 1)
        alone = probe.look(weights, NO_BUFFERS, samples.inputs[part], samples.targets[part])
        np.testing.assert_allclose(together.layers["d1"].delta[number], alone.layers["d1"].delta[0], rtol=1e-10)
        np.testing.assert_allclose(together.output_gradients["d1"][number], alone.output_gradients["d1"][0], rtol=1e-10)


def test_layers_act_as_in_inference_and_buffers_stay() -> None:
    graph = graph_of(
        row("x", "input", shape=(5,)),
        row("d", "dense", "x", units=6),
        row("b", "batch_normalization", "d"),
        row("o", "dropout", "b", rate=0.5),
        row("n", "gaussian_noise", "o", deviation=2.0),
        row("e", "dense", "n", units=3),
        row("out", "output", "e"),
    )
    samples, weights = random_samples(4, (5,), 3), _weights(graph)
    buffers = {("b", "running_mean"): np.linspace(-1, 1, 6), ("b", "running_variance"): np.linspace(0.5, 2, 6)}
    kept = {key: array.copy() for key, array in buffers.items()}
    probe = Probe(graph, "float64")
    first = probe.look(weights, buffers, samples.inputs, samples.targets)
    second = probe.look(weights, buffers, samples.inputs, samples.targets)
    expected = Predictor(graph, "float64").activations(weights, samples.inputs, buffers)
    for layer in ("d", "b", "o", "n", "e"):
        np.testing.assert_allclose(first.layers[layer].a, expected[layer], rtol=1e-12)
        np.testing.assert_array_equal(first.layers[layer].a, second.layers[layer].a)
    assert all(np.array_equal(kept[key], buffers[key]) for key in kept)
    assert np.any(first.layers["d"].delta != 0.0)


def test_a_network_that_cannot_train_still_answers() -> None:
    graph, samples = chain(5, 4, 3, activation="step"), random_samples(1, (5,), 3)
    weights = _weights(graph)
    look = Probe(graph, "float64").look(weights, NO_BUFFERS, samples.inputs, samples.targets)
    z = samples.inputs[0] @ weights["d1", "kernel.x-d1"] + weights["d1", "bias"]
    np.testing.assert_allclose(look.layers["d1"].z[0], z, rtol=1e-12)
    assert look.layers["d1"].delta is None
    assert not look.gradients and not look.output_gradients


def test_a_network_without_an_end_is_refused() -> None:
    with pytest.raises(NotTrainableError):
        Probe(graph_of(row("x", "input", shape=(5,)), row("d", "dense", "x")), "float64")


def test_frozen_layers_have_no_gradients() -> None:
    graph = graph_of(
        row("x", "input", shape=(5,)),
        row("d", "dense", "x", units=4, frozen=True),
        row("e", "dense", "d", units=3),
        row("out", "output", "e"),
    )
    samples = random_samples(1, (5,), 3)
    look = Probe(graph, "float64").look(_weights(graph), NO_BUFFERS, samples.inputs, samples.targets)
    assert {key[0] for key in look.gradients} == {"e"}


def test_a_probe_of_the_batch_agrees_with_the_step_that_trains_on_it() -> None:
    data, graph = random_data(), chain(5, 4, 3)
    config = TrainingConfig(dtype="float64", batch_size=8)
    before = initial_state(graph, config)
    session = Session(graph, config, data)
    session.step()
    snapshot = Observer(session).snapshot(RunPhase.PAUSED)
    rows = snapshot.samples
    look = Probe(graph, "float64").look(
        before.parameters, before.buffers, data.training.inputs[rows], data.training.targets[rows]
    )
    for layer in ("d1", "d2"):
        np.testing.assert_allclose(look.layers[layer].delta, snapshot.layers[layer].delta, rtol=1e-12)
    assert look.loss == pytest.approx(snapshot.batch_loss, rel=1e-12)


def test_an_activation_that_is_one_with_the_loss_has_delta_but_no_gradient_of_its_output() -> None:
    graph, samples = chain(5, 4, 3, last="softmax", loss="cross_entropy"), random_samples(2, (5,), 3)
    look = Probe(graph, "float64").look(_weights(graph), NO_BUFFERS, samples.inputs, samples.targets)
    assert "d2" not in look.output_gradients and "d1" in look.output_gradients
    np.testing.assert_allclose(look.layers["d2"].delta, look.layers["d2"].a - samples.targets, atol=1e-12)
