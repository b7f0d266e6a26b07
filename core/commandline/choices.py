"""From what --data says to a data reference that fits the network."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from core.compiler.shapes import infer_shapes
from core.compiler.structure import inputs_of
from core.data.reference import DataReference
from core.data.sources import SOURCES
from core.errors import DataError
from core.project.model import Project

BUILTIN = "builtin"
"""The word for the digits that come with the program, in the size that the network reads."""

_BUILTIN_SOURCES = {math.prod(SOURCES[key].sample_shape_hint or ()): key for key in ("digits", "digits_28")}
_BUILTIN_CLASSES = 10


def builtin_data_that_fit(width: int, outputs: int) -> DataReference:
    """Return the built-in data for a network with so many inputs and outputs; no data where none fit."""
    if outputs != _BUILTIN_CLASSES:
        return DataReference()
    return DataReference(source=_BUILTIN_SOURCES.get(width, ""))


def data_for(project: Project, wanted: str | None) -> DataReference:
    """Return the data that a command is to use.

    Parameters
    ----------
    wanted : a folder with the four MNIST files, "builtin", or None for the project's own.

    Raises DataError where there is no such folder, or the built-in data do not fit.
    """
    if wanted is None:
        if not project.data.source:
            raise DataError("The project names no data. Add --data with a folder, or --data builtin.")
        return project.data
    if wanted == BUILTIN:
        return _builtin_data(project)
    folder = Path(wanted)
    if not wanted or not folder.is_dir():
        raise DataError(
            "There is no folder '{folder}'. --data takes the folder of the four MNIST files, or builtin.",
            folder=wanted,
        )
    return replace(project.data, source="idx", location=str(folder.resolve()))


def _builtin_data(project: Project) -> DataReference:
    shapes = infer_shapes(project.graph)
    for node in inputs_of(project.graph):
        width = math.prod(shapes[node.id].output or ())
        if width not in _BUILTIN_SOURCES:
            raise DataError(
                "The built-in digits have {known} values a sample, but the network takes {width}. "
                "Name other data, or make a network with an Input of one of these widths.",
                known=" or ".join(map(str, _BUILTIN_SOURCES)),
                width=width,
            )
        return replace(project.data, source=_BUILTIN_SOURCES[width], location="")
    raise DataError("The network has no Input layer, so no data fit it.")
