"""Loops over whole vectors and over rows of large arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.loop import Call, Loop, Measure, address, library_here
from core.loops.written import bind_written

Array: TypeAlias = NDArray[Any]

_SQUARE = """\
def loop(pointers, integers, reals):
    vector, size, square = pointers[0], integers[1], real(0.0)
    for i in range(size):
        square += vector[i] * vector[i]
    reals[2] = square
"""


def bind_square(vector: Array) -> Measure:
    """Return a call that computes ‖v‖² in the dtype of the vector: infinite where that cannot hold it."""
    found = library_here()
    if found is not None:
        return bind_written(found, _SQUARE, (vector,), (vector.size,), adds=True)
    dot = np.dot
    return lambda: float(dot(vector, vector))


def bind_row_copies(copies: Sequence[tuple[Array, Array]]) -> tuple[NDArray[np.int64], list[Call]]:
    """Return an array for row numbers, and the calls that copy these rows.

    Parameters
    ----------
    copies : (source, target) matrices; a target has as many rows as there are row numbers. These must be those of rows
        that the sources have.
    """
    count = len(copies[0][1])
    found = library_here()
    whole = all(array.flags.c_contiguous and array.dtype == copies[0][0].dtype for pair in copies for array in pair)
    if found is None or not whole:
        rows = np.zeros(count, dtype=np.int64)
        return rows, [_take(source, rows, target) for source, target in copies]
    places = [address(array) for pair in copies for array in pair]
    widths = [target.shape[1] for _, target in copies]
    block = np.array([*places, count, *widths, 0, *[0] * count], dtype=np.int64)
    function = found.address(_row_copies(len(copies)), copies[0][0].dtype, adds=False)
    first = len(block) - count
    return block[first:], [Loop(found, function, block, copies, {}, first - 1)]


def _take(source: Array, rows: NDArray[np.int64], target: Array) -> Call:
    # mode="clip" skips numpy's buffering for the check of indices.
    return lambda: source.take(rows, 0, target, "clip")


def _row_copies(count: int) -> str:
    """Return the source of a loop that copies rows of so many arrays; the row numbers stand at the end of its block."""
    sizes = 2 * count
    lines = ["def loop(pointers, integers, reals):", f"    for row in range(integers[{sizes}]):"]
    lines.append(f"        number = integers[{sizes + 1 + count + 1} + row]")
    for k in range(count):
        lines += [
            f"        source, target, width = pointers[{2 * k}], pointers[{2 * k + 1}], integers[{sizes + 1 + k}]",
            "        for i in range(width):",
            "            target[row * width + i] = source[number * width + i]",
        ]
    return "\n".join(lines) + "\n"
