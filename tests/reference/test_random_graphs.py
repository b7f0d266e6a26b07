"""200 networks drawn at random train in the engine as in PyTorch, with every optimiser.

``python -m tests.reference.compare_graphs`` does the same live with 2,000, where PyTorch is installed.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from core.compiler.checks import check_graph
from core.compiler.problems import Severity
from core.compiler.shapes import infer_shapes
from core.layers.catalog import LAYERS
from core.numerics.activations import ACTIVATIONS
from core.numerics.optimizers import OPTIMIZERS
from tests.reference import engine_graphs
from tests.reference.graph_results import (
    DTYPES,
    STORED,
    TOLERANCE,
    difference,
    digest,
    reference,
    stored_networks,
    worst,
)
from tests.reference.random_graphs import STEPS, Network, batches, flat, random_network

NETWORKS = stored_networks()
LIVE = 8


def _depth(network: Network) -> int:
    """Layers on the longest way from the input."""
    depths = {"x": 0}
    for layer in network.layers:
        depths[layer.name] = 1 + max(depths[source] for source in layer.sources)
    return max(depths.values())


def _skips(network: Network) -> int:
    """Links that lead past a layer which they could have gone through."""
    places = {"x": 0} | {layer.name: place for place, layer in enumerate(network.layers, start=1)}
    return sum(places[layer.name] - places[source] > 1 for layer in network.layers for source in layer.sources)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("place", range(STORED))
def test_the_engine_trains_a_network_as_pytorch_did(place: int, dtype: str) -> None:
    network, expected, tolerance = NETWORKS[place], reference(place), TOLERANCE[dtype]
    found = engine_graphs.result_of(network, dtype)
    assert difference(found.outputs, expected.outputs) <= tolerance
    assert difference(found.gradients, expected.gradients) <= tolerance
    assert set(expected.digests) == set(OPTIMIZERS.keys)
    initial = flat(network, network.initial())
    for optimizer, numbers in expected.digests.items():
        training = found.trainings[optimizer]
        assert len(training.losses) == STEPS and np.abs(training.weights - initial).max() > 1e-5
        assert difference(digest(network, training), numbers) <= tolerance, optimizer


@pytest.mark.parametrize("place", range(LIVE))
def test_the_engine_trains_a_network_as_pytorch_does(place: int) -> None:
    torch_side = pytest.importorskip(
        "tests.reference.make_graph_references",
        reason="PyTorch is not installed; the stored references were compared instead",
    )
    network, expected = NETWORKS[place], reference(place)
    for dtype in DTYPES:
        live = torch_side.result_of(network, dtype)
        errors = worst(engine_graphs.result_of(network, dtype), live)
        assert max(errors.values()) <= TOLERANCE[dtype], errors
        for optimizer, numbers in expected.digests.items():
            assert difference(digest(network, live.trainings[optimizer]), numbers) <= TOLERANCE[dtype]


def test_a_weight_that_is_off_is_seen_in_what_is_stored_of_it() -> None:
    """The comparison above can fail: of a network's weights only some are stored, but sums see them all."""
    network = max(NETWORKS, key=lambda each: len(flat(each, each.initial())))
    training = engine_graphs.result_of(network, "float64").trainings["adam"]
    exact = digest(network, training)
    for place in range(len(training.weights)):
        before = training.weights[place]
        training.weights[place] += 1e-7
        assert difference(digest(network, training), exact) > TOLERANCE["float64"], place
        training.weights[place] = before


@pytest.mark.parametrize("seed", range(300))
def test_shapes_and_parameters_are_those_of_a_second_count(seed: int) -> None:
    network = random_network(seed)
    graph = engine_graphs.graph_from(network)
    assert [problem for problem in check_graph(graph) if problem.severity is Severity.ERROR] == []
    shapes = infer_shapes(graph)
    for layer in network.layers:
        assert shapes[layer.name].output == layer.shape, layer
        assert {spec.name: spec.shape for spec in shapes[layer.name].parameters} == layer.parameters


def test_the_networks_have_everything_that_pytorch_can_express() -> None:
    layers = [layer for network in NETWORKS for layer in network.layers]
    kinds = Counter(layer.kind for layer in layers)
    assert set(kinds) == set(LAYERS.keys) - {"input", "output", "dropout", "gaussian_noise"}
    assert min(kinds.values()) >= 20, kinds
    activations = Counter(layer.options["activation"] for layer in layers if "activation" in layer.options)
    assert set(activations) == {activation.key for activation in ACTIVATIONS if activation.trainable}
    assert min(activations.values()) >= 20, activations
    assert Counter(bool(layer.options.get("frozen")) for layer in layers)[True] >= 20
    assert len({network.seed for network in NETWORKS}) == len(NETWORKS) == STORED


def test_the_networks_are_deep_and_branch_merge_and_skip() -> None:
    depths = [_depth(network) for network in NETWORKS]
    assert min(depths) <= 2 and max(depths) >= 9 and np.mean(depths) > 4
    merging = [network for network in NETWORKS if any(len(layer.sources) > 1 for layer in network.layers)]
    readers = [Counter(source for layer in network.layers for source in layer.sources) for network in NETWORKS]
    assert len(merging) > STORED / 2
    assert sum(max(count.values()) > 1 for count in readers) > STORED / 2
    assert sum(_skips(network) > 0 for network in NETWORKS) > STORED / 2
    assert len(batches()) == STEPS and {rows.start for rows in batches()} == {0, 5, 10}
