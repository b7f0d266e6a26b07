"""Optimisers against their rules, worked step by step in plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from core.numerics.optimizers import OPTIMIZERS, Rate
from core.options import complete

GRADIENTS = [[0.5, -1.0], [0.25, 2.0], [-1.5, 0.125], [0.0, 1.0]]
RATES = [0.1, 0.1, 0.3, 0.05]


def _trained(key: str, options: dict[str, object], dtype: str = "float64") -> np.ndarray:
    """Two numbers after four steps, whose rate changes from step to step."""
    optimizer = OPTIMIZERS[key]
    complete_options = complete(optimizer.options, options)
    values = np.array([1.0, -2.0], dtype)
    gradients, rate = np.zeros_like(values), Rate(0.0)
    slots = {name: np.zeros_like(values) for name in optimizer.slot_names(complete_options)}
    update = optimizer.bind(values, gradients, slots, rate, complete_options)
    for gradient, value in zip(GRADIENTS, RATES, strict=True):
        gradients[:] = gradient
        rate.value = value
        update()
        np.testing.assert_array_equal(gradients, gradient)
    return values


def test_sgd_goes_against_the_gradient() -> None:
    expected = [1.0, -2.0]
    for gradient, rate in zip(GRADIENTS, RATES, strict=True):
        expected = [w - rate * g for w, g in zip(expected, gradient, strict=True)]
    np.testing.assert_allclose(_trained("sgd", {}), expected, rtol=1e-15)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_keeps_a_share_of_the_last_change(mu: float, nesterov: bool) -> None:
    expected, velocity = [1.0, -2.0], [0.0, 0.0]
    for gradient, rate in zip(GRADIENTS, RATES, strict=True):
        for i, g in enumerate(gradient):
            velocity[i] = mu * velocity[i] - rate * g
            expected[i] += mu * velocity[i] - rate * g if nesterov else velocity[i]
    found = _trained("momentum", {"momentum": mu, "nesterov": nesterov})
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_momentum_0_is_sgd() -> None:
    np.testing.assert_allclose(_trained("momentum", {"momentum": 0.0}), _trained("sgd", {}), rtol=1e-15)


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_float32_stays_float32_and_near_float64(key: str) -> None:
    single = _trained(key, {}, "float32")
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, _trained(key, {}), rtol=1e-6)


@pytest.mark.parametrize("key", OPTIMIZERS.keys)
def test_an_update_with_rate_0_and_no_past_changes_nothing(key: str) -> None:
    optimizer = OPTIMIZERS[key]
    options = complete(optimizer.options, {})
    values, gradients = np.array([1.0, -2.0]), np.array([3.0, 4.0])
    slots = {name: np.zeros(2) for name in optimizer.slot_names(options)}
    optimizer.bind(values, gradients, slots, Rate(0.0), options)()
    np.testing.assert_array_equal(values, [1.0, -2.0])


def test_networks_without_parameters_can_be_updated() -> None:
    empty = np.empty(0)
    OPTIMIZERS["momentum"].bind(
        empty, empty, {"velocity": empty}, Rate(0.1), complete(OPTIMIZERS["momentum"].options, {})
    )()
