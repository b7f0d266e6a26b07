"""What an optimiser is: in-place updates of the flat parameter vector.

Symbols: w is a weight, g = ∂C/∂w its gradient, η the learning rate, t the number of the update, counted from 1.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from numpy.typing import NDArray

from core.formulas.expressions import Expression
from core.formulas.quantities import Quantity
from core.numerics.optimizers.formulas import UpdateTerms
from core.options import Option, OptionValue, RealOption

Array: TypeAlias = NDArray[Any]
Call: TypeAlias = Callable[[], object]


@dataclass(slots=True)
class Rate:
    """What an update reads besides the gradients; written between steps.

    Attributes
    ----------
    value : the learning rate η in force.
    updates : the number of this update, counted from 1 since the slots were zero (the t of Adam).
    """

    value: float
    updates: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class UpdateContext:
    """All that an optimiser needs to bind its arithmetic to the arrays of a session.

    Attributes
    ----------
    values, gradients : vectors of one length; an update changes the values alone.
    slots : the optimiser's vectors by name, each of that length and zero at the start.
    rate : see Rate.
    options : the optimiser's options, complete.
    kernels : the parts of `values` that weight decay applies to: all weights, but no biases.
    """

    values: Array
    gradients: Array
    slots: Mapping[str, Array]
    rate: Rate
    options: Mapping[str, OptionValue]
    kernels: tuple[Array, ...] = ()

    def real(self, key: str) -> float:
        """Return a real option."""
        value = self.options[key]
        assert isinstance(value, float)
        return value


class Optimizer(ABC):
    """A rule that turns gradients into changes of the parameters.

    Class attributes
    ----------------
    key, label, formula : name in files, name on screen, the rule as the course writes it.
    options : settings besides the learning rate.
    slot_names : the vectors that it keeps beside the parameters, each zero at the start.
    default_rate : the learning rate that usually works, and that a choice of this optimiser brings with it.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    slot_names: ClassVar[tuple[str, ...]] = ()
    default_rate: ClassVar[float]

    @abstractmethod
    def bind(self, context: UpdateContext) -> Call:
        """Return a call that makes one update of the values in place, without allocating anything."""

    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        """Return what is worked out for one weight, in order: slots, what lies on the way, the new weight last."""
        raise NotImplementedError(f"{self.key} has no formulas")


def epsilon_option(default: float) -> RealOption:
    """Return the option of the small number that keeps a quotient finite."""
    return RealOption(
        key="epsilon",
        label="ε",
        default=default,
        minimum=1e-12,
        maximum=1.0,
        logarithmic=True,
        help="Small number that keeps the quotient finite where the gradients are 0.",
    )


def decay_option(key: str, label: str, default: float, help_text: str) -> RealOption:
    """Return the option of a share, below 1, that a running mean keeps at each step."""
    return RealOption(key=key, label=label, default=default, minimum=0.0, maximum=0.999999, help=help_text)
