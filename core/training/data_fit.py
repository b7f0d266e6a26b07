"""Whether data and network fit each other, with the ways out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.compiler.plan import Plan
from core.compiler.problems import Fix, Problem, SetOption, Severity
from core.compiler.shapes import LayerShape
from core.compiler.structure import inputs_of, outputs_of
from core.data.dataset import PreparedData
from core.errors import DataError
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.layers.layer_type import format_shape
from core.texts import Text, text


def require_fit(plan: Plan, data: PreparedData) -> None:
    """Raise DataError where the widths of data and compiled network differ, or there is nothing to train on."""
    if len(data.training) == 0:
        raise DataError("'{name}' has no training samples.", name=data.name)
    width, targets = data.training.inputs[0].size, data.training.targets.shape[1]
    if plan.input.shape[1] != width:
        raise DataError(
            "The network takes {found} values per sample, but '{name}' has {expected} ({shape}). "
            "Set the Input layer to {shape}.",
            found=plan.input.shape[1],
            expected=width,
            name=data.name,
            shape=format_shape(data.sample_shape),
        )
    if plan.output.shape[1] != targets == 1:
        raise DataError(
            "The network gives {found} outputs, but the classes of '{name}' are coded as one. "
            "Set the last layer to 1 unit.",
            found=plan.output.shape[1],
            name=data.name,
        )
    if plan.output.shape[1] != targets:
        raise DataError(
            "The network gives {found} outputs, but '{name}' has {expected} classes. "
            "Set the last layer to {expected} units.",
            found=plan.output.shape[1],
            expected=targets,
            name=data.name,
        )


def check_data_fit(
    graph: Graph, shapes: Mapping[str, LayerShape], names: Mapping[str, str], data: PreparedData
) -> tuple[Problem, ...]:
    """Return the errors of a network with these data: widths of Input and Output that differ."""
    problems: list[Problem] = []
    width, targets = data.training.inputs[0].size, data.training.targets.shape[1]
    for node in inputs_of(graph)[:1]:
        shape = shapes[node.id].output
        if shape is not None and math.prod(shape) != width:
            problems.append(_input_problem(node.id, names[node.id], math.prod(shape), width, data))
    for node in outputs_of(graph)[:1]:
        shape = shapes[node.id].output
        links = graph.links_into(node.id)
        if shape is not None and links and math.prod(shape) != targets:
            last = graph.node(links[0].source)
            fixes: tuple[Fix, ...] = ()
            if any(option.key == "units" for option in LAYERS[last.kind].options):
                fixes = (SetOption(text("Set {count} units", count=targets), last.id, "units", targets),)
            problems.append(
                Problem(
                    Severity.ERROR,
                    "target_width",
                    text("Outputs do not fit"),
                    _width_text(names[last.id], math.prod(shape), data.name, targets),
                    last.id,
                    fixes,
                )
            )
    return tuple(problems)


def _width_text(name: str, found: int, data: str, expected: int) -> Text:
    if expected == 1:
        return text(
            "'{name}' gives {found} outputs, but the classes of {data} are coded as one.",
            name=name,
            found=found,
            data=data,
        )
    return text(
        "'{name}' gives {found} outputs, but {data} has {expected} classes.",
        name=name,
        found=found,
        data=data,
        expected=expected,
    )


def _input_problem(node_id: str, name: str, found: int, expected: int, data: PreparedData) -> Problem:
    shown = format_shape(data.sample_shape)
    return Problem(
        Severity.ERROR,
        "input_width",
        text("Input does not fit"),
        text(
            "'{name}' takes {found} values, but a sample of {data} has {expected} ({shape}).",
            name=name,
            found=found,
            data=data.name,
            expected=expected,
            shape=shown,
        ),
        node_id,
        (SetOption(text("Set to {shape}", shape=shown), node_id, "shape", data.sample_shape),),
    )
