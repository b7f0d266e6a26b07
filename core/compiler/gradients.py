"""Which layers need gradients, and whether every function between them and the loss has one."""

from __future__ import annotations

from collections.abc import Mapping

from core.compiler.problems import Problem, SetOption, Severity
from core.compiler.shapes import LayerShape
from core.compiler.structure import active_order
from core.graph.model import Graph
from core.layers.activation_options import KEY as ACTIVATION
from core.layers.catalog import LAYERS
from core.layers.layer_type import FREEZE
from core.texts import text

NO_GRADIENT = "no_gradient"


def layers_with_gradients(graph: Graph, shapes: Mapping[str, LayerShape]) -> frozenset[str]:
    """Return the layers of a run that train or have a layer that trains before them."""
    wants: set[str] = set()
    for node_id in active_order(graph):
        trains = bool(shapes[node_id].parameters) and not graph.node(node_id).options.get(FREEZE.key, False)
        if trains or any(link.source in wants for link in graph.links_into(node_id)):
            wants.add(node_id)
    return frozenset(wants)


def check_gradients(
    graph: Graph, shapes: Mapping[str, LayerShape], names: Mapping[str, str]
) -> tuple[Problem, ...]:
    """Return an error for every function that would need a gradient and has none (step, sign)."""
    problems = []
    for node_id in layers_with_gradients(graph, shapes):
        node = graph.node(node_id)
        activation = LAYERS[node.kind].activation(node.options)
        if activation is not None and not activation.trainable:
            problems.append(
                Problem(
                    Severity.ERROR,
                    NO_GRADIENT,
                    text("Cannot be trained"),
                    text(
                        "'{name}' uses {activation}, whose derivative is 0 or undefined everywhere: backpropagation "
                        "learns nothing through it. Choose sigmoid or tanh, or freeze it and all layers before it.",
                        name=names[node_id],
                        activation=activation.label,
                    ),
                    node_id,
                    (SetOption(text("Use sigmoid"), node_id, ACTIVATION, "sigmoid"),),
                )
            )
    return tuple(sorted(problems, key=lambda problem: problem.node_id))
