"""What the writer hands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.formulas.quantities import Quantity
from core.tracing.writing.boxes import Box, Span, Target, spans_of


@dataclass(frozen=True, slots=True)
class Written:
    """A line of mathematics.

    Attributes
    ----------
    box : how it is set.
    """

    box: Box

    def latex(self, colours: Sequence[str] | None = None) -> str:
        """Return it for LaTeX's mathematics mode; with one colour, such as "#23793A" or "" for none, for each span."""
        return self.box.latex(None if colours is None else iter(colours))

    @property
    def plain(self) -> str:
        """The line in Unicode, for copying and for tests."""
        return self.box.plain().strip()

    @property
    def spans(self) -> tuple[Span, ...]:
        """The parts that have a colour, lead somewhere or are terms, in order of appearance, outer ones first."""
        return tuple(spans_of(self.box))

    @property
    def links(self) -> tuple[Target, ...]:
        """Where clicks lead, in order of appearance."""
        return tuple(span.target for span in self.spans if span.target is not None)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers of the iteration among the links."""
        return tuple(link for link in self.links if isinstance(link, Quantity))


@dataclass(frozen=True, slots=True)
class Result:
    """What a formula comes to.

    Attributes
    ----------
    rounded : symbol and number with the writer's digits.
    full : the number with all its digits, as text.
    value : the number, with the sign of the notation.
    """

    rounded: Written
    full: str
    value: float


@dataclass(frozen=True, slots=True)
class Origin:
    """One of the numbers that a formula is made of.

    Attributes
    ----------
    symbol, number : how it is written.
    quantity : where it leads.
    """

    symbol: Written
    number: Written
    quantity: Quantity
