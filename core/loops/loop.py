"""Formulas bound to arrays: calls that work them out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.library import OVERRIDE, Compilation, Library, library
from core.loops.numpy_calls import NumpyCalls, Scratch, in_memory_order, is_elementwise
from core.loops.program import REDUCTIONS, Name, Program, Rank
from core.loops.source import layout_of, source_of
from core.loops.team import Work

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]
Measure: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How what is bound here is worked out.

    Attributes
    ----------
    library : of compiled functions; None for numpy.
    scratch : room that all share which are bound here; None for room of their own.
    threads : which may work on one loop.
    """

    library: Library | None = None
    scratch: Scratch | None = None
    threads: int = 1


PARTS_PER_THREAD = 4
"""More parts than threads: one that is kept waiting by another program takes fewer of them."""

ELEMENTS_WORTH_SHARING = 50_000
"""Smaller vectors are worked out by one thread sooner than others hear of them."""

ELEMENTS_TOGETHER = 64
"""No part ends within what is worked out together."""

_here: ContextVar[Surroundings | None] = ContextVar("surroundings", default=None)
_EVERYWHERE = os.environ.get(OVERRIDE) == "numba"


@contextmanager
def binding(*, compiled: bool, threads: int = 1) -> Iterator[None]:
    """Let what is bound inside share room, and be compiled loops if `compiled` and where that is possible.

    Calls that are bound inside must not run at the same time. So many threads may work on a large one.
    """
    token = _here.set(Surroundings(library() if compiled or _EVERYWHERE else None, Scratch(), threads))
    try:
        yield
    finally:
        _here.reset(token)
        Compilation.running = False


def library_here() -> Library | None:
    """Return the library with which what is bound here is compiled, or None."""
    return _surroundings().library


def threads_here() -> int:
    """Return how many threads may work on one loop that is bound here."""
    return _surroundings().threads


def _surroundings() -> Surroundings:
    return _here.get() or Surroundings(library() if _EVERYWHERE else None)


class Bound(Protocol):
    """A program bound to arrays."""

    def set(self, constants: Mapping[str, float]) -> None:
        """Use other values of these constants from now on."""

    def __call__(self) -> float:
        """Work it out and return its total, 0 without one."""


class Loop:
    """A compiled function with the block of memory that it is given.

    Attributes
    ----------
    library : which has compiled the function.
    entry : addresses of the function and of its block.
    factor : what the total is multiplied by.
    """

    __slots__ = ("_block", "_kept", "_places", "_reals", "_run", "_table", "_total", "entry", "factor", "library")

    def __init__(
        self,
        library: Library,
        function: int,
        block: Array,
        kept: Sequence[object],
        places: Mapping[str, int],
        total: int,
        factor: float = 1.0,
    ) -> None:
        self._run, self._block, self._kept, self._places, self._total = library.run, block, kept, places, total
        self._reals, self.factor, self.library = block.view(np.float64), factor, library
        self.entry = (function, address(block))
        self._table = np.array([self.entry], dtype=np.int64)

    def set(self, constants: Mapping[str, float]) -> None:
        reals, places = self._reals, self._places
        for key, value in constants.items():
            if key in places:
                reals[places[key]] = value

    @property
    def total(self) -> float:
        """The total that the last run came to."""
        return float(self._reals[self._total]) * self.factor

    @property
    def total_address(self) -> int:
        """Where the total is written, before it is multiplied by the factor."""
        return address(self._reals) + 8 * self._total

    def constant_addresses(self) -> list[tuple[str, int]]:
        """Return the constants by name, and where each is read."""
        return [(key, address(self._reals) + 8 * place) for key, place in self._places.items()]

    def __call__(self) -> float:
        self._run(self._table)
        return float(self._reals[self._total]) * self.factor


class Kept:
    """A call that keeps what it came to.

    Attributes
    ----------
    total : the result of the last run.
    """

    __slots__ = ("_call", "total")

    def __init__(self, call: Measure) -> None:
        self._call, self.total = call, 0.0

    def __call__(self) -> None:
        self.total = self._call()


def kept(call: Measure) -> Loop | Kept:
    """Return a call that does the same and knows its last result as ``total``."""
    return call if isinstance(call, Loop) else Kept(call)


class Parts:
    """Loops that do parts of one operation: in any order, or at the same time."""

    __slots__ = ("_chain", "loops", "threads")

    def __init__(self, loops: Sequence[Loop], threads: int) -> None:
        self.loops, self.threads = tuple(loops), threads
        self._chain = Chain([self])

    def set(self, constants: Mapping[str, float]) -> None:
        for loop in self.loops:
            loop.set(constants)

    def __call__(self) -> float:
        self._chain()
        return 0.0


