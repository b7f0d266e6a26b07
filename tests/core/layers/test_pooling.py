"""Max and mean pooling: the course's example, ties, and loops over every number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.errors import ShapeError
from tests.core.layers import naive_images
from tests.core.layers.alone import Alone, node_of, ports_of

COURSE = [[1, 3, 2, 2], [4, 3, 1, 3], [6, 4, 1, 5], [8, 6, 4, 7]]


COMPILED = pytest.mark.parametrize("compiled", [False, True])


@COMPILED
def test_the_example_of_the_course(compiled: bool) -> None:
    for training in (False, True):
        largest = Alone(
            "max_pooling", (4, 4), batch=1, training=training, batch_last=[True], compiled=compiled
        ).forward([COURSE])
        mean = Alone("mean_pooling", (4, 4), batch=1, training=training, batch_last=[True], compiled=compiled).forward(
            [COURSE]
        )
        assert largest.tolist() == [[[4, 3], [8, 7]]]
        assert mean.tolist() == [[[2.75, 2], [6, 4.25]]]


@COMPILED
def test_the_first_of_several_largest_numbers_in_reading_order_gets_the_gradient(compiled: bool) -> None:
    layer = Alone("max_pooling", (2, 8), batch=1, batch_last=[True], compiled=compiled)
    layer.forward([[[1, 1, 0, 2, 0, 0, 3, 0], [1, 1, 2, 2, 5, 5, 3, 3]]])
    (by_x,) = layer.backward([[[1.0, 10.0, 100.0, 1000.0]]])
    assert by_x.tolist() == [[[1, 0, 0, 10, 0, 0, 1000, 0], [0, 0, 0, 0, 100, 0, 0, 0]]]


@COMPILED
def test_a_nan_is_the_largest_of_its_window_wherever_it_stands(compiled: bool) -> None:
    for place in range(4):
        image = np.zeros((2, 2))
        image.flat[place] = np.nan
        images = np.stack([image] * 20)
        for training in (False, True):
            layer = Alone("max_pooling", (2, 2), batch=20, training=training, batch_last=[True], compiled=compiled)
            assert np.isnan(layer.forward(images)).all()


@COMPILED
def test_windows_that_overlap_add_their_gradients(compiled: bool) -> None:
    layer = Alone("max_pooling", (1, 3), batch=1, window=(1, 2), stride=(1, 1), batch_last=[True], compiled=compiled)
    assert layer.forward([[[1, 7, 2]]]).tolist() == [[[7, 7]]]
    assert layer.backward([[[2.0, 3.0]]])[0].tolist() == [[[0, 5, 0]]]


@COMPILED
def test_pixels_that_no_window_reaches_get_no_gradient(compiled: bool) -> None:
    for kind in ("max_pooling", "mean_pooling"):
        layer = Alone(kind, (3, 3), batch=1, batch_last=[True], compiled=compiled)
        layer.forward([[[1, 2, 9], [3, 4, 9], [9, 9, 9]]])
        (by_x,) = layer.backward([[[4.0]]])
        assert by_x[0, 2].tolist() == [0, 0, 0] and by_x[0, :, 2].tolist() == [0, 0, 0]
        assert by_x.sum() == 4.0


def test_negative_numbers_beat_the_padding() -> None:
    layer = Alone("max_pooling", (2, 2), batch=1, padding="number", margin=1)
    assert layer.forward([[[-5.0, -1.0], [-2.0, -3.0]]]).tolist() == [[[-5, -1], [-2, -3]]]


def test_padding_does_not_count_in_a_mean() -> None:
    layer = Alone("mean_pooling", (3, 3), batch=1, padding="same")
    assert layer.forward([[[1, 3, 5], [5, 7, 7], [2, 4, 9]]]).tolist() == [[[4, 6], [3, 9]]]


@pytest.mark.parametrize(
    ("kind", "naive"), [("max_pooling", naive_images.max_pooling), ("mean_pooling", naive_images.mean_pooling)]
)
@given(
    sizes=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    window=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    padding=st.sampled_from([("valid", 0), ("same", 0), ("number", 1), ("number", 2)]),
    channels=st.sampled_from([None, 1, 3]),
    batch=st.one_of(st.integers(1, 3), st.just(21)),
    batch_last=st.booleans(),
    accumulate=st.booleans(),
    compiled=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_output_and_gradients_are_those_of_loops(
    kind: str,
    naive: Callable[..., tuple[Any, Any]],
    sizes: tuple[int, int],
    window: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[str, int],
    channels: int | None,
    batch: int,
    batch_last: bool,
    accumulate: bool,
    compiled: bool,
    seed: int,
) -> None:
    # Every size of window is compiled for itself.
    window = (2, 2) if compiled else window
    assume(padding[1] < min(window))
    expected_sizes = naive_images.output_sizes(sizes, window, stride, *padding)
    assume(min(expected_sizes) >= 1)
    shape = sizes if channels is None else (*sizes, channels)
    options: dict[str, Any] = {"window": window, "stride": stride, "padding": padding[0], "margin": padding[1]}
    how: dict[str, Any] = {"batch": batch, "batch_last": [batch_last], "compiled": compiled}
    layer = Alone(kind, shape, accumulate=accumulate, **how, **options)
    assert layer.shape == (*expected_sizes, *shape[2:])
    rng = np.random.default_rng(seed)
    # Small whole numbers, so that ties are everywhere.
    x = rng.integers(-2, 3, (batch, *shape)).astype(float)
    g = rng.normal(size=(batch, *layer.shape))
    a, (by_x,) = layer.forward(x), layer.backward(g)
    images, above = x.reshape(batch, *sizes, -1), g.reshape(batch, *expected_sizes, -1)
    expected, expected_by_x = naive(images, above, window, stride, *padding)
    np.testing.assert_allclose(a.reshape(expected.shape), expected, atol=1e-14)
    np.testing.assert_allclose(by_x.reshape(images.shape), expected_by_x, atol=1e-12)
    inference = Alone(kind, shape, training=False, **how, **options)
    np.testing.assert_array_equal(inference.forward(x), a)


def test_a_margin_with_windows_outside_the_image_is_refused() -> None:
    layer, node = node_of("max_pooling", "Shrink", window=(3, 2), padding="number", margin=2)
    with pytest.raises(ShapeError) as error:
        layer.output_shape(node, ports_of((8, 8)))
    assert str(error.value) == (
        "'Shrink' has a margin of 2, so some of its windows of 3 × 2 lie outside the image. Choose a margin below 2."
    )
