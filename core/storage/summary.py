"""What a list of recent projects or recoverable copies shows of a project."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.compiler.shapes import infer_shapes
from core.layers.naming import display_names
from core.project.model import Project
from core.training.history import History, Table

MAXIMUM_CURVE_POINTS = 200


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One layer: its name as shown and the key of its kind."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """A project in short; every figure is NaN where nothing was recorded.

    Attributes
    ----------
    layers : in order of insertion.
    parameters : how many numbers the network trains, as far as its shapes are known.
    iteration, epoch : updates made, epochs finished.
    loss, accuracy : of the last training record.
    validation_loss, validation_accuracy : of the last evaluation.
    curve : (iteration, training loss), at most 200 points.
    """

    layers: tuple[LayerSummary, ...] = ()
    parameters: int = 0
    iteration: int = 0
    epoch: int = 0
    loss: float = math.nan
    accuracy: float = math.nan
    validation_loss: float = math.nan
    validation_accuracy: float = math.nan
    curve: tuple[tuple[int, float], ...] = ()


def summarise(project: Project) -> ProjectSummary:
    """Return a project in short."""
    names = display_names(project.graph)
    history = project.state.history if project.state else History()
    return ProjectSummary(
        layers=tuple(LayerSummary(names[node.id], node.kind) for node in project.graph.nodes),
        parameters=sum(shape.parameter_count for shape in infer_shapes(project.graph).values()),
        iteration=project.state.position.iteration if project.state else 0,
        epoch=project.state.position.epoch if project.state else 0,
        loss=_last(history.training, "loss"),
        accuracy=_last(history.training, "accuracy"),
        validation_loss=_last(history.validation, "loss"),
        validation_accuracy=_last(history.validation, "accuracy"),
        curve=_curve(history.training),
    )


def _last(table: Table, column: str) -> float:
    values = table.get(column)
    return float(values[-1]) if values is not None and len(values) else math.nan


def _curve(table: Table) -> tuple[tuple[int, float], ...]:
    iterations, losses = table.get("iteration"), table.get("loss")
    if iterations is None or losses is None or not len(iterations):
        return ()
    count = min(len(iterations), MAXIMUM_CURVE_POINTS)
    # The first and the last record are always among them.
    chosen = np.linspace(0, len(iterations) - 1, count).astype(np.int64)
    return tuple((int(iterations[i]), float(losses[i])) for i in chosen)
