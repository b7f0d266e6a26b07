"""The algorithm after 002: loops and assignments, in the letters of a notation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.formulas.quantities import Kind, Quantity
from core.texts import Text, text
from core.tracing.algorithm_lines import BACK, FORWARD_A, FORWARD_Z, GRADIENT, LOSS, UPDATE, Line, line_of_signs
from core.tracing.notation import Notation
from core.tracing.trace import Trace
from core.tracing.writing import heading, input_letter
from core.tracing.writing.boxes import raised
from core.tracing.writing.places import LayerLabels

_ORDERS: Mapping[str, Text] = MappingProxyType(
    {"random": text("at random"), "given": text("in order"), "curriculum": text("easy first")}
)
_MEANS: Mapping[str, str] = MappingProxyType(
    {"batch": "{rate} · 1/N Σ ", "mini_batch": "{rate} · 1/b Σ ", "incremental": "({rate}/N) ", "online": "{rate} "}
)
"""What stands before the gradient in the update of each of 002's four algorithms."""


@dataclass(frozen=True, slots=True)
class _Signs:
    """How a notation writes what the pseudo-code is made of; layers are superscripts.

    Attributes
    ----------
    z, a, x, y, loss, delta, upstream : symbols, ``upstream`` with its minus sign where it has one.
    weights, bias : of a whole layer; ``bias`` is empty where it is one of the weights.
    slope, bias_slope : of the loss.
    rate, function, letter : η, σ, and what counts the layers.
    first : number of the input layer.
    rows : whether w_{ij} leads from i to j, so that a layer's sums need the transpose.
    turned : whether δ is −∂C/∂z.
    """

    z: str
    a: str
    x: str
    y: str
    loss: str
    delta: str
    upstream: str
    weights: str
    bias: str
    slope: str
    bias_slope: str
    rate: str
    function: str
    letter: str
    first: int
    rows: bool
    turned: bool

    def of(self, symbol: str, step: int = 0) -> str:
        """Return a symbol with the layer above it, or one so many layers further on."""
        return symbol + raised(self.letter + (f"{step:+d}".replace("-", "−") if step else ""))

    def last(self, symbol: str) -> str:
        """Return a symbol with the last layer above it."""
        return symbol + raised("L")

    def matrix(self, step: int, *, turned: bool) -> str:
        """Return the weights of a layer, or their transpose."""
        own = self.of(self.weights, step)
        return f"({own}){raised('T')}" if turned else own


def _signs(notation: Notation) -> _Signs:
    def called(kind: Kind, name: str = "") -> str:
        return heading(notation, Quantity(kind, name=name))

    weight = called(Kind.PARAMETER, "kernel")
    # θ of one weight, Θ of a layer, as the formula of the whole layer has it.
    _, _, right = notation.matrix.get("pre_activation", "").partition(" = ")
    weights = right.partition("^")[0] or weight
    return _Signs(
        z=called(Kind.PRE_ACTIVATION),
        a=called(Kind.OUTPUT),
        x=input_letter(notation),
        y=called(Kind.TARGET),
        loss=called(Kind.LOSS),
        delta=called(Kind.DELTA),
        upstream=called(Kind.UPSTREAM),
        weights=weights,
        bias="" if notation.homogeneous else called(Kind.PARAMETER, "bias"),
        slope=called(Kind.GRADIENT, "kernel").replace(weight, weights),
        bias_slope=called(Kind.GRADIENT, "bias"),
        rate=notation.constants["learning_rate"],
        function=notation.activation,
        letter=notation.letters["layer"],
        first=notation.first_layer,
        rows=notation.weight_order == "from_to",
        turned=Kind.DELTA in notation.negated,
    )


