"""Parameters, multiply-adds and memory of every kind of layer, worked out by hand from its geometry.

A multiply-add is one of a product of matrices, or the γ x + β of a normalisation. PyTorch's
``torch.utils.flop_counter`` gives twice these figures for dense layers and convolutions, and counts no others.
"""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

from core.compiler.compile import compile_plan, plan_bytes
from core.compiler.parameters import Parameters
from core.compiler.shapes import infer_shapes
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.options import Shape
from tests.core.graph.networks import graph_of, row

IMAGE = (9, 7, 3)
PLACES = 4 * 6  # of a window of 3 × 2 at stride 2 × 1

COUNTS: list[tuple[str, tuple[Shape, ...], dict[str, Any], int, int]] = [
    # kind, shapes that arrive, options, parameters, multiply-adds per sample
    ("input", (), {"shape": (9, 7)}, 0, 0),
    ("dense", ((12,),), {"units": 5}, 12 * 5 + 5, 12 * 5),
    ("dense", ((12,), (4,)), {"units": 5, "bias": False}, 16 * 5, 16 * 5),
    ("dense", (IMAGE,), {"units": 5}, 189 * 5 + 5, 189 * 5),
    ("activation", ((12,),), {}, 0, 0),
    ("prelu", ((12,),), {}, 12, 0),
    ("maxout", ((12,),), {"units": 5, "pieces": 3}, 12 * 15 + 15, 12 * 15),
    ("dropout", ((12,),), {}, 0, 0),
    ("gaussian_noise", ((12,),), {}, 0, 0),
    ("batch_normalization", ((12,),), {}, 2 * 12, 12),
    ("batch_normalization", (IMAGE,), {}, 2 * 3, 9 * 7 * 3),
    ("layer_normalization", ((12,),), {}, 2 * 12, 12),
    ("add", ((12,), (12,)), {}, 0, 0),
    ("multiply", ((12,), (12,)), {}, 0, 0),
    ("concatenate", ((12,), (4,)), {}, 0, 0),
    ("convolution", (IMAGE,), {"filters": 8, "kernel": (3, 2), "stride": (2, 1)}, 18 * 8 + 8, PLACES * 18 * 8),
    ("convolution", (IMAGE,), {"filters": 8, "padding": "same", "bias": False}, 27 * 8, 9 * 7 * 27 * 8),
    ("max_pooling", (IMAGE,), {}, 0, 0),
    ("mean_pooling", (IMAGE,), {}, 0, 0),
    ("zero_padding", (IMAGE,), {}, 0, 0),
    ("flatten", (IMAGE,), {}, 0, 0),
    ("reshape", ((12,),), {"shape": (3, 4)}, 0, 0),
    ("output", ((12,),), {}, 0, 0),
]


def _graph(kind: str, shapes: tuple[Shape, ...], options: dict[str, Any]) -> Graph:
    """The layer behind Reshape and Dense layers that give it these shapes."""
    if kind == "input":
        return graph_of(row("k", kind, **options), row("y", "dense", "k", units=2), row("out", "output", "y"))
    rows = [row("x", "input", shape=(6,))]
    for number, shape in enumerate(shapes):
        rows.append(row(f"d{number}", "dense", "x", units=math.prod(shape)))
        rows.append(row(f"s{number}", "reshape", f"d{number}", shape=shape))
    sources = [f"s{number}" for number in range(len(shapes))]
    if kind == "output":
        return graph_of(*rows, row("k", kind, *sources, **options))
    rows += [row("k", kind, *sources, **options), row("y", "dense", "k", units=2), row("out", "output", "y")]
    return graph_of(*rows)


def test_every_kind_is_counted_here() -> None:
    assert {kind for kind, *_ in COUNTS} == set(LAYERS.keys)


@pytest.mark.parametrize(("kind", "shapes", "options", "parameters", "products"), COUNTS)
def test_the_counts_of_a_layer_are_those_worked_out_by_hand(
    kind: str, shapes: tuple[Shape, ...], options: dict[str, Any], parameters: int, products: int
) -> None:
    counted = infer_shapes(_graph(kind, shapes, options))["k"]
    assert (counted.parameter_count, counted.multiply_adds) == (parameters, products)


@pytest.mark.parametrize(("kind", "shapes", "options", "parameters", "products"), COUNTS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_memory_of_a_plan_with_the_layer_is_what_was_announced(
    kind: str, shapes: tuple[Shape, ...], options: dict[str, Any], parameters: int, products: int, dtype: str
) -> None:
    graph, batch_size = _graph(kind, shapes, options), 3_000
    vectors = Parameters(graph, dtype)
    # Compiled loops stay in memory for all plans.
    compile_plan(graph, vectors, 1, training=True, generator=np.random.default_rng(1))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        plan = compile_plan(graph, vectors, batch_size, training=True, generator=np.random.default_rng(1))
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert plan.batch_size == batch_size
    assert 0.6 < plan_bytes(graph, batch_size, dtype) / taken < 1.2


def test_lenet_5_has_61_706_parameters_and_makes_416_520_multiply_adds() -> None:
    # As PyTorch counts the same network: 833,040 flops a sample.
    graph = graph_of(
        row("x", "input", shape=(28, 28)),
        row("c1", "convolution", "x", filters=6, kernel=(5, 5), padding="same"),
        row("p1", "max_pooling", "c1"),
        row("c2", "convolution", "p1", filters=16, kernel=(5, 5)),
        row("p2", "max_pooling", "c2"),
        row("d1", "dense", "p2", units=120),
        row("d2", "dense", "d1", units=84),
        row("y", "dense", "d2", units=10),
        row("out", "output", "y"),
    )
    shapes = infer_shapes(graph)
    assert [shape.multiply_adds for shape in shapes.values() if shape.multiply_adds] == [
        28 * 28 * 25 * 6, 10 * 10 * 150 * 16, 400 * 120, 120 * 84, 84 * 10,
    ]  # fmt: skip
    assert sum(shape.multiply_adds for shape in shapes.values()) == 416_520
    assert sum(shape.parameter_count for shape in shapes.values()) == 61_706
