"""Dropout and Gaussian noise: what they do while training, and that they do nothing in inference."""

from __future__ import annotations

import numpy as np
import pytest

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from tests.core.graph.networks import graph_of, row
from tests.core.layers.alone import Alone

RANDOM = pytest.mark.parametrize("kind", ["dropout", "gaussian_noise"])


@RANDOM
@pytest.mark.parametrize("batch_last", [False, True])
def test_inference_changes_nothing(kind: str, batch_last: bool) -> None:
    layer = Alone(kind, (4, 3, 2), training=False, batch_last=[batch_last])
    x = np.random.default_rng(1).normal(size=(3, 4, 3, 2))
    np.testing.assert_array_equal(layer.forward(x), x)


@RANDOM
def test_every_step_draws_anew_and_one_seed_draws_the_same(kind: str) -> None:
    x = np.random.default_rng(1).normal(size=(50, 20))
    first, second = (Alone(kind, (20,), batch=50, seed=5) for _ in range(2))
    for _ in range(3):
        before = first.forward(x)
        np.testing.assert_array_equal(before, second.forward(x))
        assert np.any(before != first.forward(x))
        second.forward(x)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_leaves_out_the_share_p_and_keeps_the_mean(rate: float) -> None:
    layer = Alone("dropout", (100,), batch=1000, rate=rate)
    a = layer.forward(np.ones((1000, 100)))
    assert set(np.unique(a)) == {0.0, 1.0 / (1.0 - rate)}
    # 100,000 draws: four standard deviations of the share.
    assert abs(np.mean(a == 0.0) - rate) < 4 * np.sqrt(rate * (1 - rate) / 1e5)


def test_samples_of_a_batch_have_other_units_left_out() -> None:
    a = Alone("dropout", (40,), batch=10, rate=0.5).forward(np.ones((10, 40)))
    assert len({tuple(row) for row in a.tolist()}) == 10


@pytest.mark.parametrize("batch_last", [False, True])
def test_the_gradient_of_dropout_passes_where_the_value_passed(batch_last: bool) -> None:
    layer = Alone("dropout", (4, 3, 2), batch=5, rate=0.4, batch_last=[batch_last])
    a = layer.forward(np.ones((5, 4, 3, 2)))
    g = np.random.default_rng(2).normal(size=a.shape)
    np.testing.assert_array_equal(layer.backward(g)[0], g * a)


def test_both_precisions_leave_out_the_same_units() -> None:
    masks = [
        Alone("dropout", (50,), dtype=dtype, seed=3).forward(np.ones((3, 50))) == 0.0
        for dtype in ("float32", "float64")
    ]
    np.testing.assert_array_equal(*masks)


def test_dropout_of_nothing_is_the_identity() -> None:
    x = np.random.default_rng(1).normal(size=(3, 8))
    np.testing.assert_array_equal(Alone("dropout", (8,), rate=0.0).forward(x), x)


@pytest.mark.parametrize("batch_last", [False, True])
def test_noise_has_mean_0_and_the_deviation_that_is_set(batch_last: bool) -> None:
    layer = Alone("gaussian_noise", (20, 50), batch=100, deviation=0.3, batch_last=[batch_last])
    x = np.random.default_rng(1).normal(size=(100, 20, 50))
    noise = layer.forward(x) - x
    assert abs(noise.mean()) < 4 * 0.3 / np.sqrt(1e5)
    assert noise.std() == pytest.approx(0.3, rel=0.01)
    # Neighbours in batch, row and column have nothing to do with each other.
    for axis in range(3):
        pairs = np.take(noise, range(noise.shape[axis] - 1), axis), np.take(noise, range(1, noise.shape[axis]), axis)
        assert abs(np.corrcoef(*(part.ravel() for part in pairs))[0, 1]) < 0.02
    g = np.random.default_rng(2).normal(size=x.shape)
    np.testing.assert_array_equal(layer.backward(g)[0], g)


def test_a_plan_that_trains_without_a_random_stream_is_refused() -> None:
    graph = graph_of(row("x", "input", shape=(3,)), row("d", "dropout", "x"), row("out", "output", "d"))
    with pytest.raises(ValueError, match="needs a generator"):
        compile_plan(graph, Parameters(graph, "float64"), 2, training=True)
    compile_plan(graph, Parameters(graph, "float64"), 2, training=False)
