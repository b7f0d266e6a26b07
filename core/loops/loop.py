"""Compiled functions with what they work on, one by one or in chains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.library import Library
from core.loops.team import Work

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]
Measure: TypeAlias = Callable[[], float]


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
    """Loops that are run one after the other by a single call.

    Attributes
    ----------
    loops : in order.
    """

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


class Measured(Chain):
    """Loops of which the last one, a Loop, comes to the total of all."""

    __slots__ = ("_last",)

    def __init__(self, loops: Sequence[Loop | Parts]) -> None:
        super().__init__(loops)
        assert isinstance(loops[-1], Loop)
        self._last = loops[-1]

    @property
    def total(self) -> float:
        """The total that the last run came to."""
        return self._last.total

    @property
    def total_address(self) -> int:
        """See ``Loop.total_address``."""
        return self._last.total_address

    def __call__(self) -> float:  # type: ignore[override]
        super().__call__()
        return self._last.total


def kept(call: Measure) -> Loop | Measured | Kept:
    """Return a call that does the same and knows its last result as ``total``."""
    return call if isinstance(call, Loop | Measured) else Kept(call)


def chained(calls: Sequence[Call]) -> tuple[Call, ...]:
    """Return calls that do the same, with loops that follow each other made one call."""
    joined: list[Call] = []
    single = [part for call in calls for part in (call.loops if isinstance(call, Chain) else (call,))]
    for is_loop, group in groupby(single, lambda call: isinstance(call, Loop | Parts)):
        run = list(group)
        joined += [Chain(run)] if is_loop and len(run) > 1 else run  # type: ignore[arg-type]
    return tuple(joined)


def address(array: Array) -> int:
    """Return where the memory of an array begins."""
    return int(array.__array_interface__["data"][0])
