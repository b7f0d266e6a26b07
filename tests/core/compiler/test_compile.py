"""Compiling: what the arithmetic of a plan is, and that its cost grows with the network and no faster."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import numpy as np
import pytest

from core.compiler.checks import check_graph
from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.compiler.predictor import Predictor
from core.errors import NotTrainableError
from core.graph.model import Graph
from tests.core.graph.networks import chain, graph_of, ladder, row


def _compiled(graph: Graph, batch_size: int = 3, *, training: bool = True) -> tuple[Plan, Parameters]:
    parameters = Parameters(graph, "float64")
    parameters.initialise(1)
    return compile_plan(graph, parameters, batch_size, training=training), parameters


def _run(plan: Plan, backward: bool = False) -> float:
    for call in plan.forward:
        call()
    loss = plan.loss()
    for call in plan.backward if backward else ():
        call()
    return loss


def test_a_layer_with_three_links_sums_three_products_and_the_bias() -> None:
    graph = graph_of(
        row("x", "input", shape=(2, 2)),
        row("a", "dense", "x", units=3, activation="tanh"),
        row("b", "dense", "a", units=2, activation="relu"),
        row("y", "dense", "b", "x", "a", units=2, activation="linear"),
        row("out", "output", "y"),
    )
    plan, parameters = _compiled(graph)
    w = parameters.views(parameters.values)
    w["y", "bias"][:] = [0.25, -0.5]
    x = np.random.default_rng(1).normal(size=(3, 4))
    plan.input[:] = x
    _run(plan)
    a = np.tanh(x @ w["a", "kernel.x-a"])
    b = np.clip(a @ w["b", "kernel.a-b"], 0.0, None)
    y = b @ w["y", "kernel.b-y"] + x @ w["y", "kernel.x-y"] + a @ w["y", "kernel.a-y"] + [0.25, -0.5]
    np.testing.assert_allclose(plan.output, y, rtol=1e-14)
    np.testing.assert_allclose(plan.tensors["a"].value, a, rtol=1e-14)
    assert plan.tensors["x"].value.shape == (3, 2, 2)


def test_softmax_and_cross_entropy_are_one_operation_with_delta_a_minus_y() -> None:
    plan, _ = _compiled(chain(3, 4, last="softmax", loss="cross_entropy"))
    rng = np.random.default_rng(1)
    plan.input[:], plan.target[:] = rng.normal(size=(3, 3)), np.eye(4)[[0, 3, 1]]
    loss = _run(plan, backward=True)
    tensor = plan.tensors["d1"]
    assert tensor.pre_activation is not None and tensor.pre_gradient is not None
    z = tensor.pre_activation
    a = [[math.exp(v) / sum(map(math.exp, line)) for v in line] for line in z.tolist()]
    np.testing.assert_allclose(plan.output, a, rtol=1e-14)
    assert loss == pytest.approx(-(math.log(a[0][0]) + math.log(a[1][3]) + math.log(a[2][1])) / 3, rel=1e-14)
    np.testing.assert_allclose(tensor.pre_gradient, (np.array(a) - plan.target) / 3, atol=1e-16)


def test_softmax_over_the_rows_of_an_image_is_not_fused() -> None:
    graph = graph_of(
        row("x", "input", shape=(2, 3)),
        row("y", "activation", "x", activation="softmax"),
        row("out", "output", "y", loss="cross_entropy"),
    )
    plan, _ = _compiled(graph, 1)
    plan.input[:] = [[1.0, 2.0, 3.0, 0.0, 0.0, 0.0]]
    plan.target[:] = [[0.0, 1.0, 0.0, 0.0, 0.0, 1.0]]
    loss = _run(plan, backward=True)
    rows = math.exp(1) + math.exp(2) + math.exp(3)
    assert loss == pytest.approx(-math.log(math.exp(2) / rows) - math.log(1 / 3), rel=1e-14)


def test_an_output_straight_behind_the_input_has_a_loss_and_nothing_to_train() -> None:
    graph = graph_of(row("x", "input", shape=(2,)), row("out", "output", "x"))
    plan, parameters = _compiled(graph, 1)
    plan.input[:], plan.target[:] = [[1.0, 2.0]], [[0.0, 4.0]]
    assert _run(plan, backward=True) == 0.5 * (1.0 + 4.0)
    assert parameters.values.size == 0


def test_plans_of_several_sizes_work_on_the_same_parameters() -> None:
    graph = chain(3, 2)
    parameters = Parameters(graph, "float64")
    plans = [compile_plan(graph, parameters, size, training=False) for size in (1, 4)]
    parameters.values[:] = np.arange(8)
    answers = []
    for plan in plans:
        plan.input[:] = [1.0, 2.0, 3.0]
        _run(plan)
        answers.append(plan.output[0])
    np.testing.assert_array_equal(*answers)


def test_a_plan_for_inference_computes_no_gradient() -> None:
    plan, parameters = _compiled(chain(3, 4, 2), training=False)
    _run(plan)
    assert plan.backward == ()
    assert not parameters.gradients.any()
    assert all(t.gradient is None and t.pre_gradient is None for t in plan.tensors.values())


def test_no_gradient_is_computed_where_nothing_before_it_trains() -> None:
    graph = graph_of(
        row("x", "input", shape=(3,)),
        row("g", "activation", "x"),
        row("y", "dense", "g", units=2),
        row("out", "output", "y"),
    )
    plan, _ = _compiled(graph)
    assert [node_id for node_id, tensor in plan.tensors.items() if tensor.gradient is not None] == ["y"]


def test_layers_outside_the_run_take_no_part_in_it() -> None:
    graph = graph_of(
        row("x", "input", shape=(3,)),
        row("h", "dense", "x", units=2),
        row("loose", "dense", "h", units=9),
        row("y", "dense", "h", units=2),
        row("out", "output", "y"),
    )
    plan, _ = _compiled(graph)
    assert list(plan.tensors) == ["x", "h", "y"]


def test_a_network_with_an_error_does_not_compile() -> None:
    graph = graph_of(row("x", "input", shape=(3,)), row("y", "dense", "x"))
    with pytest.raises(NotTrainableError, match=r"^The network has no Output layer\."):
        compile_plan(graph, Parameters(graph, "float32"), 1, training=True)


def _lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python a piece of work runs: a measure of its cost that no other program disturbs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def _fan(width: int) -> Graph:
    """One layer read by `width` others, all of which one layer reads."""
    return graph_of(
        row("x", "input", shape=(2,)),
        row("h", "dense", "x", units=2),
        *(row(f"a{number}", "dense", "h", units=1) for number in range(width)),
        row("y", "dense", *(f"a{number}" for number in range(width)), units=1),
        row("out", "output", "y"),
    )


def _long(layers: int) -> Graph:
    return chain(*[2] * (layers + 1))


def _cost(graph: Graph) -> int:
    """Lines run to check a network with automatic names, all alike, to compile it and to ask it once."""
    unnamed = replace(graph, nodes=tuple(replace(node, name="") for node in graph.nodes))
    width = math.prod(unnamed.nodes[0].options["shape"])  # type: ignore[arg-type]

    def work() -> None:
        assert check_graph(unnamed) == ()
        parameters = Parameters(unnamed, "float32")
        parameters.initialise(1)
        _run(compile_plan(unnamed, parameters, 2, training=True), backward=True)
        answers = Predictor(unnamed, "float32").predict(parameters.copies(parameters.values), np.zeros((1, width)))
        assert np.isfinite(answers).all()

    return _lines_run(work)


@pytest.mark.parametrize(
    ("network", "small", "large"),
    [(_long, 250, 2_000), (ladder, 5, 30), (_fan, 100, 800)],
    ids=["chain", "ladder", "fan"],
)
def test_the_cost_of_compiling_grows_in_proportion_to_the_network(
    network: Callable[[int], Graph], small: int, large: int
) -> None:
    # A chain of 2,000 layers, a ladder of 30 diamonds (3³⁰ paths) and a layer with 800 readers.
    graphs = network(small), network(large)
    links = [len(graph.links) for graph in graphs]
    cost = [_cost(graph) for graph in graphs]
    assert cost[1] / cost[0] < 1.2 * links[1] / links[0]
