"""Random edits, as a user without a plan would make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from core.data.reference import DataReference
from core.errors import LayerloomError
from core.layers.catalog import LAYERS
from core.project import edits
from core.project.model import Project
from core.training.session import initial_state

Edit = Callable[[Project], Project]


@st.composite
def _edit(draw: st.DrawFn, project: Project) -> Edit:
    """One edit of the layers and links that the project has; it may be one that is refused."""
    nodes = [node.id for node in project.graph.nodes]
    links = [link.id for link in project.graph.links]
    place = (float(draw(st.integers(-3, 3))), float(draw(st.integers(-3, 3))))
    kind = draw(st.sampled_from(LAYERS.keys))
    choices: list[Edit] = [
        lambda p: edits.add_node(p, kind, place),
        lambda p: edits.set_training(p, "batch_size", 1 + int(abs(place[0]))),
        lambda p: edits.set_data(p, DataReference("digits", "", "unit", int(abs(place[1])))),
        lambda p: edits.set_state(p, None if place[0] > 0 else initial_state(p.graph, p.training)),
        lambda p: edits.new_weights(p),
    ]
    if nodes:
        a, b = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        some = draw(st.lists(st.sampled_from(nodes), max_size=3))
        name = draw(st.sampled_from(["", "Eyes", "Dense 15"]))
        choices += [
            lambda p: edits.add_link(p, a, b),
            lambda p: edits.add_link(p, b, a),
            lambda p: edits.delete(p, [a]),
            lambda p: edits.duplicate(p, some),
            lambda p: edits.move_nodes(p, dict.fromkeys(some, place)),
            lambda p: edits.rename(p, a, name),
            lambda p: edits.set_option(p, a, "units", 1 + int(abs(place[0]))),
        ]
        if links:
            link = draw(st.sampled_from(links))
            choices += [
                lambda p: edits.move_link(p, link, a, b),
                lambda p: edits.insert_node(p, kind, link, place),
                lambda p: edits.insert_existing(p, a, link),
                lambda p: edits.delete(p, [], [link]),
            ]
    return draw(st.sampled_from(choices))


def edited(draw: st.DrawFn, project: Project, count: int) -> list[Project]:
    """The project and what `count` random edits made of it, one after the other; refused ones change nothing."""
    steps = [project]
    for _ in range(count):
        before = steps[-1]
        kept = fingerprint(before)
        try:
            steps.append(draw(_edit(before))(before))
        except LayerloomError as refusal:
            assert str(refusal)
        assert fingerprint(before) == kept, "an edit changed the project in place"
    return steps


@st.composite
def histories(draw: st.DrawFn, most: int = 14) -> list[Project]:
    return edited(draw, Project(), draw(st.integers(0, most)))


def fingerprint(project: Project) -> Any:
    """All that a project holds, as plain values that no longer change with it."""
    graph = project.graph
    state = project.state
    return (
        [(node.id, node.kind, dict(node.options), node.name) for node in graph.nodes],
        [(link.id, link.source, link.target) for link in graph.links],
        [[link.id for link in graph.links_into(node.id)] for node in graph.nodes],
        [[link.id for link in graph.links_from(node.id)] for node in graph.nodes],
        dict(project.layout),
        project.data,
        (project.training, dict(project.training.optimizer_options)),
        None if state is None else {key: array.tobytes() for key, array in state.parameters.items()},
    )
