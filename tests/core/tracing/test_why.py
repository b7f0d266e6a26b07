"""The sentences on a number: each is worked out, so each is tested on a network made for it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from core.formulas.quantities import Kind, Quantity
from core.tracing.explaining import Explainer
from core.tracing.notation import notation
from core.tracing.why import why
from core.tracing.why.figures import shown
from tests.core.graph.networks import chain, graph_of, row
from tests.core.tracing.traces import explained, of_unit, recorder_of
from tests.core.training.prepared import data_of, samples_of

ONE = data_of(samples_of([[1.0, 0.0]], [[1.0]]))


def _neuron(weight: float, target: float = 1.0, activation: str = "sigmoid", **config: Any) -> Explainer:
    """Two inputs (1, 0), one hidden unit with `weight` from the first, and a linear output that copies it."""
    graph = chain(2, 1, 1, activation=activation, last="linear", bias=False)
    values = {("d1", "kernel.x-d1"): [[weight], [0.3]], ("d2", "kernel.d1-d2"): [[config.pop("out", 1.0)]]}
    return explained(graph, data_of(samples_of([[1.0, 0.0]], [[target]])), values, **config)


def _said(explainer: Explainer, quantity: Quantity, key: str = "intro") -> str:
    return " ".join(str(sentence) for sentence in why(explainer, quantity, notation(key)))


def test_a_saturated_unit_is_told_with_its_slope_and_z() -> None:
    # σ′(6.2) = 0.00202.
    explainer = _neuron(6.2)
    said = _said(explainer, of_unit(Kind.DELTA, "d1", 0))
    assert "δ of unit 1 is almost 0 because φ′(z) = 0.00202: z = 6.2, the unit is saturated." in said
    assert "not saturated" not in said
    said = _said(explainer, of_unit(Kind.OUTPUT, "d1", 0))
    assert "saturated: at z = 6.2 the slope of sigmoid is only 0.00202" in said


def test_what_is_tiny_is_written_with_a_power_of_ten_as_in_the_formula_above() -> None:
    # σ′(12) = e⁻¹² / (1 + e⁻¹²)² = 6.144137·10⁻⁶.
    said = _said(_neuron(12.0), of_unit(Kind.DELTA, "d1", 0))
    assert "because φ′(z) = 6.14·10⁻⁶: z = 12, the unit is saturated." in said


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-0.25, "−0.25"),
        (0.0031249, "0.00312"),
        (1e-5, "1·10⁻⁵"),
        (-1.2345e-5, "−1.23·10⁻⁵"),
        (12.3456, "12.3"),
        (1234.5678, "1235"),
        (2.5e7, "2.50·10⁷"),
        (0.0, "0"),
        (-math.inf, "−∞"),
    ],
)
def test_a_number_in_a_sentence_has_three_digits_and_never_an_e(value: float, written: str) -> None:
    assert shown(value) == written


def test_a_relu_that_is_off_lets_nothing_back() -> None:
    explainer = _neuron(-0.8, activation="relu")
    assert "δ of unit 1 is 0 because ReLU is flat at z = −0.8" in _said(explainer, of_unit(Kind.DELTA, "d1", 0))
    assert "δ is 0 in every sample" in _said(explainer, Quantity(Kind.GRADIENT, "d1", "kernel.x-d1", (0, 0)))


def test_a_unit_in_the_middle_is_not_saturated() -> None:
    assert "φ′(z) = 0.25, 100 % of its maximum 0.25: the unit is not saturated." in _said(
        _neuron(0.0), of_unit(Kind.DELTA, "d1", 0)
    )


def test_a_negative_weight_turns_the_sign_round() -> None:
    assert "through a negative weight (−0.5)" in _said(_neuron(0.1, out=-0.5), of_unit(Kind.DELTA, "d1", 0))
    assert "negative weight" not in _said(_neuron(0.1, out=0.5), of_unit(Kind.DELTA, "d1", 0))


@pytest.mark.parametrize(("target", "word"), [(5.0, "too low"), (-5.0, "too high")])
def test_an_output_is_too_low_or_too_high(target: float, word: str) -> None:
    explainer = _neuron(0.1, target)
    assert word in _said(explainer, of_unit(Kind.UPSTREAM, "d2", 0))
    assert word in _said(explainer, of_unit(Kind.DELTA, "d2", 0))


@pytest.mark.parametrize(("target", "sign"), [(5.0, "positive"), (-5.0, "negative")])
def test_signs_are_told_as_the_document_writes_them(target: float, sign: str) -> None:
    # δ = t − s in UPV, s − t in the others; the hidden unit is right of 0 by 0.1.
    explainer, delta = _neuron(0.1, target), of_unit(Kind.DELTA, "d2", 0)
    assert f"so it is {sign}" in _said(explainer, delta, "upv")
    assert f"so it is {sign}" not in _said(explainer, delta, "ugr")
    assert "g′(φ) = 0.249" in _said(explainer, of_unit(Kind.DELTA, "d1", 0), "upv")
    assert "σ′(z) = 0.249" in _said(explainer, of_unit(Kind.DELTA, "d1", 0), "unir")


def test_a_weight_from_an_input_of_zero_learns_nothing() -> None:
    said = _said(_neuron(0.1), Quantity(Kind.GRADIENT, "d1", "kernel.x-d1", (1, 0)))
    assert said == "It is 0 because the value that this weight multiplies is 0 in every sample."


def test_several_readers_are_counted_and_the_one_that_sends_most_is_named() -> None:
    graph = graph_of(
        row("x", "input", shape=(1,)),
        row("h", "dense", "x", units=1, activation="linear", bias=False),
        row("p", "dense", "h", units=1, activation="linear", bias=False),
        row("q", "dense", "h", units=1, activation="linear", bias=False),
        row("s", "add", "p", "q", "h"),
        row("out", "output", "s"),
    )
    values = {("h", "kernel.x-h"): [[1.0]], ("p", "kernel.h-p"): [[5.0]], ("q", "kernel.h-q"): [[-1.0]]}
    explainer = explained(graph, data_of(samples_of([[1.0]], [[0.0]])), values)
    # s = 5 − 1 + 1 = 5, so δ = 5 reaches h as 25, −5 and 5: 25 of 35 in size.
    said = _said(explainer, of_unit(Kind.UPSTREAM, "h", 0))
    assert "3 layers read this output; what they send back is added. 'p' sends most: 25 (71 %)." in said


def test_clipping_says_from_what_to_what() -> None:
    explainer = _neuron(0.0, target=40.0, clipping="element", clip_limit=1.0)
    gradient = explainer.number(Quantity(Kind.GRADIENT, "d2", "kernel.d1-d2", (0, 0)))
    assert gradient == pytest.approx(-19.75)
    said = _said(explainer, Quantity(Kind.CLIPPED_GRADIENT, "d2", "kernel.d1-d2", (0, 0)))
    assert said == "Clipped from −19.8 to −1."
    scaled = _neuron(0.0, target=40.0, clipping="global_norm", clip_limit=1.0)
    assert "scaled from norm 22.1 to 1" in _said(scaled, Quantity(Kind.CLIPPED_GRADIENT, "d2", "kernel.d1-d2", (0, 0)))


def test_a_penalty_pulls_towards_zero() -> None:
    explainer = _neuron(2.0, l2=0.1)
    said = _said(explainer, Quantity(Kind.PENALISED_GRADIENT, "d1", "kernel.x-d1", (0, 0)))
    assert "adds 0.2: it pulls the weight 2 towards 0" in said


def test_momentum_is_compared_with_the_plain_step() -> None:
    graph = chain(1, 1, activation="linear", bias=False)
    data = data_of(samples_of([[1.0], [1.0]], [[0.0], [0.0]]))
    values = {("d1", "kernel.x-d1"): [[1.0]]}
    recorder = recorder_of(graph, data, values, batch_size=1, optimizer="momentum", learning_rate=0.1)
    first, second = recorder.next(), recorder.next()
    weight = Quantity(Kind.NEW_PARAMETER, "d1", "kernel.x-d1", (0, 0))
    assert _said(Explainer(first), weight) == "The weight goes down by 0.1."
    # v = −0.9·0.1 − 0.1·0.9 = −0.18, twice the plain step of −0.09; it does not change its sign: 0.9 → 0.72.
    said = _said(Explainer(second), weight)
    assert "a step of −0.09: this one is 2 times as long" in said and "sign" not in said


def test_terms_that_cancel_and_terms_that_dominate_are_told() -> None:
    graph = chain(3, 1, activation="linear", bias=False)
    data = data_of(samples_of([[1.0, 1.0, 1.0]], [[0.0]]))
    cancel = explained(graph, data, {("d1", "kernel.x-d1"): [[5.0], [-5.1], [0.2]]})
    assert "sizes add up to 10.3, but only 0.1 is left" in _said(cancel, of_unit(Kind.PRE_ACTIVATION, "d1", 0))
    one = explained(graph, data, {("d1", "kernel.x-d1"): [[8.0], [1.0], [1.0]]})
    assert "One term makes up 80 % of it: 8 · 1, x 1." in _said(one, of_unit(Kind.PRE_ACTIVATION, "d1", 0))


def test_the_sample_that_makes_most_of_a_gradient_is_named() -> None:
    graph = chain(1, 1, activation="linear", bias=False)
    data = data_of(samples_of([[1.0], [1.0], [1.0]], [[0.0], [-8.0], [0.0]]))
    explainer = explained(graph, data, {("d1", "kernel.x-d1"): [[1.0]]})
    assert "Sample 2 of the batch makes up 82 % of it." in _said(
        explainer, Quantity(Kind.GRADIENT, "d1", "kernel.x-d1", (0, 0))
    )
    assert "Sample 2 of the batch makes up 98 % of it." in _said(explainer, Quantity(Kind.LOSS, "out"))