def pseudo_code(trace: Trace, notation: Notation) -> Iterator[Line]:
    """Yield the lines of the algorithm that made an iteration."""
    s = _signs(notation)
    x = "x" if s.x == s.a else s.x
    yield Line(0, _each(trace, f"{x}, {s.y}"))
    yield line_of_signs(1, f"{s.a}{raised(str(s.first))} ← {x}", FORWARD_A, next(iter(trace.layers)))
    yield Line(1, text("for {l} = {first} … L:", l=s.letter, first=s.first + 1))
    bias = f" + {s.of(s.bias)}" if s.bias else ""
    yield line_of_signs(2, f"{s.of(s.z)} ← {s.matrix(0, turned=s.rows)} {s.of(s.a, -1)}{bias}", FORWARD_Z)
    yield line_of_signs(2, f"{s.of(s.a)} ← {s.function}({s.of(s.z)})", FORWARD_A)
    yield Line(1, text("{loss} ← loss({a}, {y})", loss=s.loss, a=s.last(s.a), y=s.y), LOSS)
    yield Line(1, text("for {l} = L … {first}:", l=s.letter, first=s.first + 1))
    slope = f"{s.last(s.upstream)} ⊙ {s.function}′({s.last(s.z)})"
    if trace.fused:
        slope = f"{'−' if s.turned else ''}∂{s.loss}/∂{s.last(s.z)}"
    output = text("if {l} = L:  {delta} ← {slope}", l=s.letter, delta=s.last(s.delta), slope=slope)
    yield Line(2, output, BACK, trace.last)
    back = f"{s.matrix(1, turned=not s.rows)} {s.of(s.delta, 1)} ⊙ {s.function}′({s.of(s.z)})"
    yield Line(2, text("else:  {delta} ← {back}", delta=s.of(s.delta), back=back), BACK)
    yield from _gradient_lines(s)
    if trace.penalty_factors:
        yield line_of_signs(1, f"{s.slope} ← {s.slope} + λ {s.weights}", frozenset({Kind.PENALISED_GRADIENT}))
    if trace.has_clipping:
        yield line_of_signs(1, f"{s.slope} ← clip({s.slope})", frozenset({Kind.CLIPPED_GRADIENT}))
    yield from _update_lines(trace, s)


def _gradient_lines(s: _Signs) -> Iterator[Line]:
    minus = "−" if s.turned else ""
    delta, before = s.of(s.delta), s.of(s.a, -1)
    product = f"{before} ({delta}){raised('T')}" if s.rows else f"{minus}{delta} ({before}){raised('T')}"
    yield line_of_signs(2, f"{s.of(s.slope)} ← {product}", GRADIENT)
    if s.bias:
        yield line_of_signs(2, f"{s.of(s.bias_slope)} ← {minus}{delta}", GRADIENT, parameter="bias")


def _update_lines(trace: Trace, s: _Signs) -> Iterator[Line]:
    pairs = [(s.weights, s.slope, ""), *([(s.bias, s.bias_slope, "bias")] if s.bias else [])]
    for symbol, slope, parameter in pairs:
        if trace.config.optimizer != "sgd":
            step = f"{symbol} ← {trace.config.optimizer}({symbol}, {slope})"
        elif trace.sample_scale == 1.0 and trace.batch_size > 1:
            step = f"{symbol} ← {symbol} − {s.rate} Σ {slope}"
        else:
            step = f"{symbol} ← {symbol} − {_MEANS[trace.config.mode].format(rate=s.rate)}{slope}"
        yield line_of_signs(1, step, UPDATE, parameter=parameter)


def _each(trace: Trace, sample: str) -> Text:
    """Return the line of the loop over the samples, with the order in which they come."""
    order = _ORDERS[trace.config.order]
    match trace.config.mode:
        case "batch":
            return text("for all N samples ({sample}), once:", sample=sample)
        case "mini_batch":
            return text("for each block of b ({sample}), {order}:", sample=sample, order=order)
        case "incremental":
            return text("for each ({sample}), {order}:", sample=sample, order=order)
        case _:
            return text("for each new ({sample}), {order}:", sample=sample, order=order)


def loop_place(trace: Trace, notation: Notation, node_id: str) -> str:
    """Return where the loops over the layers are while a layer is worked out: "l = 2"."""
    return f"{notation.letters['layer']} = {LayerLabels(trace, notation).of(node_id).plain()}"
