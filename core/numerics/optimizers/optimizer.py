"""What an optimiser is: in-place updates of the flat parameter vector.

Symbols: w is a weight, g = ∂C/∂w its gradient, η the learning rate, t the number of the update, counted from 1.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias

from numpy.typing import NDArray

from core.formulas.expressions import Expression
from core.formulas.quantities import Constant, Kind, Quantity
from core.loops.bind import Bound, bind
from core.loops.loop import address
from core.loops.program import Name, Program, Rank, compose
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


class Update:
    """One update of the values in place.

    Parameters
    ----------
    pace : gives the constants of the update; see ``Optimizer.bind_pace``.
    parts : the arithmetic, which is to be done with these constants.
    smallest_rate : at a learning rate below this nothing is done.
    """

    __slots__ = ("_rate", "_smallest_rate", "pace", "parts")

    def __init__(
        self, pace: Callable[[], Mapping[str, float]], parts: Sequence[Bound], rate: Rate, smallest_rate: float
    ) -> None:
        self.pace, self.parts = pace, parts
        self._rate, self._smallest_rate = rate, smallest_rate

    @property
    def always(self) -> bool:
        """Whether something is done at every learning rate."""
        return self._smallest_rate == 0.0

    def __call__(self) -> None:
        if self._rate.value >= self._smallest_rate:
            constants = self.pace()
            for part in self.parts:
                part.set(constants)
                part()


class Optimizer(ABC):
    """A rule that turns gradients into changes of the parameters.

    Class attributes
    ----------------
    key, label, formula : name in files, name on screen, the rule as the course writes it.
    options : settings besides the learning rate.
    slot_names : the vectors that it keeps beside the parameters, each zero at the start.
    default_rate : the learning rate that usually works, and that a choice of this optimiser brings with it.
    smallest_rate : a learning rate below this makes no update.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    slot_names: ClassVar[tuple[str, ...]] = ()
    default_rate: ClassVar[float]
    smallest_rate: ClassVar[float] = 0.0

    @abstractmethod
    def formulas(self, terms: UpdateTerms) -> dict[Quantity, Expression]:
        """Return what is worked out for one weight, in order: slots, what lies on the way, the new weight last.

        The numbers that change from one update to the next are constants; see ``bind_pace``.
        """

    def bind_pace(self, context: UpdateContext) -> Callable[[], Mapping[str, float]]:
        """Return a call that gives the constants of an update that are others than those of the last."""
        rate = context.rate
        return lambda: {"learning_rate": rate.value, "update": rate.updates}

    def bind(self, context: UpdateContext) -> Update:
        """Return a call that makes one update of the values in place, without allocating anything."""
        return Update(self.bind_pace(context), tuple(self._bind_parts(context)), context.rate, self.smallest_rate)

    def _bind_parts(self, context: UpdateContext) -> Iterator[Bound]:
        """Yield the updates of the parts of the vector that have formulas of their own."""
        options = tuple(sorted(context.options.items()))
        of_kernels, of_others = _program(self, options, is_kernel=True), _program(self, options, is_kernel=False)
        whole = [(slice(0, context.values.size), True)]
        for part, is_kernel in whole if of_kernels == of_others else _parts(context):
            arrays: dict[Name, Array] = {
                (Kind.PARAMETER, ""): context.values[part],
                (Kind.NEW_PARAMETER, ""): context.values[part],
                (Kind.GRADIENT, ""): context.gradients[part],
            }
            for name, slot in context.slots.items():
                arrays[Kind.SLOT, name] = arrays[Kind.NEW_SLOT, name] = slot[part]
            yield bind(of_kernels if is_kernel else of_others, arrays)


@lru_cache(maxsize=256)
def _program(optimizer: Optimizer, options: tuple[tuple[str, OptionValue], ...], *, is_kernel: bool) -> Program:
    """Return the program of an update, kept as every session has one."""
    weight = Quantity(Kind.PARAMETER)
    terms = UpdateTerms(
        weight=weight,
        gradient=weight.of(Kind.GRADIENT),
        # No formula may leave out what a small rate does not need: one program serves all rates.
        rate=Constant("learning_rate", math.inf),
        options=dict(options),
        update=1,
        is_kernel=is_kernel,
    )
    kept = [(Kind.NEW_PARAMETER, ""), *((Kind.NEW_SLOT, name) for name in optimizer.slot_names)]
    return compose(list(optimizer.formulas(terms).items()), dict.fromkeys(kept, Rank.ELEMENT))


def _parts(context: UpdateContext) -> Iterator[tuple[slice, bool]]:
    """Yield the parts of the vector in order, each with whether it is a kernel."""
    size, start = context.values.itemsize, 0
    for kernel in sorted(context.kernels, key=address):
        begin = (address(kernel) - address(context.values)) // size
        if start < begin:
            yield slice(start, begin), False
        start = begin + kernel.size
        yield slice(begin, start), True
    if start < context.values.size:
        yield slice(start, context.values.size), False


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
