"""The worked examples of the course read as on the slides: symbols, signs and exactly their numbers."""

from __future__ import annotations

import numpy as np
import pytest

from core.formulas.quantities import Kind, Quantity
from core.tracing.explaining import Explainer
from core.tracing.notation import KEYS, notation
from core.tracing.writing import Writer
from tests.core.graph.networks import chain, graph_of, row
from tests.core.tracing.course_examples import (
    PERCEPTRON_T,
    PERCEPTRON_X,
    bill,
    perceptron,
    perceptron_weights,
    sigmoid_neuron,
    squared_error,
)
from tests.core.tracing.traces import explained, of_unit
from tests.core.training.prepared import data_of, random_data, samples_of


def _weight(layer: str, source: str, start: int, end: int, kind: Kind = Kind.PARAMETER) -> Quantity:
    return of_unit(kind, layer, start, end, sample=None, name=f"kernel.{source}-{layer}")


def _lines(explainer: Explainer, key: str, quantity: Quantity) -> list[str]:
    """Indexed formula, numbers, steps, result."""
    writer = Writer(explainer, notation(key))
    indexed, numbers = writer.indexed(quantity), writer.numbers(quantity)
    assert indexed is not None and numbers is not None
    steps = [line.plain for line in writer.steps(quantity)]
    return [indexed.plain, numbers.plain, *steps, writer.result(quantity).rounded.plain]


def test_the_bill_in_the_notation_of_its_slide() -> None:
    week = bill()
    price = _weight("d1", "x", 0, 0, Kind.NEW_PARAMETER)
    assert _lines(week, "UGR", of_unit(Kind.PRE_ACTIVATION, "d1", 0)) == [
        "z¹₁ = x₁ w¹₁₁ + x₂ w¹₂₁ + x₃ w¹₃₁",
        "z¹₁ = 5 · 0.5 + 2 · 0.5 + 3 · 0.5",
        "= 2.5 + 1 + 1.5",
        "z¹₁ = 5",
    ]
    assert _lines(week, "UGR", of_unit(Kind.SAMPLE_LOSS, "out")) == [
        "Eⁿ = ½ (t₁ − y¹₁)²",
        "Eⁿ = ½ · (8.5 − 5)²",
        "= ½ · 12.25",
        "Eⁿ = 6.125",
    ]
    assert _lines(week, "UGR", of_unit(Kind.DELTA, "d1", 0)) == [
        "δ¹₁ = f′(z¹₁) (y¹₁ − t₁)",
        "δ¹₁ = 1 · (5 − 8.5)",
        "= 1 · (−3.5)",
        "δ¹₁ = −3.5",
    ]
    assert _lines(week, "UGR", price) == [
        "w¹₁₁ ← w¹₁₁ − η x₁ δ¹₁",
        "w¹₁₁ ← 0.5 − 0.0286 · 5 · (−3.5)",
        "= 0.5 − (−0.5)",
        "w¹₁₁ ← 1",
    ]


@pytest.mark.parametrize("key", KEYS)
def test_the_bill_has_the_same_prices_in_every_notation(key: str) -> None:
    expected = (["1", "0.7", "0.8"], ["0.9571", "0.6829", "0.7743"])
    errors = []
    for weeks in (1, 2, 3):
        explainer = bill(weeks)
        writer = Writer(explainer, notation(key))
        errors.append(writer.result(of_unit(Kind.UPSTREAM, "d1", 0)).rounded.plain.split()[-1].strip("+−"))
        if weeks < 3:
            prices = [writer.result(_weight("d1", "x", i, 0, Kind.NEW_PARAMETER)) for i in range(3)]
            assert [price.rounded.plain.split()[-1] for price in prices] == expected[weeks - 1]
    assert errors == ["3.5", "0.3", "0.0257"], "the residual errors of the slide, 3.50, −0.30 and +0.0257"


def test_the_bill_in_the_notation_of_upv_has_the_sign_of_the_residual() -> None:
    assert _lines(bill(), "UPV", of_unit(Kind.DELTA, "d1", 0)) == [
        "δ¹₁ = (t₁ − s¹₁) g′(φ¹₁)",
        "δ¹₁ = (8.5 − 5) · 1",
        "= 3.5 · 1",
        "δ¹₁ = +3.5",
    ]
    assert _lines(bill(), "UPV", _weight("d1", "x", 1, 0, Kind.NEW_PARAMETER)) == [
        "θ¹₁₂ ← θ¹₁₂ + ρ δ¹₁ x₂",
        "θ¹₁₂ ← 0.5 + 0.0286 · 3.5 · 2",
        "= 0.5 + 0.2",
        "θ¹₁₂ ← 0.7",
    ]


