"""Flatten, Reshape and Zero padding: where every number goes, and the gradient back."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import ShapeError
from core.options import Shape
from tests.core.layers.alone import Alone, node_of, ports_of


@pytest.mark.parametrize("batch_last", [False, True])
@pytest.mark.parametrize("accumulate", [False, True])
@pytest.mark.parametrize(
    ("kind", "shape", "options", "output"),
    [
        ("flatten", (2, 3, 4), {}, (24,)),
        ("flatten", (2, 3), {}, (6,)),
        ("reshape", (2, 3, 4), {"shape": (4, 6)}, (4, 6)),
        ("reshape", (4, 6), {"shape": (24,)}, (24,)),
        ("reshape", (4, 6), {"shape": (2, 3, 4)}, (2, 3, 4)),
    ],
)
def test_numbers_keep_their_order_row_by_row_and_channel_by_channel(
    kind: str, shape: Shape, options: dict[str, Shape], output: Shape, batch_last: bool, accumulate: bool
) -> None:
    layer = Alone(kind, shape, batch_last=[batch_last], accumulate=accumulate, **options)
    assert layer.shape == output
    x = np.arange(3.0 * np.prod(shape)).reshape(3, *shape)
    np.testing.assert_array_equal(layer.forward(x), x.reshape(3, *output))
    g = np.random.default_rng(1).normal(size=(3, *output))
    np.testing.assert_allclose(layer.backward(g)[0], g.reshape(3, *shape), atol=1e-14)


def test_a_vector_has_nothing_to_flatten_and_stays() -> None:
    assert Alone("flatten", (5,)).forward(np.ones((3, 5))).shape == (3, 5)


def test_a_shape_with_another_number_of_values_is_refused() -> None:
    layer, node = node_of("reshape", "Fold")
    with pytest.raises(ShapeError) as error:
        layer.output_shape(node, ports_of((30, 30)))
    assert str(error.value) == (
        "'Fold' makes 784 values per sample (28 × 28), but 'Source 0' gives 900 (30 × 30). "
        "Choose a shape with 900 values."
    )


@pytest.mark.parametrize("batch_last", [False, True])
@pytest.mark.parametrize("accumulate", [False, True])
@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 2)])
def test_zeros_stand_around_the_image_and_the_gradient_is_that_of_its_inside(
    shape: Shape, batch_last: bool, accumulate: bool
) -> None:
    layer = Alone(
        "zero_padding", shape, batch_last=[batch_last], accumulate=accumulate, top=1, bottom=0, left=2, right=3
    )
    assert layer.shape == (3, 8, *shape[2:])
    x, g = np.random.default_rng(1).normal(size=(3, *shape)), np.random.default_rng(2).normal(size=(3, *layer.shape))
    for _ in range(2):
        a = layer.forward(x)
        np.testing.assert_array_equal(a[:, 1:3, 2:5], x)
        assert np.count_nonzero(a) == x.size
    np.testing.assert_allclose(layer.backward(g)[0], g[:, 1:3, 2:5], atol=1e-14)


def test_the_card_says_how_much_padding_there_is() -> None:
    layer, node = node_of("zero_padding", top=2, bottom=2, left=2, right=2)
    assert layer.summary(node.options) == "2"
    assert layer.summary(node_of("zero_padding", left=0)[1].options) == "1, 1, 0, 1"


def test_a_vector_cannot_be_padded() -> None:
    layer, node = node_of("zero_padding", "Frame")
    with pytest.raises(ShapeError, match=r"^'Frame' works on images "):
        layer.output_shape(node, ports_of((784,)))
