"""Convolution, against loops over every number, in any size, stride, padding and order of memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ShapeError
from core.layers import convolution_products
from tests.core.layers import naive_images
from tests.core.layers.alone import Alone, node_of, ports_of


def _geometry(sizes: tuple[int, int], window: tuple[int, int], stride: tuple[int, int]) -> bool:
    return all(value >= 1 for value in naive_images.output_sizes(sizes, window, stride, "valid", 0))


SIZES = st.tuples(st.integers(1, 7), st.integers(1, 7))
WINDOWS = st.tuples(st.integers(1, 4), st.integers(1, 4))
STRIDES = st.tuples(st.integers(1, 3), st.integers(1, 3))
PADDINGS = st.sampled_from([("valid", 0), ("same", 0), ("number", 1), ("number", 2)])


@given(
    sizes=SIZES,
    window=WINDOWS,
    stride=STRIDES,
    padding=PADDINGS,
    channels=st.sampled_from([None, 1, 3]),
    filters=st.integers(1, 15),
    batch=st.one_of(st.integers(1, 3), st.just(21)),
    batch_last=st.booleans(),
    accumulate=st.booleans(),
    compiled=st.booleans(),
    block=st.sampled_from([1, 60, 2**21]),
    seed=st.integers(0, 2**32 - 1),
)
def test_output_and_gradients_are_those_of_loops(
    sizes: tuple[int, int],
    window: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[str, int],
    channels: int | None,
    filters: int,
    batch: int,
    batch_last: bool,
    accumulate: bool,
    compiled: bool,
    block: int,
    seed: int,
) -> None:
    expected_sizes = naive_images.output_sizes(sizes, window, stride, *padding)
    options: dict[str, Any] = {"kernel": window, "stride": stride, "padding": padding[0], "margin": padding[1]}
    shape = sizes if channels is None else (*sizes, channels)
    if min(expected_sizes) < 1:
        layer, node = node_of("convolution", filters=filters, **options)
        with pytest.raises(ShapeError, match="has windows of"):
            layer.output_shape(node, ports_of(shape))
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution_products, "BLOCK_NUMBERS", block)
        layer = Alone(
            "convolution",
            shape,
            batch=batch,
            batch_last=[batch_last],
            accumulate=accumulate,
            compiled=compiled,
            seed=seed,
            filters=filters,
            activation="linear",
            **options,
        )
    assert layer.shape == (*expected_sizes, filters)
    rng = np.random.default_rng(seed)
    x, g = rng.normal(size=(batch, *shape)), rng.normal(size=(batch, *layer.shape))
    z = layer.forward(x)
    (by_x,) = layer.backward(g)
    found = layer.gradients
    images = x.reshape(batch, *sizes, -1)
    expected = naive_images.convolution(images, layer.values["kernel"], layer.values["bias"], g, stride, *padding)
    np.testing.assert_allclose(z, expected[0], atol=1e-12)
    np.testing.assert_allclose(by_x.reshape(images.shape), expected[1], atol=1e-12)
    np.testing.assert_allclose(found["kernel"], expected[2], atol=1e-12)
    np.testing.assert_allclose(found["bias"], g.sum(axis=(0, 1, 2)), atol=1e-12)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_hand_worked_edge_filter(compiled: bool) -> None:
    """Two pixels side by side, their difference: 1 · left − 1 · right."""
    options = {"filters": 1, "kernel": (1, 2), "activation": "relu", "bias": False}
    layer = Alone("convolution", (2, 3), batch=1, compiled=compiled, **options)
    layer.values["kernel"][...] = np.reshape([1.0, -1.0], (1, 2, 1, 1))
    a = layer.forward([[[5.0, 2.0, 4.0], [1.0, 1.0, 0.0]]])
    assert a[0, :, :, 0].tolist() == [[3.0, 0.0], [0.0, 1.0]]
    (by_x,) = layer.backward(np.ones((1, 2, 2, 1)))
    # Where ReLU cuts off (and at its kink) nothing comes back.
    assert by_x[0].tolist() == [[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]]


def test_softmax_is_over_the_channels_of_each_pixel() -> None:
    layer = Alone("convolution", (4, 3, 2), filters=3, kernel=(1, 1), activation="softmax")
    a = layer.forward(np.random.default_rng(1).normal(size=(3, 4, 3, 2)))
    np.testing.assert_allclose(a.sum(axis=3), 1.0, rtol=1e-14)


@pytest.mark.parametrize("compiled", [False, True])
def test_compiled_or_not_what_is_not_finite_comes_through(compiled: bool) -> None:
    for number in (np.nan, np.inf):
        options = {"filters": 1, "kernel": (2, 2), "activation": "linear"}
        layer = Alone("convolution", (3, 3), batch=20, dtype="float32", compiled=compiled, **options)
        images = np.ones((20, 3, 3))
        images[17, 0, 0] = number
        z = layer.forward(images)
        assert not np.isfinite(z[17, 0, 0, 0]) and np.isfinite(z).sum() == z.size - 1
        layer.backward(np.ones(z.shape))
        assert not np.isfinite(layer.gradients["kernel"][0, 0, 0, 0])


@pytest.mark.parametrize("compiled", [False, True])
def test_a_frozen_convolution_hands_the_gradient_on_and_computes_none_of_its_own(compiled: bool) -> None:
    x, g = np.random.default_rng(1).normal(size=(2, 3, 5, 5, 1))
    options = {"filters": 1, "padding": "same", "activation": "tanh"}
    free, frozen = (
        Alone("convolution", (5, 5, 1), compiled=compiled, frozen=frozen, **options) for frozen in (False, True)
    )
    for layer in (free, frozen):
        layer.forward(x)
    np.testing.assert_array_equal(free.backward(g)[0], frozen.backward(g)[0])
    assert all(np.isnan(gradient).all() for gradient in frozen.gradients.values())
    assert not any(np.isnan(gradient).any() for gradient in free.gradients.values())


def test_parameters_and_work_of_the_convolutions_of_lenet_5() -> None:
    layer, node = node_of("convolution", filters=6, kernel=(5, 5), padding="same")
    ports = ports_of((28, 28))
    assert layer.output_shape(node, ports) == (28, 28, 6)
    assert [(spec.name, spec.shape, spec.fan_in, spec.fan_out) for spec in layer.parameters(node, ports)] == [
        ("kernel", (5, 5, 1, 6), 25, 150),
        ("bias", (6,), 25, 150),
    ]
    assert layer.multiply_adds(node, ports) == 28 * 28 * 25 * 6
    layer, node = node_of("convolution", filters=16, kernel=(5, 5))
    ports = ports_of((14, 14, 6))
    assert sum(spec.size for spec in layer.parameters(node, ports)) == 2_416
    assert layer.multiply_adds(node, ports) == 10 * 10 * 25 * 6 * 16
    assert layer.summary(node.options) == "5 × 5, 16 filters"


@pytest.mark.parametrize(
    ("shape", "options", "message"),
    [
        (
            (784,),
            {},
            "'Edges' works on images (rows × columns, or rows × columns × channels); got 784 values from 'Source 0'. "
            "Put a Reshape layer between them, or give the Input the shape of the images.",
        ),
        (
            (4, 9),
            {"kernel": (5, 5)},
            "'Edges' has windows of 5 × 5, but the images from 'Source 0' are 4 × 9 only. "
            "Choose a smaller window, or 'Same' as padding.",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_refused_with_the_way_out(
    shape: tuple[int, ...], options: dict[str, Any], message: str
) -> None:
    layer, node = node_of("convolution", "Edges", **options)
    with pytest.raises(ShapeError) as error:
        layer.output_shape(node, ports_of(shape))
    assert str(error.value) == message
