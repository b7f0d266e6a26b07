"""What every layer kind of the catalogue must keep to; a new kind is taken in by itself."""

from __future__ import annotations

from importlib.resources import files

import pytest

import resources
from core.errors import LayerloomError, OptionError, ShapeError, UnknownKeyError
from core.graph.model import Node
from core.layers.catalog import LAYERS
from core.layers.layer_type import InputPort, LayerType, format_shape, single_input
from core.options import IntegerOption, Option, RealOption, complete

KINDS = pytest.mark.parametrize("kind", list(LAYERS), ids=LAYERS.keys)


ROLES = {"kernel", "bias", "scale", "slope"}


def _ports(kind: LayerType, count: int) -> list[InputPort]:
    """Images of 28 × 28, which every kind takes."""
    return [InputPort(f"l{number}", f"Source {number}", (28, 28)) for number in range(count)]


def _node(kind: LayerType) -> Node:
    return Node("n1", kind.key, complete(kind.options, {}), kind.label)


def _out_of_range(option: Option) -> list[float]:
    if isinstance(option, IntegerOption | RealOption):
        return [option.minimum - 1, option.maximum + 1]
    return []


@KINDS
def test_a_kind_says_what_it_is(kind: LayerType) -> None:
    options = complete(kind.options, {})
    assert kind.label and kind.description.endswith(".")
    assert kind.title(options)
    assert isinstance(kind.summary(options), str)
    assert len({option.key for option in kind.options}) == len(kind.options)
    assert all(option.label and option.help.endswith(".") for option in kind.options)


@KINDS
def test_a_kind_and_its_presets_have_icons_and_valid_options(kind: LayerType) -> None:
    icons = files(resources) / "icons"
    for name in (kind.icon, *(preset.icon for preset in kind.presets)):
        assert (icons / f"{name}.svg").is_file(), name
    for preset in kind.presets:
        assert preset.label and preset.description.endswith(".")
        assert complete(kind.options, preset.options) != complete(kind.options, {})


@KINDS
def test_every_initial_option_is_accepted_and_an_alien_value_is_refused_by_label(kind: LayerType) -> None:
    for option in kind.options:
        assert option.checked(option.initial) == option.initial
        for alien in (None, object(), [], "no such value", float("nan"), *_out_of_range(option)):
            with pytest.raises(OptionError, match=f"^'{option.label}' cannot be "):
                option.checked(alien)


@KINDS
def test_a_kind_refuses_options_that_it_does_not_have(kind: LayerType) -> None:
    with pytest.raises(OptionError, match=r"^Unknown option 'colour'\. Known options: "):
        complete(kind.options, {"colour": "red"})


@KINDS
def test_the_parameters_of_a_kind_have_names_of_their_own_and_belong_to_its_links(kind: LayerType) -> None:
    for count in range(kind.minimum_inputs, 1 + (3 if kind.maximum_inputs is None else kind.maximum_inputs)):
        specs = kind.parameters(_node(kind), _ports(kind, count))
        assert len({spec.name for spec in specs}) == len(specs)
        assert all(spec.role in ROLES and spec.size > 0 for spec in specs)
        assert kind.multiply_adds(_node(kind), _ports(kind, count)) >= 0
        assert all(min(spec.shape) > 0 for spec in kind.buffers(_node(kind), _ports(kind, count)))
        linked = {spec.link_id for spec in specs} - {""}
        assert linked <= {port.link_id for port in _ports(kind, count)}


@KINDS
def test_a_kind_that_takes_one_input_refuses_two_by_name(kind: LayerType) -> None:
    if kind.maximum_inputs != 1:
        assert kind.output_shape(_node(kind), _ports(kind, 2 if kind.maximum_inputs is None else 0))
        return
    with pytest.raises(ShapeError, match=f"^'{kind.label}' needs exactly one input; it has 2\\.$"):
        kind.output_shape(_node(kind), _ports(kind, 2))


def test_an_unknown_kind_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UnknownKeyError) as error:
        LAYERS["dens"]
    start, _, known = str(error.value).partition("Known: ")
    assert start == "Unknown layer kind 'dens'. "
    assert known == ", ".join(kind.key for kind in LAYERS) + "."
    assert isinstance(error.value, LayerloomError)


def test_a_dense_layer_may_have_as_many_links_as_one_likes() -> None:
    dense = LAYERS["dense"]
    node = Node("n1", "dense", complete(dense.options, {"units": 4}))
    specs = dense.parameters(node, [InputPort(f"l{number}", "Source", (3,)) for number in range(3)])
    assert [spec.shape for spec in specs] == [(3, 4)] * 3 + [(4,)]
    assert {spec.fan_in for spec in specs} == {9}
    assert {spec.fan_out for spec in specs} == {4}


def test_shapes_are_shown_as_people_write_them() -> None:
    assert format_shape((28, 28)) == "28 × 28"
    assert format_shape((1_000,)) == "1,000"


def test_a_single_input_is_handed_on() -> None:
    (port,) = _ports(LAYERS["output"], 1)
    assert single_input("Output", [port]) is port
