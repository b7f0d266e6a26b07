"""From formulas to boxes: what needs brackets, what stands side by side, what stands below a Σ."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from core.formulas.expressions import (
    Activated,
    Apply,
    Cases,
    Condition,
    Derivative,
    Expression,
    Negative,
    Number,
    Over,
    Path,
    Power,
    Product,
    Quotient,
    Sum,
)
from core.formulas.quantities import Constant, Kronecker, Place, Quantity
from core.tracing.writing.boxes import DOT, MINUS, PLUS, THIN, Box, Fence, Fraction, Leaf, Root, Row, Scripts, spaced
from core.tracing.writing.figures import has_power, is_negative, number_box
from core.tracing.writing.nodes import Computed, Counted, Rewritten, Turned, WithBias
from core.tracing.writing.signs import letters


class Level(IntEnum):
    """How tightly a part holds together."""

    SUM = 1
    PRODUCT = 2
    ATOM = 3


class Look(IntEnum):
    """What a part looks like, which decides about the sign between factors."""

    SYMBOL = 1
    NUMBER = 2
    FUNCTION = 3
    BIG = 4
    OTHER = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula that has been set.

    Attributes
    ----------
    minus : whether it begins with a minus sign.
    behind : how it is written behind another sign, where brackets around all of it are not needed.
    """

    box: Box
    level: Level = Level.ATOM
    look: Look = Look.OTHER
    minus: bool = False
    behind: Box | None = None

    def fenced(self) -> Box:
        """Return it in brackets."""
        return Fence(self.box, tall=self.level < Level.ATOM or self.look is Look.OTHER)

    def within(self, level: Level) -> Box:
        """Return it so that it can stand in a part of a level, behind another sign."""
        if self.level >= level and self.minus and self.behind is not None:
            return self.behind
        return self.fenced() if self.level < level or self.minus else self.box


NEGATIVE = Leaf("{-}", "−")
_FUNCTIONS = {
    "log": Leaf("\\log", "log"),
    "tanh": Leaf("\\tanh", "tanh"),
    "max": Leaf("\\max", "max"),
    "min": Leaf("\\min", "min"),
    "erf": Leaf("\\operatorname{erf}", "erf"),
    "sign": Leaf("\\operatorname{sign}", "sign"),
}
_RELATIONS = {"≤": "\\le", "≥": "\\ge"}


class Setter(ABC):
    """Sets formulas; how quantities and sums over indices are written is for the two kinds of setters to say."""

    numeric = False
    """Whether factors stand with a dot between them, always."""

    def __init__(self, activation: str) -> None:
        self._activation = activation

    def box(self, formula: Expression) -> Box:
        """Return a formula, set."""
        return self.set(formula).box

    @abstractmethod
    def quantity(self, quantity: Quantity, *, turned: bool) -> Piece:
        """Return a quantity; with the opposite sign where it is `turned`."""

    @abstractmethod
    def computed(self, value: float) -> Piece:
        """Return what a part of a formula comes to."""

    @abstractmethod
    def constant(self, constant: Constant) -> Piece:
        """Return a constant."""

    @abstractmethod
    def over(self, over: Over, bias: Expression | None) -> Piece:
        """Return a sum over indices, or a largest value; with a bias as the term of index 0."""

    @abstractmethod
    def slope(self, derivative: Derivative) -> Piece:
        """Return g′(z)."""

    @abstractmethod
    def choice(self, cases: Cases) -> Piece:
        """Return the value of one of several cases."""

    @abstractmethod
    def condition(self, condition: Condition) -> Piece:
        """Return 1 where a condition holds, else 0."""

    @abstractmethod
    def counted(self, term: Counted) -> Piece:
        """Return a term of a sum."""

    @abstractmethod
    def index(self, index: Place | Kronecker) -> Piece:
        """Return an index as a number, or whether two are equal."""

    def set(self, formula: Expression) -> Piece:
        """Return a formula, set."""
        method = _METHODS.get(type(formula))
        if method is None:
            raise TypeError(f"{type(formula).__name__} cannot be written")
        piece: Piece = method(self, formula)
        return piece

    def negative(self, formula: Negative) -> Piece:
        """Return −x."""
        return Piece(Row((NEGATIVE, self.set(formula.inner).within(Level.PRODUCT))), Level.PRODUCT, minus=True)

    def activated(self, formula: Activated) -> Piece:
        """Return g(z)."""
        return Piece(_call(letters(self._activation), [self.box(formula.argument)]), look=Look.FUNCTION)

    def sum(self, terms: Sequence[Expression]) -> Piece:
        """Return terms added up; a negative one is subtracted. No terms, as of a padded window, are 0."""
        if not terms:
            return Piece(Leaf("0", "0"), look=Look.NUMBER)
        if len(terms) == 1:
            return self.set(terms[0])
        parts: list[Box] = []
        minus = False
        for place, term in enumerate(terms):
            subtracted, inner = _without_minus(term)
            piece = self.set(inner)
            if place == 0:
                minus = subtracted or piece.minus
                parts += [NEGATIVE, piece.within(Level.PRODUCT)] if subtracted else [piece.box]
            else:
                parts += [MINUS if subtracted else PLUS, piece.within(Level.PRODUCT if subtracted else Level.SUM)]
        return Piece(Row(tuple(parts)), Level.SUM, minus=minus)

    def product(self, pieces: Sequence[Piece]) -> Piece:
        """Return factors side by side."""
        parts: list[Box] = []
        for place, piece in enumerate(pieces):
            last = place == len(pieces) - 1
            if piece.look is Look.BIG:
                box = piece.box if last else piece.fenced()
            elif place == 0:
                box = piece.box if piece.level > Level.SUM else piece.fenced()
            else:
                box = piece.within(Level.PRODUCT)
            if place:
                fenced = isinstance(box, Fence)
                parts.append(DOT if self.numeric else _between(pieces[place - 1], piece, fenced=fenced))
            parts.append(box)
        first = pieces[0]
        minus = first.minus and first.level > Level.SUM
        behind = Row((first.fenced(), *parts[1:])) if first.level is Level.ATOM else None
        return Piece(Row(tuple(parts)), Level.PRODUCT, minus=minus, behind=behind)

    def power(self, power: Power) -> Piece:
        """Return a power."""
        base = self.set(power.base)
        bare = base.level is Level.ATOM and base.look in (Look.SYMBOL, Look.NUMBER) and not base.minus
        plain = base.box if bare else base.fenced()
        if isinstance(plain, Scripts) and plain.above is not None:
            plain = Fence(plain)
        return Piece(Scripts(plain, above=self.box(power.exponent)))

    def apply(self, call: Apply) -> Piece:
        """Return a function by its name."""
        arguments = [self.box(argument) for argument in call.arguments]
        match call.function:
            case "exp":
                return Piece(Exponential(arguments[0]), look=Look.FUNCTION)
            case "sqrt":
                return Piece(Root(arguments[0]))
            case "abs":
                return Piece(Fence(arguments[0], "|", "|"))
        name = _FUNCTIONS.get(call.function) or Leaf(f"\\operatorname{{{call.function}}}", call.function)
        return Piece(_call(name, arguments), look=Look.FUNCTION)

    def comparison(self, condition: Condition) -> Box:
        """Return a condition as it reads."""
        relation = spaced(condition.relation, _RELATIONS.get(condition.relation, condition.relation))
        return Row((self.box(condition.left), relation, self.box(condition.right)))


