"""What an opened layer consists of, for every kind of layer."""

from __future__ import annotations

import pytest

from core.compiler.shapes import infer_shapes
from core.graph.model import Graph
from designer.canvas.units.anatomy import Anatomy, Surroundings, Tie, anatomy_of
from designer.canvas.units.frame import MOST_CIRCLES, MOST_PICTURES, frame_of
from tests.core.graph.networks import graph_of, row

IMAGES = graph_of(
    row("x", "input", shape=(12, 12)),
    row("conv", "convolution", "x", filters=4, kernel=(3, 3)),
    row("pool", "max_pooling", "conv"),
    row("pad", "zero_padding", "pool"),
    row("norm", "batch_normalization", "pad"),
    row("flat", "flatten", "norm"),
    row("drop", "dropout", "flat"),
    row("d", "dense", "drop", units=20),
    row("act", "activation", "d"),
    row("last", "dense", "act", units=3),
    row("out", "output", "last"),
)
MERGES = graph_of(
    row("x", "input", shape=(6,)),
    row("a", "dense", "x", units=5),
    row("b", "dense", "x", units=5),
    row("add", "add", "a", "b"),
    row("both", "concatenate", "a", "b"),
    row("m", "maxout", "both", "add", units=4, pieces=3),
    row("p", "prelu", "m"),
    row("n", "layer_normalization", "p"),
    row("last", "dense", "n", "x", units=2),
    row("out", "output", "last"),
)


def _anatomy(graph: Graph, node_id: str, classes: tuple[str, ...] = ("a", "b", "c")) -> Anatomy:
    found = anatomy_of(Surroundings(graph, infer_shapes(graph), (), classes), node_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("node_id", "picture", "channels", "tie", "bias"),
    [
        ("x", (12, 12), 1, None, ""),
        ("conv", (10, 10), 4, Tie.FILTERS, "bias"),
        ("pool", (5, 5), 4, Tie.CHANNELS, ""),
        ("pad", (7, 7), 4, Tie.CHANNELS, ""),
        ("norm", (7, 7), 4, Tie.EACH, "beta"),
        ("flat", (7, 7), 4, Tie.EACH, ""),
        ("drop", (7, 7), 4, Tie.EACH, ""),
        ("d", None, 1, Tie.WEIGHTS, "bias"),
        ("act", None, 1, Tie.EACH, ""),
        ("out", None, 1, Tie.EACH, ""),
    ],
)
def test_layers_of_images_open_into_a_picture_per_channel_and_others_into_circles(
    node_id: str, picture: tuple[int, int] | None, channels: int, tie: Tie | None, bias: str
) -> None:
    anatomy = _anatomy(IMAGES, node_id)
    assert (anatomy.picture, anatomy.channels) == (picture, channels)
    assert [incoming.tie for incoming in anatomy.incoming] == ([] if tie is None else [tie])
    assert anatomy.bias == bias


def test_inputs_side_by_side_know_where_each_of_them_begins() -> None:
    both = _anatomy(MERGES, "both")
    assert [(incoming.source, incoming.tie, incoming.first) for incoming in both.incoming] == [
        ("a", Tie.EACH, 0),
        ("b", Tie.EACH, 5),
    ]
    assert [incoming.first for incoming in _anatomy(MERGES, "add").incoming] == [0, 0]


def test_every_link_into_a_layer_with_weights_has_the_kernel_that_weighs_it() -> None:
    assert [(i.source, i.parameter) for i in _anatomy(MERGES, "m").incoming] == [
        ("both", "kernel.both-m"),
        ("add", "kernel.add-m"),
    ]
    assert [(i.source, i.width) for i in _anatomy(MERGES, "last").incoming] == [("n", 4), ("x", 6)]


def test_the_last_layer_names_its_units_as_the_classes() -> None:
    assert _anatomy(IMAGES, "last").names == ("a", "b", "c")
    assert _anatomy(IMAGES, "out").names == ("a", "b", "c")
    assert _anatomy(IMAGES, "d").names == ()
    assert _anatomy(IMAGES, "last", ("0", "1")).names == ()


def test_an_input_takes_the_form_of_the_samples() -> None:
    graph = graph_of(row("x", "input", shape=(784,)), row("d", "dense", "x"), row("out", "output", "d"))
    shapes = infer_shapes(graph)
    seen = anatomy_of(Surroundings(graph, shapes, (28, 28)), "x")
    assert seen is not None and seen.picture == (28, 28)
    plain = anatomy_of(Surroundings(graph, shapes, (784,)), "x")
    assert plain is not None and plain.picture is None


def test_a_layer_whose_shape_is_not_known_cannot_be_opened() -> None:
    graph = graph_of(row("x", "input", shape=(4,)), row("d", "dense"))
    assert anatomy_of(Surroundings(graph, infer_shapes(graph)), "d") is None


@pytest.mark.parametrize("graph", [IMAGES, MERGES])
def test_everything_in_a_frame_lies_inside_it(graph: Graph) -> None:
    for node in graph.nodes:
        anatomy = _anatomy(graph, node.id)
        most = MOST_CIRCLES if anatomy.picture is None else MOST_PICTURES
        for first in (0, 3, 10_000):
            frame = frame_of(anatomy, first, True, 120.0)
            assert frame.count == min(most, anatomy.rows)
            assert 0 <= frame.first <= anatomy.rows - frame.count
            for unit in range(frame.first, frame.first + frame.count):
                x, y = frame.centre(unit)
                assert frame.radius <= x <= frame.width - frame.radius
                assert y - frame.radius >= 30.0 and y + frame.radius <= frame.height
                assert frame.shows(unit)
            if anatomy.bias:
                assert frame.bias_node.bottom() < frame.height
