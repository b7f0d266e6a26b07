"""Sums of products over tiles of an array that stay in registers, for loops that are written by hand.

Like ``compiled`` this imports numba, and is itself imported only by the source of such loops. The compiler of numba
makes vectors of simple loops, but keeps sums over several arrays in memory; here the vectors are written out.
"""

# numba has no types for mypy, and intrinsics are written for its compiler.
# mypy: ignore-errors

from __future__ import annotations

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from core.loops.vector_code import LONG, VECTOR_BYTES, VectorCode


@intrinsic
def shifted(typing, pointer, count):
    """Return the address so many elements further on."""

    def code(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.int64), code


def _adder(outs, vectors):
    """Return the function that adds to a tile of several rows of z; a tile is so many vectors long, 0: one element."""

    @intrinsic
    def add(typing, z, z_step, x, offsets, taps, kernel, tap_step, out_step):
        def code(context, builder, signature, arguments):
            _Tile(context, builder, arguments, outs, vectors).write()
            return context.get_dummy_value()

        longs = types.CPointer(types.int64)
        return types.void(z, types.int64, x, longs, types.int64, kernel, types.int64, types.int64), code

    return add


class _Tile(VectorCode):
    """z[o, i] += Σ over taps t of kernel[t, o] x[offsets[t] + i]; used once.

    Everything that varies is an LLVM value: addresses of z, x, offsets and kernel, the steps from one row of z to the
    next, from one tap of the kernel to the next and from one row's to the next's, and the number of taps.
    """

    def __init__(self, context, builder, arguments, outs, vectors):
        real = arguments[0].type.pointee
        super().__init__(context, builder, real, VECTOR_BYTES // context.get_abi_sizeof(real) if vectors else 1)
        self._z, self._z_step, self._x, self._offsets, self._taps = arguments[:5]
        self._kernel, self._tap_step, self._out_step = arguments[5:]
        self._outs, self._vectors = range(outs), range(max(1, vectors))

    def write(self):
        builder = self._builder
        rows = [self._at(self._z, builder.mul(self._z_step, LONG(out))) for out in self._outs]
        places = [[self._at(row, LONG(v * self._lanes)) for v in self._vectors] for row in rows]
        sums = [[cgutils.alloca_once_value(builder, self._load(place)) for place in row] for row in places]
        with cgutils.for_range(builder, self._taps) as loop:
            self._add_tap(loop.index, sums)
        for row, row_sums in zip(places, sums, strict=True):
            for place, total in zip(row, row_sums, strict=True):
                self._store(builder.load(total), place)

    def _add_tap(self, tap, sums):
        builder = self._builder
        start = self._at(self._x, builder.load(self._at(self._offsets, tap)))
        values = [self._load(self._at(start, LONG(v * self._lanes))) for v in self._vectors]
        first = self._at(self._kernel, builder.mul(tap, self._tap_step))
        for out, row_sums in zip(self._outs, sums, strict=True):
            weight = self._spread(builder.load(self._at(first, builder.mul(self._out_step, LONG(out)))))
            for value, total in zip(values, row_sums, strict=True):
                # A product and a sum may be rounded once: one instruction where the processor has it.
                product = builder.fmul(value, weight, flags=("contract",))
                builder.store(builder.fadd(builder.load(total), product, flags=("contract",)), total)


add_8_rows_1_vector, add_8_rows_0_vector = _adder(8, 1), _adder(8, 0)
add_4_rows_2_vector, add_4_rows_1_vector, add_4_rows_0_vector = _adder(4, 2), _adder(4, 1), _adder(4, 0)
add_2_rows_4_vector, add_2_rows_1_vector, add_2_rows_0_vector = _adder(2, 4), _adder(2, 1), _adder(2, 0)
add_1_rows_4_vector, add_1_rows_1_vector, add_1_rows_0_vector = _adder(1, 4), _adder(1, 1), _adder(1, 0)
