"""Which edges are drawn, how strong, and which number each of them stands for."""

from __future__ import annotations

import numpy as np
import pytest

from core.compiler.shapes import infer_shapes
from core.graph.model import Graph
from designer.canvas.geometry import Box
from designer.canvas.units.anatomy import Anatomy, Surroundings, anatomy_of
from designer.canvas.units.edges import (
    FOCUS_EDGES,
    LEVELS,
    Edges,
    EdgeWish,
    End,
    Measure,
    bias_edges,
    edges_between,
    levels,
    place_in_parameter,
)
from designer.canvas.units.frame import frame_of
from designer.canvas.units.numbers import EdgeTarget, UnitNumbers
from tests.core.graph.networks import graph_of, row

RNG = np.random.default_rng(3)
DENSE = graph_of(
    row("x", "input", shape=(30,)),
    row("d", "dense", "x", units=20),
    row("e", "maxout", "d", units=4, pieces=2),
    row("out", "output", "e"),
)


def _end(graph: Graph, node_id: str, left: float = 0.0, first: int = 0, sample_shape: tuple[int, ...] = ()) -> End:
    anatomy = anatomy_of(Surroundings(graph, infer_shapes(graph), sample_shape), node_id)
    assert anatomy is not None
    frame = frame_of(anatomy, first, False, 120.0)
    return End(frame, Box(left, 0.0, frame.width, frame.height))


def _anatomy(end: End) -> Anatomy:
    return end.frame.anatomy


KERNEL = RNG.normal(size=(30, 20))
NUMBERS = UnitNumbers(
    parameters={"kernel.x-d": KERNEL, "bias": RNG.normal(size=20)},
    gradients={"kernel.x-d": 0.1 * KERNEL + 1.0},
)


def _dense(wish: EdgeWish, first: int = 0, a: np.ndarray | None = None) -> Edges:
    source, target = _end(DENSE, "x"), _end(DENSE, "d", 400.0, first)
    (incoming,) = _anatomy(target).incoming
    return edges_between(incoming, source, target, NUMBERS, UnitNumbers(a=a), wish)


def test_every_edge_between_units_in_sight_has_the_weight_of_the_kernel() -> None:
    edges = _dense(EdgeWish(), first=5)
    assert len(edges) == edges.total == 15 * 15
    assert set(edges.units.tolist()) == set(range(5, 20))
    np.testing.assert_array_equal(edges.values, KERNEL[edges.source_units, edges.units])


def test_the_strongest_are_kept_and_come_last() -> None:
    edges = _dense(EdgeWish(strongest=7))
    sizes = np.abs(KERNEL[:15, :15]).ravel()
    np.testing.assert_allclose(np.abs(edges.values), np.sort(sizes)[-7:])
    assert edges.total == 225


def test_strength_can_be_the_contribution_or_the_gradient() -> None:
    a = RNG.normal(size=30)
    edges = _dense(EdgeWish(Measure.CONTRIBUTION), a=a)
    np.testing.assert_allclose(edges.values, a[edges.source_units] * KERNEL[edges.source_units, edges.units])
    edges = _dense(EdgeWish(Measure.GRADIENT))
    np.testing.assert_allclose(edges.values, 0.1 * KERNEL[edges.source_units, edges.units] + 1.0)


def test_without_numbers_edges_have_no_strength() -> None:
    source, target = _end(DENSE, "x"), _end(DENSE, "d", 400.0)
    (incoming,) = _anatomy(target).incoming
    edges = edges_between(incoming, source, target, UnitNumbers(), UnitNumbers(), EdgeWish(Measure.CONTRIBUTION))
    assert len(edges) == 225 and np.isnan(edges.values).all()
    stale = UnitNumbers(parameters={"kernel.x-d": np.zeros((30, 7))})
    assert np.isnan(edges_between(incoming, source, target, stale, UnitNumbers(), EdgeWish()).values).all()


def test_of_several_pieces_the_largest_weight_counts_and_is_the_one_that_is_set() -> None:
    source, target = _end(DENSE, "d"), _end(DENSE, "e", 400.0)
    (incoming,) = _anatomy(target).incoming
    kernel = RNG.normal(size=(20, 8))
    arrays = {"kernel.d-e": kernel, "bias": RNG.normal(size=8)}
    edges = edges_between(incoming, source, target, UnitNumbers(parameters=arrays), UnitNumbers(), EdgeWish())
    for index in range(len(edges)):
        found = place_in_parameter(_anatomy(target), incoming, edges.target(index), arrays)
        assert found is not None
        row_, column = found[1]
        assert (row_, column % 4) == (edges.source_units[index], edges.units[index])
        assert arrays[found[0]][found[1]] == edges.values[index]
        pieces = kernel[row_, [column % 4, column % 4 + 4]]
        assert abs(edges.values[index]) == np.abs(pieces).max()
    name, (place,) = place_in_parameter(_anatomy(target), None, EdgeTarget("e", "", -1, 3), arrays) or ("", (0,))
    assert name == "bias" and place % 4 == 3


