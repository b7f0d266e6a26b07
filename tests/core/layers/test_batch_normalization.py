"""Batch normalisation: the formulas of 002 worked out number by number, running statistics, batches of one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.layers.image_memory import image_shape
from tests.core.layers.alone import Alone, node_of, ports_of

EPSILON = 1e-3


def _columns(x: np.ndarray, channels: int) -> list[list[float]]:
    """The numbers of each unit, or of each channel of images."""
    return [x.reshape(-1, channels)[:, unit].tolist() for unit in range(channels)]


@pytest.mark.parametrize("divisor", ["n_minus_1", "n"])
@pytest.mark.parametrize(
    ("shape", "batch_last"), [((4,), False), ((2, 3), False), ((2, 3), True), ((3, 2, 4), False), ((3, 2, 4), True)]
)
def test_each_unit_or_channel_is_normalised_scaled_and_shifted(
    shape: tuple[int, ...], batch_last: bool, divisor: str
) -> None:
    layer = Alone(
        "batch_normalization",
        shape,
        batch=5,
        batch_last=[batch_last],
        divisor=divisor,
        epsilon=EPSILON,
        rate=0.25,
    )
    x = np.random.default_rng(2).normal(3.0, 2.0, (5, *shape))
    a = layer.forward(x)
    layer.backward(np.ones_like(a))
    units = shape[0] if len(shape) == 1 else image_shape(shape)[2]
    for unit, (before, after) in enumerate(zip(_columns(x, units), _columns(a, units), strict=True)):
        mean = math.fsum(before) / len(before)
        squares = math.fsum((value - mean) ** 2 for value in before)
        variance = squares / (len(before) - (divisor == "n_minus_1"))
        gamma, beta = layer.values["gamma"][unit], layer.values["beta"][unit]
        expected = [gamma * (value - mean) / math.sqrt(variance + EPSILON) + beta for value in before]
        assert after == pytest.approx(expected, rel=1e-12)
        assert layer.buffers["running_mean"][unit] == pytest.approx(0.25 * mean, rel=1e-12)
        # The running variance divides by N − 1 in both cases.
        unbiased = squares / (len(before) - 1)
        assert layer.buffers["running_variance"][unit] == pytest.approx(0.75 + 0.25 * unbiased, rel=1e-12)


def test_the_normalised_values_have_the_variance_of_the_chosen_divisor() -> None:
    x = np.random.default_rng(1).normal(size=(10, 2))
    for divisor, ddof in (("n_minus_1", 1), ("n", 0)):
        a = Alone("batch_normalization", (2,), batch=10, divisor=divisor, epsilon=1e-12, scaled=False).forward(x)
        np.testing.assert_allclose(a.mean(axis=0), 0.0, atol=1e-14)
        np.testing.assert_allclose(a.var(axis=0, ddof=ddof), 1.0, rtol=1e-10)


def test_inference_normalises_by_the_running_mean_and_variance_and_leaves_them_alone() -> None:
    layer = Alone("batch_normalization", (2,), training=False, epsilon=EPSILON)
    layer.buffers["running_mean"][:], layer.buffers["running_variance"][:] = [1.0, -2.0], [4.0, 0.25]
    x = np.random.default_rng(1).normal(size=(3, 2))
    expected = (x - [1.0, -2.0]) / np.sqrt(np.array([4.0, 0.25]) + EPSILON)
    for _ in range(2):
        a = layer.forward(x)
        np.testing.assert_allclose(a, expected * layer.values["gamma"] + layer.values["beta"], rtol=1e-13)
    assert layer.buffers["running_mean"].tolist() == [1.0, -2.0]
    assert layer.buffers["running_variance"].tolist() == [4.0, 0.25]


@pytest.mark.parametrize(("batch", "frozen"), [(1, False), (4, True)])
def test_a_batch_of_one_and_a_frozen_layer_are_normalised_as_in_inference(batch: int, frozen: bool) -> None:
    layer = Alone("batch_normalization", (3,), batch=batch, frozen=frozen)
    layer.buffers["running_mean"][:], layer.buffers["running_variance"][:] = [1.0, 2.0, 3.0], [4.0, 9.0, 16.0]
    x, g = np.random.default_rng(1).normal(size=(2, batch, 3))
    a, (by_x,) = layer.forward(x), layer.backward(g)
    deviation = np.sqrt(np.array([4.0, 9.0, 16.0]) + 1e-5)
    normalised = (x - [1.0, 2.0, 3.0]) / deviation
    np.testing.assert_allclose(a, normalised * layer.values["gamma"] + layer.values["beta"], rtol=1e-13)
    np.testing.assert_allclose(by_x, g * layer.values["gamma"] / deviation, rtol=1e-13)
    if frozen:
        assert all(np.isnan(gradient).all() for gradient in layer.gradients.values())
    else:
        np.testing.assert_allclose(layer.gradients["gamma"], (g * normalised).sum(axis=0), rtol=1e-13)
        np.testing.assert_allclose(layer.gradients["beta"], g.sum(axis=0), rtol=1e-13)
    assert layer.buffers["running_mean"].tolist() == [1.0, 2.0, 3.0]
    assert layer.buffers["running_variance"].tolist() == [4.0, 9.0, 16.0]


def test_one_image_has_a_variance_over_its_pixels() -> None:
    layer = Alone("batch_normalization", (4, 4, 1), batch=1, scaled=False, epsilon=1e-12)
    a = layer.forward(np.arange(16.0).reshape(1, 4, 4, 1))
    assert a.var(ddof=1) == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("x", [np.full((3, 2), 5.0), np.zeros((3, 2))])
def test_equal_values_become_beta(x: Any) -> None:
    layer = Alone("batch_normalization", (2,))
    np.testing.assert_allclose(layer.forward(x), np.broadcast_to(layer.values["beta"], (3, 2)), atol=1e-12)
    assert np.isfinite(layer.backward(np.ones((3, 2)))[0]).all()


def test_running_statistics_move_only_with_the_backward_pass() -> None:
    layer = Alone("batch_normalization", (2,))
    layer.forward(np.random.default_rng(1).normal(5.0, 1.0, (3, 2)))
    assert layer.buffers["running_mean"].tolist() == [0.0, 0.0]
    layer.backward(np.ones((3, 2)))
    assert (layer.buffers["running_mean"] > 0.3).all()


def test_running_statistics_stay_finite_where_the_variance_overflows() -> None:
    layer = Alone("batch_normalization", (1,), dtype="float32")
    with np.errstate(over="ignore"):
        layer.forward(np.array([[1e25], [-1e25], [0.0]]))
        layer.backward(np.ones((3, 1)))
    assert all(np.isfinite(buffer).all() for buffer in layer.buffers.values())


def test_batches_of_one_are_too_small_for_units_and_not_for_images() -> None:
    layer, _ = node_of("batch_normalization")
    assert layer.smallest_batch(ports_of((5,))) == 2
    assert layer.smallest_batch(ports_of((1, 1, 8))) == 2
    assert layer.smallest_batch(ports_of((2, 1, 8))) == 1


def test_without_gamma_and_beta_there_is_nothing_to_train() -> None:
    layer, node = node_of("batch_normalization", scaled=False)
    assert layer.parameters(node, ports_of((5,))) == ()
    assert [spec.name for spec in layer.buffers(node, ports_of((5,)))] == ["running_mean", "running_variance"]
    assert (layer.summary(node.options), layer.summary(node_of("batch_normalization")[1].options)) == ("x̂", "γ x̂ + β")