def test_the_sigmoid_neuron_in_its_own_notation() -> None:
    neuron = sigmoid_neuron()
    assert _lines(neuron, "UNIR", of_unit(Kind.PRE_ACTIVATION, "d1", 0)) == [
        "z¹₁ = w¹₁₁ x₁ + w¹₁₂ x₂ + b¹₁",
        "z¹₁ = 2 · (−1) + (−3) · (−2) + (−3)",
        "= −2 + 6 + (−3)",
        "z¹₁ = 1",
    ]
    assert _lines(neuron, "UNIR", of_unit(Kind.OUTPUT, "d1", 0)) == [
        "a¹₁ = σ(z¹₁) = 1/(1 + exp(−z¹₁))",
        "a¹₁ = σ(1) = 1/(1 + exp(−1))",
        "a¹₁ = 0.7311",
    ]
    first, second = (_lines(neuron, "UNIR", _weight("d1", "x", i, 0, Kind.GRADIENT)) for i in range(2))
    assert first == ["∂C/∂w¹₁₁ = δ¹₁ x₁", "∂C/∂w¹₁₁ = 0.1966 · (−1)", "∂C/∂w¹₁₁ = −0.1966"]
    assert second == ["∂C/∂w¹₁₂ = δ¹₁ x₂", "∂C/∂w¹₁₂ = 0.1966 · (−2)", "∂C/∂w¹₁₂ = −0.3932"]
    bias = of_unit(Kind.GRADIENT, "d1", 0, sample=None, name="bias")
    assert _lines(neuron, "UNIR", bias) == ["∂C/∂b¹₁ = δ¹₁", "∂C/∂b¹₁ = 0.1966", "∂C/∂b¹₁ = +0.1966"]


def test_the_sigmoid_neuron_of_upv_has_a_bias_of_index_0() -> None:
    assert _lines(sigmoid_neuron(), "UPV", of_unit(Kind.PRE_ACTIVATION, "d1", 0)) == [
        "φ¹₁ = θ¹₁₀ · 1 + θ¹₁₁ x₁ + θ¹₁₂ x₂",
        "φ¹₁ = −3 · 1 + 2 · (−1) + (−3) · (−2)",
        "= −3 + (−2) + 6",
        "φ¹₁ = 1",
    ]
    bias = of_unit(Kind.GRADIENT, "d1", 0, sample=None, name="bias")
    indexed, numbers, result = _lines(sigmoid_neuron(), "UPV", bias)
    assert indexed == "∂q_S/∂θ¹₁₀ = −δ¹₁ · 1"
    assert numbers == "∂q_S/∂θ¹₁₀ = −(−0.1966) · 1" and result.endswith("+0.1966")


@pytest.mark.parametrize(
    ("key", "z", "first", "second", "bias"),
    [
        ("UNIR", "z¹₁", "∂C/∂w¹₁₁", "∂C/∂w¹₁₂", "∂C/∂b¹₁"),
        ("intro", "z²₁", "∂C/∂w²₁,₁", "∂C/∂w²₁,₂", "∂C/∂b²₁"),
        ("UPV", "φ¹₁", "∂q_S/∂θ¹₁₁", "∂q_S/∂θ¹₁₂", "∂q_S/∂θ¹₁₀"),
        ("UBA", "z1₁", "dW1₁₁", "dW1₁₂", "db1₁"),
        ("UGR", "z¹₁", "∂E/∂w¹₁₁", "∂E/∂w¹₂₁", "∂E/∂b¹₁"),
        ("Nielsen", "z²₁", "∂C/∂w²₁₁", "∂C/∂w²₁₂", "∂C/∂b²₁"),
    ],
)
def test_the_sigmoid_neuron_has_the_symbols_of_every_document(
    key: str, z: str, first: str, second: str, bias: str
) -> None:
    writer = Writer(sigmoid_neuron(), notation(key))
    wanted = {
        of_unit(Kind.PRE_ACTIVATION, "d1", 0): f"{z} = 1",
        _weight("d1", "x", 0, 0, Kind.GRADIENT): f"{first} = −0.1966",
        _weight("d1", "x", 1, 0, Kind.GRADIENT): f"{second} = −0.3932",
        of_unit(Kind.GRADIENT, "d1", 0, sample=None, name="bias"): f"{bias} = +0.1966",
    }
    assert {quantity: writer.result(quantity).rounded.plain for quantity in wanted} == wanted


def test_the_perceptron_of_upv_changes_the_two_weights_of_its_slides() -> None:
    explainer = perceptron()
    output = _lines(explainer, "UPV", _weight("d2", "d1", 2, 0, Kind.NEW_PARAMETER))
    hidden = _lines(explainer, "UPV", _weight("d1", "x", 3, 2, Kind.NEW_PARAMETER))
    assert output[0] == "θ²₁₃ ← θ²₁₃ + ρ δ²₁ s¹₃"
    assert hidden[0] == "θ¹₃₄ ← θ¹₃₄ + ρ δ¹₃ x₄"
    delta = Writer(explainer, notation("UPV")).indexed(of_unit(Kind.DELTA, "d1", 2))
    assert delta is not None
    assert delta.plain == "δ¹₃ = (δ²₁ θ²₁₃ + δ²₂ θ²₂₃ + δ²₃ θ²₃₃) g′(φ¹₃)"
    general = Writer(explainer, notation("UPV")).general(of_unit(Kind.DELTA, "d1", 2))
    assert general is not None and general.plain == "δˡᵢ = (Σ^(Mₗ₊₁)ᵣ₌₁ δˡ⁺¹ᵣ θˡ⁺¹ᵣᵢ) g′(φˡᵢ)"


