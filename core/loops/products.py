"""Matrix products and sums of columns, as calls."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.blas import ProductArguments, fits, product_routine
from core.loops.library import Library
from core.loops.loop import Call, Loop
from core.loops.small_products import bind_small_product
from core.loops.surroundings import library_here
from core.loops.written import bind_written

Array: TypeAlias = NDArray[Any]

_CALL = """\
def loop(pointers, integers, reals):
    call_product(integers)
"""

_COLUMN_SUMS = """\
def loop(pointers, integers, reals):
    matrix, sums = pointers[0], pointers[1]
    rows, width = integers[2], integers[3]
    for i in range(width):
        sums[i] = real(0.0)
    for row in range(rows):
        start = row * width
        for i in range(width):
            sums[i] += matrix[start + i]
"""


def bind_product(left: Array, right: Array, out: Array, *, adds: bool = False) -> Call:
    """Return a call of left · right → out for matrices, or of out + left · right → out."""
    found = library_here()
    if found is not None and fits(left, right) and out.flags.c_contiguous:
        call = None if adds else bind_small_product(found, left, right, out)
        call = call or _bind_routine(found, left, right, out, adds)
        if call is not None:
            return call
    # np.dot has less overhead per call than np.matmul and the same BLAS product behind it.
    dot, add = np.dot, np.add
    if not adds:
        return lambda: dot(left, right, out)
    share = np.empty_like(out)

    def product_and_sum() -> None:
        dot(left, right, share)
        add(out, share, out)

    return product_and_sum


def _bind_routine(found: Library, left: Array, right: Array, out: Array, adds: bool) -> Loop | None:
    """Return a call of the routine of the BLAS, or None where it is not known."""
    routine = product_routine(out.dtype.name)
    if routine is None:
        return None
    arguments = ProductArguments(left, right, out, adds=adds)
    block = np.array([*arguments.addresses, routine, 0], dtype=np.int64)
    return Loop(found, found.address(_CALL, out.dtype, adds=False), block, (arguments,), {}, len(block) - 1)


def bind_column_sums(matrix: Array, sums: Array) -> Call:
    """Return a call that writes the sums of the columns of a contiguous matrix."""
    found = library_here()
    if found is not None:
        return bind_written(found, _COLUMN_SUMS, (matrix, sums), matrix.shape)
    dot, ones = np.dot, np.ones(len(matrix), dtype=matrix.dtype)
    return lambda: dot(ones, matrix, sums)
