"""Tiles of a matrix product that stay in registers, for products that are too small for a BLAS to be at its best.

Like ``tiles`` this is imported only by the source of loops.
"""

# numba has no types for mypy, and intrinsics are written for its compiler.
# mypy: ignore-errors

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from core.loops.vector_code import LONG, VectorCode


def multiplier(rows, vectors, lanes):
    """Return the function that writes a tile of so many rows, each so many vectors of so many numbers.

    ``write(out, out_step, left, row_step, inner_step, right, right_step, inner, last)``: the arguments are addresses of
    the tile's first numbers in out, left and right, steps between their rows (of left also between its columns), the
    inner size, and where the last vector of a row begins, which may overlap the one before.
    """

    @intrinsic
    def write(typing, out, out_step, left, row_step, inner_step, right, right_step, inner, last):
        def code(context, builder, signature, arguments):
            _Tile(context, builder, arguments, rows, vectors, lanes).write()
            return context.get_dummy_value()

        long = types.int64
        return types.void(out, long, left, long, long, right, long, long, long), code

    return write


class _Tile(VectorCode):
    """out[r, i] = Σ over k of left[r, k] right[k, i]; used once. All that varies is an LLVM value."""

    def __init__(self, context, builder, arguments, rows, vectors, lanes):
        super().__init__(context, builder, arguments[0].type.pointee, lanes)
        self._out, self._out_step, self._left, self._row_step, self._inner_step = arguments[:5]
        self._right, self._right_step, self._inner, self._last = arguments[5:]
        self._rows = range(rows)
        self._starts = [LONG(v * lanes) for v in range(vectors - 1)] + [self._last]

    def write(self):
        builder, nothing = self._builder, ir.Constant(self._kind, None)
        sums = [[cgutils.alloca_once_value(builder, nothing) for _ in self._starts] for _ in self._rows]
        with cgutils.for_range(builder, self._inner) as loop:
            self._add(loop.index, sums)
        for r, row_sums in zip(self._rows, sums, strict=True):
            row = self._at(self._out, builder.mul(self._out_step, LONG(r)))
            for start, total in zip(self._starts, row_sums, strict=True):
                self._store(builder.load(total), self._at(row, start))

    def _add(self, k, sums):
        builder = self._builder
        row = self._at(self._right, builder.mul(self._right_step, k))
        values = [self._load(self._at(row, start)) for start in self._starts]
        first = self._at(self._left, builder.mul(self._inner_step, k))
        for r, row_sums in zip(self._rows, sums, strict=True):
            weight = self._spread(builder.load(self._at(first, builder.mul(self._row_step, LONG(r)))))
            for value, total in zip(values, row_sums, strict=True):
                # A product and a sum may be rounded once: one instruction where the processor has it.
                product = builder.fmul(value, weight, flags=("contract",))
                builder.store(builder.fadd(builder.load(total), product, flags=("contract",)), total)