def test_the_perceptron_has_the_numbers_of_the_slides_equations() -> None:
    # 002 by hand: s = g(Θ [1, x]), δ² = (t − s²) g′, δ¹ = g′ Σ δ² θ².
    first, second = perceptron_weights()
    phi1 = first @ [1.0, *PERCEPTRON_X]
    s1 = 1.0 / (1.0 + np.exp(-phi1))
    s2 = 1.0 / (1.0 + np.exp(-(second @ [1.0, *s1])))
    delta2 = (np.array(PERCEPTRON_T) - s2) * s2 * (1.0 - s2)
    delta1 = (delta2 @ second[:, 1:]) * s1 * (1.0 - s1)
    explainer = perceptron()
    for key in KEYS:
        writer = Writer(explainer, notation(key))
        sign = 1.0 if key == "upv" else -1.0
        found = [writer.value(of_unit(Kind.DELTA, "d2", i)) for i in range(3)]
        np.testing.assert_allclose(found, sign * delta2, rtol=1e-12)
        found = [writer.value(of_unit(Kind.DELTA, "d1", i)) for i in range(3)]
        np.testing.assert_allclose(found, sign * delta1, rtol=1e-12)
        for weight, change in (
            (_weight("d2", "d1", 2, 0, Kind.NEW_PARAMETER), 0.5 * delta2[0] * s1[2]),
            (_weight("d1", "x", 3, 2, Kind.NEW_PARAMETER), 0.5 * delta1[2] * PERCEPTRON_X[3]),
        ):
            step = writer.value(weight) - writer.value(weight.of(Kind.PARAMETER))
            assert step == pytest.approx(change, rel=1e-9)
    assert sum(array.size for array in explainer.trace.old.values()) == 30


@pytest.mark.parametrize("key", KEYS)
def test_the_squared_error_of_a_vector(key: str) -> None:
    writer = Writer(squared_error(), notation(key))
    loss = of_unit(Kind.SAMPLE_LOSS, "out")
    numbers = writer.numbers(loss, shown_terms=10)
    assert numbers is not None
    assert numbers.plain.endswith(
        "½ · ((1 − 0.9)² + (0 − 0.1)² + (0 − 0.1)² + (0 − 0.2)² + (0 − 0.1)² + (0 − 0.1)²"
        " + (0 − 0)² + (0 − 0)² + (0 − 0)² + (0 − 0)²)"
    )
    assert [line.plain for line in writer.steps(loss)] == ["= ½ · 0.09"]
    assert writer.result(loss).rounded.plain.endswith(" = 0.045")


def test_slips_are_told_where_they_are_met() -> None:
    explainer = perceptron()
    hidden, output = of_unit(Kind.DELTA, "d1", 0), of_unit(Kind.DELTA, "d2", 0)
    assert "transpose" in str(Writer(explainer, notation("UNIR")).slips(hidden)[0])
    assert Writer(explainer, notation("UNIR")).slips(output) == ()
    assert "½" in str(Writer(explainer, notation("intro")).slips(of_unit(Kind.SAMPLE_LOSS, "out"))[0])
    assert Writer(explainer, notation("Nielsen")).slips(hidden) == ()


@pytest.mark.parametrize(
    "config", [{"optimizer": "momentum"}, {"l2": 0.1}, {"clipping": "norm", "clip_limit": 0.01}, {"optimizer": "adam"}]
)
def test_the_update_of_a_whole_layer_is_written_only_where_it_is_plain_descent(config: dict[str, object]) -> None:
    data = data_of(samples_of([[1.0, 2.0]], [[0.5]]))
    weight = _weight("d1", "x", 0, 0, Kind.NEW_PARAMETER)
    plain = Writer(explained(chain(2, 1), data), notation("unir")).matrix(weight)
    assert plain is not None and plain.plain == "W′ˡ = Wˡ − η ∂C/∂Wˡ"
    assert Writer(explained(chain(2, 1), data, **config), notation("unir")).matrix(weight) is None


def test_where_samples_meet_each_is_named() -> None:
    graph = graph_of(
        row("x", "input", shape=(2,)),
        row("d", "dense", "x", units=2, activation="linear"),
        row("b", "batch_normalization", "d"),
        row("out", "output", "b"),
    )
    writer = Writer(explained(graph, random_data(3, 2, 2)), notation("UNIR"))
    back = writer.indexed(of_unit(Kind.UPSTREAM, "d", 0, sample=1))
    assert back is not None
    for sample in "₁₂₃":
        assert f"X{sample}" in back.plain, back.plain
    gradient = _weight("d", "x", 0, 0, Kind.GRADIENT)
    symbols = [origin.symbol.plain for origin in writer.origins(gradient)]
    assert len(set(symbols)) == len(symbols) == 6
    alone = writer.indexed(of_unit(Kind.PRE_ACTIVATION, "d", 0, sample=1))
    assert alone is not None and "X" not in alone.plain
