"""Layer normalisation: the formula of 002 worked out sample by sample."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.errors import ShapeError
from tests.core.layers.alone import Alone, node_of, ports_of


@pytest.mark.parametrize("divisor", ["n_minus_1", "n"])
@pytest.mark.parametrize("shape", [(6,), (2, 3), (2, 2, 3)])
def test_each_sample_is_normalised_over_its_values(shape: tuple[int, ...], divisor: str) -> None:
    layer = Alone("layer_normalization", shape, divisor=divisor, epsilon=1e-3)
    x = np.random.default_rng(2).normal(3.0, 2.0, (3, *shape))
    a = layer.forward(x)
    gamma, beta = layer.values["gamma"].ravel().tolist(), layer.values["beta"].ravel().tolist()
    for before, after in zip(x.reshape(3, -1).tolist(), a.reshape(3, -1).tolist(), strict=True):
        mean = math.fsum(before) / len(before)
        variance = math.fsum((value - mean) ** 2 for value in before) / (len(before) - (divisor == "n_minus_1"))
        normalised = [(value - mean) / math.sqrt(variance + 1e-3) for value in before]
        assert after == pytest.approx([g * n + b for g, n, b in zip(gamma, normalised, beta, strict=True)], rel=1e-12)


def test_the_formula_of_002_has_no_gamma_and_beta() -> None:
    a = Alone("layer_normalization", (4,), scaled=False, epsilon=1e-12).forward([[1.0, 2.0, 3.0, 4.0]] * 3)
    # μ = 2.5, σ² = (2.25 + 0.25 + 0.25 + 2.25) / 3 = 5/3.
    np.testing.assert_allclose(
        a, [[-1.5 / math.sqrt(5 / 3), -0.5 / math.sqrt(5 / 3), 0.5 / math.sqrt(5 / 3), 1.5 / math.sqrt(5 / 3)]] * 3
    )


def test_training_and_inference_are_the_same() -> None:
    x = np.random.default_rng(1).normal(size=(3, 5))
    answers = [Alone("layer_normalization", (5,), training=training).forward(x) for training in (False, True)]
    np.testing.assert_array_equal(*answers)


def test_a_single_value_has_no_variance_and_is_refused() -> None:
    layer, node = node_of("layer_normalization", "Even out")
    with pytest.raises(ShapeError) as error:
        layer.output_shape(node, ports_of((1,)))
    assert str(error.value) == (
        "'Even out' needs two values per sample or more to have a variance; got 1 from 'Source 0'. "
        "Widen 'Source 0' or delete 'Even out'."
    )
