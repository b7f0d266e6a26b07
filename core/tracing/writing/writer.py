"""Writes the formulas of one iteration as a course document writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from core.formulas.evaluation import evaluate
from core.formulas.expressions import Activated, Derivative, Expression, Negative, Over, Path, Product, Sum
from core.formulas.quantities import Kind, Quantity
from core.texts import Text
from core.tracing.explaining import Explainer
from core.tracing.notation import Notation
from core.tracing.writing.boxes import EQUALS, Box, Row, Span, spaced, words
from core.tracing.writing.figures import full_text, number_box, shortest_single, shortest_text
from core.tracing.writing.matrix_form import MatrixForms
from core.tracing.writing.nodes import Computed, Counted, WithBias
from core.tracing.writing.places import letters_for
from core.tracing.writing.rewriting import Rewriter, inside, letters_in, parts_of
from core.tracing.writing.setters import Folding, NumberSetter, Say, SymbolSetter
from core.tracing.writing.setting import Setter
from core.tracing.writing.symbols import Scope, Symbols, flow_of
from core.tracing.writing.written import Origin, Result, Written

SHOWN_TERMS = 6
"""How many terms of a long sum are shown at first."""


class Writer:
    """Turns a quantity into what the formula panel and the solved sheet show.

    Nothing is worked out before it is asked for. With q = δ of unit 2 of layer 1 in a 2-3-1 network::

        writer = Writer(Explainer(trace), notation("UPV"), digits=4)
        writer.matrix(q)              # δˡ = g′(φˡ) ⊙ (Θˡ⁺¹)ᵀ δˡ⁺¹, or None
        writer.general(q).plain       # δˡᵢ = (Σᵣ₌₁ δˡ⁺¹ᵣ θˡ⁺¹ᵣᵢ) g′(φˡᵢ)
        writer.indexed(q).plain       # δ¹₂ = δ²₁ θ²₁₂ · g′(φ¹₂)
        writer.numbers(q).plain       # δ¹₂ = 0.0763 · (−0.5) · 0.2139
        writer.steps(q)               # further lines: = (−0.0381) · 0.2139
        writer.result(q).rounded      # δ¹₂ = −8.158·10⁻³;  .full and .value have all digits
        writer.origins(q)             # what it is made of, one by one
        writer.slips(q)               # what the slide gets wrong here
        line = writer.numbers(q)
        line.latex()                  # for LaTeX or MathML
        line.latex(colours)           # one colour for each of line.spans
        line.links                    # where clicks lead: quantities, and Rest for a folded sum

    Parameters
    ----------
    explainer : the iteration.
    notation : whose symbols, indices and signs are used.
    digits : 4 or 8 decimals, or ``ALL_DIGITS``.
    say : translates the few words in formulas.
    """

    def __init__(self, explainer: Explainer, notation: Notation, digits: int = 4, say: Say = str) -> None:
        self.explainer, self.notation, self.digits = explainer, notation, digits
        self._say = say
        self._symbols = Symbols(explainer.trace, notation)
        self._rewriter = Rewriter(explainer, notation)
        self._matrix = MatrixForms(explainer, notation, self._symbols)
        single = np.dtype(explainer.trace.config.dtype) == np.float32
        self._shortest = shortest_single if single else shortest_text

    def symbol(self, quantity: Quantity) -> Written:
        """Return the symbol with the indices of the quantity."""
        return Written(self._symbol_setter(quantity).quantity(quantity, turned=False).box)

    def matrix(self, quantity: Quantity) -> Written | None:
        """Return the formula of the whole layer, where the notation has one for layers of this kind.

        A notation that writes layers as code has its line of code here.
        """
        box = self._matrix.box(quantity)
        if box is None and (code := self._matrix.code(quantity)) is not None:
            box = words(code)
        return None if box is None else Written(box)

    def code(self, quantity: Quantity) -> str | None:
        """Return the same as a line of code, such as "z1 = W1 @ x + b1"."""
        return self._matrix.code(quantity)

    def general(self, quantity: Quantity) -> Written | None:
        """Return the formula in letters, or None for a number that is given."""
        letters_of = self.explainer.in_letters(quantity)
        formula = self._rewriter.formula(letters_of)
        if formula is None:
            return None
        setter = self._symbol_setter(quantity, formula, general=True)
        return self._equation(quantity, [self._side(setter, letters_of), *self._written_out(setter, formula)])

    def indexed(self, quantity: Quantity) -> Written | None:
        """Return the formula with the indices of the quantity, or None for a number that is given."""
        formula = self._rewriter.formula(quantity)
        if formula is None:
            return None
        setter = self._symbol_setter(quantity, formula)
        return self._equation(quantity, [self._side(setter, quantity), *self._written_out(setter, formula)])

    def numbers(
        self, quantity: Quantity, shown_terms: int = SHOWN_TERMS, unfolded: int = 0, kept: int | None = None
    ) -> Written | None:
        """Return the formula with the numbers put in.

        Parameters
        ----------
        shown_terms : how many terms of a longer sum are shown, the largest ones; the others stand as one number.
        unfolded : how many more are to be shown.
        kept : number of a term that is shown however small it is.
        """
        formula = self._rewriter.formula(quantity)
        if formula is None:
            return None
        setter = self._number_setter(shown_terms + unfolded, kept)
        side = self._side(self._symbol_setter(quantity, formula), quantity)
        return self._equation(quantity, [side, *self._written_out(setter, formula)])

    def steps(self, quantity: Quantity) -> tuple[Written, ...]:
        """Return what stands between the numbers put in and the result: the value of each factor, or of each term."""
        formula = self._rewriter.formula(quantity)
        if formula is None:
            return ()
        setter = self._number_setter(SHOWN_TERMS)
        worked_out = setter.box(self._worked_out(_uncounted(formula)))
        plain = worked_out.plain()
        if plain in (setter.box(formula).plain(), self._number_box(quantity).plain()):
            return ()
        return (Written(Row((EQUALS, worked_out))),)

    def result(self, quantity: Quantity) -> Result:
        """Return what it comes to."""
        value = self.value(quantity)
        flow = flow_of(quantity.kind)
        signed = flow.value == "backward"
        side = self._side(self._symbol_setter(quantity, self._rewriter.formula(quantity)), quantity)
        number = Span(number_box(value, self.digits, self._shortest, signed=signed), flow)
        full = full_text(value, self._shortest, signed=signed)
        return Result(Written(Row((side, self._relation(quantity), number))), full, value)

    def value(self, quantity: Quantity) -> float:
        """Return the number with the sign of the notation."""
        return self.notation.sign(quantity.kind) * self.explainer.number(quantity)

    def origins(self, quantity: Quantity) -> tuple[Origin, ...]:
        """Return the numbers that the formula is made of, each once, in the order of appearance.

        Of a long sum they are those of its largest terms; g′(z) stands beside the z that it leads to.
        """
        line, formula = self.numbers(quantity), self._rewriter.formula(quantity)
        if line is None or formula is None:
            return ()
        symbols = self._symbol_setter(quantity, formula)
        found = [
            Origin(Written(symbols.quantity(part, turned=False).box), Written(self._number_box(part)), part)
            for part in dict.fromkeys(line.quantities)
        ]
        return (*found, *self._slopes(symbols, formula))

    def _slopes(self, symbols: SymbolSetter, formula: Expression) -> Iterator[Origin]:
        numbers = self._number_setter(SHOWN_TERMS)
        for part in parts_of(formula):
            if isinstance(part, Derivative) and isinstance(part.argument, Quantity):
                if isinstance(part.argument.unit[0], str):
                    continue
                worked_out = Row((numbers.box(part), EQUALS, numbers.box(part.formula)))
                yield Origin(Written(symbols.box(part)), Written(worked_out), part.argument)

    def slips(self, quantity: Quantity) -> tuple[Text, ...]:
        """Return what the document gets wrong in the formulas of such a quantity, a sentence each."""
        met = set(self._matrix.whereabouts(quantity))
        return tuple(slip.sentence for slip in self.notation.slips if slip.where in met)

    def _number_box(self, quantity: Quantity) -> Box:
        return Span(number_box(self.value(quantity), self.digits, self._shortest), flow_of(quantity.kind), quantity)

    def _worked_out(self, formula: Expression) -> Expression:
        """Return a sum with what its terms come to, or a product with what its factors do."""
        match formula:
            case Sum() | Over(reduction="sum") | WithBias() | Path():
                return inside(formula, self._worked_out_term)
            case Product():
                return inside(formula, self._come_to)
        return formula

    def _worked_out_term(self, term: Expression) -> Expression:
        match term:
            case Sum() | Over(reduction="sum") | WithBias() | Path() | Negative() | Counted():
                return inside(term, self._worked_out_term)
        return self._come_to(term)

    def _come_to(self, part: Expression) -> Expression:
        """Return what a part comes to; a number that stands by itself stays, so that it can still be clicked on."""
        simple = isinstance(part, Derivative) or not any(True for _ in list(parts_of(part))[1:])
        return part if simple else Computed(evaluate(part, self.explainer.numbers))

    def _symbol_setter(
        self, quantity: Quantity, formula: Expression | None = None, *, general: bool = False
    ) -> SymbolSetter:
        parts = [] if formula is None else [formula]
        present = frozenset().union(*map(letters_in, (self.explainer.in_letters(quantity), *parts)))
        scope = Scope(
            letters_for(self.notation, present, backward=quantity.kind in (Kind.UPSTREAM, Kind.DELTA)),
            own=quantity.node if general else "",
            samples=self.explainer.trace.batch_size > 1 and (quantity.sample is None or _meets(quantity, parts)),
        )
        return SymbolSetter(self._symbols, self.notation, scope, self._say)

    def _number_setter(self, terms: int, kept: int | None = None) -> NumberSetter:
        folding = Folding(terms, kept)
        return NumberSetter(self.explainer.numbers, self.notation, self.digits, self._shortest, folding, self._say)

    def _side(self, setter: SymbolSetter, quantity: Quantity) -> Box:
        """Return the left side of an equation, which leads nowhere: one is there already."""
        symbol = setter.quantity(quantity, turned=False).box
        return replace(symbol, target=None) if isinstance(symbol, Span) else symbol

    def _written_out(self, setter: Setter, formula: Expression) -> Iterator[Box]:
        """Yield the formula, and where it is a function by name what that function is."""
        yield setter.box(formula)
        if isinstance(inner := _uncounted(formula), Activated):
            yield setter.box(inner.formula)

    def _relation(self, quantity: Quantity) -> Box:
        """Return the sign between a quantity and its formula: what replaces an older number of one name is assigned."""
        is_new = quantity.kind is Kind.NEW_PARAMETER and self.notation.assign == "←"
        assigns = is_new or quantity.kind is Kind.NEW_SLOT
        return spaced("←", "\\leftarrow") if assigns else EQUALS

    def _equation(self, quantity: Quantity, sides: list[Box]) -> Written:
        parts = [sides[0], self._relation(quantity), sides[1]]
        for side in sides[2:]:
            parts += [EQUALS, side]
        return Written(Row(tuple(parts)))


def _meets(quantity: Quantity, formulas: Sequence[Expression]) -> bool:
    """Return whether formulas of one sample hold numbers of others too, as batch normalisation's do."""
    found = (part for formula in formulas for part in parts_of(formula) if isinstance(part, Quantity))
    return any(part.sample not in (None, quantity.sample) for part in found)


def _uncounted(formula: Expression) -> Expression:
    while isinstance(formula, Counted):
        formula = formula.inner
    return formula
