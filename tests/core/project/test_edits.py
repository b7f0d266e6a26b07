"""Edits: what each does, what it refuses and in which words, and which weights live on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.compiler.shapes import infer_shapes
from core.data.reference import DataReference
from core.errors import ArityError, CycleError, DuplicateLinkError, GraphError, OptionError, SelfLinkError
from core.layers.catalog import LAYERS
from core.project import edits
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.session import initial_state
from tests.core.graph.networks import Row, chain, graph_of, row


def _project(*rows: Row) -> Project:
    graph = graph_of(*rows)
    layout = {node.id: (100.0 * number, 5.0) for number, node in enumerate(graph.nodes)}
    return edits.move_nodes(Project(graph), layout)


X, H, Y = row("x", "input", shape=(3,)), row("h", "dense", "x", units=4), row("y", "dense", "h", units=2)
OUT = row("out", "output", "y")


def _links(project: Project) -> set[tuple[str, str]]:
    return {(link.source, link.target) for link in project.graph.links}


def test_an_added_layer_has_all_its_options_and_lies_where_it_was_dropped() -> None:
    project = edits.add_node(Project(), "dense", (3, -4.5), {"units": 7})
    (node,) = project.graph.nodes
    assert dict(node.options) == {option.key: option.initial for option in LAYERS["dense"].options} | {"units": 7}
    assert project.layout == {node.id: (3.0, -4.5)}


def test_a_layer_with_an_impossible_option_is_not_added() -> None:
    with pytest.raises(OptionError, match=r"^'Units' cannot be 0: expected a whole number from 1 to 100,000\.$"):
        edits.add_node(Project(), "dense", (0, 0), {"units": 0})


@pytest.mark.parametrize("place", [(float("nan"), 0.0), (0.0, float("inf"))])
def test_a_card_cannot_lie_nowhere(place: tuple[float, float]) -> None:
    with pytest.raises(GraphError, match="A card cannot lie at"):
        edits.add_node(Project(), "dense", place)


REFUSED_LINKS = [
    ("out", "h", ArityError, "'out' is an end of the network: nothing can be linked after it."),
    ("h", "x", ArityError, "'x' is where the samples enter: nothing can be linked into it."),
    ("h", "out", ArityError, "'out' takes one input and has one from 'y'. Delete that wire first."),
    ("h", "h", SelfLinkError, "Cannot link 'h' to itself."),
    ("h", "y", DuplicateLinkError, "'h' is linked to 'y' already."),
    ("y", "out", DuplicateLinkError, "'y' is linked to 'out' already."),
    ("y", "h", CycleError, "Cannot link 'y' to 'h': it would close the cycle y → h → y."),
]


@pytest.mark.parametrize(("source", "target", "error", "text"), REFUSED_LINKS)
def test_a_link_that_cannot_be_is_refused_with_the_reason(
    source: str, target: str, error: type[GraphError], text: str
) -> None:
    project = _project(X, H, Y, OUT)
    with pytest.raises(error) as refusal:
        edits.add_link(project, source, target)
    assert str(refusal.value) == text


def test_layers_without_a_name_are_called_by_their_automatic_one_in_refusals() -> None:
    project = Project()
    for units in (4, 4):
        project = edits.add_node(project, "dense", (0, 0), {"units": units})
    first, second = (node.id for node in project.graph.nodes)
    project = edits.add_link(project, first, second)
    with pytest.raises(CycleError, match=r"the cycle Dense 4 \(2\) → Dense 4 → Dense 4 \(2\)\."):
        edits.add_link(project, second, first)


def test_a_second_link_past_a_layer_is_allowed_into_dense_layers() -> None:
    assert ("x", "y") in _links(edits.add_link(_project(X, H, Y, OUT), "x", "y"))


def test_a_moved_link_keeps_its_kernel_where_the_shape_allows() -> None:
    project = _project(X, H, row("i", "dense", "x", units=4), Y, OUT)
    state = initial_state(project.graph, TrainingConfig())
    moved = edits.move_link(project, "h-y", "i", "y")
    assert ("i", "y") in _links(moved) and ("h", "y") not in _links(moved)
    specs = {spec.name: spec.shape for spec in infer_shapes(moved.graph)["y"].parameters}
    assert specs["kernel.h-y"] == state.parameters["y", "kernel.h-y"].shape


def test_a_link_can_be_moved_back_onto_its_own_place() -> None:
    project = _project(X, H, Y, OUT)
    assert edits.move_link(project, "y-out", "y", "out").graph.links == project.graph.links
    assert edits.move_link(project, "h-y", "h", "y").graph.links == project.graph.links


def test_a_link_cannot_be_moved_to_where_it_must_not_be() -> None:
    project = _project(X, H, Y, OUT)
    with pytest.raises(CycleError, match="Cannot link 'y' to 'h'"):
        edits.move_link(project, "x-h", "y", "h")
    with pytest.raises(ArityError, match="'out' takes one input"):
        edits.move_link(project, "x-h", "h", "out")


def test_a_layer_dropped_on_a_wire_is_led_through_and_the_kernel_behind_it_lives_on() -> None:
    project = edits.insert_node(_project(X, H, Y, OUT), "activation", "h-y", (7, 7), {"activation": "tanh"})
    new = project.graph.nodes[-1]
    assert _links(project) == {("x", "h"), ("h", new.id), (new.id, "y"), ("y", "out")}
    assert [spec.name for spec in infer_shapes(project.graph)["y"].parameters] == ["kernel.h-y", "bias"]


def test_a_layer_that_stands_already_can_be_led_through() -> None:
    project = edits.insert_existing(_project(X, H, Y, OUT, row("g", "activation")), "g", "h-y")
    assert _links(project) == {("x", "h"), ("h", "g"), ("g", "y"), ("y", "out")}


@pytest.mark.parametrize("kind", ["input", "output"])
def test_an_end_cannot_stand_in_the_middle_of_a_wire(kind: str) -> None:
    with pytest.raises(ArityError, match="cannot stand in the middle of a wire"):
        edits.insert_node(_project(X, H, Y, OUT), kind, "h-y", (0, 0))


def test_a_wire_is_led_through_no_layer_where_that_closes_a_cycle_and_the_layers_are_named() -> None:
    project = _project(X, H, Y, OUT)
    project = edits.rename(project, "y", "Answer")
    with pytest.raises(CycleError) as refusal:
        edits.insert_existing(project, "y", "x-h")
    assert str(refusal.value) == "Cannot link 'Answer' to 'h': it would close the cycle Answer → h → Answer."


def test_deleting_layers_takes_their_links_and_places_along() -> None:
    project = edits.delete(_project(X, H, Y, OUT), ["h"], ["y-out"])
    assert [node.id for node in project.graph.nodes] == ["x", "y", "out"]
    assert _links(project) == set()
    assert set(project.layout) == {"x", "y", "out"}


def test_copies_have_options_and_links_among_them_but_identities_of_their_own() -> None:
    project = edits.duplicate(_project(X, H, Y, OUT), ["h", "y"], (10.0, 20.0))
    first, second = project.graph.nodes[-2:]
    assert [dict(node.options) for node in (first, second)] == [dict(H.node.options), dict(Y.node.options)]
    assert _links(project) - _links(_project(X, H, Y, OUT)) == {(first.id, second.id)}
    assert project.layout[first.id] == (110.0, 25.0)


def test_an_option_is_set_for_one_layer_only() -> None:
    project = edits.set_option(_project(X, H, Y, OUT), "h", "units", 9)
    assert project.graph.node("h").options["units"] == 9
    assert project.graph.node("y").options["units"] == 2
    with pytest.raises(OptionError, match="Unknown option 'width'"):
        edits.set_option(project, "h", "width", 3)
    with pytest.raises(GraphError, match="no layer 'nowhere'"):
        edits.set_option(project, "nowhere", "units", 3)


def test_a_name_is_tidied_limited_and_taken_back_when_empty() -> None:
    project = _project(X, H)
    assert edits.rename(project, "h", "  Eyes \n of  it ").graph.node("h").name == "Eyes of it"
    assert edits.rename(project, "h", " ").graph.node("h").name == ""
    assert len(edits.rename(project, "h", "ñ" * 60).graph.node("h").name) == 60
    with pytest.raises(OptionError, match=r"^A name can have 60 characters; this one has 61\.$"):
        edits.rename(project, "h", "ñ" * 61)


def test_another_optimiser_starts_with_its_own_defaults() -> None:
    project = edits.set_training(Project(), "optimizer", "momentum")
    project = edits.set_choice_option(project, "optimizer", "momentum", 0.5)
    assert dict(edits.set_training(project, "optimizer", "momentum").training.optimizer_options)["momentum"] == 0.5
    assert dict(edits.set_training(project, "optimizer", "sgd").training.optimizer_options) == {}
    faster = edits.set_training(project, "learning_rate", 3.0)
    assert edits.set_training(faster, "optimizer", "adam").training.learning_rate == 0.001
    assert edits.set_training(faster, "optimizer", "momentum").training.learning_rate == 3.0
    with pytest.raises(OptionError, match="Unknown option 'momentum'"):
        edits.set_choice_option(Project(), "optimizer", "momentum", 0.5)


@pytest.mark.parametrize(
    ("key", "value"), [("batch_size", 0), ("learning_rate", float("nan")), ("epochs", 1.5), ("seed", -1), ("rate", 1)]
)
def test_an_impossible_training_value_is_refused(key: str, value: Any) -> None:
    with pytest.raises(OptionError):
        edits.set_training(Project(), key, value)


def test_data_are_chosen_and_their_preparation_is_checked() -> None:
    project = edits.set_data(Project(), DataReference("digits", "", "none", 20))
    assert edits.set_data_option(project, "validation_percent", 5).data == DataReference("digits", "", "none", 5)
    with pytest.raises(OptionError, match="'Scaling' cannot be 'log'"):
        edits.set_data_option(project, "scaling", "log")
    with pytest.raises(OptionError, match=r"^Unknown data option 'colour'\. Known options: source, location, "):
        edits.set_data_option(project, "colour", "red")


def test_new_weights_come_from_the_next_seed_and_drop_what_was_learnt() -> None:
    graph = chain(3, 2)
    project = edits.set_state(Project(graph), initial_state(graph, TrainingConfig()))
    fresh = edits.new_weights(project)
    assert (fresh.training.seed, fresh.state) == (2, None)
    last = edits.set_training(project, "seed", 2**31 - 1)
    assert edits.new_weights(last).training.seed == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_weight_set_by_hand_changes_that_weight_alone_and_marks_the_state(dtype: str) -> None:
    graph = chain(3, 2)
    state = initial_state(graph, TrainingConfig(dtype=dtype))
    edited = edits.set_parameter_value(Project(graph), state, ("d1", "kernel.x-d1"), (2, 1), 0.25).state
    assert edited is not None and edited.edited_by_hand and not state.edited_by_hand
    before, after = state.parameters["d1", "kernel.x-d1"], edited.parameters["d1", "kernel.x-d1"]
    assert after[2, 1] == 0.25 and after.dtype == dtype
    assert np.argwhere(before != after).tolist() == [[2, 1]]
    assert not after.flags.writeable
    assert edited.parameters["d1", "bias"] is state.parameters["d1", "bias"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e39])
def test_a_weight_must_be_finite_also_after_rounding(value: float) -> None:
    graph = chain(3, 2)
    state = initial_state(graph, TrainingConfig(dtype="float32"))
    with pytest.raises(OptionError, match=r"^A weight must be a finite number, at most 3\.4e\+38 in float32; got "):
        edits.set_parameter_value(Project(graph), state, ("d1", "bias"), (0,), value)


def test_a_new_card_is_placed_right_of_the_others() -> None:
    assert edits.default_position(Project()) == (0.0, 0.0)
    project = _project(X, H)
    x, y = edits.default_position(project)
    assert x >= 100.0 + edits.CARD_WIDTH and y == 5.0


def test_an_empty_network_is_told_how_to_begin() -> None:
    with pytest.raises(GraphError, match=r"^The network has no layers yet\. Drag an Input"):
        edits.require_layers(Project())
    edits.require_layers(_project(X))
