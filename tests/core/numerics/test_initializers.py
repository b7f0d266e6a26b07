"""Initial weights: mean, variance and form of the distributions, from a million draws."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.numerics.initializers import INITIALIZERS

DRAWS = 1_000_000
FAN_IN, FAN_OUT = 784, 30

# Variance, and for uniform ones the end of the range; formulas of Glorot and Bengio (2010) and He et al. (2015).
DISTRIBUTIONS = {
    "glorot_normal": (2 / (784 + 30), None),
    "glorot_uniform": (2 / (784 + 30), math.sqrt(6 / (784 + 30))),
    "he_normal": (2 / 784, None),
    "he_uniform": (2 / 784, math.sqrt(6 / 784)),
    "normal": (1.0, None),
    "uniform": (1 / 12, 0.5),
    "zeros": (0.0, 0.0),
}


def _draws(key: str) -> np.ndarray:
    generator = np.random.Generator(np.random.PCG64(20261121))
    return INITIALIZERS[key].draw(generator, (1000, DRAWS // 1000), FAN_IN, FAN_OUT)


def test_every_initialiser_is_described_here() -> None:
    assert set(INITIALIZERS.keys) == set(DISTRIBUTIONS)


@pytest.mark.parametrize("key", INITIALIZERS.keys)
def test_mean_and_variance_are_those_of_the_formula(key: str) -> None:
    variance, end = DISTRIBUTIONS[key]
    draws = _draws(key)
    assert draws.dtype == np.float64
    # Five standard errors; the fourth moment is 3σ⁴ for normal and 1.8σ⁴ for uniform numbers.
    spread = (3.0 if end is None else 1.8) - 1.0
    assert abs(draws.mean()) <= 5 * math.sqrt(variance / DRAWS)
    assert abs(draws.var() - variance) <= 5 * variance * math.sqrt(spread / DRAWS)


@pytest.mark.parametrize("key", INITIALIZERS.keys)
def test_the_form_is_normal_or_uniform_as_named(key: str) -> None:
    variance, end = DISTRIBUTIONS[key]
    draws = _draws(key)
    if end is not None:
        assert np.abs(draws).max() <= end
        shares = {0.5 * end: 0.5, 0.9 * end: 0.1} if end else {}
    else:
        shares = {math.sqrt(variance): 0.317_310_5, 2 * math.sqrt(variance): 0.045_500_3}
    for limit, share in shares.items():
        found = np.count_nonzero(np.abs(draws) > limit) / DRAWS
        assert abs(found - share) <= 5 * math.sqrt(share * (1 - share) / DRAWS)


def test_zeros_are_zeros() -> None:
    assert not _draws("zeros").any()
