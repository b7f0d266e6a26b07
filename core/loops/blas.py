"""The routine behind numpy's matrix products, by its address, so that compiled loops can call it themselves."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

Array: TypeAlias = NDArray[Any]

_NAMES = ("scipy_{}gemm_64_", "scipy_{}gemm_", "{}gemm_64_", "{}gemm_")
_LETTERS = {"float32": "s", "float64": "d"}


@cache
def product_routine(dtype: str) -> int | None:
    """Return the address of ``sgemm`` or ``dgemm`` in the library that numpy uses; None where it is not found.

    Its interface is that of Fortran: all arguments are addresses. Integers may be given as 64 bits to either kind of
    library: the lower half stands first in memory.
    """
    return next((address for address in _candidates(_LETTERS[dtype]) if _is_right(address, dtype)), None)


@cache
def has_short_vectors() -> bool:
    """Return whether the library that numpy uses multiplies by vectors of 256 bits."""
    names = {str(library.get("architecture", "")) for library in threadpool_info() if library["user_api"] == "blas"}
    return bool(names) and names <= {"Haswell", "Zen", "Excavator", "Sandybridge"}


def _candidates(letter: str) -> Iterator[int]:
    paths = [library["filepath"] for library in threadpool_info() if library["user_api"] == "blas"]
    for path in sorted(paths, key=lambda path: "numpy" not in path):
        try:
            library = ctypes.CDLL(path)
        except OSError:
            continue
        for name in _NAMES:
            routine = getattr(library, name.format(letter), None)
            if routine is not None:
                yield ctypes.cast(routine, ctypes.c_void_p).value or 0


def _is_right(address: int, dtype: str) -> bool:
    """Return whether the routine does what is expected of it, on a product of a transposed matrix."""
    left, right = np.arange(6, dtype=dtype).reshape(3, 2), np.arange(12, dtype=dtype).reshape(3, 4)
    out = np.full((2, 4), np.nan, dtype=dtype)
    arguments = ProductArguments(left.T, right, out, adds=False)
    routine = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(arguments.addresses))(address)
    routine(*arguments.addresses)
    return bool((out == left.T @ right).all())


class ProductArguments:
    """The arguments of left · right → out, or out + left · right → out; all three are matrices of one dtype.

    Attributes
    ----------
    addresses : of the arguments, in the order of the routine. They hold as long as this object and the matrices.
    """

    def __init__(self, left: Array, right: Array, out: Array, *, adds: bool) -> None:
        # The routine counts columns first: what it sees is outᵀ = rightᵀ leftᵀ.
        first, first_step = _orientation(right)
        second, second_step = _orientation(left)
        self._letters = np.frombuffer(first + second, dtype=np.uint8)
        (rows, inner), columns = left.shape, right.shape[1]
        self._sizes = np.array([columns, rows, inner, first_step, second_step, max(1, columns)], dtype=np.int64)
        self._factors = np.array([1.0, float(adds)], dtype=out.dtype)
        self._matrices = (left, right, out)
        letters, sizes, factors = (_places(array) for array in (self._letters, self._sizes, self._factors))
        matrix = [_places(array)[0] for array in self._matrices]
        self.addresses = (
            *letters,
            *sizes[:3],
            *(factors[0], matrix[1], sizes[3]),
            *(matrix[0], sizes[4]),
            *(factors[1], matrix[2], sizes[5]),
        )


def fits(*matrices: Array) -> bool:
    """Return whether matrices lie in memory row by row or column by column."""
    return all(matrix.flags.c_contiguous or matrix.flags.f_contiguous for matrix in matrices)


def _orientation(matrix: Array) -> tuple[bytes, int]:
    """Return how the routine is to read a matrix, and the step from one of its columns to the next."""
    if matrix.flags.c_contiguous:
        return b"N", max(1, matrix.shape[1])
    return b"T", max(1, matrix.shape[0])


def _places(array: Array) -> list[int]:
    begin = int(array.__array_interface__["data"][0])
    return [begin + k * array.itemsize for k in range(max(1, array.size))] if array.ndim == 1 else [begin]
