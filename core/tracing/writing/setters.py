"""The two ways to set a formula: with symbols, or with the numbers put in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.formulas.evaluation import evaluate
from core.formulas.expressions import Cases, Condition, Derivative, Expression, Over
from core.formulas.quantities import Constant, Kronecker, Place, Quantity
from core.texts import Text, text
from core.tracing.notation import Notation
from core.tracing.writing.boxes import (
    Box,
    Captioned,
    Choice,
    Fence,
    Flow,
    Fraction,
    Leaf,
    Rest,
    Row,
    Scripts,
    Span,
    words,
)
from core.tracing.writing.figures import Shortest, number_box
from core.tracing.writing.nodes import Counted, Rewritten
from core.tracing.writing.rewriting import parts_of
from core.tracing.writing.setting import Level, Look, Piece, Setter, comma_row, number_piece
from core.tracing.writing.signs import letters
from core.tracing.writing.symbols import Scope, Symbols, flow_of

LONGEST_WRITTEN_OUT = 4
"""Sums of more terms stand as a Σ where there are symbols."""

Say = Callable[[Text | str], str]


class SymbolSetter(Setter):
    """Sets formulas in symbols: general ones, where letters stay letters, or those of one unit."""

    def __init__(self, symbols: Symbols, notation: Notation, scope: Scope, say: Say) -> None:
        super().__init__(notation.activation)
        self._symbols, self._notation, self._scope, self._say = symbols, notation, scope, say

    def quantity(self, quantity: Quantity, *, turned: bool) -> Piece:
        symbol = self._symbols.of(quantity, self._scope)
        has_letters = any(isinstance(index, str) for index in (*quantity.unit, quantity.sample))
        target = None if has_letters or self._scope.own else quantity
        minus = isinstance(symbol, Row) and symbol.parts[0] == Leaf("{-}", "−")
        look = Look.OTHER if isinstance(symbol, Fraction) or minus else Look.SYMBOL
        return Piece(Span(symbol, flow_of(quantity.kind), target), Level.ATOM, look, minus)

    def computed(self, value: float) -> Piece:
        raise TypeError("a formula in symbols has no numbers")

    def constant(self, constant: Constant) -> Piece:
        if constant.key == "bias_input":
            return Piece(Leaf("1", "1"), look=Look.NUMBER)
        box = self._symbols.constant(constant, self._scope)
        return Piece(box, look=Look.OTHER if isinstance(box, Fraction) else Look.SYMBOL)

    def over(self, over: Over, bias: Expression | None) -> Piece:
        count = len(over.places) + (bias is not None)
        if over.reduction == "sum" and not self._scope.own and count <= LONGEST_WRITTEN_OUT:
            return self.sum([*([] if bias is None else [bias]), *over.terms()])
        body = self.set(over.general())
        inner = body.box if body.level > Level.SUM else body.fenced()
        sign = Leaf("\\sum", "Σ") if over.reduction == "sum" else Leaf("\\max", "max")
        below, above = self._limits(over, bias is not None)
        return Piece(Row((Scripts(sign, below, above), Leaf("", " "), inner)), Level.PRODUCT, Look.BIG)

    def slope(self, derivative: Derivative) -> Piece:
        name = letters(self._activation + "′")
        return Piece(Row((name, Fence(self.box(derivative.argument)))), look=Look.FUNCTION)

    def choice(self, cases: Cases) -> Piece:
        rows = [(self.box(value), self._where(condition)) for condition, value in cases.cases]
        otherwise = words(self._say(text("otherwise")))
        return Piece(Choice((*rows, (self.box(cases.otherwise), otherwise))), Level.ATOM)

    def _where(self, condition: Condition) -> Box:
        return Row((words(self._say(text("where")) + " "), self.comparison(condition)))

    def condition(self, condition: Condition) -> Piece:
        return Piece(Row((Leaf("\\mathbb{1}", "1"), Fence(self.comparison(condition)))), look=Look.FUNCTION)

    def counted(self, term: Counted) -> Piece:
        piece = self.set(term.inner)
        return piece if self._scope.own else _counted(piece, term.number)

    def index(self, index: Place | Kronecker) -> Piece:
        if isinstance(index, Kronecker):
            return Piece(self._symbols.kronecker(index, self._scope), look=Look.SYMBOL)
        return Piece(self._symbols.place(index, self._scope), look=Look.SYMBOL)

    def _limits(self, over: Over, has_bias: bool) -> tuple[Box, Box | None]:
        """Return what stands below and above a Σ."""
        names = [letters(self._scope.letters.of(letter)) for letter in over.letters]
        counts_up = len(over.letters) == 1 and list(over.places) == [(i,) for i in range(len(over.places))]
        if not counts_up or over.reduction == "max" or (self._scope.own and not self._notation.ranges):
            return comma_row(names), None
        start = "0" if has_bias else "1"
        below = Row((names[0], Leaf("=", "="), Leaf(start, start)))
        count = str(len(over.places))
        above = self._width(over) if self._scope.own else Leaf(count, count)
        return below, above

    def _width(self, over: Over) -> Box | None:
        """Return the symbol for how many units, or samples, a sum runs over."""
        (letter,) = over.letters
        if letter == "n":
            return letters("N")
        node_id = _layer_of(over.general(), letter)
        if node_id is None:
            return None
        return Scripts(letters("M"), self._symbols.labels.seen_from(self._scope.own, node_id))


def _layer_of(formula: Expression, letter: str) -> str | None:
    """Return the layer whose units a letter counts."""
    for part in parts_of(formula):
        if isinstance(part, Quantity) and part.unit == (letter,):
            return part.node
    return None


def _counted(piece: Piece, number: int) -> Piece:
    behind = None if piece.behind is None else Span(piece.behind, term=number)
    return replace(piece, box=Span(piece.box, term=number), behind=behind)


@dataclass(frozen=True, slots=True)
class Folding:
    """How many terms of a sum are shown; the largest ones are, and the one with the number `kept`."""

    terms: int
    kept: int | None = None


class NumberSetter(Setter):
    """Sets formulas with the numbers of the iteration put in."""

    numeric = True

    def __init__(
        self,
        number: Callable[[Quantity], float],
        notation: Notation,
        digits: int,
        shortest: Shortest,
        folding: Folding,
        say: Say,
    ) -> None:
        super().__init__(notation.activation)
        self._number, self._digits, self._shortest = number, digits, shortest
        self._folding, self._say = folding, say

    def value(self, value: float) -> Piece:
        """Return a number."""
        return number_piece(number_box(value, self._digits, self._shortest))

    def computed(self, value: float) -> Piece:
        return self.value(value)

    def quantity(self, quantity: Quantity, *, turned: bool) -> Piece:
        value = self._number(quantity)
        piece = self.value(-value if turned else value)
        return replace(piece, box=Span(piece.box, flow_of(quantity.kind), quantity))

    def constant(self, constant: Constant) -> Piece:
        if constant.key.startswith("one_over_") and constant.value:
            count = str(round(1.0 / constant.value))
            return Piece(Fraction(Leaf("1", "1"), Leaf(count, count)), look=Look.NUMBER)
        return self.value(constant.value)

    def over(self, over: Over, bias: Expression | None) -> Piece:
        biases = [] if bias is None else [bias]
        if over.reduction == "max":
            return self._largest(over.terms())
        if len(over.places) + len(biases) <= self._folding.terms + 1:
            return self.sum([*biases, *over.terms()])
        values = [*map(self._evaluate, biases), *self._values(over)]
        order = sorted(range(len(values)), key=lambda i: -abs(values[i]) if values[i] == values[i] else -math.inf)
        largest, kept = order[: self._folding.terms], self._kept(biases, over)
        shown = sorted({*largest} if kept is None else {*largest, kept})
        hidden = [i for i in order if i not in shown]
        rest = math.fsum(values[i] for i in hidden) if all(map(math.isfinite, values)) else math.nan
        places = [over.places[i - len(biases)] for i in shown if i >= len(biases)]
        terms = [*(biases if biases and 0 in shown else []), *(over.term(*place) for place in places)]
        return self._folded(terms, Rest(len(hidden), rest))

    def _kept(self, biases: Sequence[Expression], over: Over) -> int | None:
        """Return the place of the term that is to be shown however small it is; None where it is not in this sum."""
        kept, places = self._folding.kept, over.places
        if kept is None:
            return None
        if biases and isinstance(biases[0], Counted) and biases[0].number == kept:
            return 0
        first, second = over.term(*places[0]), over.term(*places[1])
        if not isinstance(first, Counted) or not isinstance(second, Counted):
            return None
        row = (kept - first.number) // (second.number - first.number)
        return len(biases) + row if 0 <= row < len(places) else None

    def _values(self, over: Over) -> list[float]:
        # Writing hundreds of terms takes long; what they come to can be known without.
        return over.values(self._number) if isinstance(over, Rewritten) else list(map(self._evaluate, over.terms()))

    def _folded(self, terms: Sequence[Expression], rest: Rest) -> Piece:
        shown = self.sum(terms)
        caption = self._say(text("{count} more", count=rest.hidden))
        number = self.value(rest.value)
        box = Span(Captioned(number.fenced() if number.minus else number.box, words(caption)), target=rest)
        return Piece(Row((shown.box, Leaf("+", " + "), box)), Level.SUM, minus=shown.minus)

    def _largest(self, terms: Sequence[Expression]) -> Piece:
        ranking = sorted(range(len(terms)), key=lambda i: -self._evaluate(terms[i]))
        shown = sorted(ranking[: self._folding.terms])
        boxes = [self.box(terms[i]) for i in shown]
        box: Box = Row((Leaf("\\max", "max"), Fence(comma_row(boxes))))
        if hidden := len(terms) - len(shown):
            caption = self._say(text("{count} smaller ones left out", count=hidden))
            box = Span(Captioned(box, words(caption)), target=Rest(hidden, 0.0))
        return Piece(box, look=Look.FUNCTION)

    def slope(self, derivative: Derivative) -> Piece:
        piece = self.value(self._evaluate(derivative.formula))
        argument = derivative.argument
        target = argument if isinstance(argument, Quantity) else None
        flow = flow_of(target.kind) if target else Flow.NEUTRAL
        return replace(piece, box=Span(piece.box, flow, target))

    def choice(self, cases: Cases) -> Piece:
        for condition, value in cases.cases:
            if self._evaluate(condition):
                return self._chosen(self.set(value), [self.comparison(condition)])
        conditions = [self.comparison(condition) for condition, _ in cases.cases]
        return self._chosen(self.set(cases.otherwise), conditions, fails=True)

    def _chosen(self, value: Piece, conditions: Sequence[Box], *, fails: bool = False) -> Piece:
        """Return the value of a case, with the condition that holds, or with those that do not."""
        condition = comma_row(conditions)
        caption = Row((words(self._say(text("not")) + " "), condition)) if fails else condition
        inner = value.fenced() if value.level < Level.ATOM or value.minus else value.box
        return Piece(Captioned(inner, caption), look=Look.NUMBER)

    def condition(self, condition: Condition) -> Piece:
        holds = bool(self._evaluate(condition))
        digit = "1" if holds else "0"
        return self._chosen(Piece(Leaf(digit, digit)), [self.comparison(condition)], fails=not holds)

    def counted(self, term: Counted) -> Piece:
        return _counted(self.set(term.inner), term.number)

    def index(self, index: Place | Kronecker) -> Piece:
        return self.value(self._evaluate(index))

    def _evaluate(self, formula: Expression) -> float:
        return evaluate(formula, self._number)
