"""The engine and PyTorch train networks of every kind of layer with the same result."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.compiler.predictor import Predictor
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.training.config import TrainingConfig
from core.training.session import Session, initial_state
from tests.core.graph.networks import graph_of, row
from tests.core.training.prepared import data_of, samples_of
from tests.reference.layer_cases import (
    BATCH,
    DTYPES,
    MOMENTUM,
    NETWORKS,
    RATE,
    STEPS,
    Network,
    Result,
    batches,
    initial,
    reference,
    samples,
)

TOLERANCE = {"float32": 1e-4, "float64": 1e-9}
EVERY_CASE = pytest.mark.parametrize(
    ("network", "dtype"),
    [(network, dtype) for network in NETWORKS for dtype in DTYPES],
    ids=lambda case: str(getattr(case, "name", case)),
)


def _graph(network: Network) -> Graph:
    rows = [row(layer.name, layer.kind, *layer.sources, **layer.options) for layer in network.layers]
    entry = row("x", "input", shape=network.inputs)
    return graph_of(entry, *rows, row("out", "output", "y", loss="cross_entropy"))


def _key(name: str) -> tuple[str, str]:
    layer, _, parameter = name.partition("/")
    return layer, parameter


def _named(arrays: Any) -> dict[str, NDArray[Any]]:
    return {"/".join(key): array for key, array in arrays.items()}


def _trained(network: Network, dtype: str) -> Result:
    """The training by the engine, from the stored initial weights."""
    inputs, targets = samples(network)
    config = TrainingConfig(
        optimizer="momentum",
        optimizer_options={"momentum": MOMENTUM},
        learning_rate=RATE,
        batch_size=BATCH,
        order="given",
        dtype=dtype,
    )
    graph = _graph(network)
    start = initial_state(graph, config)
    weights = {_key(name): array.astype(dtype) for name, array in initial(network).items()}
    assert {key: array.shape for key, array in weights.items()} == {k: a.shape for k, a in start.parameters.items()}
    session = Session(
        graph, config, data_of(samples_of(inputs, targets, dtype)), replace(start, parameters=MappingProxyType(weights))
    )
    losses, gradients = [], {}
    for rows in batches():
        losses.append(session.step())
        assert session.samples.tolist() == list(range(*rows.indices(len(inputs))))
        gradients = gradients or _named(session.parameters.copies(session.parameters.gradients))
    state = session.state()
    answers = Predictor(graph, dtype).predict(state.parameters, inputs.astype(dtype), state.buffers)
    return Result(np.array(losses), answers, gradients, _named(state.parameters), _named(state.buffers))


def _assert_agree(found: Result, expected: Result, tolerance: float) -> None:
    for what in ("losses", "answers"):
        pair = getattr(found, what), getattr(expected, what)
        np.testing.assert_allclose(*pair, rtol=tolerance, atol=tolerance, err_msg=what)
    for what in ("gradients", "weights", "running"):
        ours, theirs = getattr(found, what), getattr(expected, what)
        assert set(ours) == set(theirs), what
        for name, array in theirs.items():
            np.testing.assert_allclose(ours[name], array, rtol=tolerance, atol=tolerance, err_msg=f"{what} {name}")


@EVERY_CASE
def test_the_engine_trains_as_pytorch_did(network: Network, dtype: str) -> None:
    expected = reference(network, dtype)
    assert len(expected.losses) == STEPS and expected.answers.dtype == dtype
    _assert_agree(_trained(network, dtype), expected, TOLERANCE[dtype])
    # A reference that did not move would agree with anything.
    for name, array in initial(network).items():
        assert np.abs(expected.weights[name] - array).max() > 1e-3, name


@EVERY_CASE
def test_the_engine_trains_as_pytorch_does(network: Network, dtype: str) -> None:
    torch_side = pytest.importorskip(
        "tests.reference.make_layer_references",
        reason="PyTorch is not installed; the stored references were compared instead",
    )
    live = torch_side.train(network, dtype, initial(network))
    _assert_agree(_trained(network, dtype), live, TOLERANCE[dtype])
    _assert_agree(reference(network, dtype), live, TOLERANCE[dtype])


def test_the_networks_have_every_kind_of_layer_that_does_not_draw_at_random() -> None:
    kinds = {layer.kind for network in NETWORKS for layer in network.layers}
    assert kinds == set(LAYERS.keys) - {"input", "output", "dropout", "gaussian_noise"}
