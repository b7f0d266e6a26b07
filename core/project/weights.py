"""Weights set by hand: the edit of one number of what training has reached, or of the untrained weights."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from core.compiler.parameters import ParameterKey
from core.errors import GraphError
from core.layers.naming import display_names
from core.options import Shape
from core.project.edits import set_parameter_value
from core.project.model import Project
from core.training.session import initial_state
from core.training.state import Arrays, TrainedState


def set_weight(project: Project, key: ParameterKey, index: tuple[int, ...], value: float) -> Project:
    """Set one number of a parameter by hand; everything else that training has reached stays.

    Raises GraphError where the network has no such number, OptionError for one that is not finite in its dtype.
    """
    state = complete_state(project)
    array = state.parameters.get(key)
    if array is None or not _holds(array.shape, index):
        names = display_names(project.graph)
        raise GraphError(
            "'{name}' has no weight {index} in '{parameter}': the network has changed meanwhile.",
            name=names.get(key[0], key[0]),
            parameter=key[1],
            index=index,
        )
    after = set_parameter_value(project, state, key, index, value)
    unchanged = after.state is not None and after.state.parameters[key][index] == array[index]
    return project if unchanged else after


def _holds(shape: Shape, index: tuple[int, ...]) -> bool:
    return len(index) == len(shape) and all(0 <= place < size for place, size in zip(index, shape, strict=True))


def complete_state(project: Project) -> TrainedState:
    """Return what training has reached, with the seed's numbers for every parameter that came since, or for all."""
    fresh, state = initial_state(project.graph, project.training), project.state
    if state is None:
        return fresh
    return replace(
        state,
        parameters=_completed(fresh.parameters, state.parameters),
        buffers=_completed(fresh.buffers, state.buffers),
    )


def _completed(fresh: Arrays, known: Arrays) -> Arrays:
    fitting = {key: array for key, array in known.items() if key in fresh and fresh[key].shape == array.shape}
    return MappingProxyType({**fresh, **fitting})
