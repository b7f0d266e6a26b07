"""Where and how what is bound here is worked out: by which compiler and in how many parts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import pairwise

from core.loops.library import OVERRIDE, Compilation, Library, library
from core.loops.numpy_calls import Scratch


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
        Compilation.end()


def library_here() -> Library | None:
    """Return the library with which what is bound here is compiled, or None."""
    return surroundings().library


def threads_here() -> int:
    """Return how many threads may work on one loop that is bound here."""
    return surroundings().threads


def surroundings() -> Surroundings:
    """Return how what is bound here is worked out."""
    return _here.get() or Surroundings(library() if _EVERYWHERE else None)


def shares(size: int, count: int, together: int) -> list[tuple[int, int]]:
    """Return where each of `count` parts of so many things begins and ends; `together` are not parted.

    They are as equal as can be; there are fewer where there is not enough for all.
    """
    blocks = -(-size // together)
    ends = [min(size, (k + 1) * blocks // count * together) for k in range(count)]
    return [(start, end) for start, end in pairwise([0, *ends]) if start < end]
