"""Programs as the source of one function that passes over the memory once, for a compiler of Python.

The function is given a block of memory thrice: as addresses of arrays, as integers, and as real numbers. ``Layout``
says what stands where in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.loops.program import REDUCTIONS, Name, Operation, Program, Rank

_INFIX = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "greater_equal": ">=",
    "greater": ">",
    "power": "**",
}
_PATTERNS = {
    "negative": "-{0}",
    "select": "{1} if {0} else {2}",
    # A NaN wins over every number, as in numpy.
    "maximum": "{0} if {0} >= {1} or {0} != {0} else {1}",
    "minimum": "{0} if {0} <= {1} or {0} != {0} else {1}",
    "sign": "one if {0} > zero else (-one if {0} < zero else {0})",
    "absolute": "abs({0})",
}


_SUMS = ("row_sum", "total")


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in the block of memory that a function is given; every entry has 8 bytes.

    Attributes
    ----------
    arrays : names, from entry 0 on.
    rows : entry of the number of rows; the width follows, then the address of the room for values between passes.
    constants : entry of the first constant, in the order of the program.
    total : entry where the total goes.
    size : number of entries.
    kept : values of a row that need room between passes.
    """

    arrays: tuple[Name, ...]
    rows: int
    constants: int
    total: int
    size: int
    kept: int


def layout_of(program: Program) -> Layout:
    """Return the layout of a program's block."""
    targets = tuple(target.name for target in program.targets if target.name is not None)
    arrays = tuple(dict.fromkeys((*program.reads, *targets)))
    constants = len(arrays) + 3
    total = constants + len(program.constants)
    return Layout(arrays, len(arrays), constants, total, total + 1, len(_Writer(program).kept))


def source_of(program: Program) -> str:
    """Return the source of ``loop(pointers, integers, reals)``; it uses ``real``, the type, and names of functions."""
    return "\n".join(_Writer(program).lines()) + "\n"


