"""The worked examples of the course (conventions.md, section 4), read off traced iterations and their formulas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.formulas.expressions import Expression, Path
from core.formulas.quantities import Kind, Quantity
from core.formulas.summands import summands
from core.tracing.explaining import Explainer
from tests.core.graph.networks import Row, chain, graph_of, row
from tests.core.tracing.traces import explained, of_unit, recorder_of
from tests.core.tracing.working_out import check_all, reachable
from tests.core.training.prepared import data_of, samples_of


def _number(explainer: Explainer, quantity: Quantity) -> float:
    """A number of the trace, which must be what its formula comes to."""
    number, formula = explainer.number(quantity), explainer.formula(quantity)
    assert formula is not None
    assert explainer.work_out(formula) == pytest.approx(number, rel=1e-13, abs=1e-15)
    return number


def _terms(explainer: Explainer, quantity: Quantity) -> list[float]:
    formula = explainer.formula(quantity)
    assert formula is not None
    return [explainer.work_out(term) for term in summands(formula)]


def _names(formula: Expression | None) -> set[Quantity]:
    assert formula is not None
    return {part for part in reachable(formula) if isinstance(part, Quantity)}


def test_1_the_bill_of_document_004() -> None:
    kernel = ("d1", "kernel.x-d1")
    recorder = recorder_of(
        chain(3, 1, activation="linear", bias=False),
        data_of(samples_of([[5.0, 2.0, 3.0]], [[8.5]])),
        {kernel: [0.5, 0.5, 0.5]},
        learning_rate=1 / 35,
    )
    explainer = Explainer(recorder.next())
    a, delta = of_unit(Kind.OUTPUT, "d1", 0), of_unit(Kind.DELTA, "d1", 0)
    assert _number(explainer, of_unit(Kind.PRE_ACTIVATION, "d1", 0)) == 5.0
    assert _terms(explainer, of_unit(Kind.PRE_ACTIVATION, "d1", 0)) == [2.5, 1.0, 1.5]
    assert _number(explainer, a) == 5.0
    assert _number(explainer, of_unit(Kind.SAMPLE_LOSS, "out")) == 0.5 * 3.5**2
    assert _number(explainer, delta) == -3.5, "minus the residual of 3.50"
    weights = [Quantity(Kind.NEW_PARAMETER, *kernel, (i, 0)) for i in range(3)]
    assert [_number(explainer, weight) for weight in weights] == pytest.approx([1.0, 0.7, 0.8], abs=1e-15)
    # w − η ∂C/∂w: the second term is what the weight changes by.
    assert [_terms(explainer, weight)[1] for weight in weights] == pytest.approx([0.5, 0.2, 0.3], abs=1e-15)
    second = Explainer(recorder.next())
    assert _number(second, a) == pytest.approx(8.8, abs=1e-14)
    assert [round(_number(second, weight), 4) for weight in weights] == [0.9571, 0.6829, 0.7743]
    third = Explainer(recorder.next())
    assert round(8.5 - _number(third, a), 4) == 0.0257


def _gate(numbers: list[float], result: float, *gates: Row, **kernels: Any) -> Explainer:
    """Gates that read "all", which is the numbers, or "n0", "n1", …, which is one of them; ∂C/∂f of "f" is 1.

    `kernels` are those of gates that have one.
    """
    count = len(numbers)
    picks = [row(f"n{i}", "dense", "all", units=1, activation="linear", bias=False) for i in range(count)]
    read = {source for gate in gates for source in gate.sources}
    picks = [pick for pick in picks if pick.node.id in read]
    graph = graph_of(
        row("x", "input", shape=(count,)),
        row("all", "dense", "x", units=count, activation="linear", bias=False),
        *picks,
        *gates,
        row("out", "output", "f"),
    )
    ones = {(p.node.id, f"kernel.all-{p.node.id}"): np.eye(count)[:, int(p.node.id[1:])] for p in picks}
    values: dict[tuple[str, str], Any] = {("all", "kernel.x-all"): np.eye(count), **ones}
    for gate in gates:
        if gate.node.id in kernels:
            values[gate.node.id, f"kernel.{gate.sources[0]}-{gate.node.id}"] = kernels[gate.node.id]
    # Half the square of a number 1 above its target: 1 is its derivative.
    return explained(graph, data_of(samples_of([numbers], [[result - 1.0]])), values)


def test_2_the_graph_of_x_plus_y_times_z_of_document_000() -> None:
    explainer = _gate([-2.0, 5.0, -4.0], -12.0, row("q", "add", "n0", "n1"), row("f", "multiply", "q", "n2"))
    assert _number(explainer, of_unit(Kind.OUTPUT, "q", 0)) == 3.0
    assert _number(explainer, of_unit(Kind.OUTPUT, "f", 0)) == -12.0
    assert _number(explainer, of_unit(Kind.UPSTREAM, "f", 0)) == 1.0
    assert _number(explainer, of_unit(Kind.UPSTREAM, "q", 0)) == -4.0
    by_input = [_number(explainer, of_unit(Kind.UPSTREAM, "all", i)) for i in range(3)]
    assert by_input == [-4.0, -4.0, 3.0]
    # Local gradient times upstream gradient: ∂f/∂q = z.
    names = _names(explainer.formula(of_unit(Kind.UPSTREAM, "q", 0)))
    assert names == {of_unit(Kind.UPSTREAM, "f", 0), of_unit(Kind.OUTPUT, "n2", 0)}


def test_3_the_gates_of_document_000() -> None:
    explainer = _gate(
        [3.0, -4.0, 2.0, -1.0],
        -20.0,
        row("product", "multiply", "n0", "n1"),
        row("largest", "maxout", "all", units=1, pieces=2, bias=False),
        row("sum", "add", "product", "largest"),
        row("f", "dense", "sum", units=1, activation="linear", bias=False),
        largest=np.eye(4)[:, 2:],
        f=2.0,
    )
    outputs = {node: _number(explainer, of_unit(Kind.OUTPUT, node, 0)) for node in ("product", "largest", "sum", "f")}
    assert outputs == {"product": -12.0, "largest": 2.0, "sum": -10.0, "f": -20.0}
    gradients = [_number(explainer, of_unit(Kind.UPSTREAM, "all", i)) for i in range(4)]
    assert gradients == [-8.0, 6.0, 2.0, 0.0]


def test_4_a_sigmoid_neuron_as_a_graph_of_document_000() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("all", "dense", "x", units=2, activation="linear", bias=False),
        row("n", "dense", "all", units=1, activation="sigmoid"),
        row("out", "output", "n"),
    )
    output = 1 / (1 + math.exp(-1))
    values = {("all", "kernel.x-all"): np.eye(2), ("n", "kernel.all-n"): [2, -3], ("n", "bias"): [-3]}
    explainer = explained(graph, data_of(samples_of([[-1.0, -2.0]], [[output - 1.0]])), values)
    z = of_unit(Kind.PRE_ACTIVATION, "n", 0)
    assert _terms(explainer, z) == [-2.0, 6.0, -3.0]
    assert _number(explainer, z) == 1.0
    assert round(_number(explainer, of_unit(Kind.OUTPUT, "n", 0)), 2) == 0.73
    kernel = [Quantity(Kind.GRADIENT, "n", "kernel.all-n", (i, 0)) for i in range(2)]
    bias = Quantity(Kind.GRADIENT, "n", "bias", (0,))
    assert [round(_number(explainer, gradient), 4) for gradient in (*kernel, bias)] == [-0.1966, -0.3932, 0.1966]
    by_input = [_number(explainer, of_unit(Kind.UPSTREAM, "all", i)) for i in range(2)]
    assert [round(number, 4) for number in by_input] == [0.3932, -0.5898]


def test_5_the_sensitivity_of_a_product_is_the_other_factor() -> None:
    explainer = _gate([4.0, -3.0], -12.0, row("f", "multiply", "n0", "n1"))
    assert [_number(explainer, of_unit(Kind.UPSTREAM, "all", i)) for i in range(2)] == [-3.0, 4.0]


@pytest.mark.parametrize(("factor", "expected"), [("half", 0.045), ("one", 0.09)])
def test_6_the_squared_error_of_a_vector_of_document_000(factor: str, expected: float) -> None:
    graph = graph_of(row("x", "input", shape=(10,)), row("out", "output", "x", factor=factor))
    a = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0]
    explainer = explained(graph, data_of(samples_of([a], [np.eye(10)[0]])))
    assert _number(explainer, of_unit(Kind.SAMPLE_LOSS, "out")) == pytest.approx(expected, rel=1e-14)
    scale = 0.5 if factor == "half" else 1.0
    squares = [0.01, 0.01, 0.01, 0.04, 0.01, 0.01, 0.0, 0.0, 0.0, 0.0]
    assert _terms(explainer, of_unit(Kind.SAMPLE_LOSS, "out")) == pytest.approx([scale * square for square in squares])


def test_7_the_5_3_3_perceptron_of_document_002() -> None:
    rate = 0.7
    data = data_of(samples_of(np.random.default_rng(3).normal(size=(1, 5)), [[1.0, 0.0, 0.0]]))
    explainer = explained(chain(5, 3, 3, initializer="normal"), data, learning_rate=rate)
    assert sum(array.size for array in explainer.trace.new.values()) == 30
    # Δθ²₁₃ = ρ δ²₁ s¹₃ with δ² = −∂q/∂φ², counted from 1.
    theta = Quantity(Kind.NEW_PARAMETER, "d2", "kernel.d1-d2", (2, 0))
    delta, s = of_unit(Kind.DELTA, "d2", 0), of_unit(Kind.OUTPUT, "d1", 2)
    assert _names(explainer.formula(theta.of(Kind.GRADIENT))) == {delta, s}
    change = rate * -explainer.number(delta) * explainer.number(s)
    assert _terms(explainer, theta)[1] == pytest.approx(change, rel=1e-14)
    # Δθ¹₃₄ = ρ g′(φ¹₃) (Σᵣ δ²ᵣ θ²ᵣ₃) x₄.
    theta = Quantity(Kind.NEW_PARAMETER, "d1", "kernel.x-d1", (3, 2))
    s3, x4 = explainer.number(s), explainer.number(of_unit(Kind.OUTPUT, "x", 3))
    weights = explainer.trace.old["d2", "kernel.d1-d2"]
    deltas = [-explainer.number(of_unit(Kind.DELTA, "d2", r)) for r in range(3)]
    back = sum(deltas[r] * weights[2, r] for r in range(3))
    assert _terms(explainer, theta)[1] == pytest.approx(rate * s3 * (1 - s3) * back * x4, rel=1e-13)
    through = _terms(explainer, of_unit(Kind.UPSTREAM, "d1", 2))
    assert through == pytest.approx([-deltas[r] * weights[2, r] for r in range(3)], rel=1e-14)
    assert check_all(explainer).worst <= 1e-12


@pytest.mark.parametrize(
    ("kind", "expected"), [("max_pooling", [[4, 3], [8, 7]]), ("mean_pooling", [[2.75, 2], [6, 4.25]])]
)
def test_8_pooling_by_2_times_2_of_document_002(kind: str, expected: list[list[float]]) -> None:
    graph = graph_of(row("x", "input", shape=(4, 4)), row("p", kind, "x", window=(2, 2)), row("out", "output", "p"))
    image = [[1, 3, 2, 2], [4, 3, 1, 3], [6, 4, 1, 5], [8, 6, 4, 7]]
    explainer = explained(graph, data_of(samples_of([image], np.array(expected).reshape(1, 4))))
    for (r, s), value in np.ndenumerate(np.array(expected)):
        assert _number(explainer, of_unit(Kind.OUTPUT, "p", r, s)) == value
    assert _number(explainer, Quantity(Kind.LOSS, "out")) == 0.0


def test_a_link_from_the_input_straight_to_the_output_is_a_path_of_its_own() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("h", "dense", "x", units=2),
        row("y", "dense", "h", "x", units=1),
        row("out", "output", "y"),
    )
    explainer = explained(graph, data_of(samples_of([[1.0, 2.0]], [[1.0]])))
    formula = explainer.formula(of_unit(Kind.PRE_ACTIVATION, "y", 0))
    assert formula is not None
    assert [part.link for part in reachable(formula) if isinstance(part, Path)] == ["h-y", "x-y"]
