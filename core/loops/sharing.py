"""What lets several threads take the loops of one group; imported late, as ``compiled`` is."""

# numba has no types for mypy, and intrinsics are written for its compiler.
# mypy: ignore-errors

from __future__ import annotations

from platform import machine
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from core.loops.compiled import call

_LONG = ir.IntType(64)

# What threads share: one number, one cache line. The ticket holds, from the lowest bits on, how many parts of a group
# of loops are taken, how many there are, and the number of the group.
TICKET, GROUP, DONE, SHARED_NUMBERS = 0, 8, 16, 24
_BITS, _MASK = 16, 0xFFFF


def _atomic(operation):
    """Return the intrinsic (numbers, place, …) of an operation on one of the shared numbers."""

    @intrinsic
    def plain(typing, numbers, place):
        def code(context, builder, signature, arguments):
            return operation(builder, _place(context, builder, signature, arguments))

        return types.int64(numbers, types.int64), code

    return plain


def _place(context, builder, signature, arguments):
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.gep(array.data, [arguments[1]])


_read = _atomic(lambda builder, place: builder.load_atomic(place, "seq_cst", 8))
_count_up = _atomic(lambda builder, place: builder.atomic_rmw("add", place, _LONG(1), "seq_cst"))


@intrinsic
def _write(typing, numbers, place, value):
    def code(context, builder, signature, arguments):
        builder.store_atomic(arguments[2], _place(context, builder, signature, arguments), "seq_cst", 8)
        return context.get_dummy_value()

    return types.void(numbers, types.int64, types.int64), code


@intrinsic
def _swap(typing, numbers, place, old, new):
    """Write `new` if the number is `old`; returns whether it was."""

    def code(context, builder, signature, arguments):
        place = _place(context, builder, signature, arguments)
        return builder.extract_value(builder.cmpxchg(place, arguments[2], arguments[3], "seq_cst", "seq_cst"), 1)

    return types.boolean(numbers, types.int64, types.int64, types.int64), code


@intrinsic
def _peek(typing, address):
    """Return the integer at an address."""

    def code(context, builder, signature, arguments):
        return builder.load(builder.inttoptr(arguments[0], _LONG.as_pointer()))

    return types.int64(types.int64), code


@intrinsic
def _pause(typing):
    """Let the processor know that this thread waits for another."""
    known = machine() in ("x86_64", "AMD64")

    def code(context, builder, signature, arguments):
        if known:
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.void(), code


@njit(error_model="numpy")
def _take_parts(shared):
    """Run parts of the group that is open until all are taken; returns whether there was one."""
    found = False
    while True:
        ticket = _read(shared, TICKET)
        if (ticket & _MASK) >= ((ticket >> _BITS) & _MASK):
            return found
        if _swap(shared, TICKET, ticket, ticket + 1):
            # Who has taken a part keeps the group open: what is read here belongs to it.
            entry = _read(shared, GROUP) + 16 * (ticket & _MASK)
            call(_peek(entry), _peek(entry + 8))
            _count_up(shared, DONE)
            found = True


def _run_groups(table, table_address, sizes, shared):
    row = 0
    for size in sizes:
        if size == 1:
            call(table[row, 0], table[row, 1])
        else:
            _write(shared, GROUP, table_address + 16 * row)
            _write(shared, DONE, 0)
            group = (_read(shared, TICKET) >> (2 * _BITS)) + 1
            _write(shared, TICKET, (group << (2 * _BITS)) | (size << _BITS))
            _take_parts(shared)
            while _read(shared, DONE) < size:
                _pause()
        row += size


def compile_run_groups(cache: bool) -> Any:
    """Return ``run_groups``, which runs loops of one group at the same time; see ``team.Team``."""
    kind = types.void(types.int64[:, ::1], types.int64, types.int64[::1], types.int64[::1])
    return njit(kind, nogil=True, cache=cache, error_model="numpy")(_run_groups)


def _help_out(shared, patience):
    idle = 0
    while idle < patience:
        idle = 0 if _take_parts(shared) else idle + 1
        _pause()


def compile_help_out(cache: bool) -> Any:
    """Return ``help_out``, which takes parts until there are none for a while; see ``team.Team``."""
    kind = types.void(types.int64[::1], types.int64)
    return njit(kind, nogil=True, cache=cache, error_model="numpy")(_help_out)
