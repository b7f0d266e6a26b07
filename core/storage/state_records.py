"""What training has reached as plain data, and back: scalars for ``meta.json`` and arrays by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import ParameterKey
from core.errors import ProjectFileError
from core.numerics.optimizers import OPTIMIZERS
from core.storage.fields import LARGEST_COUNT, Fields, checked_real, checked_text, refuse
from core.storage.schema import ORDER_PATH
from core.training.history import History, Table
from core.training.state import UPDATES, Arrays, Pending, Position, TrainedState

Found = Mapping[str, NDArray[Any]]

_WEIGHTS, _BUFFERS, _BEST, _OPTIMIZER, _HISTORY = "weights", "buffers", "best", "optimizer", "history"
_MAXIMUM_NAMED = 64
TABLES = ("training", "validation", "layers")
_STATE = (
    "optimizer",
    "slots",
    "dtype",
    "generators",
    "counters",
    "position",
    "pending",
    "data_fingerprint",
    "edited_by_hand",
    "run_conditions",
)
_PENDING = ("loss_sum", "correct", "samples", "penalty_sum")
_GENERATOR = ("bit_generator", "state", "inc", "has_uint32", "uinteger")
_DIGITS = re.compile(r"[0-9]{1,39}\Z")


def state_record(state: TrainedState) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the scalars and the arrays of a state."""
    arrays: dict[str, NDArray[Any]] = dict(_paths(_WEIGHTS, state.parameters))
    arrays |= _paths(_BUFFERS, state.buffers)
    arrays |= _paths(_BEST, state.best)
    for slot, vectors in state.slots.items():
        arrays |= _paths(f"{_OPTIMIZER}/{slot}", vectors)
    arrays[ORDER_PATH] = state.position.order
    for name in TABLES:
        table: Table = getattr(state.history, name)
        arrays |= {f"/{_HISTORY}/{name}/{column}": values for column, values in table.items()}
    return scalars_of(state), arrays


def scalars_of(state: TrainedState) -> dict[str, Any]:
    """Return all of a state but its arrays."""
    return {
        "optimizer": state.optimizer,
        "slots": list(state.slots),
        "dtype": state.dtype,
        "generators": {name: _generator_record(generator) for name, generator in state.generators.items()},
        "counters": {name: float(value) for name, value in state.counters.items()},
        "position": {
            "iteration": int(state.position.iteration),
            "epoch": int(state.position.epoch),
            "sample": int(state.position.sample),
        },
        "pending": {
            "loss_sum": float(state.pending.loss_sum),
            "correct": int(state.pending.correct),
            "samples": int(state.pending.samples),
            "penalty_sum": float(state.pending.penalty_sum),
        },
        "data_fingerprint": state.data_fingerprint,
        "edited_by_hand": bool(state.edited_by_hand),
        "run_conditions": {str(key): str(value) for key, value in state.run_conditions.items()},
    }


def state_from(value: Any, arrays: Found) -> TrainedState:
    """Return the state; raises ProjectFileError naming what does not fit."""
    return checked_state(value, "state", lambda slots, dtype: _sorted(arrays, slots, dtype))


