"""Penalties: their value by hand, their gradient by finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from core.numerics.penalties import bind_penalty


def test_the_penalty_is_worked_by_hand() -> None:
    kernels = [(np.array([[1.0, -2.0], [0.0, 3.0]]), np.full((2, 2), 10.0)), (np.array([[-0.5]]), np.zeros((1, 1)))]
    penalise = bind_penalty([(value, gradient, 0.1, 0.2) for value, gradient in kernels])
    assert penalise is not None
    # 0.1 (1 + 2 + 0 + 3 + 0.5) + 0.1 (1 + 4 + 0 + 9 + 0.25)
    assert penalise() == pytest.approx(0.65 + 1.425, rel=1e-15)
    np.testing.assert_allclose(kernels[0][1], [[10.3, 9.5], [10.0, 10.7]], rtol=1e-15)
    np.testing.assert_allclose(kernels[1][1], [[-0.2]], rtol=1e-15)


def test_without_a_penalty_there_is_nothing_to_call() -> None:
    assert bind_penalty([(np.ones(2), np.ones(2), 0.0, 0.0)]) is None
    assert bind_penalty([]) is None


def test_every_kernel_may_have_factors_of_its_own() -> None:
    kernels = [np.array([2.0, -1.0]), np.array([3.0]), np.array([4.0])]
    gradients = [np.zeros(2), np.zeros(1), np.zeros(1)]
    factors = [(0.5, 0.0), (0.0, 0.0), (0.0, 0.25)]
    penalise = bind_penalty([(k, g, *f) for k, g, f in zip(kernels, gradients, factors, strict=True)])
    assert penalise is not None
    assert penalise() == 0.5 * 3.0 + 0.125 * 16.0
    assert [gradient.tolist() for gradient in gradients] == [[0.5, -0.5], [0.0], [1.0]]


@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.0), (0.0, 0.7), (0.3, 0.7)])
def test_the_gradient_is_that_of_the_value(l1: float, l2: float) -> None:
    values = np.random.default_rng(2).normal(size=6)
    gradients, nothing = np.zeros(6), np.zeros(6)
    penalise, value = bind_penalty([(values, gradients, l1, l2)]), bind_penalty([(values, nothing, l1, l2)])
    assert penalise is not None and value is not None
    penalise()
    for place in range(6):
        kept = values[place]
        values[place] = kept + 1e-6
        above = value()
        values[place] = kept - 1e-6
        below = value()
        values[place] = kept
        assert gradients[place] == pytest.approx((above - below) / 2e-6, rel=1e-8)


def test_float32_stays_float32() -> None:
    gradient = np.zeros(3, "float32")
    penalise = bind_penalty([(np.ones(3, "float32"), gradient, 0.5, 0.25)])
    assert penalise is not None
    assert penalise() == pytest.approx(1.5 + 0.375, rel=1e-6)
    np.testing.assert_array_equal(gradient, np.full(3, 0.75, "float32"))
