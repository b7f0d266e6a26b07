"""What compiled loops consist of besides formulas; the only module that imports numba, and itself imported late.

A compiled function is given one block of memory (see ``source.Layout``) and returns nothing. A table lists functions
and their blocks by address; ``run`` calls one after the other, without the interpreter and its lock.
"""

# numba has no types for mypy, and intrinsics are written for its compiler.
# mypy: ignore-errors

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

EXACT = False
"""No freedom of the compiler where every operation stands by itself: it rounds as numpy does."""

ADDING = {"contract", "nsz", "reassoc"}
"""Where sums over many elements may be taken in any order. No flag may promise that nothing is NaN or infinite: the
search for such numbers would become blind."""

PRODUCT_ARGUMENTS = 13
_LONG = ir.IntType(64)


def signature(real):
    """Return the type of a compiled function over arrays of type `real`."""
    pointers = types.CPointer(types.CPointer(real))
    return types.void(pointers, types.CPointer(types.int64), types.CPointer(types.float64))


@intrinsic
def call(typing, function, block):
    def code(context, builder, signature, arguments):
        kind = ir.FunctionType(ir.VoidType(), [_LONG, _LONG, _LONG])
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), [arguments[1]] * 3)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), code


@intrinsic
def call_product(typing, integers):
    """Call the BLAS routine whose address follows its arguments in the block."""

    def code(context, builder, signature, arguments):
        (base,) = arguments
        entries = [builder.load(builder.gep(base, [_LONG(k)])) for k in range(PRODUCT_ARGUMENTS + 1)]
        kind = ir.FunctionType(ir.VoidType(), [_LONG] * PRODUCT_ARGUMENTS)
        builder.call(builder.inttoptr(entries[-1], kind.as_pointer()), entries[:-1])
        return context.get_dummy_value()

    return types.void(types.CPointer(types.int64)), code


@intrinsic
def _load(typing, address):
    """Return the real number at an address."""

    def code(context, builder, signature, arguments):
        return builder.load(builder.inttoptr(arguments[0], ir.DoubleType().as_pointer()))

    return types.float64(types.int64), code


@intrinsic
def _store(typing, address, number):
    """Write a real number to an address."""

    def code(context, builder, signature, arguments):
        builder.store(arguments[1], builder.inttoptr(arguments[0], ir.DoubleType().as_pointer()))
        return context.get_dummy_value()

    return types.void(types.int64, types.float64), code


def _run(table):
    for k in range(len(table)):
        call(table[k, 0], table[k, 1])


def compile_run(cache: bool) -> Any:
    """Return ``run(table)``; a table is (functions, 2) integers: address of the function, address of its block."""
    return njit(types.void(types.int64[:, ::1]), nogil=True, cache=cache)(_run)


def _run_steps(before, after, rows, row, totals, factor, places, constants, answer, answers, losses):
    for k in range(len(losses)):
        for i in range(len(row)):
            row[i] = rows[k, i]
        for i in range(len(before)):
            call(before[i, 0], before[i, 1])
        loss = _load(totals[0]) * factor
        if not (math.isfinite(loss) and math.isfinite(_load(totals[1]))):
            return k
        for i in range(len(places)):
            _store(places[i], constants[k, i])
        for i in range(len(after)):
            call(after[i, 0], after[i, 1])
        for i in range(len(answer)):
            answers[k, i] = answer[i]
        losses[k] = loss
    return len(losses)


def compile_run_steps(cache: bool) -> Any:
    """Return ``run_steps``, which makes one training step after the other; see ``steps.Steps``."""
    table, numbers, real, raw = types.int64[:, ::1], types.int64[::1], types.float64, types.uint8
    rows = types.Array(types.int64, 2, "C", readonly=True)
    arguments = (table, table, rows, numbers, numbers, real, numbers, real[:, ::1], raw[::1], raw[:, ::1], real[::1])
    kind = types.int64(*arguments)
    return njit(kind, nogil=True, cache=cache)(_run_steps)
