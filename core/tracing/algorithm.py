"""The algorithm as a text whose current line can be shown: 002's four modes and 003's code form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from core.formulas.quantities import Kind
from core.texts import Text, text
from core.tracing.stages import Stage
from core.tracing.trace import Trace


class Form(Enum):
    """How the algorithm is written."""

    PSEUDO_CODE = "pseudo_code"
    """Loops and assignments, after 002."""
    CODE = "code"
    """One line of matrices per layer, after 003."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the algorithm.

    Attributes
    ----------
    indent : depth of the loops around it.
    text : as it is shown; mathematical signs are not translated, words are.
    kinds : the numbers that are worked out in it.
    node : the layer that it is for; empty where it stands for all.
    """

    indent: int
    text: Text
    kinds: frozenset[Kind] = frozenset()
    node: str = ""

    def works_out(self, stage: Stage) -> bool:
        """Return whether the numbers of a stage come from this line."""
        return stage.kind in self.kinds and self.node in ("", stage.node)


_FORWARD_Z, _FORWARD_A = frozenset({Kind.PRE_ACTIVATION, Kind.INTERNAL}), frozenset({Kind.OUTPUT})
_LOSS = frozenset({Kind.SAMPLE_LOSS, Kind.LOSS})
_BACK = frozenset({Kind.UPSTREAM, Kind.DELTA})
_GRADIENT = frozenset({Kind.GRADIENT})
_REMEDIES = frozenset({Kind.PENALISED_GRADIENT, Kind.CLIPPED_GRADIENT})
_UPDATE = frozenset({Kind.NEW_PARAMETER, Kind.NEW_SLOT, Kind.AUXILIARY})

_ORDERS: Mapping[str, Text] = MappingProxyType(
    {"random": text("at random"), "given": text("in order"), "curriculum": text("easy first")}
)
_STEP: Mapping[str, str] = MappingProxyType(
    {
        "batch": "W ← W − η · 1/N Σ ∂C/∂W",
        "mini_batch": "W ← W − η · 1/b Σ ∂C/∂W",
        "incremental": "W ← W − (η/N) ∂C/∂W",
        "online": "W ← W − η ∂C/∂W",
    }
)


def listing(trace: Trace, form: Form) -> tuple[Line, ...]:
    """Return the lines of the algorithm that made an iteration."""
    return _pseudo_code(trace) if form is Form.PSEUDO_CODE else _code(trace)


def current_line(lines: tuple[Line, ...], stage: Stage) -> int | None:
    """Return the number of the line that works out a stage, or None."""
    found = [number for number, line in enumerate(lines) if line.works_out(stage)]
    if not found:
        return None
    # The input's own output is "a⁰ ← x", its first line; all other layers come in the loop after it.
    own = [number for number in found if lines[number].node]
    return (own or found)[0]


def _pseudo_code(trace: Trace) -> tuple[Line, ...]:
    mode = trace.config.mode
    is_sum = trace.sample_scale == 1.0 and trace.batch_size > 1
    first = next(iter(trace.layers))
    slope = "∂C/∂zᴸ" if trace.fused else "∂C/∂aᴸ ⊙ g′(zᴸ)"
    lines = [
        Line(0, _each(trace)),
        Line(1, text("a⁰ ← x"), _FORWARD_A, first),
        Line(1, text("for l = 1 … L:")),
        Line(2, text("zˡ ← Wˡ aˡ⁻¹ + bˡ"), _FORWARD_Z),
        Line(2, text("aˡ ← g(zˡ)"), _FORWARD_A),
        Line(1, text("C ← loss(aᴸ, y)"), _LOSS),
        Line(1, text("for l = L … 1:")),
        Line(2, text("if l = L:  δᴸ ← {slope}", slope=slope), _BACK, trace.last),
        Line(2, text("else:  δˡ ← (Wˡ⁺¹)ᵀ δˡ⁺¹ ⊙ g′(zˡ)"), _BACK),
        Line(2, text("∂C/∂Wˡ ← δˡ (aˡ⁻¹)ᵀ,  ∂C/∂bˡ ← δˡ"), _GRADIENT),
    ]
    if trace.penalty_factors:
        lines.append(Line(1, text("∂C/∂W ← ∂C/∂W + λ W"), frozenset({Kind.PENALISED_GRADIENT})))
    if trace.has_clipping:
        lines.append(Line(1, text("∂C/∂W ← clip(∂C/∂W)"), frozenset({Kind.CLIPPED_GRADIENT})))
    if trace.config.optimizer == "sgd":
        step = "W ← W − η Σ ∂C/∂W" if is_sum else _STEP[mode]
        lines.append(Line(1, text(step), _UPDATE))
    else:
        lines.append(Line(1, text("W ← {optimizer}(W, ∂C/∂W)", optimizer=trace.config.optimizer), _UPDATE))
    return tuple(lines)


def _each(trace: Trace) -> Text:
    """Return the line of the loop over the samples, with the order in which they come."""
    order = _ORDERS[trace.config.order]
    match trace.config.mode:
        case "batch":
            return text("for all N samples (x, y), once:")
        case "mini_batch":
            return text("for each block of b (x, y), {order}:", order=order)
        case "incremental":
            return text("for each (x, y), {order}:", order=order)
        case _:
            return text("for each (x, y) that comes in, {order}:", order=order)


def _code(trace: Trace) -> tuple[Line, ...]:
    """003's form with one line per layer and step; layers that weigh nothing are one line each way."""
    numbers = {node_id: number for number, node_id in enumerate(trace.layers)}
    first, *later = numbers
    lines = [_code_line("y0 = x", _FORWARD_A, first)]
    for node_id in later:
        lines += _code_forward(trace, node_id, numbers)
    lines.append(_code_line(f"L = loss(y{numbers[trace.last]}, y)", _LOSS))
    for node_id in reversed(later):
        lines += _code_back(trace, node_id, numbers)
    if trace.penalty_factors or trace.has_clipping:
        lines.append(_code_line("dW, db = remedies(dW, db)", _REMEDIES))
    lines.append(_code_line("W, b = update(W, b, dW, db)", _UPDATE))
    return tuple(lines)


def _code_forward(trace: Trace, node_id: str, numbers: Mapping[str, int]) -> list[Line]:
    number = numbers[node_id]
    inputs = [numbers[link.source] for link in trace.graph.links_into(node_id)]
    if _weighs(trace, node_id):
        return [
            _code_line(f"z{number} = {_weighed(trace, node_id, number, inputs)}", _FORWARD_Z, node_id),
            _code_line(f"y{number} = g(z{number})", _FORWARD_A, node_id),
        ]
    call = f"{trace.graph.node(node_id).kind}({', '.join(f'y{source}' for source in inputs)})"
    return [_code_line(f"y{number} = {call}", _FORWARD_A | {Kind.INTERNAL}, node_id)]


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
        lines.append(_code_line(f"dW{number} = {own} @ y{source}.T; db{number} = {own}", _GRADIENT, node_id))
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
    return Line(0, text("{code}", code=line), kinds, node)
