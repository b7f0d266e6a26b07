"""Edits: pure functions from a project to the next one. Each is one step of undo.

Each raises GraphError or OptionError where the edit must be refused; the project is never changed in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from core.compiler.parameters import ParameterKey
from core.data.reference import DataReference
from core.data.sources import SOURCES
from core.errors import ArityError, GraphError, OptionError
from core.graph.model import Graph, Node
from core.layers.catalog import LAYERS
from core.layers.naming import display_names
from core.options import complete
from core.project.model import NO_MOMENTS, Project
from core.training.state import TrainedState
from core.training.timeline import Timeline

CARD_GAP = 96.0
"""Room between two cards that are placed side by side, in scene pixels."""

CARD_WIDTH = 152.0
"""Width of a card, in scene pixels."""

MAXIMUM_NAME_LENGTH = 60


def add_node(
    project: Project,
    kind: str,
    position: tuple[float, float],
    options: Mapping[str, Any] | None = None,
) -> Project:
    """Add a layer of this kind, with its card at `position`; it is the last of ``graph.nodes``."""
    graph = project.graph
    node = Node(f"n{graph.next_number}", kind, complete(LAYERS[kind].options, options or {}))
    return replace(project, graph=graph.with_node(node), layout=_placed(project, {node.id: position}))


def append_layer(project: Project, kind: str, options: Mapping[str, Any] | None = None) -> Project:
    """Add a layer right of the last one, linked to it; the first one of an empty project stands by itself."""
    before = project.graph.nodes[-1:]
    project = add_node(project, kind, default_position(project), options)
    return add_link(project, before[0].id, project.graph.nodes[-1].id) if before else project


def add_link(project: Project, source: str, target: str) -> Project:
    """Link two layers; raises the GraphError that says why not."""
    names = display_names(project.graph)
    check_link(project.graph, source, target, names)
    return replace(project, graph=project.graph.with_link(source, target, names))


def check_link(graph: Graph, source: str, target: str, names: Mapping[str, str]) -> None:
    """Raise ArityError where a layer has no output, or takes no further input."""
    if not LAYERS[graph.node(source).kind].has_output:
        raise ArityError("'{name}' is an end of the network: nothing can be linked after it.", name=names[source])
    kind = LAYERS[graph.node(target).kind]
    if kind.maximum_inputs == 0:
        raise ArityError(
            "'{name}' is where the samples enter: nothing can be linked into it.", name=names[target]
        )
    present = graph.links_into(target)
    already = any(link.source == source for link in present)
    if source != target and not already and kind.maximum_inputs is not None and len(present) >= kind.maximum_inputs:
        raise ArityError(
            "'{name}' takes one input and has one from '{present}'. Delete that wire first.",
            name=names[target],
            present=names[present[0].source],
        )


def move_link(project: Project, link_id: str, source: str, target: str) -> Project:
    """Lead an existing wire to another layer; its kernel is kept where the shape allows."""
    rest = project.graph.without(link_ids=[link_id])
    names = display_names(rest)
    check_link(rest, source, target, names)
    rest.with_link(source, target, names)
    return replace(project, graph=project.graph.with_link_moved(link_id, source, target))


def insert_node(
    project: Project,
    kind: str,
    link_id: str,
    position: tuple[float, float],
    options: Mapping[str, Any] | None = None,
) -> Project:
    """Add a layer in the middle of a wire."""
    added = add_node(project, kind, position, options)
    return insert_existing(added, added.graph.nodes[-1].id, link_id)


def insert_existing(project: Project, node_id: str, link_id: str) -> Project:
    """Lead a wire through a layer that stands already: source → layer → target."""
    old = project.graph.link(link_id)
    kind = LAYERS[project.graph.node(node_id).kind]
    if kind.maximum_inputs == 0 or not kind.has_output:
        name = display_names(project.graph)[node_id]
        raise ArityError("'{name}' cannot stand in the middle of a wire.", name=name)
    return add_link(move_link(project, link_id, node_id, old.target), old.source, node_id)


def delete(project: Project, node_ids: Iterable[str] = (), link_ids: Iterable[str] = ()) -> Project:
    """Delete layers with their links, and links."""
    gone = set(node_ids)
    layout = {id_: place for id_, place in project.layout.items() if id_ not in gone}
    return replace(
        project, graph=project.graph.without(gone, link_ids), layout=MappingProxyType(layout)
    )


def duplicate(project: Project, node_ids: Iterable[str], offset: tuple[float, float] = (32.0, 32.0)) -> Project:
    """Copy layers and the links among them; the copies are the last of ``graph.nodes``."""
    chosen = set(node_ids)
    copies: dict[str, str] = {}
    result = project
    for node in project.graph.nodes:
        if node.id in chosen:
            x, y = project.layout.get(node.id, (0.0, 0.0))
            result = add_node(result, node.kind, (x + offset[0], y + offset[1]), node.options)
            copies[node.id] = result.graph.nodes[-1].id
    for link in project.graph.links:
        if link.source in copies and link.target in copies:
            result = add_link(result, copies[link.source], copies[link.target])
    return result


def move_nodes(project: Project, places: Mapping[str, tuple[float, float]]) -> Project:
    """Move cards to new places, by identity of the layer."""
    for node_id in places:
        project.graph.node(node_id)
    return replace(project, layout=_placed(project, places))


def set_option(project: Project, node_id: str, key: str, value: Any) -> Project:
    """Set one option of a layer."""
    node = project.graph.node(node_id)
    options = complete(LAYERS[node.kind].options, {**node.options, key: value})
    return replace(project, graph=project.graph.with_node_replaced(replace(node, options=options)))


def rename(project: Project, node_id: str, name: str) -> Project:
    """Give a layer a name of its own; an empty one restores the automatic name."""
    wanted = " ".join(name.split())
    if len(wanted) > MAXIMUM_NAME_LENGTH:
        raise OptionError(
            "A name can have {maximum} characters; this one has {length}.",
            maximum=MAXIMUM_NAME_LENGTH,
            length=len(wanted),
        )
    node = project.graph.node(node_id)
    return replace(project, graph=project.graph.with_node_replaced(replace(node, name=wanted)))


def set_training(project: Project, key: str, value: Any) -> Project:
    """Set one field of the training configuration; see TrainingConfig.with_value."""
    return replace(project, training=project.training.with_value(key, value))


def set_choice_option(project: Project, choice: str, key: str, value: Any) -> Project:
    """Set one option of the optimiser or schedule that is chosen; `choice` is ``optimizer`` or ``schedule``."""
    return replace(project, training=project.training.with_choice_option(choice, key, value))


def set_data(project: Project, data: DataReference) -> Project:
    """Choose other data, or another preparation of the same."""
    return replace(project, data=data)


def choose_data(project: Project, source: str, location: str = "") -> Project:
    """Use the data of a source, prepared as these usually are; what the data before asked for is taken back."""
    before = project.data.source
    taken_back = {key: getattr(DataReference(), key) for key in _preparation(before)}
    changes: dict[str, Any] = {**taken_back, **_preparation(source), "source": source, "location": location}
    return set_data(project, replace(project.data, **changes))


def _preparation(source: str) -> Mapping[str, Any]:
    return SOURCES[source].preparation if source in SOURCES else {}


def set_data_option(project: Project, key: str, value: Any) -> Project:
    """Set one field of the data reference; raises OptionError for an unknown one."""
    known = [field.name for field in fields(DataReference)]
    if key not in known:
        raise OptionError("Unknown data option '{key}'. Known options: {known}.", key=key, known=", ".join(known))
    return replace(project, data=replace(project.data, **{key: value}))


def set_state(project: Project, state: TrainedState | None) -> Project:
    """Replace what training has reached; None goes back to the weights that the seed gives.

    Of the kept moments those stay that are the past of this state: all up to it, where it is one of them.
    """
    past = NO_MOMENTS if state is None else project.timeline.until(state.position.iteration)
    return replace(project, state=state, timeline=past)


def take_run(project: Project, state: TrainedState, timeline: Timeline) -> Project:
    """Take over what a run has reached, and the moments that it kept on the way."""
    return replace(project, state=state, timeline=timeline.until(state.position.iteration))


def new_weights(project: Project) -> Project:
    """Go to the next seed and its untrained weights."""
    seed = (project.training.seed + 1) % 2**31
    return set_state(replace(project, training=replace(project.training, seed=seed)), None)


def set_parameter_value(
    project: Project, state: TrainedState, key: ParameterKey, index: tuple[int, ...], value: float
) -> Project:
    """Set one weight or bias by hand.

    Parameters
    ----------
    state : what training has reached (or the untrained state of the seed).
    key, index : which parameter, and where in it: (input, unit) in a kernel, (unit,) in a bias.
    """
    changed = np.array(state.parameters[key])
    with np.errstate(over="ignore"):
        changed[index] = value
    if not np.isfinite(changed[index]):
        raise OptionError(
            "A weight must be a finite number, at most {largest:.3g} in {dtype}; got {value:g}.",
            largest=float(np.finfo(changed.dtype).max),
            dtype=changed.dtype.name,
            value=value,
        )
    changed.flags.writeable = False
    parameters = MappingProxyType({**state.parameters, key: changed})
    return replace(project, state=replace(state, parameters=parameters, edited_by_hand=True))


def default_position(project: Project) -> tuple[float, float]:
    """Return a free place for a new card: right of the rightmost one."""
    if not project.layout:
        return (0.0, 0.0)
    x, y = max(project.layout.values())
    return (x + CARD_WIDTH + CARD_GAP, y)


def require_layers(project: Project) -> None:
    """Raise GraphError for an empty network."""
    if not project.graph.nodes:
        raise GraphError("The network has no layers yet. Drag an Input from the palette onto the canvas.")


def _placed(
    project: Project, places: Mapping[str, tuple[float, float]]
) -> Mapping[str, tuple[float, float]]:
    layout = dict(project.layout)
    for node_id, (x, y) in places.items():
        if not (np.isfinite(x) and np.isfinite(y)):
            raise GraphError("A card cannot lie at ({x}, {y}).", x=x, y=y)
        layout[node_id] = (float(x), float(y))
    return MappingProxyType(layout)
