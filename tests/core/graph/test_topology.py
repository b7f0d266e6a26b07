"""Walks over directed graphs, against plain enumeration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from core.graph.topology import find_path, reachable, topological_order

Edges = dict[str, list[str]]


@st.composite
def _edges(draw: st.DrawFn, acyclic: bool) -> Edges:
    count = draw(st.integers(1, 8))
    names = [f"n{number}" for number in draw(st.permutations(range(count)))]
    edges: Edges = {name: [] for name in names}
    for source, here in enumerate(names):
        for target, there in enumerate(names):
            if (target > source or not acyclic) and source != target and draw(st.integers(0, 2)) == 0:
                edges[here].append(there)
    return edges


def _all_paths(edges: Edges, start: str, goal: str) -> list[tuple[str, ...]]:
    """Every path without repeats, by brute force."""
    found, unfinished = [], [(start,)]
    while unfinished:
        path = unfinished.pop()
        if path[-1] == goal:
            found.append(path)
            continue
        unfinished += [(*path, there) for there in edges[path[-1]] if there not in path]
    return found


@given(_edges(acyclic=False), st.data())
def test_find_path_returns_a_shortest_path_or_none(edges: Edges, data: st.DataObject) -> None:
    start, goal = (data.draw(st.sampled_from(sorted(edges))) for _ in range(2))
    path = find_path(edges.__getitem__, start, goal)
    paths = _all_paths(edges, start, goal)
    if path is None:
        assert not paths
    else:
        assert path in paths
        assert len(path) == min(map(len, paths))


@given(_edges(acyclic=False), st.data())
def test_reachable_is_every_node_that_a_path_leads_to(edges: Edges, data: st.DataObject) -> None:
    starts = data.draw(st.sets(st.sampled_from(sorted(edges))))
    expected = {node for node in edges for start in starts if _all_paths(edges, start, node)}
    assert reachable(edges.__getitem__, starts) == expected


@given(_edges(acyclic=True), st.data())
def test_the_order_has_every_node_once_and_before_its_successors(edges: Edges, data: st.DataObject) -> None:
    order = topological_order(data.draw(st.permutations(list(edges))), edges.__getitem__)
    assert sorted(order) == sorted(edges)
    place = {node: index for index, node in enumerate(order)}
    assert all(place[source] < place[target] for source, targets in edges.items() for target in targets)


@given(_edges(acyclic=False))
def test_nodes_on_or_behind_a_cycle_are_left_out(edges: Edges) -> None:
    order = set(topological_order(list(edges), edges.__getitem__))
    on_cycles = {a for a in edges for b in edges[a] if _all_paths(edges, b, a)}
    behind = {node for node in edges for start in on_cycles if _all_paths(edges, start, node)}
    assert order == set(edges) - behind


def test_ready_nodes_keep_the_order_in_which_they_were_given() -> None:
    edges = {"c": ["z"], "a": ["z"], "b": [], "z": []}
    assert topological_order(list(edges), edges.__getitem__) == ("c", "a", "b", "z")


def test_links_that_leave_the_nodes_are_ignored() -> None:
    edges = {"a": ["elsewhere", "b"], "b": []}
    assert topological_order(["a", "b"], edges.__getitem__) == ("a", "b")


def test_a_search_of_a_ladder_asks_each_node_once_and_an_ordering_twice() -> None:
    # A walk that marks nodes when it leaves them would take 2³⁰ steps here.
    edges: Edges = {"n0": []}
    for number in range(0, 60, 2):
        edges[f"n{number}"] = [f"n{number + 1}", f"n{number + 2}"]
        edges[f"n{number + 1}"] = [f"n{number + 2}"]
        edges[f"n{number + 2}"] = []
    asked: Counter[str] = Counter()

    def successors(node: str) -> Iterable[str]:
        asked[node] += 1
        return edges[node]

    assert find_path(successors, "n0", "nowhere") is None
    assert set(asked.values()) == {1}
    asked.clear()
    assert reachable(successors, ["n0"]) == set(edges)
    assert set(asked.values()) == {1}
    asked.clear()
    assert len(topological_order(list(edges), successors)) == 61
    assert set(asked.values()) == {2}
