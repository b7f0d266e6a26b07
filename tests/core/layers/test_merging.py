"""Add, Multiply and Concatenate: values, gradients, and which shapes go together."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from core.compiler.shapes import infer_shapes
from core.errors import ShapeError
from core.options import Shape
from tests.core.graph.networks import graph_of, row
from tests.core.layers.alone import Alone, node_of, ports_of


def _numbers(*shapes: Shape, seed: int = 1) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(3, *shape)) for shape in shapes]


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("accumulate", [False, True])
def test_add_sums_and_gives_each_input_the_whole_gradient(count: int, accumulate: bool) -> None:
    layer = Alone("add", *[(4,)] * count, accumulate=accumulate)
    inputs = _numbers(*[(4,)] * count)
    np.testing.assert_allclose(layer.forward(*inputs), sum(inputs), rtol=1e-14)
    (g,) = _numbers((4,), seed=2)
    for gradient in layer.backward(g):
        np.testing.assert_allclose(gradient, g, atol=1e-14)


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("accumulate", [False, True])
def test_multiply_gives_each_input_the_gradient_times_all_others(count: int, accumulate: bool) -> None:
    layer = Alone("multiply", *[(4,)] * count, accumulate=accumulate)
    inputs = _numbers(*[(4,)] * count)
    # A factor of 0 leaves a gradient to that factor alone.
    inputs[1][0, 0] = 0.0
    np.testing.assert_allclose(layer.forward(*inputs), np.prod(inputs, axis=0), rtol=1e-13)
    (g,) = _numbers((4,), seed=2)
    for number, gradient in enumerate(layer.backward(g)):
        others = np.prod([x for place, x in enumerate(inputs) if place != number], axis=0)
        np.testing.assert_allclose(gradient, g * others, rtol=1e-12, atol=1e-14)


def test_the_multiply_gate_of_the_course() -> None:
    """000: f = xy at x = 4, y = −3 has ∂f/∂x = −3 and ∂f/∂y = 4."""
    layer = Alone("multiply", (1,), (1,), batch=1)
    assert layer.forward([[4.0]], [[-3.0]]).tolist() == [[-12.0]]
    assert [gradient.item() for gradient in layer.backward([[1.0]])] == [-3.0, 4.0]


def test_concatenate_puts_vectors_one_after_the_other_and_splits_the_gradient_by_width() -> None:
    layer = Alone("concatenate", (2,), (1,), (3,))
    inputs, (g,) = _numbers((2,), (1,), (3,)), _numbers((6,), seed=2)
    np.testing.assert_array_equal(layer.forward(*inputs), np.hstack(inputs))
    first, second, third = layer.backward(g)
    np.testing.assert_array_equal(first, g[:, :2])
    np.testing.assert_array_equal(second, g[:, 2:3])
    np.testing.assert_array_equal(third, g[:, 3:])


@pytest.mark.parametrize(
    ("axis", "shapes", "output"),
    [
        ("channels", [(4, 3, 2), (4, 3, 1), (4, 3)], (4, 3, 4)),
        ("channels", [(4, 3), (4, 3)], (4, 3, 2)),
        ("rows", [(2, 3, 2), (1, 3, 2)], (3, 3, 2)),
        ("rows", [(2, 3), (1, 3)], (3, 3)),
        ("rows", [(2, 3), (1, 3, 1)], (3, 3, 1)),
        ("columns", [(4, 1), (4, 3)], (4, 4)),
        ("columns", [(4, 1, 2), (4, 3, 2)], (4, 4, 2)),
    ],
)
@pytest.mark.parametrize("accumulate", [False, True])
def test_concatenate_puts_images_together_in_any_order_of_memory(
    axis: str, shapes: list[Shape], output: Shape, accumulate: bool
) -> None:
    numbers = {"rows": 1, "columns": 2, "channels": 3}
    for last in product([False, True], repeat=len(shapes)):
        layer = Alone("concatenate", *shapes, batch_last=last, accumulate=accumulate, axis=axis)
        assert layer.shape == output
        inputs, (g,) = _numbers(*shapes), _numbers(output, seed=2)
        images = [x.reshape(3, *x.shape[1:3], -1) for x in inputs]
        expected = np.concatenate(images, axis=numbers[axis])
        np.testing.assert_array_equal(layer.forward(*inputs).reshape(expected.shape), expected)
        ends = np.cumsum([image.shape[numbers[axis]] for image in images])[:-1]
        parts = np.split(g.reshape(expected.shape), ends, axis=numbers[axis])
        for gradient, part in zip(layer.backward(g), parts, strict=True):
            np.testing.assert_allclose(gradient.reshape(part.shape), part, atol=1e-14)


@pytest.mark.parametrize("kind", ["add", "multiply"])
@pytest.mark.parametrize("accumulate", [False, True])
def test_images_merge_in_any_order_of_memory(kind: str, accumulate: bool) -> None:
    shapes: list[Shape] = [(4, 3), (4, 3, 1), (4, 3)]
    inputs, (g,) = _numbers(*shapes), _numbers((4, 3, 1), seed=2)
    plain = Alone(kind, (4, 3, 1), (4, 3, 1), (4, 3, 1))
    expected = plain.forward(*(x.reshape(3, 4, 3, 1) for x in inputs))
    gradients = plain.backward(g)
    for last in product([False, True], repeat=3):
        layer = Alone(kind, *shapes, batch_last=last, accumulate=accumulate)
        assert layer.shape == (4, 3, 1)
        np.testing.assert_array_equal(layer.forward(*inputs), expected)
        for found, wanted in zip(layer.backward(g), gradients, strict=True):
            np.testing.assert_allclose(found.reshape(wanted.shape), wanted, atol=1e-14)


@pytest.mark.parametrize(
    ("kind", "shapes", "message"),
    [
        (
            "add",
            [(32,), (16,)],
            "'Merge' needs equal widths; got 32 from 'Source 0' and 16 from 'Source 1'. "
            "Put a Dense layer of equal width before it, or use Concatenate.",
        ),
        (
            "multiply",
            [(28, 28, 6), (28, 28, 6), (14, 14, 16)],
            "'Merge' needs equal shapes; got 28 × 28 × 6 from 'Source 0' and 14 × 14 × 16 from 'Source 2'. "
            "Give the layers before it one shape, or use Concatenate.",
        ),
        (
            "add",
            [(12,), (4, 3)],
            "'Merge' needs equal shapes; got 12 from 'Source 0' and 4 × 3 from 'Source 1'. "
            "Give the layers before it one shape, or use Concatenate.",
        ),
        (
            "concatenate",
            [(4, 3), (5,)],
            "'Merge' cannot put a vector beside an image; got 5 from 'Source 1' and 4 × 3 from 'Source 0'. "
            "Put a Flatten layer behind 'Source 0'.",
        ),
        (
            "concatenate",
            [(4, 3, 2), (4, 2, 2)],
            "'Merge' needs images with equal rows and columns; got 4 × 3 × 2 from 'Source 0' and 4 × 2 × 2 from "
            "'Source 1'. Crop or pad them before, or put a Flatten layer behind each.",
        ),
    ],
)
def test_shapes_that_do_not_go_together_are_refused_by_name(kind: str, shapes: list[Shape], message: str) -> None:
    layer, node = node_of(kind, "Merge")
    with pytest.raises(ShapeError) as error:
        layer.output_shape(node, ports_of(*shapes))
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [row("a", "dense", "x", units=32), row("b", "dense", "x", units=16)],
            "'s' needs equal widths; got 32 from 'a' and 16 from 'b'. Set 'b' to 32 units or use Concatenate.",
        ),
        (
            [row("a", "dense", "x", units=32), row("b", "activation", "x")],
            "'s' needs equal widths; got 32 from 'a' and 5 from 'b'. Set 'a' to 5 units or use Concatenate.",
        ),
    ],
)
def test_a_merge_of_unequal_widths_says_which_units_to_set(rows: list[Any], message: str) -> None:
    graph = graph_of(row("x", "input", shape=(5,)), *rows, row("s", "add", "a", "b"))
    assert str(infer_shapes(graph)["s"].error) == message
