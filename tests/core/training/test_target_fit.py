"""Targets that the loss or the last function cannot reach: what is said, refused, and offered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.compiler.problems import Problem, SetDataOption, SetOption, Severity
from core.compiler.shapes import infer_shapes
from core.data.dataset import PreparedData, Samples
from core.errors import DataError
from core.graph.model import Graph
from core.layers.naming import display_names
from core.training.config import TrainingConfig
from core.training.data_fit import check_data_fit
from core.training.session import Session
from core.training.target_fit import check_targets
from tests.core.compiler.ways_out import taken
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.prepared import data_of, random_samples

BINARY = data_of(random_samples(9, (4,), 3), name="Toy")


def _with_targets(targets: np.ndarray) -> PreparedData:
    samples = replace(BINARY.training, targets=targets)
    return replace(BINARY, training=samples)


SIGNED = _with_targets(2.0 * BINARY.training.targets - 1.0)


def _network(loss: str, last: str) -> Graph:
    return chain(4, 5, 3, activation="tanh", last=last, loss=loss)


def _problems(graph: Graph, data: PreparedData) -> tuple[Problem, ...]:
    return check_targets(graph, infer_shapes(graph), display_names(graph), data)


@pytest.mark.parametrize(
    ("loss", "last", "data"),
    [
        ("squared_error", "sigmoid", BINARY),
        ("squared_error", "tanh", BINARY),
        ("squared_error", "tanh", SIGNED),
        ("cross_entropy", "softmax", BINARY),
        ("binary_cross_entropy", "sigmoid", BINARY),
        ("hinge", "linear", SIGNED),
        ("hinge", "tanh", SIGNED),
        ("multiclass_hinge", "linear", BINARY),
        ("multiclass_hinge", "sigmoid", SIGNED),
    ],
)
def test_targets_within_reach_are_no_problem(loss: str, last: str, data: PreparedData) -> None:
    graph = _network(loss, last)
    assert _problems(graph, data) == ()
    Session(graph, TrainingConfig(dtype="float64"), data).step()


@pytest.mark.parametrize(("loss", "last"), [("cross_entropy", "softmax"), ("binary_cross_entropy", "sigmoid")])
def test_signed_targets_under_a_cross_entropy_are_refused(loss: str, last: str) -> None:
    graph = _network(loss, last)
    (problem,) = _problems(graph, SIGNED)
    assert (problem.severity, problem.node_id) == (Severity.ERROR, "out")
    assert "The targets of Toy go from −1 to 1, but" in str(problem.text)
    coded, other = problem.fixes
    assert coded == SetDataOption(coded.label, "targets", "binary")
    assert [p.severity for p in _problems(taken(graph, other), SIGNED)] == [Severity.WARNING], "out of reach only"
    with pytest.raises(DataError, match="expects them from 0 to 1: with others it has no lowest value"):
        Session(graph, TrainingConfig(dtype="float64"), SIGNED)


def test_targets_of_a_regressor_under_a_cross_entropy_are_refused_without_another_coding() -> None:
    data = _with_targets(np.linspace(0.0, 4.0, 27).reshape(9, 3))
    (problem,) = _problems(_network("binary_cross_entropy", "sigmoid"), data)
    assert [type(fix) for fix in problem.fixes] == [SetOption]
    assert "go from 0 to 4" in str(problem.text)


def test_a_hinge_on_targets_of_0_and_1_is_warned_of() -> None:
    graph = _network("hinge", "linear")
    (problem,) = _problems(graph, BINARY)
    assert (problem.severity, problem.code) == (Severity.WARNING, "targets_no_signs")
    assert "an output whose target is 0 learns nothing" in str(problem.text)
    (fix,) = problem.fixes
    assert fix == SetDataOption(fix.label, "targets", "signed")
    Session(graph, TrainingConfig(dtype="float64"), BINARY).step()


@pytest.mark.parametrize(("last", "name"), [("sigmoid", "sigmoid"), ("relu", "ReLU"), ("softplus", "softplus")])
def test_a_function_that_never_comes_near_minus_1_is_warned_of(last: str, name: str) -> None:
    graph = _network("squared_error", last)
    (problem,) = _problems(graph, SIGNED)
    assert (problem.severity, problem.code, problem.node_id) == (Severity.WARNING, "targets_out_of_reach", "d2")
    assert str(problem.text) == (
        f"'d2' ends in {name}, which gives nothing below 0, but the targets of Toy go down to −1. "
        "Choose a function that goes as low, such as tanh, or code the targets otherwise."
    )
    by_function, by_coding = problem.fixes
    assert _problems(taken(graph, by_function), SIGNED) == ()
    assert by_coding == SetDataOption(by_coding.label, "targets", "binary")


def test_a_single_output_asks_for_one_unit() -> None:
    targets = BINARY.training.labels[:, None] % 2 * 1.0
    data = replace(BINARY, training=Samples(BINARY.training.inputs, targets, BINARY.training.labels % 2))
    graph = _network("binary_cross_entropy", "sigmoid")
    (problem,) = check_data_fit(graph, infer_shapes(graph), display_names(graph), data)
    assert str(problem.text) == "'d2' gives 3 outputs, but the classes of Toy are coded as one."
    (fix,) = problem.fixes
    assert fix == SetOption(fix.label, "d2", "units", 1)
    with pytest.raises(DataError, match=r"coded as one\. Set the last layer to 1 unit"):
        Session(graph, TrainingConfig(dtype="float64"), data)
    Session(taken(graph, fix), TrainingConfig(dtype="float64"), data).step()


def test_an_unfinished_network_has_no_problem_with_its_targets_yet() -> None:
    assert _problems(Graph(), SIGNED) == ()
    assert _problems(graph_of(row("out", "output")), SIGNED) == ()
