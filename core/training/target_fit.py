"""Whether the targets of the data are such as the loss and the last function can reach, with the ways out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.compiler.loss_checks import End, end_of, lowest_value, use_activation
from core.compiler.problems import Problem, SetDataOption, SetOption, Severity
from core.compiler.shapes import LayerShape, infer_shapes
from core.compiler.structure import outputs_of
from core.data.dataset import PreparedData
from core.errors import DataError
from core.graph.model import Graph
from core.layers.naming import display_names
from core.texts import text

_ZERO_AND_ONE = SetDataOption(text("Targets 0 and 1"), "targets", "binary")
_SIGNED = SetDataOption(text("Targets −1 and +1"), "targets", "signed")


@dataclass(frozen=True, slots=True)
class _Targets:
    """Smallest and largest target, and whether each is −1 or +1."""

    low: float
    high: float
    signed: bool


def require_targets(graph: Graph, data: PreparedData) -> None:
    """Raise DataError where the loss has no lower bound with these targets."""
    for problem in check_targets(graph, infer_shapes(graph), display_names(graph), data):
        if problem.severity is Severity.ERROR:
            raise DataError(problem.text.template, **problem.text.values)


def check_targets(
    graph: Graph, shapes: Mapping[str, LayerShape], names: Mapping[str, str], data: PreparedData
) -> tuple[Problem, ...]:
    """Return what keeps a network with one Output from learning these targets, or makes it learn them badly."""
    outputs = outputs_of(graph)
    if len(outputs) != 1 or not graph.links_into(outputs[0].id) or not data.training.targets.size:
        return ()
    end, values = end_of(graph, outputs[0], shapes), data.training.targets
    targets = _Targets(float(values.min()), float(values.max()), bool((np.abs(values) == 1.0).all()))
    for check in (_no_probabilities, _no_signs, _out_of_reach):
        problem = check(end, names[end.last.id], targets, data.name)
        if problem is not None:
            return (problem,)
    return ()


def _no_probabilities(end: End, name: str, targets: _Targets, data: str) -> Problem | None:
    """With a target outside 0 … 1 the cross-entropy of an answer can be made as low as one likes."""
    if end.loss.goes_with not in ("softmax", "sigmoid") or (targets.low >= 0.0 and targets.high <= 1.0):
        return None
    message = text(
        "The targets of {data} go from {low} to {high}, but '{loss}' expects them from 0 to 1: with others it has no "
        "lowest value. Code the targets as 0 and 1, or choose the squared error.",
        data=data,
        low=_shown(targets.low),
        high=_shown(targets.high),
        loss=end.loss.label,
    )
    instead = SetOption(text("Use squared error"), end.output.id, "loss", "squared_error")
    fixes = (_ZERO_AND_ONE, instead) if targets.signed else (instead,)
    return Problem(
        Severity.ERROR, "targets_no_probabilities", text("Targets do not fit"), message, end.output.id, fixes
    )


def _no_signs(end: End, name: str, targets: _Targets, data: str) -> Problem | None:
    if not end.loss.target_signs or targets.signed:
        return None
    message = text(
        "The targets of {data} go from {low} to {high}, but '{loss}' expects −1 and +1: an output whose target is 0 "
        "learns nothing. Code the targets as −1 and +1.",
        data=data,
        low=_shown(targets.low),
        high=_shown(targets.high),
        loss=end.loss.label,
    )
    return Problem(Severity.WARNING, "targets_no_signs", text("Targets do not fit"), message, end.output.id, (_SIGNED,))


def _out_of_reach(end: End, name: str, targets: _Targets, data: str) -> Problem | None:
    """A function such as sigmoid never comes near a target below its lowest value."""
    activation, lowest = end.activation, lowest_value(end.activation)
    if activation is None or targets.low >= round(lowest, 6) or end.loss.key == "multiclass_hinge":
        return None
    instead = "tanh" if targets.signed else "linear"
    message = text(
        "'{name}' ends in {function}, which gives nothing below {lowest}, but the targets of {data} go down to {low}. "
        "Choose a function that goes as low, such as {instead}, or code the targets otherwise.",
        name=name,
        function=activation.short_label,
        instead=instead,
        lowest=_shown(round(lowest, 2)),
        data=data,
        low=_shown(targets.low),
    )
    fixes = (*use_activation(end, instead), *((_ZERO_AND_ONE,) if targets.signed else ()))
    return Problem(Severity.WARNING, "targets_out_of_reach", text("Targets out of reach"), message, end.last.id, fixes)


def _shown(number: float) -> str:
    return f"{number:g}".replace("-", "−")
