"""What an optimiser writes its formulas with, for one weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.formulas.evaluation import evaluate
from core.formulas.expressions import Expression
from core.formulas.quantities import Constant, Kind, Quantity
from core.options import OptionValue


@dataclass(frozen=True, slots=True)
class UpdateTerms:
    """The numbers around one weight during an update.

    Attributes
    ----------
    weight : w, before the update.
    gradient : g, as the optimiser gets it.
    rate : η with what it is multiplied by.
    options : the optimiser's options, complete.
    update : the number t of this update, from 1.
    is_kernel : whether weight decay applies to it.
    """

    weight: Quantity
    gradient: Quantity
    rate: Expression
    options: Mapping[str, OptionValue]
    update: int
    is_kernel: bool

    def option(self, key: str) -> Constant:
        """Return a real option of the optimiser, which has a symbol: β₁, ε."""
        return Constant(key, float(self.options[key]))  # type: ignore[arg-type]

    def slot(self, name: str) -> Quantity:
        """Return what the optimiser remembers of this weight."""
        return self.weight.of(Kind.SLOT, name)

    def new_slot(self, name: str) -> Quantity:
        """Return what it remembers after this update."""
        return self.weight.of(Kind.NEW_SLOT, name)

    def auxiliary(self, name: str) -> Quantity:
        """Return what it works out on its way, such as ``corrected_mean``."""
        return self.weight.of(Kind.AUXILIARY, name)

    def running_mean(self, slot: str, decay: str, fresh: Expression) -> Expression:
        """Return what becomes of a running mean that keeps the share `decay` of what it was: β m + (1 − β) g."""
        kept = self.option(decay)
        return kept * self.slot(slot) + (1.0 - kept) * fresh

    @property
    def count(self) -> Constant:
        """t, the number of this update."""
        return Constant("update", float(self.update))

    @property
    def rate_value(self) -> float:
        """The number behind `rate`."""
        return evaluate(self.rate, _refuse)

    @property
    def new_weight(self) -> Quantity:
        """The weight after the update."""
        return self.weight.of(Kind.NEW_PARAMETER)


def _refuse(quantity: Quantity) -> float:
    raise KeyError(quantity)