def test_a_picture_sends_edges_only_to_the_unit_in_focus() -> None:
    graph = graph_of(row("x", "input", shape=(784,)), row("d", "dense", "x", units=15), row("out", "output", "d"))
    source, target = _end(graph, "x", sample_shape=(28, 28)), _end(graph, "d", 400.0, sample_shape=(28, 28))
    (incoming,) = _anatomy(target).incoming
    kernel = RNG.normal(size=(784, 15))
    numbers = UnitNumbers(parameters={"kernel.x-d": kernel})
    assert len(edges_between(incoming, source, target, numbers, UnitNumbers(), EdgeWish())) == 0
    edges = edges_between(incoming, source, target, numbers, UnitNumbers(), EdgeWish(focus=("d", 4)))
    assert edges.total == 784 and set(edges.units.tolist()) == {4}
    np.testing.assert_allclose(np.abs(edges.values), np.sort(np.abs(kernel[:, 4]))[-FOCUS_EDGES:])


def test_layers_without_weights_are_joined_unit_by_unit() -> None:
    graph = graph_of(
        row("x", "input", shape=(4,)),
        row("a", "dense", "x", units=3),
        row("both", "concatenate", "a", "x"),
        row("out", "output", "both"),
    )
    target = _end(graph, "both", 400.0)
    for incoming, name in zip(_anatomy(target).incoming, ("a", "x"), strict=True):
        edges = edges_between(incoming, _end(graph, name), target, UnitNumbers(), UnitNumbers(), EdgeWish())
        first = 0 if name == "a" else 3
        width = 3 if name == "a" else 4
        assert sorted(zip(edges.source_units.tolist(), edges.units.tolist(), strict=True)) == [
            (unit, unit + first) for unit in range(width)
        ]
        assert not edges.weighted


def test_a_filter_is_as_strong_as_its_numbers_and_has_the_sign_of_their_sum() -> None:
    graph = graph_of(
        row("x", "input", shape=(8, 8, 2)),
        row("c", "convolution", "x", filters=3, kernel=(3, 3)),
        row("out", "output", "c"),
    )
    target = _end(graph, "c", 400.0)
    (incoming,) = _anatomy(target).incoming
    kernel = RNG.normal(size=(3, 3, 2, 3))
    numbers = UnitNumbers(parameters={"kernel": kernel})
    edges = edges_between(incoming, _end(graph, "x"), target, numbers, UnitNumbers(), EdgeWish())
    assert len(edges) == 6
    for source, unit, value in zip(edges.source_units, edges.units, edges.values, strict=True):
        part = kernel[:, :, source, unit]
        assert value == pytest.approx(np.sign(part.sum()) * np.linalg.norm(part))
    assert place_in_parameter(_anatomy(target), incoming, edges.target(0), numbers.parameters) is None


def test_biases_are_edges_of_their_own() -> None:
    end = _end(DENSE, "d", first=5)
    edges = bias_edges(end.frame, end.box, NUMBERS, Measure.WEIGHT)
    np.testing.assert_array_equal(edges.values, NUMBERS.parameters["bias"][5:20])
    assert set(edges.source_units.tolist()) == {-1}
    assert np.isnan(bias_edges(end.frame, end.box, NUMBERS, Measure.GRADIENT).values).all()


def test_the_nearest_edge_is_found_and_none_beyond_reach() -> None:
    edges = _dense(EdgeWish())
    for index in (0, 100, 224):
        point = 0.3 * edges.starts[index] + 0.7 * edges.ends[index]
        found = edges.nearest((float(point[0]), float(point[1])), 3.0)
        assert found is not None and found[1] < 1e-6
        assert edges.find(edges.target(index)) == index
    assert edges.nearest((float(edges.starts[0][0]) - 30.0, -80.0), 3.0) is None


def test_steps_of_strength_go_from_nothing_to_the_end() -> None:
    values = np.array([0.0, 1e-9, -0.5, 1.0, -7.0, np.nan])
    assert levels(values, 1.0).tolist() == [0, 1, LEVELS // 2, LEVELS, LEVELS, 0]
    assert levels(values, 0.0).tolist() == [0] * 6
