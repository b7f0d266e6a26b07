"""The pictures before units: weights in the form of what they read, kernels, or responses to two inputs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from designer.canvas.units import pictures
from designer.canvas.units.anatomy import Tie, picture_shape
from designer.canvas.units.frame import Frame
from designer.canvas.units.numbers import Array, UnitNumbers, size_of
from designer.canvas.units.open_layers import Opened
from designer.canvas.units.units_item import Thumbs
from designer.theme import Theme


def thumbs_of(
    opened: Opened, frame: Frame, numbers: UnitNumbers, responses: Mapping[str, Array], theme: Theme
) -> Thumbs:
    """Return the pictures of the units in sight; none where there is nothing to draw."""
    if not frame.thumb:
        return Thumbs()
    rows = range(frame.first, frame.first + frame.count)
    pictured = [weights_picture(opened, frame, row, numbers) for row in rows]
    known = [picture for picture in pictured if picture is not None]
    if len(known) == len(rows):
        # All at once: colouring takes as long for one as for fifteen.
        images = pictures.coloured_all(np.stack(known), weights_end(frame, numbers), True, theme)
        return Thumbs(dict(zip(rows, images, strict=True)))
    response = responses.get(frame.anatomy.node_id)
    if response is None or response.shape[2] != frame.anatomy.units or frame.anatomy.picture is not None:
        return Thumbs()
    planes = np.moveaxis(response[..., rows.start : rows.stop], 2, 0)
    images = pictures.coloured_all(planes, max(1.0, size_of(response)), frame.anatomy.signed, theme)
    return Thumbs(dict(zip(rows, images, strict=True)))


def weights_picture(opened: Opened, frame: Frame, row: int, numbers: UnitNumbers) -> Array | None:
    """Return the weights of a row as (rows, columns) of what it reads, or None where they have no such form."""
    anatomy = frame.anatomy
    if not anatomy.incoming:
        return None
    first = anatomy.incoming[0]
    kernel = numbers.parameters.get(first.parameter)
    if kernel is None:
        return None
    if first.tie is Tie.FILTERS and kernel.ndim == 4 and row < kernel.shape[3]:
        return pictures.filter_weights(kernel, row)
    shape = picture_shape(opened.around, first.source)
    if first.tie is not Tie.WEIGHTS or shape is None or kernel.shape[0] != int(np.prod(shape)):
        return None
    if kernel.shape[1] % anatomy.units:
        return None
    return pictures.incoming_weights(kernel, row, anatomy.units, shape)


def weights_end(frame: Frame, numbers: UnitNumbers) -> float:
    """Return the end of the scale of the pictures of weights: one for all units of a layer.

    A few outliers would leave all others pale, so it is the size below which 99.5 % of them lie.
    """
    first = frame.anatomy.incoming[0] if frame.anatomy.incoming else None
    kernel = numbers.parameters.get(first.parameter) if first is not None else None
    if kernel is None or not kernel.size:
        return 0.0
    sizes = np.abs(kernel).ravel()
    if len(sizes) < 1000:
        return size_of(sizes)
    place = int(0.995 * len(sizes))
    return float(np.nan_to_num(np.partition(sizes, place)[place]))
