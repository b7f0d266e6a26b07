"""The networks of ``random_graphs`` as the engine trains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.predictor import Predictor
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.training.config import TrainingConfig
from core.training.session import Session, initial_state
from core.training.state import TrainedState
from tests.core.graph.networks import graph_of, row
from tests.core.training.prepared import data_of, samples_of
from tests.reference.cases import OPTIONS, RATES
from tests.reference.graph_results import Result, Training
from tests.reference.random_graphs import BATCH, STEPS, Layer, Network, flat


def graph_from(network: Network) -> Graph:
    """The network as a graph whose layers and parameters have the same names."""
    rows = [row(layer.name, layer.kind, *layer.sources, **_options(layer)) for layer in network.layers]
    entry = row("x", "input", shape=network.inputs)
    return graph_of(entry, *rows, row("out", "output", network.layers[-1].name, loss=network.loss))


def _options(layer: Layer) -> dict[str, Any]:
    declared = {option.key for option in LAYERS[layer.kind].options}
    return {key: value for key, value in layer.options.items() if key in declared}


def result_of(network: Network, dtype: str) -> Result:
    """Train a network with every optimiser."""
    graph = graph_from(network)
    first = _session(network, graph, "sgd", dtype)
    first.step()
    gradients = flat(network, _named(first.parameters.views(first.parameters.gradients)))
    return Result(
        first.plan.output.copy(), gradients, {key: _training(network, graph, key, dtype) for key in OPTIONS}
    )


def _training(network: Network, graph: Graph, optimizer: str, dtype: str) -> Training:
    session = _session(network, graph, optimizer, dtype)
    losses = [session.step() for _ in range(STEPS)]
    state = session.state()
    inputs = network.samples()[0].astype(dtype)
    answers = Predictor(graph, dtype).predict(state.parameters, inputs, state.buffers)
    return Training(np.array(losses), flat(network, _named(state.parameters)), answers)


def _session(network: Network, graph: Graph, optimizer: str, dtype: str) -> Session:
    config = TrainingConfig(
        optimizer=optimizer,
        optimizer_options=OPTIONS[optimizer],
        learning_rate=RATES[optimizer],
        batch_size=BATCH,
        order="given",
        dtype=dtype,
    )
    data = data_of(samples_of(*network.samples(), dtype))
    return Session(graph, config, data, _start(network, initial_state(graph, config), dtype))


def _start(network: Network, state: TrainedState, dtype: str) -> TrainedState:
    """The untrained state with the network's own weights; their shapes are what the references say they are."""
    given = {tuple(name.split("/")): array.astype(dtype) for name, array in network.initial().items()}
    assert {key: array.shape for key, array in given.items()} == {k: a.shape for k, a in state.parameters.items()}
    return replace(state, parameters=MappingProxyType(given))  # type: ignore[arg-type]


def _named(arrays: Mapping[tuple[str, str], NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {"/".join(key): array for key, array in arrays.items()}