@dataclass(frozen=True, slots=True)
class Exponential(Box):
    """The power of e."""

    inner: Box

    def latex(self, colours: object) -> str:
        return f"e^{{{self.inner.latex(colours)}}}"  # type: ignore[arg-type]

    def plain(self) -> str:
        return f"exp({self.inner.plain()})"

    def children(self) -> Sequence[Box]:
        return (self.inner,)


def comma_row(boxes: Sequence[Box]) -> Box:
    """Return boxes with commas between them."""
    parts: list[Box] = []
    for box in boxes:
        parts += [Leaf(",\\;", ", "), box] if parts else [box]
    return parts[0] if len(parts) == 1 else Row(tuple(parts))


def _call(name: Box, arguments: Sequence[Box]) -> Box:
    inner = comma_row(arguments)
    return Row((name, Fence(inner, tall=any(isinstance(part, Fraction) for part in _all(inner)))))


def _all(box: Box) -> list[Box]:
    return [box, *(part for child in box.children() for part in _all(child))]


def _number(value: float) -> Piece:
    if abs(value) == 0.5:
        half = Leaf("\\tfrac{1}{2}", "½")
        return Piece(half, look=Look.OTHER) if value > 0 else Piece(Row((NEGATIVE, half)), Level.PRODUCT, minus=True)
    return number_piece(number_box(value, 0))


def number_piece(box: Leaf) -> Piece:
    """Return a number; one with a power of ten is a product."""
    return Piece(box, Level.PRODUCT if has_power(box) else Level.ATOM, Look.NUMBER, is_negative(box))


def _without_minus(term: Expression) -> tuple[bool, Expression]:
    """Return whether a term is subtracted, and what is."""
    match term:
        case Negative(inner):
            return True, inner
        case Counted(inner=Negative(inner)):
            return True, replace(term, inner=inner)
        case Number(value) if value < 0.0:
            return True, Number(-value)
    return False, term


def _between(left: Piece, right: Piece, *, fenced: bool) -> Box:
    looks = {left.look, right.look}
    if Look.NUMBER in looks:
        return DOT
    if fenced:
        return THIN
    if looks == {Look.SYMBOL, Look.FUNCTION} or (left.look is Look.FUNCTION and right.look is Look.BIG):
        return DOT
    return THIN


_METHODS: dict[type[Expression], Callable[[Setter, Any], Piece]] = {
    Quantity: lambda setter, quantity: setter.quantity(quantity, turned=False),
    Turned: lambda setter, turned: setter.quantity(turned.quantity, turned=True),
    Constant: lambda setter, constant: setter.constant(constant),
    Number: lambda _, number: _number(number.value),
    Computed: lambda setter, computed: setter.computed(computed.value),
    Sum: lambda setter, formula: setter.sum(formula.terms),
    Product: lambda setter, formula: setter.product([setter.set(factor) for factor in formula.factors]),
    Negative: Setter.negative,
    Quotient: lambda setter, formula: Piece(Fraction(setter.box(formula.numerator), setter.box(formula.denominator))),
    Power: Setter.power,
    Apply: Setter.apply,
    Activated: Setter.activated,
    Derivative: lambda setter, derivative: setter.slope(derivative),
    Condition: lambda setter, condition: setter.condition(condition),
    Cases: lambda setter, cases: setter.choice(cases),
    Over: lambda setter, over: setter.over(over, None),
    Rewritten: lambda setter, over: setter.over(over, None),
    WithBias: lambda setter, formula: setter.over(formula.inputs, formula.bias),
    Path: lambda setter, path: setter.set(path.inner),
    Counted: lambda setter, term: setter.counted(term),
    Place: lambda setter, place: setter.index(place),
    Kronecker: lambda setter, kronecker: setter.index(kronecker),
}
