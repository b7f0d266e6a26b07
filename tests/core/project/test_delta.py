"""The difference of two projects: it is empty where they are equal, and enough to bring every view up to date."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.graph.topology import topological_order
from core.layers.catalog import LAYERS
from core.project import edits
from core.project.delta import ProjectDelta, diff
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.session import initial_state
from tests.core.graph.networks import chain
from tests.core.project.random_edits import histories


class _View:
    """What a canvas shows, brought up to date by differences alone."""

    def __init__(self) -> None:
        self.nodes: dict[str, object] = {}
        self.links: dict[str, object] = {}
        self.places: dict[str, tuple[float, float]] = {}

    def follow(self, delta: ProjectDelta) -> None:
        after = delta.after
        for id_ in delta.links_removed:
            del self.links[id_]
        for id_ in delta.removed:
            del self.nodes[id_], self.places[id_]
        for id_ in delta.added:
            assert id_ not in self.nodes
            self.nodes[id_], self.places[id_] = after.graph.node(id_), after.layout[id_]
        for id_ in delta.changed:
            self.nodes[id_] = after.graph.node(id_)
        for id_ in delta.moved:
            self.places[id_] = after.layout[id_]
        for id_ in delta.links_added:
            assert id_ not in self.links
            self.links[id_] = after.graph.link(id_)

    def shows(self, project: Project) -> bool:
        return (
            self.nodes == {node.id: node for node in project.graph.nodes}
            and self.links == {link.id: link for link in project.graph.links}
            and self.places == project.layout
        )


def _same(one: Project, other: Project) -> bool:
    """Equal but for the number of the next identity, which a view never shows."""
    number = max(one.graph.next_number, other.graph.next_number)
    first, second = (replace(p, graph=replace(p.graph, next_number=number)) for p in (one, other))
    return first == second


@given(histories())
def test_every_edit_keeps_the_project_sound(steps: list[Project]) -> None:
    for project in steps:
        graph = project.graph
        ids = [node.id for node in graph.nodes]
        assert set(project.layout) == set(ids)
        assert len(topological_order(ids, graph.successors)) == len(ids)
        assert len({(link.source, link.target) for link in graph.links}) == len(graph.links)
        for node in graph.nodes:
            kind = LAYERS[node.kind]
            assert kind.maximum_inputs is None or len(graph.links_into(node.id)) <= kind.maximum_inputs
            assert kind.has_output or not graph.links_from(node.id)
            assert set(node.options) == {option.key for option in kind.options}


@given(histories(), st.data())
def test_the_difference_is_empty_just_where_two_projects_are_equal(steps: list[Project], data: st.DataObject) -> None:
    one, other = (data.draw(st.sampled_from(steps)) for _ in range(2))
    assert diff(one, other).empty == _same(one, other)
    assert diff(one, one).empty


@given(histories(), st.data())
def test_a_view_that_follows_the_differences_shows_every_project_forwards_and_back(
    steps: list[Project], data: st.DataObject
) -> None:
    view, shown = _View(), Project()
    there_and_back = [*steps, *reversed(steps), data.draw(st.sampled_from(steps))]
    for project in there_and_back:
        view.follow(diff(shown, project))
        shown = project
        assert view.shows(project)


@given(histories())
@settings(max_examples=50)
def test_undo_is_the_difference_the_other_way(steps: list[Project]) -> None:
    forth, back = diff(steps[0], steps[-1]), diff(steps[-1], steps[0])
    assert (forth.added, forth.removed) == (back.removed, back.added)
    assert (forth.links_added, forth.links_removed) == (back.links_removed, back.links_added)
    assert set(forth.changed) == set(back.changed)
    assert set(forth.moved) == set(back.moved)
    assert (forth.data, forth.training, forth.state) == (back.data, back.training, back.state)


def test_each_kind_of_change_is_told_apart() -> None:
    plain = Project(chain(3, 2), training=TrainingConfig())
    placed = edits.move_nodes(plain, {"d1": (1.0, 2.0)})
    delta = diff(plain, placed)
    assert (delta.moved, delta.graph, delta.empty) == (("d1",), False, False)
    delta = diff(plain, edits.set_option(plain, "d1", "units", 3))
    assert (delta.changed, delta.graph, delta.training) == (("d1",), True, False)
    delta = diff(plain, edits.set_training(plain, "epochs", 3))
    assert (delta.training, delta.graph, delta.data, delta.state) == (True, False, False, False)
    delta = diff(plain, edits.set_data_option(plain, "scaling", "none"))
    assert (delta.data, delta.graph) == (True, False)
    delta = diff(plain, edits.set_state(plain, initial_state(plain.graph, plain.training)))
    assert (delta.state, delta.graph) == (True, False)


def test_a_link_that_leads_elsewhere_is_both_removed_and_added() -> None:
    project = edits.add_node(Project(chain(3, 2, 2)), "dense", (0, 0))
    moved = edits.move_link(project, "x-d1", "x", project.graph.nodes[-1].id)
    delta = diff(project, moved)
    assert delta.links_added == delta.links_removed == ("x-d1",)
    assert not (delta.added or delta.removed or delta.changed)
