"""What keeps a network from running, or makes it run badly: found before training, with the ways out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.compiler.gradients import NO_GRADIENT, check_gradients
from core.compiler.loss_checks import check_loss, end_of
from core.compiler.problems import DeleteLayer, Fix, InsertOnLink, Problem, SetOption, Severity
from core.compiler.shapes import LayerShape, infer_shapes
from core.compiler.structure import active_order, inputs_of, outputs_of
from core.errors import NotTrainableError
from core.graph.model import Graph, Node
from core.layers.catalog import LAYERS
from core.layers.layer_type import LayerType
from core.layers.naming import display_names
from core.layers.output_layer import OutputLayer
from core.texts import text

Array: TypeAlias = NDArray[Any]


def check_graph(graph: Graph, shapes: Mapping[str, LayerShape] | None = None) -> tuple[Problem, ...]:
    """Return the problems of a network, errors first.

    `shapes` are those of ``infer_shapes`` where the caller has them already.
    """
    known = infer_shapes(graph) if shapes is None else shapes
    names = display_names(graph)
    active = set(active_order(graph))
    problems = _missing_ends(graph, names)
    for node in graph.nodes:
        if node.id in active:
            problems += _layer_errors(graph, node, known[node.id], names)
        elif outputs_of(graph):
            problems.append(_not_connected(graph, node, names))
    problems += check_gradients(graph, known, names)
    problems += _warnings(graph, known, active, names)
    return tuple(sorted(problems, key=lambda problem: problem.severity is Severity.WARNING))


def require_runnable(graph: Graph, *, training: bool = True) -> None:
    """Raise NotTrainableError with the first error of the network, if it has one.

    Without `training`, a function that has no gradient is no error: the network can still answer.
    """
    for problem in check_graph(graph):
        if problem.severity is Severity.ERROR and (training or problem.code != NO_GRADIENT):
            raise NotTrainableError(problem.text.template, **problem.text.values)


def _missing_ends(graph: Graph, names: Mapping[str, str]) -> list[Problem]:
    problems = []
    if not inputs_of(graph):
        problems.append(
            Problem(
                Severity.ERROR,
                "no_input",
                text("No Input"),
                text("The network has no Input layer. Drag one from the palette; the samples enter there."),
            )
        )
    if not outputs_of(graph):
        problems.append(
            Problem(
                Severity.ERROR,
                "no_output",
                text("No Output"),
                text("The network has no Output layer. Drag one from the palette and link the last layer to it."),
            )
        )
    for code, title, ends in (
        ("several_inputs", text("Second Input"), inputs_of(graph)),
        ("several_outputs", text("Second Output"), outputs_of(graph)),
    ):
        for extra in ends[1:]:
            problems.append(
                Problem(
                    Severity.ERROR,
                    code,
                    title,
                    text(
                        "'{name}' is one too many: a network has one Input and one Output. Delete it.",
                        name=names[extra.id],
                    ),
                    extra.id,
                    (DeleteLayer(text("Delete"), extra.id),),
                )
            )
    return problems


def _layer_errors(graph: Graph, node: Node, shape: LayerShape, names: Mapping[str, str]) -> list[Problem]:
    kind, present = LAYERS[node.kind], len(graph.links_into(node.id))
    if present < kind.minimum_inputs:
        title = text("No input")
        message = text("'{name}' has no input. Draw a wire to it from the layer before.", name=names[node.id])
        if present:
            title = text("Too few inputs")
            message = text(
                "'{name}' needs {minimum} inputs or more; it has {present}. Draw another wire to it.",
                name=names[node.id],
                minimum=kind.minimum_inputs,
                present=present,
            )
        return [Problem(Severity.ERROR, "missing_input", title, message, node.id)]
    if shape.error is not None:
        return [Problem(Severity.ERROR, "shape", text("Shapes do not fit"), shape.error.text, node.id)]
    return []


def _not_connected(graph: Graph, node: Node, names: Mapping[str, str]) -> Problem:
    """Return the warning for a layer that the Output does not depend on; the run goes on without it."""
    into, out_of = graph.links_into(node.id), graph.links_from(node.id)
    if not into and not out_of:
        message = text("'{name}' has no input and no output. It is not part of the run.", name=names[node.id])
    elif not out_of:
        message = text("'{name}' leads nowhere. It is not part of the run.", name=names[node.id])
    else:
        message = text("'{name}' does not lead to the Output. It is not part of the run.", name=names[node.id])
    fixes: list[Fix] = []
    kind = LAYERS[node.kind]
    if not into and not out_of and _fits_on_a_wire(kind):
        wire = _first_wire(graph)
        if wire is not None:
            after = text("Insert after {name}", name=names[wire[1]])
            fixes.append(InsertOnLink(after, node.id, wire[0]))
    fixes.append(DeleteLayer(text("Delete"), node.id))
    return Problem(Severity.WARNING, "not_connected", text("Not connected"), message, node.id, tuple(fixes))


def _fits_on_a_wire(kind: LayerType) -> bool:
    return kind.has_output and kind.maximum_inputs != 0


def _first_wire(graph: Graph) -> tuple[str, str] | None:
    """Return (link, its source) of the first wire from a layer that is no Input, to insert a layer on."""
    order = active_order(graph)
    for node_id in order:
        if LAYERS[graph.node(node_id).kind].maximum_inputs == 0:
            continue
        for link in graph.links_from(node_id):
            if link.target in order:
                return link.id, node_id
    return None


def _warnings(
    graph: Graph, shapes: Mapping[str, LayerShape], active: set[str], names: Mapping[str, str]
) -> list[Problem]:
    outputs = outputs_of(graph)
    problems: list[Problem] = []
    if len(outputs) == 1 and graph.links_into(outputs[0].id):
        problems += check_loss(end_of(graph, outputs[0], shapes), names)
    for node in graph.nodes:
        if node.id in active and node.options.get("initializer") == "zeros":
            problems += _zero_weights(graph, node, active, names)
    return problems


def _zero_weights(graph: Graph, node: Node, active: set[str], names: Mapping[str, str]) -> list[Problem]:
    """Return the warning for a hidden layer that starts at 0; which one depends on what reads its units.

    The layer before the Output has none: its units differ by their targets.
    """
    readers, told_apart = _readers(graph, node, active)
    if any(reader.kind == OutputLayer.key for reader in readers):
        return []
    if not readers:
        message = text(
            "All units of '{name}' start where the derivative of ReLU is 0: no gradient reaches them, they never "
            "learn. Choose another initialiser.",
            name=names[node.id],
        )
    elif not told_apart and all(reader.options.get("initializer") == "zeros" for reader in readers):
        message = text(
            "All units of '{name}' start equal and stay equal for ever: each gets the same gradient. "
            "Choose another initialiser.",
            name=names[node.id],
        )
    else:
        message = text(
            "All units of '{name}' start equal; only what is behind them makes them differ. "
            "Choose another initialiser.",
            name=names[node.id],
        )
    way_out = SetOption(text("Glorot normal"), node.id, "initializer", "glorot_normal")
    title = text("Weights start at 0")
    return [Problem(Severity.WARNING, "zero_weights", title, message, node.id, (way_out,))]


def _readers(graph: Graph, node: Node, active: set[str]) -> tuple[list[Node], bool]:
    """Return the first layers behind `node` that weigh its units or end the network, where a gradient comes back.

    All pre-activations of `node` are 0. Returned is also whether its units are told apart before they are weighed.
    """
    readers: list[Node] = []
    told_apart = False
    start: tuple[Node, Array | None] = (node, np.zeros(1))
    seen, waiting = {node.id}, [start]
    while waiting:
        here, z = waiting.pop()
        activation = LAYERS[here.kind].activation(here.options)
        if z is not None and activation is not None and activation.elementwise:
            if not activation.derivative(z).any():
                continue
            z = activation.value(z)
        for following in map(graph.node, graph.successors(here.id)):
            if following.id not in active or following.id in seen:
                continue
            seen.add(following.id)
            kind = LAYERS[following.kind]
            zero = z is not None and not z.any() and not kind.moves_zero
            told_apart = told_apart or (kind.tells_units_apart and not zero)
            if "initializer" in following.options or following.kind == OutputLayer.key:
                readers.append(following)
            else:
                # A residual connection or noise brings in what is not 0, so a gradient comes back through a ReLU too.
                waiting.append((following, None if kind.moves_zero else z))
    return readers, told_apart
