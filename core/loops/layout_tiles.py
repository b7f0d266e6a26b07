"""Tiles of a matrix that are copied or turned in registers.

Like ``tiles`` this is imported only by the source of loops.
"""

# numba has no types for mypy, and intrinsics are written for its compiler.
# mypy: ignore-errors

from __future__ import annotations

from numba import types
from numba.extending import intrinsic

from core.loops.vector_code import LONG, VectorCode


def copier(vectors, lanes):
    """Return ``copy(into, source)``, which copies so many vectors of so many numbers."""

    @intrinsic
    def copy(typing, into, source):
        def code(context, builder, signature, arguments):
            _Copy(context, builder, source.dtype, lanes, *arguments).write(vectors)
            return context.get_dummy_value()

        return types.void(into, source), code

    return copy


def turner(lanes):
    """Return ``turn(into, into_step, source, source_step)``, which transposes a square of `lanes` × `lanes` numbers.

    The steps are those from one row to the next.
    """

    @intrinsic
    def turn(typing, into, into_step, source, source_step):
        def code(context, builder, signature, arguments):
            into_at, into_by, source_at, source_by = arguments
            _Turn(context, builder, source.dtype, lanes, into_at, source_at).write(into_by, source_by)
            return context.get_dummy_value()

        return types.void(into, types.int64, source, types.int64), code

    return turn


class _Layout(VectorCode):
    def __init__(self, context, builder, real, lanes, into, source):
        super().__init__(context, builder, context.get_value_type(real), lanes)
        self._into, self._source = into, source


class _Copy(_Layout):
    def write(self, vectors):
        starts = [LONG(vector * self._lanes) for vector in range(vectors)]
        values = [self._load(self._at(self._source, start)) for start in starts]
        for value, start in zip(values, starts, strict=True):
            self._store(value, self._at(self._into, start))


class _Turn(_Layout):
    def write(self, into_step, source_step):
        builder, lanes = self._builder, self._lanes
        rows = [self._load(self._at(self._source, builder.mul(source_step, LONG(r)))) for r in range(lanes)]
        # Each shuffle of all rows, the first half taken in turns with the second, moves one bit of the number of a row
        # to that of a column.
        for _ in range(lanes.bit_length() - 1):
            pairs = zip(rows[: lanes // 2], rows[lanes // 2 :], strict=True)
            rows = [half for pair in pairs for half in self._in_turns(*pair)]
        for r, row in enumerate(rows):
            self._store(row, self._at(self._into, builder.mul(into_step, LONG(r))))

    def _in_turns(self, first, second):
        """Return two vectors with the numbers of two others in turns: those of the lower halves, of the upper ones."""
        places = [place for k in range(self._lanes) for place in (k, self._lanes + k)]
        return [self._shuffle(first, second, part) for part in (places[: self._lanes], places[self._lanes :])]
