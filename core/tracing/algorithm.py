"""The algorithm as a text whose current line can be shown: 002's four modes and 003's code form."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from core.formulas.quantities import Kind
from core.tracing.algorithm_lines import (
    FORWARD_A,
    FORWARD_Z,
    GRADIENT,
    LOSS,
    REMEDIES,
    UPDATE,
    Line,
    line_of_signs,
)
from core.tracing.notation import Notation
from core.tracing.pseudo_code import pseudo_code
from core.tracing.stages import Stage
from core.tracing.trace import Trace


class Form(Enum):
    """How the algorithm is written."""

    PSEUDO_CODE = "pseudo_code"
    """Loops and assignments, after 002."""
    CODE = "code"
    """One line of matrices per layer, after 003."""


def listing(trace: Trace, form: Form, notation: Notation) -> tuple[Line, ...]:
    """Return the lines of the algorithm that made an iteration; those of the code form are 003's, in any notation."""
    return tuple(pseudo_code(trace, notation)) if form is Form.PSEUDO_CODE else _code(trace)


def current_line(lines: tuple[Line, ...], stage: Stage) -> int | None:
    """Return the number of the line that works out a stage, or None."""
    found = [number for number, line in enumerate(lines) if line.works_out(stage)]
    if not found:
        return None
    # The input's own output is "a⁰ ← x", its first line; all other layers come in the loop after it.
    own = [number for number in found if lines[number].node or lines[number].parameter]
    return (own or found)[0]


def _code(trace: Trace) -> tuple[Line, ...]:
    """003's form with one line per layer and step; layers that weigh nothing are one line each way."""
    numbers = {node_id: number for number, node_id in enumerate(trace.layers)}
    first, *later = numbers
    lines = [_code_line("y0 = x", FORWARD_A, first)]
    for node_id in later:
        lines += _code_forward(trace, node_id, numbers)
    lines.append(_code_line(f"L = loss(y{numbers[trace.last]}, y)", LOSS))
    for node_id in reversed(later):
        lines += _code_back(trace, node_id, numbers)
    if trace.penalty_factors or trace.has_clipping:
        lines.append(_code_line("dW, db = remedies(dW, db)", REMEDIES))
    lines.append(_code_line("W, b = update(W, b, dW, db)", UPDATE))
    return tuple(lines)


def _code_forward(trace: Trace, node_id: str, numbers: Mapping[str, int]) -> list[Line]:
    number = numbers[node_id]
    inputs = [numbers[link.source] for link in trace.graph.links_into(node_id)]
    if _weighs(trace, node_id):
        return [
            _code_line(f"z{number} = {_weighed(trace, node_id, number, inputs)}", FORWARD_Z, node_id),
            _code_line(f"y{number} = g(z{number})", FORWARD_A, node_id),
        ]
    call = f"{trace.graph.node(node_id).kind}({', '.join(f'y{source}' for source in inputs)})"
    return [_code_line(f"y{number} = {call}", FORWARD_A | {Kind.INTERNAL}, node_id)]


def _weighs(trace: Trace, node_id: str) -> bool:
    return bool(trace.shapes[node_id].parameters) and trace.layers[node_id].pre_activation is not None


def _weighed(trace: Trace, node_id: str, number: int, inputs: list[int]) -> str:
    """Return the right side of z: one product per link, and the bias where there is one."""
    several = len(inputs) > 1
    parts = [f"W{number}{f'_{source}' if several else ''} @ y{source}" for source in inputs]
    if any(spec.role == "bias" for spec in trace.shapes[node_id].parameters):
        parts.append(f"b{number}")
    return " + ".join(parts)


def _code_back(trace: Trace, node_id: str, numbers: Mapping[str, int]) -> list[Line]:
    layer, number = trace.layers[node_id], numbers[node_id]
    if layer.upstream is None:
        return []
    fused, lines = trace.fused and node_id == trace.last, []
    if not fused:
        back = _sent_back(trace, node_id, numbers)
        lines.append(_code_line(f"dy{number} = {back}", frozenset({Kind.UPSTREAM}), node_id))
    if layer.delta is not None:
        right = f"dL(y{number}, y, z{number})" if fused else f"dy{number} * g'(z{number})"
        lines.append(_code_line(f"dz{number} = {right}", frozenset({Kind.DELTA}), node_id))
    if any(key[0] == node_id for key in trace.trained):
        source, own = numbers[trace.graph.links_into(node_id)[0].source], _back_name(trace, node_id, number)
        lines.append(_code_line(f"dW{number} = {own} @ y{source}.T; db{number} = {own}", GRADIENT, node_id))
    return lines


def _sent_back(trace: Trace, node_id: str, numbers: Mapping[str, int]) -> str:
    """Return the right side of dy: what every layer that reads this one sends back."""
    if node_id == trace.last:
        return f"dL(y{numbers[node_id]}, y)"
    readers = [link.target for link in trace.graph.links_from(node_id) if link.target in numbers]
    parts = []
    for reader in readers:
        back = _back_name(trace, reader, numbers[reader])
        parts.append(f"W{numbers[reader]}.T @ {back}" if _weighs(trace, reader) else back)
    return " + ".join(parts)


def _back_name(trace: Trace, node_id: str, number: int) -> str:
    return f"dz{number}" if trace.layers[node_id].delta is not None else f"dy{number}"


def _code_line(line: str, kinds: frozenset[Kind], node: str = "") -> Line:
    """Return a line of code, in which no word is translated."""
    return line_of_signs(0, line, kinds, node)
