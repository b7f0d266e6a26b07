"""The engine and PyTorch carry out the same trainings with the same result."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.graph.model import Graph
from core.numerics.optimizers import OPTIMIZERS
from core.training.config import TrainingConfig
from core.training.session import Session, initial_state
from tests.core.graph.networks import graph_of, row
from tests.core.training.prepared import data_of, samples_of
from tests.reference.cases import (
    BATCH,
    CASES,
    INPUTS,
    NETWORKS,
    OPTIONS,
    RATES,
    RECORDED,
    STEPS,
    Case,
    Result,
    batches,
    numbers,
    parts,
    reference,
)

TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
COARSE = {"float32": 1e-4, "float64": 1e-9}
"""For optimisers that divide by the size of the gradient, and so enlarge what was rounded."""
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.network}-{case.name}-{case.dtype}")


def _graph(case: Case) -> Graph:
    rows = [row("x", "input", shape=(INPUTS,))]
    for layer in case.layers():
        options: dict[str, Any] = {"activation": layer.activation}
        if layer.units:
            options |= {"units": layer.units, "bias": layer.bias}
        rows.append(row(layer.name, "dense" if layer.units else "activation", *layer.sources, **options))
    return graph_of(*rows, row("out", "output", "y", loss=case.loss))


def _key(layer: str, source: str) -> tuple[str, str]:
    return (layer, "bias") if source == "bias" else (layer, f"kernel.{source}-{layer}")


def _flat(case: Case, session: Session, vector: NDArray[Any]) -> NDArray[Any]:
    """A vector of the engine in the order of the references."""
    views, (initial, _, _) = session.parameters.views(vector), numbers(case)
    return np.concatenate([views[_key(*key)].ravel() for key in parts(case.network, initial)])


def _trained(case: Case) -> Result:
    """The training of a case by the engine, from the stored initial weights."""
    initial, inputs, targets = numbers(case)
    config = TrainingConfig(
        optimizer=case.optimizer,
        optimizer_options=OPTIONS[case.optimizer],
        learning_rate=RATES[case.optimizer],
        batch_size=BATCH,
        order="given",
        dtype=case.dtype,
    )
    graph = _graph(case)
    parameters = {_key(*key): array for key, array in parts(case.network, initial).items()}
    state = replace(initial_state(graph, config), parameters=MappingProxyType(parameters))
    session = Session(graph, config, data_of(samples_of(inputs, targets, case.dtype)), state)
    losses, gradient = [], np.empty(0)
    for step, rows in enumerate(batches()):
        losses.append(session.step())
        assert session.samples.tolist() == list(range(*rows.indices(len(inputs))))
        if step == 0:
            gradient = _flat(case, session, session.parameters.gradients)
    return Result(np.array(losses[::RECORDED]), gradient, _flat(case, session, session.parameters.values))


def _tolerance(case: Case) -> float:
    plain = case.optimizer in ("sgd", "momentum", "nesterov")
    return TOLERANCE[case.dtype] if plain else COARSE[case.dtype]


def _assert_agree(found: Result, expected: Result, tolerance: float) -> None:
    for what in ("gradient", "losses", "weights"):
        np.testing.assert_allclose(
            getattr(found, what), getattr(expected, what), rtol=tolerance, atol=tolerance, err_msg=what
        )


@EVERY_CASE
def test_the_engine_trains_as_pytorch_did(case: Case) -> None:
    expected = reference(case)
    assert expected.weights.dtype == case.dtype
    _assert_agree(_trained(case), expected, _tolerance(case))
    # A reference that did not move would agree with anything.
    initial, _, _ = numbers(case)
    assert np.abs(expected.weights - initial).max() > 1e-3


@pytest.mark.parametrize("network", NETWORKS)
def test_the_engine_trains_as_pytorch_does(network: str) -> None:
    torch_side = pytest.importorskip(
        "tests.reference.make_references",
        reason="PyTorch is not installed; the stored references were compared instead",
    )
    for case in CASES:
        if case.network == network:
            live = torch_side.train(case, *numbers(case))
            _assert_agree(_trained(case), live, _tolerance(case))
            _assert_agree(reference(case), live, _tolerance(case))


def test_the_cases_have_every_activation_loss_optimiser_and_network() -> None:
    assert len(CASES) == 210 + 8 * 4 * 2 * 2
    for network in ("chain", "skip", "diamond", "cards"):
        mine = [case for case in CASES if case.network == network]
        assert {case.hidden for case in mine} == {"sigmoid", "tanh", "relu", "linear", "softmax"}
        assert {case.optimizer for case in mine} == set(OPTIMIZERS.keys)
        assert len({(case.last, case.loss) for case in mine}) == 7
    assert len(batches()) == STEPS
