"""The live check of gradients: it must agree where backpropagation is right, and see where it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.formulas.quantities import Kind, Quantity
from core.tracing.gradient_check import GradientChecker, NetworkCheck
from tests.core.graph.networks import chain, graph_of, row
from tests.core.tracing.traces import explained, recorder_of
from tests.core.training.prepared import data_of, random_data, samples_of


def _weight(node: str, name: str, *unit: int) -> Quantity:
    return Quantity(Kind.GRADIENT, node, name, unit)


def _all(checker: GradientChecker) -> NetworkCheck:
    *_, last = checker.check_all()
    return last


def test_a_sigmoid_neuron_has_the_derivative_that_one_works_out_by_hand() -> None:
    # C = ½ (1 − σ(w))² at w = 0: σ = ½, C′ = −(1 − ½) ¼ = −⅛.
    explainer = explained(chain(1, 1, bias=False), data_of(samples_of([[1.0]], [[1.0]])), {("d1", "kernel.x-d1"): 0.0})
    check = GradientChecker(explainer.trace).check(_weight("d1", "kernel.x-d1", 0, 0))
    assert check.analytic == pytest.approx(-0.125, abs=1e-15)
    assert check.numeric == pytest.approx(-0.125, rel=1e-9)
    assert check.step == 1e-5 and check.agrees and not check.at_kink and check.kink is None
    assert check.weight == Quantity(Kind.PARAMETER, "d1", "kernel.x-d1", (0, 0))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_weight_agrees_whatever_the_precision_of_the_training(dtype: str) -> None:
    explainer = explained(chain(5, 4, 3, activation="tanh"), random_data(dtype=dtype), dtype=dtype, batch_size=7)
    checker = GradientChecker(explainer.trace)
    found = _all(checker)
    assert checker.count == sum(array.size for array in found.errors.values()) == 5 * 4 + 4 + 4 * 3 + 3
    assert max(array.max() for array in found.errors.values()) < 1e-6
    assert not any(array.any() for array in found.kinks.values())


def test_dropout_and_noise_are_drawn_as_in_the_iteration() -> None:
    graph = graph_of(
        row("x", "input", shape=(5,)),
        row("h", "dense", "x", units=6, activation="tanh"),
        row("drop", "dropout", "h", rate=0.5),
        row("n", "gaussian_noise", "drop", deviation=0.3),
        row("b", "batch_normalization", "n"),
        row("y", "dense", "b", units=3, activation="linear"),
        row("out", "output", "y"),
    )
    recorder = recorder_of(graph, random_data(), batch_size=9)
    for _ in range(3):
        trace = recorder.next()
    checker = GradientChecker(trace)
    for key in trace.trained:
        place = np.unravel_index(int(np.abs(trace.gradients[key]).argmax()), trace.gradients[key].shape)
        check = checker.check(_weight(*key, *map(int, place)))
        assert check.analytic == pytest.approx(float(trace.gradients[key][place]), rel=1e-10)
        assert check.agrees, check


def test_a_weight_at_the_kink_of_relu_says_so_and_names_the_unit() -> None:
    # z = w · 1 = 0: to the right the slope is 1, to the left 0.
    graph = chain(1, 2, 1, activation="relu", last="linear", bias=False)
    values = {("d1", "kernel.x-d1"): [[0.5, 0.0]], ("d2", "kernel.d1-d2"): [[1.0], [1.0]]}
    explainer = explained(graph, data_of(samples_of([[1.0]], [[2.0]])), values)
    checker = GradientChecker(explainer.trace)
    at = checker.check(_weight("d1", "kernel.x-d1", 0, 1))
    assert at.at_kink and at.kink == Quantity(Kind.PRE_ACTIVATION, "d1", unit=(1,), sample=0)
    assert at.left == pytest.approx(0.0, abs=1e-9) and at.right == pytest.approx(-1.5, rel=1e-4)
    assert not checker.check(_weight("d1", "kernel.x-d1", 0, 0)).at_kink
    found = _all(checker)
    assert found.kinks["d1", "kernel.x-d1"].tolist() == [[False, True]]
    assert found.worst is not None and found.worst.agrees


def test_a_wrong_gradient_is_found_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    explainer = explained(chain(3, 4, 2), random_data(width=3, classes=2))
    checker = GradientChecker(explainer.trace)
    wrong = checker._gradients["d2", "bias"]
    wrong[1] *= 1.001
    found = _all(checker)
    assert found.worst is not None and not found.worst.agrees
    assert (found.worst.weight.node, found.worst.weight.name, found.worst.weight.unit) == ("d2", "bias", (1,))
    assert found.worst.error == pytest.approx(0.001, rel=0.01)


def test_a_check_leaves_the_weights_as_they_were() -> None:
    explainer = explained(chain(3, 4, 2), random_data(width=3, classes=2))
    checker = GradientChecker(explainer.trace)
    first = _all(checker)
    second = _all(checker)
    for key, errors in first.errors.items():
        np.testing.assert_array_equal(errors, second.errors[key])


def test_frozen_layers_are_left_out() -> None:
    graph = chain(3, 4, 2)
    node = graph.node("d1")
    frozen = graph.with_node_replaced(replace(node, options={**node.options, "frozen": True}))
    checker = GradientChecker(explained(frozen, random_data(width=3, classes=2)).trace)
    assert checker.count == 4 * 2 + 2
