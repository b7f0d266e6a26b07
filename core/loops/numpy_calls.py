"""Programs as calls of numpy, into arrays that are there already."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.program import REDUCTIONS, Name, Operation, Program, Rank

Array: TypeAlias = NDArray[Any]
Step: TypeAlias = Callable[[], object]

BLOCK = 16_384
"""Elements that are worked on at a time: no more room than this is taken for what lies between two operations."""

_COMPARISONS = frozenset({"less", "less_equal", "equal", "greater_equal", "greater"})


class NumpyCalls:
    """A program bound to arrays; a call works it out and returns its total, 0 without one.

    Parameters
    ----------
    arrays : by name; those of elements have one shape. Columns are (width,), rows (rows,).
    factor : what the total is multiplied by.
    scratch : room for what lies between two operations; may be shared by calls that never run at the same time.
    """

    def __init__(self, program: Program, arrays: Mapping[Name, Array], scratch: Scratch, factor: float) -> None:
        self._numbers = _Numbers(program, next(iter(arrays.values())).dtype)
        self._total, self._factor = np.zeros((), dtype=np.float64), factor
        self._steps = tuple(
            step
            for block in _blocks(program, arrays)
            for step in _Binding(program, block, self._numbers.cells, scratch, self._total).steps()
        )
        self.set({})

    def set(self, constants: Mapping[str, float]) -> None:
        """Use other values of these constants from now on."""
        self._numbers.set(constants)

    def __call__(self) -> float:
        for step in self._steps:
            step()
        return float(self._total) * self._factor


def in_memory_order(arrays: Mapping[Name, Array]) -> Mapping[Name, Array] | None:
    """Return arrays of one shape as vectors in the order of their memory; None where that is not the same for all."""
    first, *others = arrays.values()
    axes = sorted(range(first.ndim), key=lambda axis: -first.strides[axis])
    if any(other.shape != first.shape for other in others):
        return None
    views = {name: array.transpose(axes) for name, array in arrays.items()}
    if not all(view.flags.c_contiguous for view in views.values()):
        return None
    return {name: view.reshape(-1) for name, view in views.items()}


def is_elementwise(program: Program) -> bool:
    """Return whether every element is worked out from elements at the same place and nothing else."""
    return all(op.rank in (Rank.NUMBER, Rank.ELEMENT) and op.name != "total" for op in program.operations)


def _blocks(program: Program, arrays: Mapping[Name, Array]) -> list[Mapping[Name, Array]]:
    vectors = in_memory_order(arrays) if is_elementwise(program) else None
    if vectors is None:
        return [arrays]
    size = next(iter(vectors.values())).size
    return [
        {name: vector[start : start + BLOCK] for name, vector in vectors.items()} for start in range(0, size, BLOCK)
    ]


class _Numbers:
    """The values of a program that are single numbers, worked out in double precision, each in an array of its own."""

    def __init__(self, program: Program, dtype: np.dtype[Any]) -> None:
        self._operations = [(i, op) for i, op in enumerate(program.operations) if _is_number(op)]
        self.cells = {i: np.zeros((), dtype=dtype) for i, _ in self._operations}
        by_arrays = {operand for op in program.operations if not _is_number(op) for operand in op.operands}
        by_arrays |= {target.value for target in program.targets}
        self._written = [(i, cell) for i, cell in self.cells.items() if i in by_arrays]
        self._values: dict[int, float] = {}
        self._constants = dict(program.constants)

    def set(self, constants: Mapping[str, float]) -> None:
        self._constants.update(constants)
        values = self._values
        for i, op in self._operations:
            if op.name == "number":
                values[i] = op.detail  # type: ignore[assignment]
            elif op.name == "constant":
                values[i] = self._constants[op.detail]  # type: ignore[index]
            else:
                values[i] = _NUMBER_FUNCTIONS[op.name](*[values[operand] for operand in op.operands])
        for i, cell in self._written:
            cell[...] = values[i]


def _quotient(x: float, y: float) -> float:
    if y == 0.0:
        return math.nan if x == 0.0 or x != x else math.copysign(math.inf, x)
    return x / y


_NUMBER_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": _quotient,
    "negative": operator.neg,
    "power": operator.pow,
    "sqrt": math.sqrt,
    "maximum": max,
    "minimum": min,
}
"""What formulas do with single numbers."""


def _is_number(op: Operation) -> bool:
    return op.rank is Rank.NUMBER and op.name != "total"


class Scratch:
    """Arrays for what lies between two operations."""

    def __init__(self) -> None:
        self._free: dict[tuple[tuple[int, ...], np.dtype[Any]], list[Array]] = {}

    def take(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        free = self._free.setdefault((shape, dtype), [])
        return free.pop() if free else np.empty(shape, dtype=dtype)

    def give_back(self, array: Array) -> None:
        self._free[array.shape, array.dtype].append(array)


class _Binding:
    """Finds a place for every value of a program and makes the calls; used once."""

    def __init__(
        self,
        program: Program,
        arrays: Mapping[Name, Array],
        numbers: Mapping[int, Array],
        scratch: Scratch,
        total: Array,
    ) -> None:
        self._program, self._arrays, self._scratch, self._total = program, arrays, scratch, total
        self._places: dict[int, Array] = dict(numbers)
        self._borrowed: dict[int, Array] = {}
        end = len(program.operations)
        self._last_use = {operand: i for i, op in enumerate(program.operations) for operand in op.operands}
        self._targets = [(target.value, target.name) for target in program.targets if target.name is not None]
        self._direct = dict(reversed(self._targets))
        self._last_use.update(dict.fromkeys(self._direct, end))
        ranks = {op.detail: op.rank for op in program.operations if op.name == "read"}
        ranks |= {target.name: program.operations[target.value].rank for target in program.targets}
        element = next(arrays[name] for name in arrays if ranks.get(name, Rank.ELEMENT) in (Rank.ELEMENT, Rank.NUMBER))
        self._shape, self._dtype = element.shape, element.dtype

    def steps(self) -> list[Step]:
        operations, steps = self._program.operations, list[Step]()
        for i, op in enumerate(operations):
            if op.name == "read":
                self._places[i] = self._as_read(op)
        for i, op in enumerate(operations):
            if op.name != "read" and not _is_number(op):
                steps += self._step(i, op)
        for value, name in self._targets:
            array = self._arrays[name]
            if self._program.operations[value].rank is Rank.ROW:
                array = array.reshape(-1, 1)
            if not np.may_share_memory(self._places[value], array):
                steps.append(partial(np.copyto, array, self._places[value]))
        for array in self._borrowed.values():
            self._scratch.give_back(array)
        return steps

    def _as_read(self, op: Operation) -> Array:
        array = self._arrays[op.detail]  # type: ignore[index]
        return array.reshape(-1, 1) if op.rank is Rank.ROW else array

    def _step(self, i: int, op: Operation) -> list[Step]:
        operands = [self._places[operand] for operand in op.operands]
        if op.name == "total":
            return [partial(np.add.reduce, operands[0], None, operands[0].dtype, self._total)]
        selects = op.name == "select"
        if not selects and op.name not in REDUCTIONS:
            self._release(i, op)
        out = self._places[i] = self._place(i, op)
        if selects or op.name in REDUCTIONS:
            self._release(i, op)
        if selects:
            condition, chosen, otherwise = operands
            return [partial(np.copyto, out, otherwise), partial(np.copyto, out, chosen, where=condition)]
        if op.name in REDUCTIONS:
            reduction = np.add.reduce if op.name == "row_sum" else np.maximum.reduce
            return [partial(reduction, operands[0], -1, None, out, True)]
        return [partial(getattr(np, op.name), *operands, out=out)]

    def _release(self, i: int, op: Operation) -> None:
        for operand in set(op.operands):
            if operand in self._borrowed and self._last_use[operand] == i:
                self._scratch.give_back(self._borrowed.pop(operand))

    def _place(self, i: int, op: Operation) -> Array:
        """Return where a value goes: at once to its target, unless something there is still to be read."""
        name = self._direct.get(i)
        if name is not None and op.rank is Rank.ELEMENT and self._may_overwrite(i, self._arrays[name]):
            return self._arrays[name]
        shape = self._shape
        if op.rank is Rank.ROW:
            shape = (*shape[:-1], 1)
        elif op.rank is Rank.COLUMN:
            shape = shape[-1:]
        array = self._scratch.take(shape, np.dtype(bool) if op.name in _COMPARISONS else self._dtype)
        self._borrowed[i] = array
        return array

    def _may_overwrite(self, i: int, array: Array) -> bool:
        if self._program.operations[i].name == "select":
            i -= 1  # it writes before it has read
        for k, op in enumerate(self._program.operations):
            if op.name == "read" and self._last_use.get(k, -1) > i and np.may_share_memory(self._places[k], array):
                return False
        return True
