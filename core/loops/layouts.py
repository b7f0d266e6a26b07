"""Copies of a matrix in which what a tile of a product reads lies together."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

from numpy.typing import NDArray

from core.loops.library import Library
from core.loops.loop import Loop, Parts
from core.loops.surroundings import ELEMENTS_WORTH_SHARING, PARTS_PER_THREAD, shares, threads_here
from core.loops.written import bind_written, import_line, lanes_within, vector_length

Array: TypeAlias = NDArray[Any]

# Both write strips of `wide` columns below each other, the last of them narrower.
_TURN = """\
def loop(pointers, integers, reals):
    matrix, turned = pointers[0], pointers[1]
    columns, inner, wide = integers[2], integers[3], integers[4]
    for begin in range(integers[5], integers[6], {lanes}):
        # The last rows and columns may be written twice.
        i = min(begin, columns - {lanes})
        strip = i // wide * wide
        step, start = min(wide, columns - strip), strip * inner + i - strip
        for k in range(0, inner, {lanes}):
            j = min(k, inner - {lanes})
            turn(shifted(turned, start + j * step), step, shifted(matrix, i * inner + j), inner)
"""

_PACK = """\
def loop(pointers, integers, reals):
    matrix, packed = pointers[0], pointers[1]
    columns, inner = integers[2], integers[3]
    rest = columns // {wide} * {wide}
    for k in range(integers[5], integers[6]):
        for strip in range(0, rest, {wide}):
            copy(shifted(packed, strip * inner + k * {wide}), shifted(matrix, k * columns + strip))
        for i in range(rest, columns, {lanes}):
            copy_one(shifted(packed, rest * inner + k * (columns - rest) + i - rest), shifted(matrix, k * columns + i))
"""


def bind_layout(found: Library, matrix: Array, laid_out: Array, strip: int) -> Loop | Parts:
    """Return a call that copies a matrix (inner, columns) strip by strip, each of them (inner, strip), row by row.

    The matrix lies in memory row by row or column by column. A strip is all its columns, or some whole vectors where
    `columns` is a number of these, too.
    """
    threads, (inner, columns) = threads_here(), matrix.shape
    turns = not matrix.flags.c_contiguous
    lanes = lanes_within(min(inner, columns) if turns else columns, vector_length(matrix.dtype))
    source = _turning(lanes) if turns else _packing(strip // lanes, lanes)
    parts = PARTS_PER_THREAD * threads if threads > 1 and matrix.size >= ELEMENTS_WORTH_SHARING else 1
    bounds = shares(columns, parts, lanes) if turns else shares(inner, parts, 1)
    arrays = (matrix.T if turns else matrix, laid_out)
    loops = [bind_written(found, source, arrays, (columns, inner, strip, i, k)) for i, k in bounds]
    return loops[0] if len(loops) == 1 else Parts(loops, threads)


@cache
def _turning(lanes: int) -> str:
    lines = [import_line("tiles", "shifted"), import_line("layout_tiles", "turner"), "", f"turn = turner({lanes})"]
    return "\n".join(lines) + "\n\n\n" + _TURN.format(lanes=lanes)


@cache
def _packing(vectors: int, lanes: int) -> str:
    lines = [
        import_line("tiles", "shifted"),
        import_line("layout_tiles", "copier"),
        "",
        f"copy, copy_one = copier({vectors}, {lanes}), copier(1, {lanes})",
    ]
    return "\n".join(lines) + "\n\n\n" + _PACK.format(lanes=lanes, wide=vectors * lanes)