class _Writer:
    """Writes one function; used once.

    The pass over a row is made once more for every reduction that the next values wait for. A value of an earlier pass
    is kept, or read again.
    """

    def __init__(self, program: Program) -> None:
        self._program, self._operations = program, program.operations
        self._passes = self._count_passes()
        ranks = {op.rank for op in self._operations}
        self._by_rows = bool(ranks & {Rank.ROW, Rank.COLUMN})
        self.kept = self._values_to_keep()

    def _count_passes(self) -> list[int]:
        """Return, by value, before how many reductions of its row it cannot be worked out."""
        passes: list[int] = []
        for op in self._operations:
            level = max((passes[operand] for operand in op.operands), default=0)
            passes.append(level + (op.name in ("row_sum", "row_max")))
        return passes

    def _values_to_keep(self) -> dict[int, int]:
        kept: dict[int, int] = {}
        for i, op in enumerate(self._operations):
            for operand in op.operands:
                source = self._operations[operand]
                if source.rank is Rank.ELEMENT and source.name != "read" and self._passes[operand] < self._waits(i):
                    kept.setdefault(operand, len(kept))
        for target in self._program.targets:
            # Kept until the row has been read to its end: the target may be what was read.
            source = self._operations[target.value]
            last = self._passes[target.value] == max(self._passes)
            if target.name and not last and source.name != "read":
                kept.setdefault(target.value, len(kept))
        return kept

    def _waits(self, i: int) -> int:
        """Return in which pass an operation reads its operands."""
        return self._passes[i] - (self._operations[i].name in ("row_sum", "row_max"))

    def lines(self) -> list[str]:
        layout = layout_of(self._program)
        lines = ["def loop(pointers, integers, reals):", "    one, zero = real(1.0), real(0.0)"]
        lines += [f"    p{k} = pointers[{k}]" for k in range(len(layout.arrays))]
        lines.append(f"    rows, width = integers[{layout.rows}], integers[{layout.rows + 1}]")
        lines.append(f"    room = pointers[{layout.rows + 2}]")
        lines += self._number_lines(layout)
        totals = [i for i, op in enumerate(self._operations) if op.name == "total"]
        lines += [f"    t{i} = 0.0" for i in totals]
        self._pointer = {name: f"p{k}" for k, name in enumerate(layout.arrays)}
        if self._by_rows:
            lines += ["    for row in range(rows):", "        start = row * width"]
            for number in range(max(self._passes) + 1):
                lines += self._row_lines(number)
                lines += self._pass_lines(number, "        ", "start + i")
        else:
            lines += ["    width = rows * width", "    room = room", *self._pass_lines(0, "    ", "i")]
        lines += [f"    reals[{layout.total}] = t{i}" for i in totals]
        return lines

    def _number_lines(self, layout: Layout) -> list[str]:
        """Numbers are worked out in double precision before the loop; c is the double, n what the loop uses."""
        lines, constant = [], layout.constants
        for i, op in enumerate(self._operations):
            if op.rank is not Rank.NUMBER or op.name == "total":
                continue
            if op.name == "constant":
                value = f"reals[{constant}]"
                constant += 1
            elif op.name == "number":
                value = repr(float(op.detail))  # type: ignore[arg-type]
            else:
                value = _expression(op, [f"c{operand}" for operand in op.operands])
            lines += [f"    c{i} = {value}", f"    n{i} = real(c{i})"]
            if op.name in ("less", "less_equal", "equal", "greater_equal", "greater"):
                lines[-1] = f"    n{i} = c{i}"
        return lines

    def _row_lines(self, number: int) -> list[str]:
        lines = []
        for i, op in enumerate(self._operations):
            if op.rank is Rank.ROW and op.name not in REDUCTIONS and self._passes[i] == number:
                if op.name == "read":
                    lines.append(f"        v{i} = {self._pointer[op.detail]}[row]")  # type: ignore[index]
                else:
                    lines.append(f"        v{i} = {_expression(op, [self._value(operand) for operand in op.operands])}")
        for i, op in enumerate(self._operations):
            if op.name == "row_sum" and self._passes[i] == number + 1:
                lines.append(f"        v{i} = zero")
            elif op.name == "row_max" and self._passes[i] == number + 1:
                lines.append(f"        v{i} = -infinity")
        return lines

    def _pass_lines(self, number: int, indent: str, place: str) -> list[str]:
        """Return the loops of a pass.

        A compiler takes several elements at a time only after a look at where the arrays lie; where two of them are too
        near to each other it goes one by one. Then a sum is rounded otherwise. So whatever is added up has a loop that
        writes nothing, and takes the same way wherever the arrays are.
        """
        inner, elements, stores = indent + "    ", list[str](), list[str]()
        written: set[int] = set()
        sums = [i for i, op in enumerate(self._operations) if op.name in _SUMS and self._waits(i) == number]
        for i, op in enumerate(self._operations):
            if op.rank in (Rank.ELEMENT, Rank.COLUMN) and op.name != "read" and self._passes[i] == number:
                elements += self._element_lines(i, op, number, place, inner, written)
            elif op.name == "row_max" and self._waits(i) == number:
                elements += self._reduction_lines(i, op, number, place, inner, written)
        if number == max(self._passes):
            for target in self._program.targets:
                if target.name is not None:
                    stores += self._read_lines(target.value, number, place, inner, written)
                    stores.append(f"{inner}{self._pointer[target.name]}[{place}] = {self._value(target.value)}")
        adding = self._adding_lines(sums, number, place, inner)
        # In the last pass what is read may be overwritten; in those before, what is kept is there once it is written.
        loops = [adding, elements + stores] if stores else [elements, adding]
        return [line for lines in loops if lines for line in (f"{indent}for i in range(width):", *lines)]

    def _adding_lines(self, sums: list[int], number: int, place: str, inner: str) -> list[str]:
        lines, written = list[str](), set[int]()
        for i in sums:
            (operand,) = self._operations[i].operands
            lines += self._again(operand, number, place, inner, written)
            lines += self._reduction_lines(i, self._operations[i], number, place, inner, written)
        return lines

    def _again(self, value: int, number: int, place: str, inner: str, written: set[int]) -> list[str]:
        """Return what reads a value in a loop of its own, or works it out once more where it was not kept."""
        op = self._operations[value]
        if value in written or value in self.kept or op.name == "read" or op.rank in (Rank.NUMBER, Rank.ROW):
            return self._read_lines(value, number, place, inner, written)
        lines = [line for operand in op.operands for line in self._again(operand, number, place, inner, written)]
        written.add(value)
        return [*lines, f"{inner}v{value} = {_expression(op, [self._value(operand) for operand in op.operands])}"]

    def _element_lines(
        self, i: int, op: Operation, number: int, place: str, inner: str, written: set[int]
    ) -> list[str]:
        lines = [line for operand in op.operands for line in self._read_lines(operand, number, place, inner, written)]
        lines.append(f"{inner}v{i} = {_expression(op, [self._value(operand) for operand in op.operands])}")
        written.add(i)
        if i in self.kept:
            lines.append(f"{inner}room[{self.kept[i]} * width + i] = v{i}")
        return lines

    def _reduction_lines(
        self, i: int, op: Operation, number: int, place: str, inner: str, written: set[int]
    ) -> list[str]:
        (operand,) = op.operands
        lines, value = self._read_lines(operand, number, place, inner, written), self._value(operand)
        if op.name == "row_max":
            # A NaN is passed over here, as one comparison is fast; what is subtracted from it is NaN all the same.
            return [*lines, f"{inner}v{i} = {value} if {value} > v{i} else v{i}"]
        if op.name == "row_sum":
            return [*lines, f"{inner}v{i} += {value}"]
        return [*lines, f"{inner}t{i} += float64({value})"]

    def _read_lines(self, value: int, number: int, place: str, inner: str, written: set[int]) -> list[str]:
        """Return what fetches an element that this pass has not worked out."""
        op = self._operations[value]
        if value in written or op.rank in (Rank.NUMBER, Rank.ROW):
            return []
        written.add(value)
        if op.name == "read":
            column = op.rank is Rank.COLUMN
            return [f"{inner}v{value} = {self._pointer[op.detail]}[{'i' if column else place}]"]  # type: ignore[index]
        return [f"{inner}v{value} = room[{self.kept[value]} * width + i]"]

    def _value(self, value: int) -> str:
        return f"n{value}" if self._operations[value].rank is Rank.NUMBER else f"v{value}"


def _expression(op: Operation, operands: list[str]) -> str:
    if op.name in _INFIX:
        return f" {_INFIX[op.name]} ".join(operands)
    if op.name in _PATTERNS:
        return _PATTERNS[op.name].format(*operands)
    return f"{op.name}({', '.join(operands)})"