class Chain:
    """Loops that are run one after the other by a single call."""

    __slots__ = ("_run", "_table", "_team", "_work", "loops")

    def __init__(self, loops: Sequence[Loop | Parts]) -> None:
        self.loops = loops
        groups = [loop.loops if isinstance(loop, Parts) else (loop,) for loop in loops]
        self._run, self._team = groups[0][0]._run, groups[0][0].library.team
        self._table = np.array([loop.entry for group in groups for loop in group], dtype=np.int64)
        threads = max(loop.threads if isinstance(loop, Parts) else 1 for loop in loops)
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        self._work = Work(self._table, sizes, threads) if threads > 1 else None

    def __call__(self) -> None:
        if self._work is None:
            self._run(self._table)
        else:
            self._team.run(self._work)


def chained(calls: Sequence[Call]) -> tuple[Call, ...]:
    """Return calls that do the same, with loops that follow each other made one call."""
    joined: list[Call] = []
    single = [part for call in calls for part in (call.loops if isinstance(call, Chain) else (call,))]
    for is_loop, group in groupby(single, lambda call: isinstance(call, Loop | Parts)):
        run = list(group)
        joined += [Chain(run)] if is_loop and len(run) > 1 else run  # type: ignore[arg-type]
    return tuple(joined)


def bind(program: Program, arrays: Mapping[Name, Array], factor: float = 1.0) -> Bound:
    """Return a call that works out a program over arrays.

    Parameters
    ----------
    arrays : by name; those of elements have one shape, of which the last axis is the row. Columns are (width,), rows
        (rows,). An array that is written may be one that is read.
    factor : what the total is multiplied by.
    """
    here = _surroundings()
    found: Bound | None = None
    if here.library is not None:
        found = _parts(here.library, program, arrays, here.threads) or _loop(here.library, program, arrays, factor)
    return NumpyCalls(program, arrays, here.scratch or Scratch(), factor) if found is None else found


def _parts(found: Library, program: Program, arrays: Mapping[Name, Array], threads: int) -> Parts | None:
    """Return the loops over parts of large vectors, or None where one loop does it."""
    reduces = any(op.name in REDUCTIONS for op in program.operations)
    if threads == 1 or reduces or not is_elementwise(program):
        return None
    vectors = in_memory_order(arrays)
    size = 0 if vectors is None else next(iter(vectors.values())).size
    if vectors is None or size < ELEMENTS_WORTH_SHARING:
        return None
    loops = []
    for start, stop in shares(size, PARTS_PER_THREAD * threads, ELEMENTS_TOGETHER):
        loop = _loop(found, program, {name: vector[start:stop] for name, vector in vectors.items()}, 1.0)
        if loop is None:
            return None
        loops.append(loop)
    return Parts(loops, threads)


def shares(size: int, count: int, together: int) -> list[tuple[int, int]]:
    """Return where each of `count` parts of so many things begins and ends; `together` are not parted.

    They are as equal as can be; there are fewer where there is not enough for all.
    """
    blocks = -(-size // together)
    ends = [min(size, (k + 1) * blocks // count * together) for k in range(count)]
    return [(start, end) for start, end in pairwise([0, *ends]) if start < end]


def _loop(found: Library, program: Program, arrays: Mapping[Name, Array], factor: float) -> Loop | None:
    if any(program.operations[target.value].rank is Rank.ROW for target in program.targets):
        return None
    program = _without_aliases(program, arrays)
    layout = layout_of(program)
    ordered = {name: arrays[name] for name in layout.arrays}
    by_rows = not is_elementwise(program)
    vectors = ordered if by_rows else in_memory_order(ordered)
    if vectors is None or not all(array.flags.c_contiguous for array in vectors.values()):
        return None
    ranks = {op.detail: op.rank for op in program.operations if op.name == "read"}
    element = next(array for name, array in vectors.items() if ranks.get(name, Rank.ELEMENT) is Rank.ELEMENT)
    width = element.shape[-1]
    rows = element.size // width if width else 0
    reduces = any(op.name in REDUCTIONS for op in program.operations)
    function = found.address(source_of(program), element.dtype, adds=reduces)
    block = np.zeros(layout.size, dtype=np.int64)
    room = np.empty(max(1, layout.kept * width), dtype=element.dtype)
    block[: layout.rows + 3] = (*(address(array) for array in vectors.values()), rows, width, address(room))
    places = {key: layout.constants + k for k, key in enumerate(program.constants)}
    loop = Loop(found, function, block, (*vectors.values(), room), places, layout.total, factor)
    loop.set(program.constants)
    return loop


def _without_aliases(program: Program, arrays: Mapping[Name, Array]) -> Program:
    """Return the program with one name for every array: a compiler that finds two over one memory makes a slow loop."""
    names: dict[int, Name] = {}
    return program.renamed({name: names.setdefault(address(array), name) for name, array in arrays.items()})


def address(array: Array) -> int:
    """Return where the memory of an array begins."""
    return int(array.__array_interface__["data"][0])
