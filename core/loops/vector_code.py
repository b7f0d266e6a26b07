"""How code over vectors is written for the compiler of numba, which makes vectors of simple loops only.

Like ``compiled`` this imports numba; it is imported only by what the sources of loops import.
"""

# numba has no types for mypy, and intrinsics are written for its compiler.
# mypy: ignore-errors

from __future__ import annotations

from llvmlite import binding, ir

VECTOR_BYTES = 64 if binding.get_host_cpu_features().get("avx512f") else 32
"""Eight sums of this size and what they are made of fit into the registers; smaller ones are taken in pairs."""

LONG, INT = ir.IntType(64), ir.IntType(32)


class VectorCode:
    """Writes instructions over vectors of so many numbers of one type; 1: over single numbers.

    Addresses and counts are LLVM values.
    """

    def __init__(self, context, builder, real, lanes):
        self._builder, self._lanes = builder, lanes
        self._align = context.get_abi_sizeof(real)
        self._kind = real if lanes == 1 else ir.VectorType(real, lanes)

    def _at(self, base, count):
        """Return the address so many numbers further on."""
        return self._builder.gep(base, [count])

    def _vector(self, address):
        return self._builder.bitcast(address, self._kind.as_pointer())

    def _load(self, address):
        return self._builder.load(self._vector(address), align=self._align)

    def _store(self, value, address):
        self._builder.store(value, self._vector(address)).align = self._align

    def _shuffle(self, first, second, places):
        """Return the vector of the numbers at these places of two vectors, those of the second counted on."""
        mask = ir.Constant(ir.VectorType(INT, self._lanes), [INT(place) for place in places])
        return self._builder.shuffle_vector(first, second, mask)

    def _spread(self, number):
        """Return a vector that holds a number everywhere."""
        if self._lanes == 1:
            return number
        nothing = ir.Constant(self._kind, ir.Undefined)
        return self._shuffle(self._builder.insert_element(nothing, number, INT(0)), nothing, [0] * self._lanes)
