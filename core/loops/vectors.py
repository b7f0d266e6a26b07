"""Loops over whole vectors and over rows of large arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.loop import Call, Loop, Measure, Measured, Parts, address
from core.loops.surroundings import ELEMENTS_WORTH_SHARING, PARTS_PER_THREAD, library_here, shares, threads_here
from core.loops.written import bind_written

Array: TypeAlias = NDArray[Any]

BLOCK = 65_536
"""The squares of so many numbers are added up by themselves, so that no bit depends on who does it."""

_SQUARE = """\
def loop(pointers, integers, reals):
    vector, size, square = pointers[0], integers[2], real(0.0)
    for i in range(size):
        square += vector[i] * vector[i]
    pointers[1][0] = square
    reals[3] = square
"""

_SUM = """\
def loop(pointers, integers, reals):
    total = real(0.0)
    for i in range(integers[1]):
        total += pointers[0][i]
    reals[2] = total
"""

_CENTRED_SQUARE = """\
def loop(pointers, integers, reals):
    vector, size, total, square = pointers[0], integers[1], real(0.0), real(0.0)
    for i in range(size):
        total += vector[i]
    mean = real(total / size)
    for i in range(size):
        square += (vector[i] - mean) * (vector[i] - mean)
    reals[2] = square
"""


def bind_square(vector: Array) -> Measure:
    """Return a call that computes ‖v‖² in the dtype of the vector: infinite where that cannot hold it."""
    found = library_here()
    if found is None:
        dot = np.dot
        return lambda: float(dot(vector, vector))
    starts = range(0, max(1, vector.size), BLOCK)
    squares = np.empty(len(starts), dtype=vector.dtype)
    loops = []
    for k, start in enumerate(starts):
        block = vector[start : start + BLOCK]
        loops.append(bind_written(found, _SQUARE, (block, squares[k : k + 1]), (block.size,), adds=True))
    if len(loops) == 1:
        return loops[0]
    total, threads = bind_written(found, _SUM, (squares,), (squares.size,)), threads_here()
    return Measured([*loops, total] if threads == 1 else [Parts(loops, threads), total])


def bind_centred_square(vector: Array) -> Measure:
    """Return a call that computes Σ (v − mean v)² in the dtype of the vector, which is contiguous and not empty."""
    found = library_here()
    if found is not None:
        return bind_written(found, _CENTRED_SQUARE, (vector,), (vector.size,), adds=True)
    centred = np.empty_like(vector)

    def measure() -> float:
        np.subtract(vector, float(np.add.reduce(vector)) / vector.size, centred)
        return float(np.dot(centred, centred))

    return measure


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
    threads, elements = threads_here(), sum(target.size for _, target in copies)
    parts = PARTS_PER_THREAD * threads if threads > 1 and elements >= ELEMENTS_WORTH_SHARING else 1
    bounds = shares(count, parts, 1)
    function = found.address(_row_copies(len(copies)), copies[0][0].dtype, adds=False)
    # The blocks of all parts and then the row numbers, so that each finds those in its own block, further on.
    size = 3 * len(copies) + 3
    memory = np.zeros(len(bounds) * size + count, dtype=np.int64)
    loops = []
    for k, (first, last) in enumerate(bounds):
        block = memory[k * size : (k + 1) * size]
        places = [address(array) for source, target in copies for array in (source, target[first:])]
        widths = [target.shape[1] for _, target in copies]
        block[:-1] = [*places, *widths, last - first, (len(bounds) - k) * size + first]
        loops.append(Loop(found, function, block, (*copies, memory), {}, size - 1))
    return memory[len(bounds) * size :], [loops[0] if len(loops) == 1 else Parts(loops, threads)]


def _take(source: Array, rows: NDArray[np.int64], target: Array) -> Call:
    # mode="clip" skips numpy's buffering for the check of indices.
    return lambda: source.take(rows, 0, target, "clip")


def _row_copies(count: int) -> str:
    """Return the source of a loop that copies some rows of so many arrays.

    Its block has the addresses of each source and target, the widths, how many rows there are, and how many entries
    further on their numbers stand.
    """
    entry = 3 * count
    lines = [f"def loop(pointers, integers, reals):\n    for row in range(integers[{entry}]):"]
    lines.append(f"        number = integers[integers[{entry + 1}] + row]")
    for k in range(count):
        lines += [
            f"        source, target = pointers[{2 * k}], pointers[{2 * k + 1}]",
            f"        width = integers[{2 * count + k}]",
            "        for i in range(width):",
            "            target[row * width + i] = source[number * width + i]",
        ]
    return "\n".join(lines) + "\n"
