"""Formulas bound to arrays: calls that work them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from core.loops.library import Library
from core.loops.loop import Array, Loop, Parts, address
from core.loops.numpy_calls import NumpyCalls, Scratch, in_memory_order, is_elementwise
from core.loops.program import REDUCTIONS, Name, Operation, Program, Rank, Target
from core.loops.source import Layout, layout_of, source_of
from core.loops.surroundings import (
    ELEMENTS_TOGETHER,
    ELEMENTS_WORTH_SHARING,
    PARTS_PER_THREAD,
    shares,
    surroundings,
)


class Bound(Protocol):
    """A program bound to arrays."""

    def set(self, constants: Mapping[str, float]) -> None:
        """Use other values of these constants from now on."""

    def __call__(self) -> float:
        """Work it out and return its total, 0 without one."""


def bind(program: Program, arrays: Mapping[Name, Array], factor: float = 1.0) -> Bound:
    """Return a call that works out a program over arrays.

    Parameters
    ----------
    arrays : by name; those of elements have one shape, of which the last axis is the row. Columns are (width,), rows
        (rows,). An array that is written may be one that is read.
    factor : what the total is multiplied by.
    """
    here = surroundings()
    found: Bound | None = None
    if here.library is not None:
        found = _parts(here.library, program, arrays, here.threads) or _loop(here.library, program, arrays, factor)
    return NumpyCalls(program, arrays, here.scratch or Scratch(), factor) if found is None else found


def _parts(found: Library, program: Program, arrays: Mapping[Name, Array], threads: int) -> Parts | None:
    """Return the loops over parts of large arrays, or None where one loop does it."""
    if threads == 1 or any(program.operations[target.value].rank is not Rank.ELEMENT for target in program.targets):
        return None
    vectors = in_memory_order(arrays) if is_elementwise(program) else None
    whole, together = (arrays, 1) if vectors is None else (vectors, ELEMENTS_TOGETHER)
    ranks = _ranks(program)
    parted = [name for name in whole if ranks.get(name, Rank.ELEMENT) is not Rank.COLUMN]
    element = next(whole[name] for name in parted if ranks.get(name, Rank.ELEMENT) is Rank.ELEMENT)
    if element.size < ELEMENTS_WORTH_SHARING or (vectors is None and element.ndim != 2):
        return None
    loops = []
    for start, stop in shares(len(element), PARTS_PER_THREAD * threads, together):
        part = {name: array[start:stop] if name in parted else array for name, array in whole.items()}
        loop = _loop(found, program, part, 1.0)
        if loop is None:
            return None
        loops.append(loop)
    return Parts(loops, threads)


def _ranks(program: Program) -> dict[Name | str | float | None, Rank]:
    """Return over what the arrays vary that are read."""
    return {op.detail: op.rank for op in program.operations if op.name == "read"}


def _loop(found: Library, program: Program, arrays: Mapping[Name, Array], factor: float) -> Loop | None:
    names: dict[int, Name] = {}
    aliases = tuple((name, names.setdefault(address(array), name)) for name, array in arrays.items())
    code = _code(program.operations, program.targets, tuple(program.constants), aliases)
    if code is None:
        return None
    layout, ordered = code.layout, {name: arrays[name] for name in code.layout.arrays}
    vectors = ordered if code.by_rows else in_memory_order(ordered)
    if vectors is None or not all(array.flags.c_contiguous for array in vectors.values()):
        return None
    element = vectors[code.element]
    width = element.shape[-1]
    rows = element.size // width if width else 0
    function = found.address(code.source, element.dtype, adds=code.reduces)
    block = np.zeros(layout.size, dtype=np.int64)
    room = room_for(layout.kept * width, element.dtype)
    block[: layout.rows + 3] = (*(address(array) for array in vectors.values()), rows, width, address(room))
    places = {key: layout.constants + k for k, key in enumerate(program.constants)}
    loop = Loop(found, function, block, (*vectors.values(), room), places, layout.total, factor)
    loop.set(program.constants)
    return loop


@dataclass(frozen=True, slots=True)
class _Code:
    """What a program is written as.

    Attributes
    ----------
    by_rows : whether the arrays must have rows; else they may be vectors.
    reduces : whether something is added up or compared over elements.
    element : an array of elements.
    """

    layout: Layout
    source: str
    by_rows: bool
    reduces: bool
    element: Name


@lru_cache(maxsize=1024)
def _code(
    operations: tuple[Operation, ...],
    targets: tuple[Target, ...],
    constants: tuple[str, ...],
    aliases: tuple[tuple[Name, Name], ...],
) -> _Code | None:
    """Return the code of a program, kept as a large network has the same one in all its layers; None without one.

    Parameters
    ----------
    aliases : names of all arrays, each with the first name of the same memory: a compiler that finds two arrays over
        one memory makes a slow loop.
    """
    if any(operations[target.value].rank is Rank.ROW for target in targets):
        return None
    program = Program(operations, targets, dict.fromkeys(constants, 0.0)).renamed(dict(aliases))
    layout, ranks = layout_of(program), _ranks(program)
    element = next(name for name in layout.arrays if ranks.get(name, Rank.ELEMENT) is Rank.ELEMENT)
    reduces = any(op.name in REDUCTIONS for op in operations)
    return _Code(layout, source_of(program), not is_elementwise(program), reduces, element)


def room_for(count: int, dtype: np.dtype[Any]) -> Array:
    """Return room for so many values that a loop keeps on its way."""
    return np.empty(max(1, count), dtype=dtype)