def checked_state(value: Any, place: str, arrays_of: Callable[[list[str], str], StateArrays]) -> TrainedState:
    """Return the state that `value` describes; raises ProjectFileError naming what does not fit.

    Parameters
    ----------
    value : what `scalars_of` has made, or anything at all.
    place : where it stands, for the messages.
    arrays_of : returns the checked arrays for the names of the optimiser's slots and the dtype.
    """
    fields = Fields(value, place, _STATE)
    dtype = fields.choice("dtype", ("float32", "float64"))
    slots = [checked_text(slot, fields.place("slots"), 64) for slot in fields.items("slots", 16)]
    arrays = arrays_of(slots, dtype)
    conditions = fields.mapping("run_conditions", 100)
    return TrainedState(
        parameters=arrays.parameters,
        slots=arrays.slots,
        optimizer=fields.choice("optimizer", OPTIMIZERS.keys),
        dtype=dtype,
        generators=_generators_from(fields),
        buffers=arrays.buffers,
        best=arrays.best,
        counters=_counters_from(fields),
        position=_position_from(fields.table("position", ("iteration", "epoch", "sample")), arrays.order),
        pending=_pending_from(fields.table("pending", _PENDING)),
        history=arrays.history,
        data_fingerprint=fields.text("data_fingerprint", 200),
        edited_by_hand=fields.flag("edited_by_hand"),
        run_conditions=MappingProxyType(
            {checked_text(k, "run_conditions", 100): checked_text(v, k, 1_000) for k, v in conditions.items()}
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class StateArrays:
    """The arrays of a state as they are in a TrainedState, checked one by one."""

    parameters: Arrays
    slots: Mapping[str, Arrays]
    buffers: Arrays
    best: Arrays
    order: NDArray[np.int64]
    history: History


def _sorted(arrays: Found, slots: list[str], dtype: str) -> StateArrays:
    """Return the arrays of a file, each put where its path says and checked for what stands there."""
    parameters: dict[ParameterKey, NDArray[Any]] = {}
    buffers: dict[ParameterKey, NDArray[Any]] = {}
    best: dict[ParameterKey, NDArray[Any]] = {}
    vectors: dict[str, dict[ParameterKey, NDArray[Any]]] = {slot: {} for slot in slots}
    columns: dict[str, dict[str, NDArray[Any]]] = {name: {} for name in TABLES}
    order = None
    for path, array in arrays.items():
        match path.split("/"):
            case ["", "weights", node, parameter]:
                parameters[node, parameter] = finite(path, array, dtype)
            case ["", "buffers", node, name]:
                buffers[node, name] = finite(path, array, dtype)
            case ["", "best", node, name]:
                best[node, name] = finite(path, array, dtype)
            case ["", "optimizer", slot, node, parameter] if slot in vectors:
                vectors[slot][node, parameter] = finite(path, array, dtype)
            case ["", "history", table, column] if table in columns:
                columns[table][column] = _column(path, array, column)
            case ["", "order"]:
                order = permutation(array)
            case _:
                raise ProjectFileError("the array '{path}' belongs to nothing.", path=path[:200])
    if order is None:
        raise ProjectFileError("the order of its samples is missing.")
    for slot, values in vectors.items():
        _check_like_parameters(slot, values, parameters)
    return StateArrays(
        parameters=MappingProxyType(parameters),
        slots=MappingProxyType({slot: MappingProxyType(values) for slot, values in vectors.items()}),
        buffers=MappingProxyType(buffers),
        best=MappingProxyType(best),
        order=order,
        history=History(**{name: _table(name, values) for name, values in columns.items()}),
    )


def _paths(start: str, arrays: Arrays) -> Iterable[tuple[str, NDArray[Any]]]:
    return ((f"/{start}/{node}/{parameter}", array) for (node, parameter), array in arrays.items())


def finite(path: str, array: NDArray[Any], dtype: str) -> NDArray[Any]:
    """Return an array where it is of the dtype and holds finite numbers only."""
    if array.dtype.name != dtype:
        refuse(path, array.dtype.name, dtype)
    if not np.isfinite(array).all():
        raise ProjectFileError("the array '{path}' holds values that are no finite numbers.", path=path)
    return array


def _column(path: str, array: NDArray[Any], column: str) -> NDArray[Any]:
    expected = "int64" if column == "iteration" else "float64"
    if array.dtype.name != expected or array.ndim != 1:
        refuse(path, f"{array.dtype.name}{list(array.shape)}", f"one row of {expected}")
    if column == "iteration" and (array < 0).any():
        raise ProjectFileError("the array '{path}' counts below 0.", path=path)
    return array


def _table(name: str, columns: dict[str, NDArray[Any]]) -> Table:
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1 or (columns and "iteration" not in columns):
        raise ProjectFileError("the columns of its history '{name}' do not fit together.", name=name)
    return MappingProxyType(columns)


def permutation(array: NDArray[Any]) -> NDArray[np.int64]:
    """Return an array where it names each of the samples 0 … n − 1 once."""
    named = np.zeros(array.size, dtype=bool)
    if array.dtype == np.int64 and array.ndim == 1 and ((array >= 0) & (array < array.size)).all():
        named[array] = True
    if not named.all() or array.ndim != 1 or array.dtype != np.int64:
        raise ProjectFileError("the order of its samples does not name each sample once.")
    return array


def _check_like_parameters(slot: str, values: Arrays, parameters: Arrays) -> None:
    if {key: array.shape for key, array in values.items()} != {k: a.shape for k, a in parameters.items()}:
        raise ProjectFileError("the optimiser's '{slot}' does not have the shapes of the weights.", slot=slot)


def _position_from(fields: Fields, order: NDArray[np.int64]) -> Position:
    return Position(fields.whole("iteration"), fields.whole("epoch"), fields.whole("sample", 0, len(order)), order)


def _pending_from(fields: Fields) -> Pending:
    samples = fields.whole("samples")
    correct = fields.whole("correct", 0, samples)
    return Pending(fields.real("loss_sum"), correct, samples, fields.real("penalty_sum"))


def _generator_record(state: Mapping[str, Any]) -> dict[str, Any]:
    """PCG64's numbers have 128 bits: as texts, so that no JSON reader rounds them."""
    if state.get("bit_generator") != "PCG64":
        refuse("generators", state.get("bit_generator"), "PCG64")
    return {
        "bit_generator": "PCG64",
        "state": str(int(state["state"]["state"])),
        "inc": str(int(state["state"]["inc"])),
        "has_uint32": int(state["has_uint32"]),
        "uinteger": int(state["uinteger"]),
    }


def _generators_from(fields: Fields) -> Mapping[str, Mapping[str, Any]]:
    generators: dict[str, Mapping[str, Any]] = {}
    for name, value in fields.mapping("generators", _MAXIMUM_NAMED).items():
        place = f"{fields.place('generators')}.{checked_text(name, 'generators', 64)}"
        generators[name] = _generator_from(Fields(value, place, _GENERATOR))
    return MappingProxyType(generators)


def _counters_from(fields: Fields) -> Mapping[str, float]:
    counters: dict[str, float] = {}
    for name, value in fields.mapping("counters", _MAXIMUM_NAMED).items():
        place = f"{fields.place('counters')}.{checked_text(name, 'counters', 64)}"
        counters[name] = checked_real(value, place)
        # Optimisers raise numbers to the power of their count of updates.
        if name == UPDATES and not (0 <= counters[name] <= LARGEST_COUNT and counters[name].is_integer()):
            refuse(place, value, "a whole number from 0 on")
    return MappingProxyType(counters)


def _generator_from(fields: Fields) -> dict[str, Any]:
    """Return the state as ``numpy.random.PCG64.state`` takes it."""
    return {
        "bit_generator": fields.choice("bit_generator", ["PCG64"]),
        "state": {"state": _wide(fields, "state"), "inc": _wide(fields, "inc")},
        "has_uint32": fields.whole("has_uint32", 0, 1),
        "uinteger": fields.whole("uinteger", 0, 2**32 - 1),
    }


def _wide(fields: Fields, key: str) -> int:
    digits = fields.text(key, 39)
    if not _DIGITS.match(digits) or int(digits) >= 2**128:
        refuse(fields.place(key), digits, "a whole number below 2^128, as a text")
    return int(digits)
