"""Losses against hand-worked numbers and plain Python, at the ends of the number range too."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES


def _value(key: str, a: Any, y: Any, dtype: str = "float64") -> float:
    return LOSSES[key].bind_value(np.array(a, dtype), np.array(y, dtype))()


def _gradient(key: str, a: Any, y: Any, dtype: str = "float64") -> NDArray[Any]:
    answer, target = np.array(a, dtype), np.array(y, dtype)
    out = np.full_like(answer, np.nan)
    LOSSES[key].bind_value(answer, target)()
    LOSSES[key].bind_gradient(answer, target, out)()
    return out


def _fused(z: Any, y: Any, dtype: str) -> tuple[float, NDArray[Any]]:
    logits, target = np.array(z, dtype), np.array(y, dtype)
    loss = LOSSES["cross_entropy"]
    a = ACTIVATIONS[loss.fuses_with].value(logits)
    out = np.full_like(a, np.nan)
    value = loss.bind_fused_value(logits, a, target)()
    loss.bind_fused_gradient(logits, a, target, out)()
    return value, out


def test_squared_error_of_the_vector_of_document_000_is_0_045() -> None:
    a = [[0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0]]
    y = [[1.0] + [0.0] * 9]
    assert _value("squared_error", a, y) == pytest.approx(0.045, abs=1e-12)
    np.testing.assert_allclose(_gradient("squared_error", a, y), np.array(a) - y, atol=1e-15)


def test_squared_error_is_half_per_sample_and_the_mean_over_the_batch() -> None:
    a, y = [[1.0, 2.0], [0.0, -1.0]], [[0.0, 0.0], [2.0, 1.0]]
    assert _value("squared_error", a, y) == 0.5 * ((1 + 4) + (4 + 4)) / 2
    np.testing.assert_array_equal(_gradient("squared_error", a, y), [[0.5, 1.0], [-1.0, -1.0]])


def test_cross_entropy_is_minus_the_logarithm_of_the_right_answer() -> None:
    a, y = [[0.7, 0.2, 0.1], [0.25, 0.25, 0.5]], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert _value("cross_entropy", a, y) == pytest.approx(-(math.log(0.7) + math.log(0.25)) / 2, rel=1e-15)
    np.testing.assert_allclose(
        _gradient("cross_entropy", a, y), [[-1 / 0.7 / 2, 0, 0], [0, -1 / 0.25 / 2, 0]], rtol=1e-15
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cross_entropy_of_a_surely_wrong_answer_is_exactly_the_gap_of_its_logits(dtype: str) -> None:
    value, gradient = _fused([[1000.0, -1000.0]], [[0.0, 1.0]], dtype)
    assert value == 2000.0
    np.testing.assert_array_equal(gradient, [[1.0, -1.0]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cross_entropy_of_a_surely_right_answer_is_exactly_0(dtype: str) -> None:
    value, gradient = _fused([[1000.0, -1000.0], [-1e4, 1e4]], [[1.0, 0.0], [0.0, 1.0]], dtype)
    assert value == 0.0
    assert not gradient.any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_equal_logits_of_any_size_cost_the_logarithm_of_their_number(dtype: str) -> None:
    for size in (-1e4, 0.0, 1e4):
        value, _ = _fused([[size] * 10], [np.eye(10)[3]], dtype)
        assert value == pytest.approx(math.log(10), rel=1e-6)


def test_fused_and_separate_cross_entropy_agree_for_any_target() -> None:
    rng = np.random.default_rng(1)
    z, y = rng.normal(size=(4, 3)), rng.random(size=(4, 3))
    softmax = ACTIVATIONS["softmax"]
    a, out = softmax.value(z), np.empty_like(z)
    value, gradient = _fused(z, y, "float64")
    assert value == pytest.approx(_value("cross_entropy", a, y), rel=1e-14)
    softmax.bind_backward(z, a, _gradient("cross_entropy", a, y), out)()
    np.testing.assert_allclose(gradient, out, atol=1e-15)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_separate_cross_entropy_of_an_answer_of_0_is_finite(dtype: str) -> None:
    assert _value("cross_entropy", [[0.0, 1.0]], [[0.0, 1.0]], dtype) == 0.0
    wrong = _value("cross_entropy", [[0.0, 1.0]], [[1.0, 0.0]], dtype)
    assert wrong == pytest.approx(-math.log(float(np.finfo(dtype).tiny)), rel=1e-6)
    assert np.isfinite(_gradient("cross_entropy", [[0.0, 1.0]], [[1.0, 0.0]], dtype)).all()


def test_a_saturated_sigmoid_under_cross_entropy_still_has_delta_minus_1() -> None:
    # −y/a · a(1 − a) = a − 1 where y = 1; in float32 a sigmoid rounded to 0 would end the learning here.
    z = np.array([[-30.0]], dtype=np.float32)
    sigmoid = ACTIVATIONS["sigmoid"]
    a, out = sigmoid.value(z), np.empty_like(z)
    sigmoid.bind_backward(z, a, _gradient("cross_entropy", a, [[1.0]], "float32"), out)()
    assert out[0, 0] == pytest.approx(-1.0, rel=1e-6)


@pytest.mark.parametrize("key", LOSSES.keys)
def test_a_loss_leaves_answer_and_target_as_they_were(key: str) -> None:
    rng = np.random.default_rng(1)
    a, y = rng.uniform(0.1, 0.9, (3, 2)), rng.random((3, 2))
    kept = a.copy(), y.copy()
    out = np.empty_like(a)
    LOSSES[key].bind_value(a, y)()
    LOSSES[key].bind_gradient(a, y, out)()
    np.testing.assert_array_equal(a, kept[0])
    np.testing.assert_array_equal(y, kept[1])


def test_a_loss_that_does_not_fuse_says_so() -> None:
    a = np.zeros((1, 1))
    with pytest.raises(TypeError, match="squared_error does not fuse"):
        LOSSES["squared_error"].bind_fused_value(a, a, a)
    with pytest.raises(TypeError, match="squared_error does not fuse"):
        LOSSES["squared_error"].bind_fused_gradient(a, a, a, a)
