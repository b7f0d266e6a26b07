"""Losses that do not fit the function before them: what is said, and that the ways out lead out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.compiler.checks import check_graph, require_runnable
from core.compiler.compile import compile_plan
from core.compiler.loss_checks import lowest_value
from core.compiler.parameters import Parameters
from core.compiler.problems import Problem, Severity
from core.graph.model import Graph
from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES
from tests.core.compiler.ways_out import taken
from tests.core.graph.networks import graph_of, row


def _network(loss: str, last: str, units: int = 3) -> Graph:
    return graph_of(
        row("x", "input", shape=(4,)),
        row("h", "dense", "x", units=5),
        row("y", "dense", "h", units=units, activation=last),
        row("out", "output", "y", loss=loss),
    )


def _problems(graph: Graph) -> list[Problem]:
    return list(check_graph(graph))


@pytest.mark.parametrize("loss", LOSSES.keys)
def test_every_loss_fits_the_function_that_goes_with_it(loss: str) -> None:
    graph = _network(loss, LOSSES[loss].goes_with or "tanh")
    assert _problems(graph) == []


@pytest.mark.parametrize(
    ("loss", "last", "said", "fixes"),
    [
        (
            "cross_entropy",
            "sigmoid",
            "Cross-entropy expects a distribution, but 'y' does not end in softmax: its values need not sum to 1.",
            ["Use softmax"],
        ),
        (
            "cross_entropy",
            "linear",
            "Cross-entropy expects a distribution, but 'y' does not end in softmax: its values can be negative, and "
            "they have no logarithm.",
            ["Use softmax"],
        ),
        (
            "binary_cross_entropy",
            "linear",
            "Binary cross-entropy expects values from 0 to 1, but 'y' does not end in sigmoid: other values have no "
            "logarithm.",
            ["Use sigmoid"],
        ),
        (
            "binary_cross_entropy",
            "softmax",
            "'y' ends in softmax, whose outputs are one distribution, but binary cross-entropy takes each output by "
            "itself. Cross-entropy fits softmax.",
            ["Use cross-entropy"],
        ),
        (
            "huber",
            "softmax",
            "'y' ends in softmax, but the loss is 'Huber': learning is slow where the network is surely wrong. "
            "Cross-entropy fits softmax.",
            ["Use cross-entropy"],
        ),
        (
            "squared_error",
            "log_softmax",
            "'y' ends in log-softmax, but the loss is 'Squared error': learning is slow where the network is surely "
            "wrong. Cross-entropy fits log-softmax.",
            ["Use cross-entropy"],
        ),
    ],
)
def test_a_loss_that_does_not_fit_is_allowed_and_warned_of(loss: str, last: str, said: str, fixes: list[str]) -> None:
    graph = _network(loss, last)
    (problem,) = _problems(graph)
    assert (problem.severity, problem.node_id, str(problem.text)) == (Severity.WARNING, "out", said)
    assert [str(fix.label) for fix in problem.fixes] == fixes
    require_runnable(graph)
    assert _problems(taken(graph, problem.fixes[0])) == []


@pytest.mark.parametrize(
    ("loss", "last", "instead"),
    [("cross_entropy", "softmax", "binary_cross_entropy"), ("multiclass_hinge", "linear", "hinge")],
)
def test_a_loss_of_several_classes_on_one_output_is_warned_of(loss: str, last: str, instead: str) -> None:
    graph = _network(loss, last, units=1)
    (problem,) = _problems(graph)
    assert problem.code == "one_output"
    assert f"'{LOSSES[instead].label}' fits one output" in str(problem.text)
    seen = 0
    while found := _problems(graph):
        graph, seen = taken(graph, found[0].fixes[0]), seen + 1
        assert seen < 4, "the ways out lead round in a circle"
    assert graph.node("out").options["loss"] == instead
    assert graph.node("y").options["activation"] == LOSSES[instead].goes_with


def test_a_last_layer_without_a_function_of_its_own_has_no_way_out_by_one_click() -> None:
    rows = [row("x", "input", shape=(4,)), row("n", "layer_normalization", "x")]
    for loss in ("cross_entropy", "binary_cross_entropy"):
        (problem,) = _problems(graph_of(*rows, row("out", "output", "n", loss=loss)))
        assert problem.fixes == ()
        assert "have no logarithm" in str(problem.text)
    assert _problems(graph_of(*rows, row("out", "output", "n", loss="huber"))) == []


LOWEST: dict[str, Any] = {
    "sigmoid": 0.0,
    "tanh": -1.0,
    "relu": 0.0,
    "linear": -np.inf,
    "softmax": 0.0,
    "log_softmax": -np.inf,
    "softplus": 0.0,
    "elu": -1.0,
    "leaky_relu": -5.0,
    "step": 0.0,
}


@pytest.mark.parametrize(("key", "lowest"), LOWEST.items())
def test_how_low_a_function_goes_is_known(key: str, lowest: float) -> None:
    assert lowest_value(ACTIVATIONS[key]) == pytest.approx(lowest, abs=1e-9)


@pytest.mark.parametrize(("last", "value"), [("softmax", 1.0), ("log_softmax", 0.0)])
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber", "hinge"])
def test_the_softmax_of_a_single_output_is_always_the_same_and_learns_nothing(
    loss: str, last: str, value: float
) -> None:
    graph = _network(loss, last, units=1)
    (problem,) = _problems(graph)
    assert (problem.severity, problem.node_id) == (Severity.WARNING, "out")
    assert f"that is {value:g} whatever arrives" in str(problem.text)
    assert [str(fix.label) for fix in problem.fixes] == ["Use sigmoid"]
    assert _problems(taken(graph, problem.fixes[0])) == []
    parameters = Parameters(graph, "float64")
    parameters.initialise(1)
    plan = compile_plan(graph, parameters, 5, training=True)
    rng = np.random.default_rng(2)
    plan.input[:], plan.target[:] = rng.normal(size=(5, 4)), rng.random((5, 1))
    for call in (*plan.forward, plan.loss, *plan.backward):
        call()
    assert (plan.output == value).all() and not parameters.gradients.any()
