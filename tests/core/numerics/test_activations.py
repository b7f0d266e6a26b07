"""Activation functions against their formulas in plain Python, at kinks, far out and in place."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest

from core.errors import UnknownKeyError
from core.numerics.activations import ACTIVATIONS

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def _gelu_bend(z: float) -> float:
    return math.sqrt(2.0 / math.pi) * (z + 0.044715 * z**3)


FORMULAS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "sigmoid": (
        lambda z: 1.0 / (1.0 + math.exp(-z)),
        lambda z: math.exp(-z) / (1.0 + math.exp(-z)) ** 2,
    ),
    "tanh": (math.tanh, lambda z: 1.0 / math.cosh(z) ** 2),
    "relu": (lambda z: max(0.0, z), lambda z: 1.0 if z > 0 else 0.0),
    "linear": (lambda z: z, lambda z: 1.0),
    "leaky_relu": (lambda z: z if z > 0 else 0.1 * z, lambda z: 1.0 if z > 0 else 0.1),
    "elu": (lambda z: z if z > 0 else math.expm1(z), lambda z: 1.0 if z > 0 else math.exp(z)),
    "selu": (
        lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * math.expm1(z)),
        lambda z: SELU_SCALE * (1.0 if z > 0 else SELU_ALPHA * math.exp(z)),
    ),
    "gelu": (
        lambda z: z / (1.0 + math.exp(-2.0 * _gelu_bend(z))),
        lambda z: 1.0 / (1.0 + math.exp(-2.0 * _gelu_bend(z)))
        + 0.5 * z * math.sqrt(2.0 / math.pi) * (1.0 + 0.134145 * z * z) / math.cosh(_gelu_bend(z)) ** 2,
    ),
    "softplus": (lambda z: math.log1p(math.exp(z)), lambda z: 1.0 / (1.0 + math.exp(-z))),
    "swish": (
        lambda z: z / (1.0 + math.exp(-z)),
        lambda z: (1.0 + math.exp(-z) + z * math.exp(-z)) / (1.0 + math.exp(-z)) ** 2,
    ),
    "softsign": (lambda z: z / (1.0 + abs(z)), lambda z: 1.0 / (1.0 + abs(z)) ** 2),
    "step": (lambda z: 1.0 if z > 0 else 0.0, lambda z: 0.0),
    "sign": (lambda z: math.copysign(1.0, z), lambda z: 0.0),
}
POINTS = np.array([-9.0, -3.2, -1.0, -0.3, -1e-3, 1e-3, 0.4, 1.0, 2.5, 8.0])


def test_every_elementwise_activation_has_a_formula_here() -> None:
    assert set(FORMULAS) == {activation.key for activation in ACTIVATIONS if activation.elementwise}


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 4e-15), ("float32", 4e-6)])
@pytest.mark.parametrize("key", FORMULAS)
def test_value_and_derivative_are_those_of_the_formula(key: str, dtype: str, tolerance: float) -> None:
    g, derivative = FORMULAS[key]
    z = POINTS.astype(dtype)
    activation = ACTIVATIONS[key]
    assert activation.value(z).dtype == dtype
    np.testing.assert_allclose(activation.value(z), [g(float(v)) for v in z], rtol=tolerance)
    # g′ = 1 − a² loses the digits that a has in common with 1, so near 0 only its absolute error is small.
    expected = [derivative(float(v)) for v in z]
    np.testing.assert_allclose(activation.derivative(z), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_relu_at_its_kink_is_0_with_derivative_0(zero: float) -> None:
    z = np.array([zero])
    assert ACTIVATIONS["relu"].value(z)[0] == 0.0
    assert ACTIVATIONS["relu"].derivative(z)[0] == 0.0


@pytest.mark.parametrize(
    ("key", "value", "slope"),
    [("leaky_relu", 0.0, 0.1), ("elu", 0.0, 1.0), ("softsign", 0.0, 1.0), ("step", 0.0, 0.0), ("sign", 0.0, 0.0)],
)
def test_values_and_slopes_at_kinks_are_those_that_are_stated(key: str, value: float, slope: float) -> None:
    assert ACTIVATIONS[key].value(np.zeros(1))[0] == value
    assert ACTIVATIONS[key].derivative(np.zeros(1))[0] == slope


def test_constants_come_from_the_options() -> None:
    z = np.array([-2.0, 3.0])
    np.testing.assert_array_equal(ACTIVATIONS["leaky_relu"].configured({"slope": 0.25}).value(z), [-0.5, 3.0])
    np.testing.assert_allclose(ACTIVATIONS["elu"].configured({"alpha": 2.0}).value(z), [2.0 * math.expm1(-2.0), 3.0])
    np.testing.assert_array_equal(ACTIVATIONS["leaky_relu"].configured({}).value(z), [-0.2, 3.0])


@pytest.mark.parametrize(
    ("key", "shown"), [("relu", "ReLU"), ("sigmoid", "sigmoid"), ("leaky_relu", "leaky ReLU"), ("elu", "ELU")]
)
def test_the_short_label_keeps_acronyms(key: str, shown: str) -> None:
    assert ACTIVATIONS[key].short_label == shown


def test_values_and_slopes_at_0_are_exact() -> None:
    z = np.zeros(1)
    assert ACTIVATIONS["sigmoid"].value(z)[0] == 0.5
    assert ACTIVATIONS["sigmoid"].derivative(z)[0] == 0.25
    assert ACTIVATIONS["tanh"].value(z)[0] == 0.0
    assert ACTIVATIONS["tanh"].derivative(z)[0] == 1.0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("key", ACTIVATIONS.keys)
def test_far_out_everything_is_finite_and_nothing_warns(key: str, dtype: str) -> None:
    z = np.array([[-1e4, 1e4, 0.0], [1e4, 1e4, 1e4], [-1e4, -1e4, -1e4]], dtype=dtype)
    assert np.isfinite(ACTIVATIONS[key].value(z)).all()
    assert np.isfinite(ACTIVATIONS[key].derivative(z)).all()


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-15), ("float32", 5e-7)])
@pytest.mark.parametrize("z", [-80.0, -40.0, -20.0, -17.0, -5.0, 3.0, 30.0])
def test_sigmoid_is_exact_also_where_it_is_small(z: float, dtype: str, tolerance: float) -> None:
    with localcontext() as context:
        context.prec = 40
        exact = float(1 / (1 + (-Decimal(z)).exp()))
    found = float(ACTIVATIONS["sigmoid"].value(np.array([z], dtype=dtype))[0])
    assert found == pytest.approx(exact, rel=tolerance)


def test_sigmoid_far_out_is_exactly_0_and_1() -> None:
    np.testing.assert_array_equal(ACTIVATIONS["sigmoid"].value(np.array([-1e4, 1e4])), [0.0, 1.0])


def test_softmax_makes_rows_that_sum_to_1_and_ignores_a_shift() -> None:
    z = np.random.default_rng(1).normal(size=(5, 4))
    a = ACTIVATIONS["softmax"].value(z)
    expected = [[math.exp(v) / sum(math.exp(u) for u in line) for v in line] for line in z.tolist()]
    np.testing.assert_allclose(a, expected, rtol=1e-14)
    np.testing.assert_allclose(ACTIVATIONS["softmax"].value(z + 500.0), expected, rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_of_logits_of_1000_is_exactly_one_hot(dtype: str) -> None:
    z = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0]], dtype=dtype)
    a = ACTIVATIONS["softmax"].value(z)
    np.testing.assert_array_equal(a[0], [1.0, 0.0, 0.0])
    np.testing.assert_allclose(a[1], 1 / 3, rtol=1e-6)


def test_softmax_backward_is_the_full_jacobian_not_its_diagonal() -> None:
    z = np.array([[0.3, -1.2, 0.8, 2.0]])
    softmax = ACTIVATIONS["softmax"]
    a, out = softmax.value(z), np.empty_like(z)
    for output in range(4):
        softmax.bind_backward(z, a, np.eye(4)[[output]], out)()
        expected = [a[0, output] * ((output == j) - a[0, j]) for j in range(4)]
        np.testing.assert_allclose(out[0], expected, rtol=1e-14)


@pytest.mark.parametrize("key", ACTIVATIONS.keys)
def test_working_in_place_gives_the_same_and_inputs_stay_as_they_were(key: str) -> None:
    activation, rng = ACTIVATIONS[key], np.random.default_rng(1)
    z, upstream = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    kept_z, kept_upstream = z.copy(), upstream.copy()
    a, out = np.empty_like(z), np.empty_like(z)
    activation.bind_forward(z, a)()
    kept_a = a.copy()
    activation.bind_backward(z, a, upstream, out)()
    np.testing.assert_array_equal(z, kept_z)
    np.testing.assert_array_equal(a, kept_a)
    np.testing.assert_array_equal(upstream, kept_upstream)
    activation.bind_backward(z, a, upstream, upstream)()
    np.testing.assert_array_equal(upstream, out)
    activation.bind_forward(z, z)()
    np.testing.assert_array_equal(z, kept_a)


def test_an_unknown_activation_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UnknownKeyError) as error:
        ACTIVATIONS["sigmod"]
    assert str(error.value) == "Unknown activation 'sigmod'. Known: " + ", ".join(ACTIVATIONS.keys) + "."
