"""The kept moments of a run as plain data, and back: what they have in common is stored once.

Each moment is described like the state itself. Its weights are one vector in the order and the shapes of the state's
weights, and so are its buffers and the vectors of its optimiser; of the record it has the first rows of the state's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectFileError
from core.storage.fields import Fields, refuse
from core.storage.schema import TIMELINE_PATH
from core.storage.state_records import TABLES, Found, StateArrays, checked_state, finite, permutation, scalars_of
from core.training.history import History, Table
from core.training.state import Arrays, TrainedState
from core.training.timeline import MAXIMUM_MOMENTS, Moment, Timeline

_ORDERS, _BEST, _MOMENTS = (f"{TIMELINE_PATH}/{name}" for name in ("orders", "best", "moments"))
_MOMENT = ("state", "order", "best", "rows")
_NOTHING: Arrays = MappingProxyType({})


def timeline_record(timeline: Timeline, state: TrainedState) -> tuple[list[dict[str, Any]], dict[str, NDArray[Any]]]:
    """Return the descriptions and the arrays of the moments before a state.

    Moments of other shapes than the state's are left out: no run could go on from them with its network.
    """
    arrays: dict[str, NDArray[Any]] = {}
    described: list[dict[str, Any]] = []
    orders: dict[int, int] = {}
    bests: dict[int, int] = {}
    weights, buffers = state.parameters, state.buffers
    for moment in (kept.state for kept in timeline if _is_like(kept.state, state)):
        start = f"{_MOMENTS}/{len(described)}"
        vectors = {"weights": moment.parameters, **{f"slot.{slot}": found for slot, found in moment.slots.items()}}
        arrays |= {f"{start}/{name}": _flat(found, weights) for name, found in vectors.items() if weights}
        if buffers:
            arrays[f"{start}/buffers"] = _flat(moment.buffers, buffers)
        order, best = moment.position.order, moment.best
        number = orders.setdefault(id(order), len(orders))
        arrays[f"{_ORDERS}/{number}"] = order
        if best:
            arrays[f"{_BEST}/{bests.setdefault(id(best), len(bests))}"] = _flat(best, {**weights, **buffers})
        described.append(
            {
                "state": scalars_of(moment),
                "order": number,
                "best": bests[id(best)] if best else -1,
                "rows": {name: _length(getattr(moment.history, name)) for name in TABLES},
            }
        )
    return described, arrays


def timeline_from(value: Any, arrays: Found, state: TrainedState) -> Timeline:
    """Return the timeline before a state; raises ProjectFileError naming what does not fit."""
    if not isinstance(value, list) or len(value) > MAXIMUM_MOMENTS:
        refuse("timeline", value, f"a list of at most {MAXIMUM_MOMENTS:,}")
    reading = _Reading(arrays, state)
    moments = [reading.moment(number, entry) for number, entry in enumerate(value)]
    iterations = [*(moment.iteration for moment in moments), state.position.iteration + 1]
    if any(later <= earlier for earlier, later in pairwise(iterations)):
        raise ProjectFileError("its kept moments do not follow each other.")
    for path in arrays.keys() - reading.used:
        raise ProjectFileError("the array '{path}' belongs to nothing.", path=path[:200])
    return Timeline(tuple(moments))


class _Reading:
    """Puts the arrays of a file where the moments name them, and knows which were named."""

    def __init__(self, arrays: Found, state: TrainedState) -> None:
        self._arrays, self._state = arrays, state
        # Once for all moments: a file may have long tables and many moments.
        self._beginnings = {name: _beginnings(getattr(state.history, name)) for name in TABLES}
        self._orders: dict[int, NDArray[np.int64]] = {}
        self._best: dict[tuple[int, str], Arrays] = {}
        self.used: set[str] = set()

    def moment(self, number: int, value: Any) -> Moment:
        place = f"timeline[{number}]"
        fields = Fields(value, place, _MOMENT)
        rows = fields.table("rows", TABLES)
        order = self._order(fields.whole("order", 0, MAXIMUM_MOMENTS))
        best = fields.whole("best", -1, MAXIMUM_MOMENTS)
        history = self._history(rows)

        def arrays_of(slots: list[str], dtype: str) -> StateArrays:
            start, weights = f"{_MOMENTS}/{number}", self._state.parameters
            return StateArrays(
                parameters=self._split(f"{start}/weights", weights, dtype),
                slots=MappingProxyType({slot: self._split(f"{start}/slot.{slot}", weights, dtype) for slot in slots}),
                buffers=self._split(f"{start}/buffers", self._state.buffers, dtype),
                best=_NOTHING if best < 0 else self._best_of(best, dtype),
                order=order,
                history=history,
            )

        return Moment(checked_state(fields.raw("state"), f"{place}.state", arrays_of))

    def _take(self, path: str) -> NDArray[Any]:
        if path not in self._arrays:
            raise ProjectFileError("the array '{path}' is missing.", path=path[:200])
        self.used.add(path)
        return self._arrays[path]

    def _order(self, number: int) -> NDArray[np.int64]:
        if number not in self._orders:
            self._orders[number] = permutation(self._take(f"{_ORDERS}/{number}"))
        return self._orders[number]

    def _best_of(self, number: int, dtype: str) -> Arrays:
        if (number, dtype) not in self._best:
            like = {**self._state.parameters, **self._state.buffers}
            self._best[number, dtype] = self._split(f"{_BEST}/{number}", like, dtype)
        return self._best[number, dtype]

    def _split(self, path: str, like: Arrays, dtype: str) -> Arrays:
        """Return the parts of a vector in the shapes of some arrays."""
        if not like:
            return _NOTHING
        vector = finite(path, self._take(path), dtype)
        sizes = [math.prod(array.shape) for array in like.values()]
        if vector.shape != (sum(sizes),):
            refuse(path, list(vector.shape), f"one row of {sum(sizes):,}, as the weights have")
        parts = np.split(vector, np.cumsum(sizes[:-1]))
        shaped = {key: part.reshape(array.shape) for (key, array), part in zip(like.items(), parts, strict=True)}
        for part in shaped.values():
            part.flags.writeable = False
        return MappingProxyType(shaped)

    def _history(self, rows: Fields) -> History:
        tables: dict[str, Table] = {}
        for name in TABLES:
            table: Table = getattr(self._state.history, name)
            count, beginnings = rows.whole(name, 0, _length(table)), self._beginnings[name]
            # A column without any value until then came later.
            tables[name] = MappingProxyType(
                {column: values[:count] for column, values in table.items() if beginnings[column] < count}
            )
        return History(**tables)


def _beginnings(table: Table) -> Mapping[str, int]:
    """Return the first row in which each column has a value; that of ``iteration`` is there without any row."""
    return {name: _first_value(column) if name != "iteration" else -1 for name, column in table.items()}


def _first_value(column: NDArray[Any]) -> int:
    known = ~np.isnan(column)
    return int(known.argmax()) if known.any() else len(column)


def _length(table: Table) -> int:
    return len(table.get("iteration", ()))


def _is_like(moment: TrainedState, state: TrainedState) -> bool:
    weights, buffers = _shapes(state.parameters), _shapes(state.buffers)
    return (
        (_shapes(moment.parameters), _shapes(moment.buffers)) == (weights, buffers)
        and all(_shapes(vectors) == weights for vectors in moment.slots.values())
        and (not moment.best or _shapes(moment.best) == weights | buffers)
    )


def _shapes(arrays: Arrays) -> dict[Any, tuple[int, ...]]:
    return {key: array.shape for key, array in arrays.items()}


def _flat(arrays: Arrays, like: Arrays) -> NDArray[Any]:
    """Return all values as one vector, in the order of `like`."""
    return np.concatenate([arrays[key].reshape(-1) for key in like])
