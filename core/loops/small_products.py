"""Matrix products of a few million multiplications at most, by tiles that are chosen for their sizes."""

from __future__ import annotations

import os
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.blas import has_short_vectors
from core.loops.layouts import bind_layout
from core.loops.library import Library, library
from core.loops.loop import Chain, Loop, Parts
from core.loops.surroundings import PARTS_PER_THREAD, shares, threads_here
from core.loops.written import bind_written, import_line, lanes_within, vector_length

Array: TypeAlias = NDArray[Any]

ROWS_WORTH_TURNING = 32
"""A matrix on the right that lies column by column is turned for so many rows on the left."""

WORTH_SHARING = 1_000_000
"""Products of fewer multiplications are done by one thread sooner than others hear of them."""

NUMBERS_WORTH_PACKING, ROWS_WORTH_PACKING = 200_000, 128
"""A matrix on the right of that size is copied, for so many rows on the left, so that what a tile reads lies together.
Else rows of 2 or 4 kB throw each other out of the cache: 256 × 784 by 784 × 512 took half as long again."""

_ROWS = (8, 5, 4, 2, 1)
_VECTORS = 3
"""Sums of up to 8 rows of 3 vectors and what they are made of fit into 32 registers; of 4 rows into 16."""

_SOURCE = """\
def loop(pointers, integers, reals):
    out, left, right = pointers[0], pointers[1], pointers[2]
    rows, inner, columns = integers[3], integers[4], integers[5]
    step, inner_step = integers[6], integers[7]
    vectors = (columns + {lanes} - 1) // {lanes}
    whole = (vectors - {rest}) // {vectors}
    for block in range((rows + {rows} - 1) // {rows}):
        # The last rows and columns may be written twice.
        row = min(block * {rows}, rows - {rows})
        first = shifted(left, row * step)
        into = shifted(out, row * columns)
        for tile in range(whole):
            column = tile * {wide}
            last = min({wide} - {lanes}, columns - {lanes} - column)
            tile_of, right_of = shifted(into, column), shifted(right, column{below})
            write(tile_of, columns, first, step, inner_step, right_of, {right_step}, inner, last)
{tail}"""

_TAIL = """\
        column = whole * {wide}
        last = columns - {lanes} - column
        tile_of, right_of = shifted(into, column), shifted(right, column{below})
        write_rest(tile_of, columns, first, step, inner_step, right_of, {rest_step}, inner, last)
"""


def bind_small_product(found: Library, left: Array, right: Array, out: Array) -> Loop | Parts | Chain | None:
    """Return a call of left · right → out, or None where a BLAS does it better.

    `left` and `right` lie in memory row by row or column by column, `out` row by row.
    """
    (rows, inner), columns = left.shape, right.shape[1]
    if not 0 < rows * inner * columns <= _most_multiplications():
        return None
    lanes = lanes_within(columns, vector_length(out.dtype))
    wide = min(_VECTORS, -(-columns // lanes)) * lanes
    large = inner * columns >= NUMBERS_WORTH_PACKING and rows >= ROWS_WORTH_PACKING
    strip = wide if large and columns % lanes == 0 else columns
    if right.flags.c_contiguous and strip == columns:
        return _bind_parts(found, left, right, out, strip)
    if not right.flags.c_contiguous and rows < ROWS_WORTH_TURNING:
        return None
    laid_out = np.empty(right.shape, dtype=right.dtype)
    return Chain([bind_layout(found, right, laid_out, strip), _bind_parts(found, left, laid_out, out, strip)])


def _bind_parts(found: Library, left: Array, right: Array, out: Array, strip: int) -> Loop | Parts:
    """Return the loop, or the loops for some of the rows each that several threads share.

    `strip` says how many columns of the matrix on the right lie together.
    """
    threads, rows = threads_here(), len(left)
    if threads == 1 or rows * left.shape[1] * right.shape[1] < WORTH_SHARING:
        return _bind_tiles(found, left, right, out, strip)
    together = _rows(rows, vector_length(out.dtype) * out.itemsize)
    parts = shares(rows, PARTS_PER_THREAD * threads, together)
    return Parts([_bind_tiles(found, left[i:k], right, out[i:k], strip) for i, k in parts], threads)


def shares_well(multiplications: int) -> bool:
    """Return whether threads of ours share a product of that size better than a BLAS does, where loops are compiled."""
    return library() is not None and multiplications <= _most_multiplications()


@cache
def _most_multiplications() -> int:
    """Return up to which size of a product one thread with tiles is faster than a BLAS with all cores.

    One thread of a BLAS is slower up to 256 × 784 × 512. With vectors of half the length two threads are not faster.
    """
    cores = os.cpu_count() or 1
    if cores == 1 or (cores == 2 and vector_length(np.dtype(np.float32)) == 16 and has_short_vectors()):
        return 128_000_000
    return 16_000_000 if cores == 2 else 4_000_000


def _bind_tiles(found: Library, left: Array, right: Array, out: Array, strip: int) -> Loop:
    (rows, inner), columns = left.shape, right.shape[1]
    lanes = lanes_within(columns, vector_length(out.dtype))
    tile_rows = _rows(rows, vector_length(out.dtype) * out.itemsize)
    source = _source(tile_rows, -(-columns // lanes), lanes, packed=strip < columns)
    steps = [step // left.itemsize for step in left.strides]
    return bind_written(found, source, (out, left, right), (rows, inner, columns, *steps))


def _rows(rows: int, vector_bytes: int) -> int:
    """Return how many rows a tile has: as few are written twice as possible, then as many as possible."""
    fitting = [count for count in _ROWS if count <= min(rows, 8 if vector_bytes == 64 else 4)]
    return min(fitting, key=lambda count: (-(-rows // count) * count > rows * 1.25, -count))


@cache
def _source(rows: int, vectors: int, lanes: int, *, packed: bool) -> str:
    wide = min(vectors, _VECTORS)
    rest = vectors % wide
    below, right_step, rest_step = (" * inner", wide * lanes, rest * lanes) if packed else ("", "columns", "columns")
    tail = _TAIL.format(wide=wide * lanes, lanes=lanes, below=below, rest_step=rest_step) if rest else ""
    lines = [
        import_line("product_tiles", "multiplier"),
        import_line("tiles", "shifted"),
        "",
        f"write = multiplier({rows}, {wide}, {lanes})",
        f"write_rest = multiplier({rows}, {rest}, {lanes})" if rest else "",
        "",
        "",
    ]
    sizes = {"rows": rows, "lanes": lanes, "vectors": wide, "wide": wide * lanes, "rest": rest}
    body = _SOURCE.format(**sizes, below=below, right_step=right_step, tail=tail)
    return "\n".join(lines) + body
