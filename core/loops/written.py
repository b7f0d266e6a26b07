"""Loops whose source is written by hand, where no formula says it: sums over the windows of an image."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from core.loops.library import OVERRIDE, Library
from core.loops.loop import Array, Loop, address


@cache
def may_compile() -> bool:
    """Return whether training plans will be compiled, without loading what that takes a second to load."""
    return os.environ.get(OVERRIDE) != "numpy" and find_spec("numba") is not None


def bind_written(
    found: Library, source: str, arrays: Sequence[Array], integers: Sequence[int], *, adds: bool = False
) -> Loop:
    """Return a call of the function ``loop(pointers, integers, reals)`` of a source.

    Parameters
    ----------
    arrays : of one dtype; their addresses are the first entries of ``pointers``.
    integers : the entries of ``integers`` that follow those of the arrays.
    adds : whether sums over elements may be taken in any order.
    """
    # One entry more for the total, which stays 0.
    block = np.zeros(len(arrays) + len(integers) + 1, dtype=np.int64)
    block[:-1] = [*(address(array) for array in arrays), *integers]
    function = found.address(source, arrays[0].dtype, adds=adds)
    return Loop(found, function, block, tuple(arrays), {}, len(block) - 1)


@cache
def import_line(module: str, names: str) -> str:
    """Return the line with which a source takes over names of a module of this package.

    The digest is there because compiled sources are kept: another module makes another source.
    """
    files = [Path(__file__).with_name(f"{name}.py") for name in (module, "vector_code")]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return f"from core.loops.{module} import {names}  # {digest[:16]}"


def tiles_header() -> str:
    """Return the lines with which a source takes over all of ``tiles``."""
    return import_line("tiles", "*") + "\n\n\n"


def vector_length(dtype: np.dtype[np.generic]) -> int:
    """Return how many numbers a vector of ``tiles`` holds; only where there is a library."""
    from core.loops.vector_code import VECTOR_BYTES

    return VECTOR_BYTES // dtype.itemsize


def lanes_within(width: int, most: int) -> int:
    """Return how many numbers a vector has, at most so many and no more than a row."""
    lanes = most
    while lanes > width:
        lanes //= 2
    return lanes
