"""Losses against hand-worked numbers and plain Python, at kinks and at the ends of the number range too."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES, LossArrays
from tests.core.numerics.losses import fused, gradient, loss_of, run, value

DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])
DIGIT = [[0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0]]
ZERO = [[1.0] + [0.0] * 9]


def test_squared_error_of_the_vector_of_document_000_is_0_09_and_0_045_with_the_half() -> None:
    assert value("squared_error", DIGIT, ZERO) == pytest.approx(0.045, abs=1e-15)
    assert value("squared_error", DIGIT, ZERO, factor="one") == pytest.approx(0.09, abs=1e-15)
    difference = np.array(DIGIT) - ZERO
    np.testing.assert_allclose(gradient("squared_error", DIGIT, ZERO), difference, rtol=1e-15)
    np.testing.assert_allclose(gradient("squared_error", DIGIT, ZERO, factor="one"), 2 * difference, rtol=1e-15)


A, Y = [[1.0, 2.0], [0.0, -1.0]], [[0.0, 0.0], [2.0, 1.0]]


@pytest.mark.parametrize(
    ("options", "share"),
    [
        ({}, 1 / 2),
        ({"over_samples": "sum"}, 1),
        ({"over_outputs": "mean"}, 1 / 4),
        ({"over_samples": "sum", "over_outputs": "mean"}, 1 / 2),
    ],
)
@pytest.mark.parametrize(
    ("key", "total", "slopes"),
    [
        ("squared_error", 0.5 * (1 + 4 + 4 + 4), [[1, 2], [-2, -2]]),
        ("absolute_error", 1 + 2 + 2 + 2, [[1, 1], [-1, -1]]),
        ("huber", 0.5 + 1.5 + 1.5 + 1.5, [[1, 1], [-1, -1]]),
        ("hinge", 1 + 1 + 1 + 2, [[0, 0], [-2, -1]]),
        ("multiclass_hinge", 2 + 0, [[-1, 1], [0, 0]]),
    ],
)
def test_a_loss_is_the_mean_or_sum_over_samples_and_outputs(
    key: str, total: float, slopes: Any, options: dict[str, str], share: float
) -> None:
    assert value(key, A, Y, **options) == total * share
    np.testing.assert_array_equal(gradient(key, A, Y, **options), np.array(slopes) * share)


def test_cross_entropy_is_minus_the_logarithm_of_the_right_answer() -> None:
    a, y = [[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    total = -(math.log(0.7) + math.log(0.25))
    assert value("cross_entropy", a, y) == pytest.approx(total / 2, rel=1e-15)
    assert value("cross_entropy", a, y, over_samples="sum") == pytest.approx(total, rel=1e-15)
    slopes = [[-1 / 0.7 / 2, 0, 0], [0, -1 / 0.25 / 2, 0]]
    np.testing.assert_allclose(gradient("cross_entropy", a, y), slopes, rtol=1e-15)


def test_binary_cross_entropy_counts_each_output_by_itself() -> None:
    a, y = [[0.7, 0.2]], [[1.0, 0.0]]
    total = -math.log(0.7) - math.log(0.8)
    assert value("binary_cross_entropy", a, y) == pytest.approx(total, rel=1e-15)
    assert value("binary_cross_entropy", a, y, over_outputs="mean") == pytest.approx(total / 2, rel=1e-15)
    np.testing.assert_allclose(gradient("binary_cross_entropy", a, y), [[-1 / 0.7, 1 / 0.8]], rtol=1e-15)


def test_smoothed_targets_give_every_class_its_share() -> None:
    a = [[0.7, 0.2, 0.1]]
    smoothed = [0.7 + 0.1, 0.1, 0.1]  # 0.7 · (1, 0, 0) + 0.3/3
    expected = -sum(y * math.log(p) for y, p in zip(smoothed, a[0], strict=True))
    assert value("cross_entropy", a, [[1.0, 0.0, 0.0]], smoothing=0.3) == pytest.approx(expected, rel=1e-15)
    logits = [[math.log(p) for p in a[0]]]
    found, slopes = fused("cross_entropy", "softmax", logits, [[1.0, 0.0, 0.0]], smoothing=0.3)
    assert found == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(slopes, np.array(a) - smoothed, atol=1e-15)


@pytest.mark.parametrize(("error", "expected", "slope"), [(0.5, 0.125, 0.5), (-3.0, 2 * (3 - 1), -2.0), (2, 2, 2)])
def test_huber_is_a_parabola_up_to_delta_and_straight_beyond(error: float, expected: float, slope: float) -> None:
    assert value("huber", [[error]], [[0.0]], delta=2.0) == expected
    assert gradient("huber", [[error]], [[0.0]], delta=2.0) == [[slope]]


@DTYPES
def test_the_slopes_at_kinks_are_those_that_are_stated(dtype: str) -> None:
    assert gradient("absolute_error", [[0.3]], [[0.3]], dtype) == [[0.0]]
    assert gradient("huber", [[1.5], [-1.5]], [[0.0], [0.0]], dtype, delta=1.5).tolist() == [[0.75], [-0.75]]
    assert gradient("hinge", [[1.0, -1.0]], [[1.0, -1.0]], dtype).tolist() == [[0.0, 0.0]]
    assert gradient("hinge", [[0.5]], [[1.0]], dtype, margin=0.5) == [[0.0]]
    assert not gradient("multiclass_hinge", [[2.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]], dtype).any()


@DTYPES
def test_a_right_answer_beyond_the_margin_costs_nothing(dtype: str) -> None:
    assert value("hinge", [[2.0, -1.5]], [[1.0, -1.0]], dtype) == 0.0
    assert value("hinge", [[-2.0]], [[1.0]], dtype) == 3.0
    assert value("multiclass_hinge", [[2.0, 0.5, 0.0]], [[1.0, 0.0, 0.0]], dtype) == 0.0
    # 1 + 0.5 − 2 is below 0; 1 + 1.75 − 2 is not.
    assert value("multiclass_hinge", [[0.5, 2.0, 1.75]], [[-1.0, 1.0, -1.0]], dtype) == 0.75
    assert gradient("multiclass_hinge", [[0.5, 2.0, 1.75]], [[-1.0, 1.0, -1.0]], dtype).tolist() == [[0, -1, 1]]


@DTYPES
def test_cross_entropy_of_a_surely_wrong_answer_is_exactly_the_gap_of_its_logits(dtype: str) -> None:
    found, slopes = fused("cross_entropy", "softmax", [[1000.0, -1000.0]], [[0.0, 1.0]], dtype)
    assert found == 2000.0
    np.testing.assert_array_equal(slopes, [[1.0, -1.0]])
    found, slopes = fused("cross_entropy", "log_softmax", [[1000.0, -1000.0]], [[0.0, 1.0]], dtype)
    assert found == 2000.0
    np.testing.assert_array_equal(slopes, [[1.0, -1.0]])


@DTYPES
def test_cross_entropy_of_a_surely_right_answer_is_exactly_0(dtype: str) -> None:
    logits, y = [[1000.0, -1000.0], [-1e4, 1e4]], [[1.0, 0.0], [0.0, 1.0]]
    for key, activation in (("cross_entropy", "softmax"), ("binary_cross_entropy", "sigmoid")):
        with np.errstate(over="ignore"):
            found, slopes = fused(key, activation, logits, y, dtype)
        assert found == 0.0
        assert not slopes.any()


@DTYPES
def test_binary_cross_entropy_of_a_surely_wrong_answer_is_the_size_of_its_logit(dtype: str) -> None:
    found, slopes = fused("binary_cross_entropy", "sigmoid", [[1000.0, -300.0]], [[0.0, 1.0]], dtype)
    assert found == 1300.0
    np.testing.assert_array_equal(slopes, [[1.0, -1.0]])


@DTYPES
def test_equal_logits_of_any_size_cost_the_logarithm_of_their_number(dtype: str) -> None:
    for size in (-1e4, 0.0, 1e4):
        found, _ = fused("cross_entropy", "softmax", [[size] * 10], [np.eye(10)[3]], dtype)
        assert found == pytest.approx(math.log(10), rel=1e-6)
    assert fused("binary_cross_entropy", "sigmoid", [[0.0]], [[0.3]], dtype)[0] == pytest.approx(math.log(2), rel=1e-6)


@pytest.mark.parametrize(
    ("key", "activation"),
    [("cross_entropy", "softmax"), ("cross_entropy", "log_softmax"), ("binary_cross_entropy", "sigmoid")],
)
@pytest.mark.parametrize("weights", [None, [0.5, 2.0, 0.0, 1.5]])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_fused_and_separate_losses_agree_for_any_target(
    key: str, activation: str, weights: list[float] | None, smoothing: float
) -> None:
    rng = np.random.default_rng(1)
    z, y = rng.normal(size=(4, 3)), rng.random(size=(4, 3))
    options = {"smoothing": smoothing} if key == "cross_entropy" else {}
    found, slopes = fused(key, activation, z, y, weights=weights, **options)
    function, out = ACTIVATIONS[activation], np.empty_like(z)
    arrays = LossArrays(function.value(z), y, None if weights is None else np.array(weights), activation)
    separate, by_answer = run(loss_of(key, **options), arrays)
    assert found == pytest.approx(separate, rel=1e-14)
    function.bind_backward(z, arrays.answer, by_answer, out)()
    np.testing.assert_allclose(slopes, out, atol=1e-15)


@DTYPES
def test_separate_losses_of_an_answer_of_0_or_1_are_finite(dtype: str) -> None:
    worst = -math.log(float(np.finfo(dtype).tiny))
    for key in ("cross_entropy", "binary_cross_entropy"):
        assert value(key, [[0.0, 1.0]], [[0.0, 1.0]], dtype) == 0.0
        assert value(key, [[0.0]], [[1.0]], dtype) == pytest.approx(worst, rel=1e-6)
        assert np.isfinite(gradient(key, [[0.0, 1.0]], [[1.0, 0.0]], dtype)).all()
    assert value("binary_cross_entropy", [[1.0]], [[0.0]], dtype) == pytest.approx(worst, rel=1e-6)


def test_a_saturated_sigmoid_under_cross_entropy_still_has_delta_minus_1() -> None:
    # −y/a · a(1 − a) = a − 1 where y = 1; in float32 a sigmoid rounded to 0 would end the learning here.
    z = np.array([[-30.0]], dtype=np.float32)
    sigmoid = ACTIVATIONS["sigmoid"]
    a, out = sigmoid.value(z), np.empty_like(z)
    sigmoid.bind_backward(z, a, gradient("cross_entropy", a, [[1.0]], "float32"), out)()
    assert out[0, 0] == pytest.approx(-1.0, rel=1e-6)


@DTYPES
@pytest.mark.parametrize("over_samples", ["mean", "sum"])
@pytest.mark.parametrize("key", LOSSES.keys)
def test_a_weight_multiplies_the_loss_and_the_gradient_of_its_sample(key: str, over_samples: str, dtype: str) -> None:
    rng = np.random.default_rng(2)
    a, y, weights = rng.uniform(0.1, 0.9, (5, 3)), rng.random((5, 3)), [0.0, 0.5, 1.0, 2.5, 1.0]
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    alone = [value(key, a[[row]], y[[row]], dtype) for row in range(5)]
    slopes = [gradient(key, a[[row]], y[[row]], dtype)[0] for row in range(5)]
    share = 1 / 5 if over_samples == "mean" else 1.0
    found = value(key, a, y, dtype, weights, over_samples=over_samples)
    assert found == pytest.approx(share * np.dot(weights, alone), rel=tolerance)
    np.testing.assert_allclose(
        gradient(key, a, y, dtype, weights, over_samples=over_samples),
        share * np.array(weights)[:, None] * slopes,
        rtol=tolerance,
    )
    ones = value(key, a, y, dtype, [1.0] * 5, over_samples=over_samples)
    assert ones == pytest.approx(value(key, a, y, dtype, over_samples=over_samples), rel=tolerance)


@pytest.mark.parametrize("key", LOSSES.keys)
def test_the_losses_of_the_rows_are_those_of_each_sample_alone(key: str) -> None:
    rng = np.random.default_rng(3)
    a, y = rng.uniform(0.1, 0.9, (5, 3)), rng.random((5, 3))
    for options in ({}, {"over_samples": "sum"}):
        loss, rows = loss_of(key, **options), np.full(5, np.nan)
        loss.bind_rows(LossArrays(a, y, np.array([0.0, 9.0, 9.0, 9.0, 9.0])), rows)()
        np.testing.assert_allclose(rows, [value(key, a[[row]], y[[row]]) for row in range(5)], rtol=1e-14)


@pytest.mark.parametrize("key", LOSSES.keys)
def test_a_loss_leaves_answer_and_target_as_they_were(key: str) -> None:
    rng = np.random.default_rng(1)
    arrays = LossArrays(rng.uniform(0.1, 0.9, (3, 2)), rng.random((3, 2)), rng.random(3))
    kept = arrays.answer.copy(), arrays.target.copy(), arrays.weights.copy() if arrays.weights is not None else None
    run(LOSSES[key], arrays)
    np.testing.assert_array_equal(arrays.answer, kept[0])
    np.testing.assert_array_equal(arrays.target, kept[1])
    np.testing.assert_array_equal(arrays.weights, kept[2])


def test_a_loss_is_written_as_it_is_configured() -> None:
    written = {
        (factor, outputs): loss_of("squared_error", factor=factor, over_outputs=outputs).written
        for factor in ("half", "one")
        for outputs in ("sum", "mean")
    }
    assert written == {
        ("half", "sum"): "½‖y − a‖²",
        ("half", "mean"): "1/(2K) ‖y − a‖²",
        ("one", "sum"): "‖y − a‖²",
        ("one", "mean"): "1/K ‖y − a‖²",
    }
    assert loss_of("squared_error").summary == "Squared error, ½"
    assert loss_of("squared_error", factor="one").summary == "Squared error"
    assert loss_of("absolute_error", over_outputs="mean").written == "1/K Σ |y − a|"
