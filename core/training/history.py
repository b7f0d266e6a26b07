"""What a run has recorded: tables that only grow, handed out as read-only views without copying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = Mapping[str, NDArray[Any]]
"""Columns of one length; ``iteration`` is int64, all others float64 (NaN where a row has no value)."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The record of a run.

    Attributes
    ----------
    training : one row per record interval; columns ``iteration`` (the last of the interval), ``loss`` and
        ``accuracy`` (means over the interval's samples), ``total_loss`` (that mean with the penalties on the weights,
        where there are any), ``delta_norm.<node>`` (‖δ‖ of the mean over the batch of
        ∂C/∂z at the last iteration), ``deviation.<node>.<parameter>`` (standard deviation of a parameter).
    validation : one row per evaluation; ``iteration``, ``loss``, ``accuracy``.
    layers : one row for every fifth of `training`; ``iteration``, and of each layer at that iteration
        ``weight_norm.<node>``, ``gradient_norm.<node>`` (before clipping), ``update_norm.<node>`` (of the change that
        was made), ``dead.<node>`` and ``saturated.<node>`` (shares of its units, where it has an activation).
    """

    training: Table = field(default_factory=lambda: MappingProxyType({}))
    validation: Table = field(default_factory=lambda: MappingProxyType({}))
    layers: Table = field(default_factory=lambda: MappingProxyType({}))


class GrowingTable:
    """A table to which rows are appended; views handed out earlier stay valid and unchanged."""

    def __init__(self, rows: Table | None = None) -> None:
        self._length = 0
        self._columns: dict[str, NDArray[Any]] = {"iteration": np.empty(64, dtype=np.int64)}
        if rows and len(rows.get("iteration", ())):
            self._length = len(rows["iteration"])
            self._columns = {name: np.array(column) for name, column in rows.items()}

    def append(self, row: Mapping[str, float]) -> None:
        """Append a row; columns that it lacks get NaN, columns that are new are NaN before it."""
        capacity = len(self._columns["iteration"])
        if self._length == capacity:
            self._columns = {
                name: np.concatenate([column, np.empty(max(64, capacity), dtype=column.dtype)])
                for name, column in self._columns.items()
            }
            capacity = len(self._columns["iteration"])
        for name in row:
            if name not in self._columns:
                self._columns[name] = np.full(capacity, np.nan)
        for name, column in self._columns.items():
            column[self._length] = row.get(name, np.nan)
        self._length += 1

    def view(self) -> Table:
        """Return the rows so far, read-only and without copying."""
        views = {name: column[: self._length] for name, column in self._columns.items()}
        for view in views.values():
            view.flags.writeable = False
        return MappingProxyType(views)
