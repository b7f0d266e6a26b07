"""The numbers that cards show while a network trains: taken from a snapshot, without drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import PreparedData
from core.layers.layer_type import LayerType
from core.options import OptionValue
from core.training.snapshot import Snapshot
from designer.theme import Stops, colour_table, shares

MOST_CELLS = 32
"""A strip has no more cells than this; wider layers are shown in groups."""

LARGEST_PICTURE = 64
"""Inputs with more rows or columns than this are not shown as a picture."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The first sample of the last batch.

    Attributes
    ----------
    row : its number in the training part, from 0.
    label : name of its class.
    picture : (rows, columns) of shares 0 to 1 of the largest value, or None where it is no picture.
    """

    row: int
    label: str
    picture: NDArray[np.floating] | None


class LiveValues:
    """What one snapshot, and the data it was trained on, say about every card."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.data: PreparedData | None = None
        self.given_loss: float | None = None

    def activations(self, node_id: str, units: int) -> NDArray[Any] | None:
        """Return a of the first sample, (units,), or None where the snapshot knows no such layer of that width."""
        values = self.snapshot.layers.get(node_id) if self.snapshot is not None else None
        return _first_row(values.a if values is not None else None, units)

    def deltas(self, node_id: str, units: int) -> NDArray[Any] | None:
        """Return δ of the first sample, (units,), or None."""
        values = self.snapshot.layers.get(node_id) if self.snapshot is not None else None
        return _first_row(values.delta if values is not None else None, units)

    @property
    def loss(self) -> float:
        """Mean loss of the last batch, at rest of the next one, or what was handed in; NaN where none is known."""
        if self.given_loss is not None:
            return self.given_loss
        return math.nan if self.snapshot is None else self.snapshot.batch_loss

    def sample(self) -> Sample | None:
        """Return the first sample of the last batch, the first of the data before there is a batch, or None."""
        if self.data is None or len(self.data.training) == 0:
            return None
        part = self.data.training
        rows = self.snapshot.samples if self.snapshot is not None else None
        row = int(rows[0]) if rows is not None and len(rows) else 0
        if not 0 <= row < len(part):
            return None
        number = int(part.labels[row])
        classes = self.data.classes
        return Sample(row, classes[number] if 0 <= number < len(classes) else str(number), _picture(self.data, row))


def cells(values: NDArray[Any]) -> NDArray[Any]:
    """Return at most `MOST_CELLS` values: of each group of neighbours the one that is largest in size.

    A mean would hide a single strong δ among many small ones, and + and − would cancel.
    """
    count = len(values)
    if count <= MOST_CELLS:
        return values
    starts = np.arange(MOST_CELLS) * count // MOST_CELLS
    high, low = np.maximum.reduceat(values, starts), np.minimum.reduceat(values, starts)
    return np.where(high >= -low, high, low)


def group_bounds(units: int, cell: int) -> tuple[int, int]:
    """Return the first unit of a cell of a strip, and the one after its last, from 0."""
    count = min(units, MOST_CELLS)
    return cell * units // count, (cell + 1) * units // count


def activation_end(values: NDArray[Any]) -> float:
    """Return the end of the scale of activations: 1, or the largest finite size where that is more."""
    return max(1.0, _largest(values))


def delta_end(values: NDArray[Any]) -> float:
    """Return the end of the scale of δ: its largest finite size."""
    return _largest(values)


def signed_colours(stops: Stops, values: NDArray[Any], end: float) -> NDArray[np.uint8]:
    """Return (cells, 3) colours on the diverging scale from −end to +end."""
    places = np.rint((shares(values, end) + 1.0) * 127.0)
    return _table(stops, 255)[np.nan_to_num(places, nan=127.0).astype(np.intp)]


def magnitude_colours(stops: Stops, values: NDArray[Any], end: float) -> NDArray[np.uint8]:
    """Return (cells, 3) colours on the sequential scale from 0 to `end`."""
    places = np.rint(np.clip(shares(values, end), 0.0, 1.0) * 255.0)
    return _table(stops, 256)[np.nan_to_num(places, nan=0.0).astype(np.intp)]


def shows_sign(kind: LayerType, options: Mapping[str, OptionValue]) -> bool:
    """Whether the output of a layer can be negative: then its values go onto the diverging scale."""
    activation = kind.activation(options)
    if activation is None:
        return True
    return bool(np.any(activation.value(np.array([[-1.0, 0.5]])) < 0.0))


@lru_cache(maxsize=8)
def _table(stops: Stops, size: int) -> NDArray[np.uint8]:
    return colour_table(stops, size)


def _first_row(array: NDArray[Any] | None, units: int) -> NDArray[Any] | None:
    if array is None or array.ndim != 2 or len(array) == 0 or array.shape[1] != units:
        return None
    row: NDArray[Any] = array[0]
    return row


def _largest(values: NDArray[Any]) -> float:
    return float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))


def _picture(data: PreparedData, row: int) -> NDArray[np.floating] | None:
    shape = data.sample_shape
    if len(shape) != 2 or max(shape) > LARGEST_PICTURE or min(shape) < 2:
        return None
    picture = np.asarray(data.training.inputs[row], dtype=float).reshape(shape)
    top = float(np.max(picture, initial=0.0))
    return picture / top if top > 0.0 else picture
