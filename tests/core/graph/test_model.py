"""The network as a value: what it refuses, and that nothing is ever changed in place."""

from __future__ import annotations

import dataclasses

import pytest

from core.errors import CycleError, DuplicateLinkError, GraphError, SelfLinkError
from core.graph.model import Graph, Link, Node
from tests.core.graph.networks import ladder

NAMES = {"a": "Dense 1", "b": "Dense 2", "c": "Dense 3"}


def _three_in_a_row() -> Graph:
    nodes = tuple(Node(id_, "dense") for id_ in "abc")
    return Graph(nodes, (Link("l4", "a", "b"), Link("l5", "b", "c")), next_number=6)


def test_a_link_to_the_layer_itself_is_refused_by_name() -> None:
    with pytest.raises(SelfLinkError, match=r"^Cannot link 'Dense 2' to itself\.$"):
        _three_in_a_row().with_link("b", "b", NAMES)


def test_a_second_link_between_two_layers_is_refused_by_name() -> None:
    with pytest.raises(DuplicateLinkError, match=r"^'Dense 1' is linked to 'Dense 2' already\.$"):
        _three_in_a_row().with_link("a", "b", NAMES)


def test_a_link_that_closes_a_cycle_is_refused_with_the_names_along_it() -> None:
    with pytest.raises(CycleError) as refusal:
        _three_in_a_row().with_link("c", "a", NAMES)
    assert str(refusal.value) == (
        "Cannot link 'Dense 3' to 'Dense 1': it would close the cycle Dense 3 → Dense 1 → Dense 2 → Dense 3."
    )


def test_the_cycle_that_is_named_is_the_shortest() -> None:
    with pytest.raises(CycleError, match="cycle c → a → c"):
        _three_in_a_row().with_link("a", "c").with_link("c", "a")


def test_a_cycle_through_a_ladder_of_30_diamonds_is_found() -> None:
    with pytest.raises(CycleError) as refusal:
        ladder(30).with_link("c30", "c0")
    assert str(refusal.value).count("→") == 31


@pytest.mark.parametrize(("source", "target"), [("a", "nowhere"), ("nowhere", "a")])
def test_a_link_to_a_layer_that_does_not_exist_is_refused(source: str, target: str) -> None:
    with pytest.raises(GraphError, match="no layer 'nowhere'"):
        _three_in_a_row().with_link(source, target)


def test_a_graph_cannot_be_made_with_shared_identities_or_loose_links() -> None:
    a, b = Node("a", "dense"), Node("b", "dense")
    with pytest.raises(GraphError, match="share an identity"):
        Graph((a, a))
    with pytest.raises(GraphError, match="share an identity"):
        Graph((a, b), (Link("l1", "a", "b"), Link("l1", "b", "a")))
    with pytest.raises(GraphError, match=r"Link 'l1' leads to a layer that does not exist\."):
        Graph((a, b), (Link("l1", "a", "c"),))


def test_unknown_layers_and_links_are_named() -> None:
    graph = _three_in_a_row()
    with pytest.raises(GraphError, match="no layer 'x'"):
        graph.node("x")
    with pytest.raises(GraphError, match="no link 'l9'"):
        graph.link("l9")
    assert "a" in graph and "x" not in graph


def test_an_edit_returns_another_graph_and_leaves_the_first_as_it_was() -> None:
    graph = _three_in_a_row()
    twin = _three_in_a_row()
    graph.with_node(Node("d", "dense"))
    graph.with_node_replaced(Node("a", "activation"))
    graph.with_link("a", "c")
    graph.without(["a"], ["l5"])
    graph.with_link_moved("l5", "a", "c")
    assert graph == twin
    assert [link.id for link in graph.links_into("b")] == ["l4"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.nodes = ()  # type: ignore[misc]


def test_an_identity_is_never_used_again() -> None:
    graph = _three_in_a_row()
    grown = graph.with_link("a", "c")
    assert grown.links[-1] == Link("l6", "a", "c")
    again = grown.without(link_ids=["l6"]).with_link("a", "c")
    assert again.links[-1].id == "l7"


def test_removing_a_layer_removes_its_links_and_no_others() -> None:
    rest = _three_in_a_row().with_link("a", "c").without(["b"])
    assert [node.id for node in rest.nodes] == ["a", "c"]
    assert rest.links == (Link("l6", "a", "c"),)
    assert rest.successors("a") == ("c",)


def test_a_moved_link_keeps_identity_and_place_among_the_links() -> None:
    moved = _three_in_a_row().with_link_moved("l4", "a", "c")
    assert moved.links == (Link("l4", "a", "c"), Link("l5", "b", "c"))
    assert [link.id for link in moved.links_into("c")] == ["l4", "l5"]
    with pytest.raises(CycleError):
        _three_in_a_row().with_link_moved("l4", "c", "b")
