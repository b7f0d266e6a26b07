"""Every layer kind, activation, loss and way of linking: analytic gradients against central differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.layers.layer_type import LayerType
from core.numerics.activations import ACTIVATIONS
from core.numerics.losses import LOSSES
from core.options import ChoiceOption, FlagOption, IntegerOption, Option, RealOption, ShapeOption, WindowOption
from tests.core.compiler.gradient_trial import assert_gradients_agree
from tests.core.graph.networks import Row, chain, graph_of, random_graph, row


def _values(option: Option) -> list[Any]:
    """Values of an option that a small network can have, the first one for all trials of the other options."""
    match option:
        case ChoiceOption(key="activation"):
            return [choice.key for choice in option.choices if ACTIVATIONS[choice.key].trainable]
        case ChoiceOption():
            return [choice.key for choice in option.choices]
        case FlagOption():
            return [option.default, not option.default]
        case IntegerOption(key="margin"):
            return [1, 0]
        case IntegerOption():
            small = [max(option.minimum, 3), option.minimum]
            return [value for value in small if value <= option.maximum]
        case RealOption():
            return [option.default, option.minimum, min(option.maximum, 10.0)]
        case WindowOption():
            return [(2, 2), (1, 1), (2, 3)]
        case ShapeOption(label="Shape", default=(28, 28)):
            return [(4, 6), (24,), (2, 3, 4)]
        case ShapeOption():
            return [(3,), (2, 2), (2, 1, 3)]
    raise AssertionError(f"no values for {option}")


def _variants(kind: LayerType) -> Iterator[dict[str, Any]]:
    """The first values of all options, then each other value of each option alone."""
    values = {option.key: _values(option) for option in kind.options}
    usual = {key: choices[0] for key, choices in values.items()}
    yield usual
    for option in kind.options:
        with_key = {option.only_with[0]: option.only_with[1][0]} if option.only_with is not None else {}
        for other in values[option.key][1:]:
            yield {**usual, **with_key, option.key: other}


def _networks(kind: LayerType, options: dict[str, Any]) -> Iterator[Graph]:
    """Small networks in which a layer of this kind stands wherever it may stand."""
    loss = str(options.get("loss", "squared_error"))
    last = LOSSES[loss].goes_with or "tanh"
    end = [row("y", "dense", "k", units=2, activation=last), row("out", "output", "y", loss=loss)]
    if kind.maximum_inputs == 0:
        yield graph_of(row("x", kind.key, **options), row("k", "dense", "x", units=3), *end)
        return
    if not kind.has_output:
        before = [row("x", "input", shape=(2, 2)), row("k", "dense", "x", units=3, activation="tanh")]
        yield graph_of(*before, end[0], row("out", kind.key, "y", **options))
        return
    if kind.key not in NEEDS_IMAGES:
        units = 24 if kind.key == "reshape" else 3
        hidden = [row(name, "dense", "x", units=units, activation="tanh") for name in ("h", "i", "j")]
        yield from _ways_in(kind, options, row("x", "input", shape=(4,)), hidden, end)
    yield from _ways_in(kind, options, row("x", "input", shape=(4, 3, 2)), _image_sources(), end)


def _ways_in(
    kind: LayerType, options: dict[str, Any], entry: Row, sources: list[Row], end: list[Row]
) -> Iterator[Graph]:
    """Networks in which a layer of this kind reads every number of sources that it may read."""
    widest = len(sources) if kind.maximum_inputs is None else kind.maximum_inputs
    for count in range(kind.minimum_inputs, widest + 1):
        read = [source.node.id for source in sources[:count]]
        yield graph_of(entry, *sources[:count], row("k", kind.key, *read, **options), *end)


def _image_sources() -> list[Row]:
    """Images of one size in both orders of memory: the second is as the Input gives it, the others are batch last."""
    return [
        row("h", "convolution", "x", filters=2, kernel=(2, 2), padding="same", activation="tanh"),
        row("i", "activation", "x", activation="tanh"),
        row("j", "convolution", "x", filters=2, kernel=(1, 1), activation="sigmoid"),
    ]


NEEDS_IMAGES = {"convolution", "max_pooling", "mean_pooling", "zero_padding"}


@pytest.mark.parametrize("key", LAYERS.keys)
def test_gradients_of_a_layer_kind_with_every_value_of_its_options(key: str) -> None:
    for number, options in enumerate(_variants(LAYERS[key])):
        for graph in _networks(LAYERS[key], options):
            assert_gradients_agree(graph, 3, seed=number)


TRAINABLE = [activation.key for activation in ACTIVATIONS if activation.trainable]
LOGARITHMIC = {
    "cross_entropy": {"sigmoid", "softmax", "softplus", "log_softmax"},
    "binary_cross_entropy": {"sigmoid", "softmax"},
}
"""Functions of whose values the logarithms exist everywhere that a loss takes."""


@pytest.mark.parametrize(
    ("hidden", "last", "loss"),
    [
        (hidden, last, loss)
        for hidden in TRAINABLE
        for last in TRAINABLE
        for loss in LOSSES.keys
        if (hidden == "tanh" or loss in ("squared_error", "cross_entropy")) and last in LOGARITHMIC.get(loss, TRAINABLE)
    ],
)
def test_gradients_of_pairs_of_activations_under_every_loss(hidden: str, last: str, loss: str) -> None:
    graph = chain(3, 4, 3, activation=hidden, last=last, loss=loss)
    card = graph_of(
        row("x", "input", shape=(3,)),
        row("h", "dense", "x", units=4, activation="linear"),
        row("g", "activation", "h", activation=hidden),
        row("z", "dense", "g", units=3, activation="linear"),
        row("y", "activation", "z", activation=last),
        row("out", "output", "y", loss=loss),
    )
    assert_gradients_agree(graph)
    assert_gradients_agree(card)


X = row("x", "input", shape=(3,))
OUT = row("out", "output", "y", loss="cross_entropy")


def _dense(node_id: str, *sources: str, units: int = 3, activation: str = "tanh", bias: bool = True) -> Row:
    return row(node_id, "dense", *sources, units=units, activation=activation, bias=bias)


WAYS_OF_LINKING = {
    "one link": [X, _dense("y", "x", activation="softmax")],
    "a link from the input to the output layer": [X, _dense("h", "x"), _dense("y", "h", "x", activation="softmax")],
    "the same, drawn in the other order": [X, _dense("h", "x"), _dense("y", "x", "h", activation="softmax")],
    "three links into a layer": [
        X,
        _dense("a", "x", units=2),
        _dense("b", "a", units=4),
        _dense("y", "x", "a", "b", activation="softmax"),
    ],
    "no bias": [X, _dense("h", "x", bias=False), _dense("y", "h", "x", activation="softmax", bias=False)],
    "one output read by four layers": [
        X,
        _dense("a", "x"),
        _dense("b", "a"),
        row("c", "activation", "a", activation="sigmoid"),
        _dense("d", "a", "b"),
        _dense("y", "a", "b", "c", "d", activation="softmax"),
    ],
    "an activation card writes first, a dense layer adds": [
        X,
        _dense("a", "x"),
        _dense("b", "a"),
        row("c", "activation", "b", activation="tanh"),
        _dense("d", "c"),
        row("e", "activation", "a", activation="sigmoid"),
        _dense("y", "d", "e", activation="softmax"),
    ],
    "two diamonds": [
        X,
        _dense("a", "x"),
        _dense("b", "x"),
        _dense("c", "a", "b"),
        _dense("d", "c"),
        _dense("e", "c"),
        _dense("y", "d", "e", "c", activation="softmax"),
    ],
    "four activations in series": [
        X,
        _dense("a", "x", activation="linear"),
        row("b", "activation", "a", activation="tanh"),
        row("c", "activation", "b", activation="linear"),
        row("d", "activation", "c", activation="sigmoid"),
        row("e", "activation", "d", activation="softmax"),
        _dense("y", "e", activation="softmax"),
    ],
    "softmax behind softmax": [
        X,
        _dense("a", "x", activation="softmax"),
        row("y", "activation", "a", activation="softmax"),
    ],
    "an activation straight behind the input": [
        X,
        row("a", "activation", "x", activation="tanh"),
        _dense("y", "a", "x", activation="softmax"),
    ],
    "layers that lead nowhere": [
        X,
        _dense("a", "x"),
        _dense("nowhere", "a", "x"),
        _dense("b", "nowhere"),
        _dense("y", "a", activation="softmax"),
        row("loose", "activation", "y", activation="relu"),
    ],
}


@pytest.mark.parametrize("batch_size", [1, 2, 5])
@pytest.mark.parametrize("way", WAYS_OF_LINKING)
def test_gradients_of_every_way_of_linking(way: str, batch_size: int) -> None:
    assert_gradients_agree(graph_of(*WAYS_OF_LINKING[way], OUT), batch_size)


@pytest.mark.parametrize("tenth", range(10))
def test_gradients_of_random_networks(tenth: int) -> None:
    for seed in range(10 * tenth, 10 * tenth + 10):
        graph = random_graph(np.random.default_rng(seed))
        assert_gradients_agree(graph, 1 + seed % 4, seed)
