"""Clipping against numbers worked by hand, and at the ends of float32."""

from __future__ import annotations

import numpy as np
import pytest

from core.numerics.clipping import CLIPPINGS

GRADIENT = [3.0, -4.0, 0.5, 0.0, -12.0]
"""Two parameters: (3, −4) with norm 5 and (0.5, 0, −12) with norm √144.25; together √169.25."""


def _clipped(key: str, limit: float, gradient: list[float], dtype: str = "float64") -> np.ndarray:
    vector = np.array(gradient, dtype)
    clip = CLIPPINGS[key].bind(vector, [vector[:2].reshape(1, 2), vector[2:]], limit)
    if clip is not None:
        clip(float(np.dot(vector, vector)))
    assert vector.dtype == dtype
    return vector


@pytest.mark.parametrize(
    ("key", "limit", "expected"),
    [
        ("none", 1.0, GRADIENT),
        ("element", 2.0, [2.0, -2.0, 0.5, 0.0, -2.0]),
        ("element", 20.0, GRADIENT),
        ("norm", 20.0, GRADIENT),
        ("norm", 10.0, [3.0, -4.0, *(np.array([0.5, 0.0, -12.0]) * 10 / np.sqrt(144.25))]),
        ("norm", 1.0, [0.6, -0.8, *(np.array([0.5, 0.0, -12.0]) / np.sqrt(144.25))]),
        ("global_norm", 20.0, GRADIENT),
        ("global_norm", 2.0, np.array(GRADIENT) * 2 / np.sqrt(169.25)),
        ("scale", 1.0, np.array(GRADIENT) / np.sqrt(169.25)),
        ("scale", 20.0, np.array(GRADIENT) * 20 / np.sqrt(169.25)),
    ],
)
def test_a_gradient_is_clipped_as_worked_by_hand(key: str, limit: float, expected: list[float]) -> None:
    np.testing.assert_allclose(_clipped(key, limit, GRADIENT), expected, rtol=1e-15)


def test_only_without_clipping_there_is_nothing_to_call() -> None:
    vector = np.ones(3)
    assert [key for key in CLIPPINGS.keys if CLIPPINGS[key].bind(vector, [vector], 1.0) is None] == ["none"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1e-40, 1e-25, 1e-12, 1.0, 1e18])
def test_a_gradient_of_any_size_is_scaled_to_norm_1(size: float, dtype: str) -> None:
    found = _clipped("scale", 1.0, [3 * size, 4 * size, 0.0, 0.0, 0.0], dtype)
    np.testing.assert_allclose(found, [0.6, 0.8, 0.0, 0.0, 0.0], rtol=1e-3 if size < 1e-38 else 1e-6)


@pytest.mark.parametrize("key", CLIPPINGS.keys)
def test_a_gradient_of_0_stays_0(key: str) -> None:
    np.testing.assert_array_equal(_clipped(key, 1.0, [0.0] * 5), [0.0] * 5)
    empty = np.empty(0)
    clip = CLIPPINGS[key].bind(empty, [], 1.0)
    if clip is not None:
        clip(0.0)
