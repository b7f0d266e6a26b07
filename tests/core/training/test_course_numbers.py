"""The worked examples of the course (conventions.md, section 4) come out of the engine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.compiler.parameters import Parameters
from core.graph.model import Graph
from core.project import edits
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.session import Session, initial_state
from core.training.state import TrainedState
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.prepared import data_of, samples_of


def _with_numbers(graph: Graph, config: TrainingConfig, numbers: dict[tuple[str, str], object]) -> TrainedState:
    """The untrained state with these weights typed in one by one."""
    state = initial_state(graph, config)
    project = Project(graph, training=config)
    for key, values in numbers.items():
        for index, value in np.ndenumerate(np.array(values, dtype=float)):
            edited = edits.set_parameter_value(project, state, key, index, float(value)).state
            assert edited is not None
            state = edited
    return state


def test_1_the_bill_of_document_004() -> None:
    config = TrainingConfig(learning_rate=1 / 35, batch_size=1, order="given", dtype="float64")
    graph = chain(3, 1, activation="linear", bias=False)
    kernel = ("d1", "kernel.x-d1")
    state = _with_numbers(graph, config, {kernel: [[0.5], [0.5], [0.5]]})
    prices = np.array([0.5, 1.5, 1.0])
    bill = np.array([5.0, 2.0, 3.0])
    assert float(bill @ prices) == 8.5
    session = Session(graph, config, data_of(samples_of([bill], [[8.5]])), state)

    loss = session.step()
    assert session.plan.output.item() == 5.0
    assert loss == pytest.approx(0.5 * 3.5**2, abs=1e-12)
    delta = session.plan.tensors["d1"].pre_gradient
    assert delta is not None and delta.item() == -3.5
    weights = session.state().parameters[kernel][:, 0]
    np.testing.assert_allclose(weights - 0.5, [0.5, 0.2, 0.3], atol=1e-12)
    np.testing.assert_allclose(weights, [1.0, 0.7, 0.8], atol=1e-12)
    assert abs(weights[0] - prices[0]) > abs(0.5 - prices[0]), "the coffee estimate got worse"

    session.step()
    assert session.plan.output.item() == pytest.approx(8.8, abs=1e-12)
    weights = session.state().parameters[kernel][:, 0]
    # From (1.00, 0.70, 0.80) by (5, 2, 3) · (8.50 − 8.80) / 35.
    expected = [1.0 - 5 * 0.3 / 35, 0.7 - 2 * 0.3 / 35, 0.8 - 3 * 0.3 / 35]
    np.testing.assert_allclose(weights, expected, atol=1e-12)
    np.testing.assert_array_equal(weights.round(4), [0.9571, 0.6829, 0.7743])

    session.step()
    error = 8.5 - session.plan.output.item()
    # Each step multiplies the error by 1 − (5² + 2² + 3²) / 35 = −3 / 35.
    assert error == pytest.approx(0.3 * 3 / 35, abs=1e-12)
    assert round(error, 4) == 0.0257


def test_4_a_sigmoid_neuron_as_a_graph() -> None:
    # A layer of identity weights before the neuron makes the gradient of x visible.
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("copy", "dense", "x", units=2, activation="linear", bias=False),
        row("neuron", "dense", "copy", units=1, activation="sigmoid"),
        row("out", "output", "neuron"),
    )
    config = TrainingConfig(learning_rate=1.0, batch_size=1, dtype="float64")
    numbers = {
        ("copy", "kernel.x-copy"): [[1, 0], [0, 1]],
        ("neuron", "kernel.copy-neuron"): [[2], [-3]],
        ("neuron", "bias"): [-3],
    }
    state = _with_numbers(graph, config, numbers)
    output = 1 / (1 + math.exp(-1))
    # A target 1 below the output makes ∂C/∂a = 1, as the document has it.
    session = Session(graph, config, data_of(samples_of([[-1.0, -2.0]], [[output - 1.0]])), state)
    session.step()
    neuron, copy = session.plan.tensors["neuron"], session.plan.tensors["copy"]
    assert neuron.pre_activation is not None and neuron.pre_activation.item() == 1.0
    assert neuron.value.item() == pytest.approx(output, abs=1e-15)
    assert round(output, 2) == 0.73
    slope = output * (1 - output)
    gradients = session.parameters.views(session.parameters.gradients)
    np.testing.assert_allclose(gradients["neuron", "kernel.copy-neuron"][:, 0], [-slope, -2 * slope], atol=1e-12)
    np.testing.assert_allclose(gradients["neuron", "bias"], [slope], atol=1e-12)
    np.testing.assert_array_equal(gradients["neuron", "kernel.copy-neuron"][:, 0].round(4), [-0.1966, -0.3932])
    np.testing.assert_array_equal(gradients["neuron", "bias"].round(4), [0.1966])
    assert copy.gradient is not None
    np.testing.assert_allclose(copy.gradient[0], [2 * slope, -3 * slope], atol=1e-12)
    np.testing.assert_array_equal(copy.gradient[0].round(4), [0.3932, -0.5898])


def test_5_the_sensitivity_of_a_product_is_the_other_factor() -> None:
    # x = 4 and y = −3 are the weights behind an input of 1, so that their gradients are those of x and y.
    graph = graph_of(
        row("one", "input", shape=(1,)),
        row("x", "dense", "one", units=1, activation="linear", bias=False),
        row("y", "dense", "one", units=1, activation="linear", bias=False),
        row("f", "multiply", "x", "y"),
        row("out", "output", "f"),
    )
    config = TrainingConfig(learning_rate=1.0, batch_size=1, dtype="float64")
    x, y = ("x", "kernel.one-x"), ("y", "kernel.one-y")
    state = _with_numbers(graph, config, {x: [[4]], y: [[-3]]})
    # A target 1 below the output makes ∂C/∂f = 1.
    session = Session(graph, config, data_of(samples_of([[1.0]], [[-13.0]])), state)
    assert session.step() == 0.5
    assert session.plan.output.item() == -12.0
    gradients = session.parameters.views(session.parameters.gradients)
    assert (gradients[x].item(), gradients[y].item()) == (-3.0, 4.0)


def test_6_the_squared_error_of_a_vector_is_0_045() -> None:
    graph = graph_of(row("x", "input", shape=(10,)), row("out", "output", "x"))
    a = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0]
    config = TrainingConfig(dtype="float64")
    session = Session(graph, config, data_of(samples_of([a], [np.eye(10)[0]])))
    assert session.step() == pytest.approx(0.045, abs=1e-12)


def test_7_the_5_3_3_perceptron_learns_by_the_formulas_of_document_002() -> None:
    rate = 0.7
    config = TrainingConfig(learning_rate=rate, batch_size=1, order="given", dtype="float64")
    graph = chain(5, 3, 3)
    assert Parameters(graph, "float64").values.size == 30
    rng = np.random.default_rng(5)
    # θ[i][j] leads from unit j to unit i; j = 0 is the bias, whose input is 1.
    theta1 = rng.normal(size=(3, 6)).tolist()
    theta2 = rng.normal(size=(3, 4)).tolist()
    x, t = rng.normal(size=5).tolist(), [1.0, 0.0, 0.0]
    numbers = {
        ("d1", "kernel.x-d1"): [[theta1[i][j] for i in range(3)] for j in range(1, 6)],
        ("d1", "bias"): [theta1[i][0] for i in range(3)],
        ("d2", "kernel.d1-d2"): [[theta2[i][j] for i in range(3)] for j in range(1, 4)],
        ("d2", "bias"): [theta2[i][0] for i in range(3)],
    }
    session = Session(graph, config, data_of(samples_of([x], [t])), _with_numbers(graph, config, numbers))
    session.step()

    def g(phi: float) -> float:
        return 1 / (1 + math.exp(-phi))

    s0 = [1.0, *x]
    s1 = [1.0, *(g(sum(theta1[i][j] * s0[j] for j in range(6))) for i in range(3))]
    s2 = [g(sum(theta2[i][j] * s1[j] for j in range(4))) for i in range(3)]
    delta2 = [(t[i] - s2[i]) * s2[i] * (1 - s2[i]) for i in range(3)]
    delta1 = [s1[i] * (1 - s1[i]) * sum(delta2[r] * theta2[r][i] for r in range(3)) for i in range(1, 4)]
    found = session.state().parameters
    for i in range(3):
        for j in range(4):
            learnt = found["d2", "bias"][i] if j == 0 else found["d2", "kernel.d1-d2"][j - 1, i]
            assert learnt == pytest.approx(theta2[i][j] + rate * delta2[i] * s1[j], abs=1e-12)
        for j in range(6):
            learnt = found["d1", "bias"][i] if j == 0 else found["d1", "kernel.x-d1"][j - 1, i]
            assert learnt == pytest.approx(theta1[i][j] + rate * delta1[i] * s0[j], abs=1e-12)


@pytest.mark.parametrize(
    ("kind", "expected"), [("max_pooling", [[4, 3], [8, 7]]), ("mean_pooling", [[2.75, 2], [6, 4.25]])]
)
def test_8_pooling_by_2_times_2(kind: str, expected: list[list[float]]) -> None:
    graph = graph_of(
        row("x", "input", shape=(4, 4)), row("pool", kind, "x", window=(2, 2)), row("out", "output", "pool")
    )
    image = [[1, 3, 2, 2], [4, 3, 1, 3], [6, 4, 1, 5], [8, 6, 4, 7]]
    target = np.array(expected).reshape(1, 4)
    session = Session(graph, TrainingConfig(dtype="float64"), data_of(samples_of([image], target)))
    assert session.step() == 0.0
    assert session.plan.tensors["pool"].value.tolist() == [expected]
