"""``layerloom info``: what a project file holds."""

from __future__ import annotations

import argparse
from typing import Any

from core.commandline.arguments import file_path
from core.commandline.output import json_line, loss_text, shape_text, share_text, table
from core.commandline.program import SUCCESS, Command
from core.compiler.checks import check_graph
from core.compiler.shapes import infer_shapes
from core.data.sources import SOURCES
from core.layers.naming import display_names
from core.project.model import Project
from core.storage.reader import read_project
from core.storage.summary import summarise
from core.training.state import Position


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=file_path, help="the project file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _run(arguments: argparse.Namespace) -> int:
    project = read_project(arguments.project).project
    described = description(project)
    print(json_line(described) if arguments.json else _as_text(described))
    return SUCCESS


def description(project: Project) -> dict[str, Any]:
    """Return what there is to say of a project, as plain data.

    Shapes are those of one sample, without the batch; None where they cannot be known.
    """
    layers = _layers(project)
    position = project.state.position if project.state else Position()
    summary = summarise(project)
    return {
        "layers": layers,
        "parameters": sum(layer["parameters"] for layer in layers),
        "multiply_adds": sum(layer["multiply_adds"] for layer in layers),
        "position": {"epoch": position.epoch, "iteration": position.iteration, "sample": position.sample},
        "last": {
            "train_loss": summary.loss,
            "train_accuracy": summary.accuracy,
            "validation_loss": summary.validation_loss,
            "validation_accuracy": summary.validation_accuracy,
        },
        "data": {
            "source": project.data.source,
            "location": project.data.location,
            "scaling": project.data.scaling,
            "validation_percent": project.data.validation_percent,
        },
        "training": project.training.values(),
        "problems": [str(problem.text) for problem in check_graph(project.graph)],
    }


def _layers(project: Project) -> list[dict[str, Any]]:
    graph, names = project.graph, display_names(project.graph)
    return [
        {
            "id": node_id,
            "name": names[node_id],
            "kind": graph.node(node_id).kind,
            "options": dict(graph.node(node_id).options),
            "inputs": [link.source for link in graph.links_into(node_id)],
            "input_shapes": [list(port.shape) for port in shape.inputs or ()],
            "output_shape": None if shape.output is None else list(shape.output),
            "parameters": shape.parameter_count,
            "multiply_adds": shape.multiply_adds,
        }
        for node_id, shape in infer_shapes(graph).items()
    ]


def _as_text(described: dict[str, Any]) -> str:
    training, data, position, last = (described[key] for key in ("training", "data", "position", "last"))
    where = f" in {data['location']}" if data["location"] else ""
    source = SOURCES[data["source"]].label if data["source"] else "none"
    parts = [
        _layer_table(described),
        "",
        f"data      {source}{where}, {data['validation_percent']} % for validation",
        f"training  {training['optimizer']}, learning rate {training['learning_rate']:g}, "
        f"batch {training['batch_size']}, {training['epochs']} epochs, seed {training['seed']}, {training['dtype']}",
    ]
    if position["iteration"]:
        sample = f", sample {position['sample']:,} of it" if position["sample"] else ""
        parts += [
            f"position  epoch {position['epoch']} done{sample}, iteration {position['iteration']:,}",
            f"last      loss {loss_text(last['train_loss'])}, accuracy {share_text(last['train_accuracy'])}; "
            f"validation loss {loss_text(last['validation_loss'])}, accuracy {share_text(last['validation_accuracy'])}",
        ]
    else:
        parts.append("position  not trained yet")
    parts += [f"problem   {problem}" for problem in described["problems"]]
    return "\n".join(parts)


def _layer_table(described: dict[str, Any]) -> str:
    rows = [("layer", "kind", "in", "out", "parameters", "multiply-adds")]
    for layer in described["layers"]:
        rows.append(
            (
                layer["name"],
                layer["kind"],
                " + ".join(map(shape_text, layer["input_shapes"])),
                shape_text(layer["output_shape"]),
                f"{layer['parameters']:,}",
                f"{layer['multiply_adds']:,}",
            )
        )
    rows.append(("in all", "", "", "", f"{described['parameters']:,}", f"{described['multiply_adds']:,}"))
    return table(rows, right=frozenset({4, 5}))


INFO = Command("info", "say what a project file holds", _add_arguments, _run)
