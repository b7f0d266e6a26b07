"""Learning-rate schedules: by which factor the learning rate η is multiplied as training goes on.

Time t is counted in epochs, with the part of the present epoch that is done: 2.5 is the middle of the third epoch.
The rate in force is η · f(t), so another η scales all that follows.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar, TypeAlias

from core.numerics.improvement import Improvement
from core.options import IntegerOption, Option, OptionValue, RealOption
from core.registry import Registry

Factor: TypeAlias = Callable[[float], float]
"""From the time t to the factor f(t)."""


class BoundSchedule:
    """A schedule of one run: the factor as a function of time.

    Attributes
    ----------
    varies : whether the factor changes from iteration to iteration.
    watches : whether it wants to know the loss at the end of each epoch.
    """

    varies: bool = True
    watches: bool = False

    def __init__(self, factor: Factor) -> None:
        self.factor = factor

    def observe(self, loss: float) -> None:
        """Take in the loss that is watched, at the end of an epoch."""

    def counters(self) -> Mapping[str, float]:
        """Return what must be remembered to go on, by name."""
        return {}


class Schedule(ABC):
    """A learning-rate schedule.

    Class attributes
    ----------------
    key, label, formula : name in files, name on screen, the factor f(t).
    options : its settings.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()

    @abstractmethod
    def bind(self, options: Mapping[str, OptionValue], epochs: int, counters: Mapping[str, float]) -> BoundSchedule:
        """Return the schedule of a run of so many `epochs`; `counters` are those of a run that goes on."""


class Constant(Schedule):
    """f = 1."""

    key = "constant"
    label = "Constant"
    formula = "η"

    def bind(self, options: Mapping[str, OptionValue], epochs: int, counters: Mapping[str, float]) -> BoundSchedule:
        bound = BoundSchedule(lambda time: 1.0)
        bound.varies = False
        return bound


class StepDecay(Schedule):
    """f = γ^⌊t/k⌋."""

    key = "step"
    label = "Steps"
    formula = "η γ^⌊t/k⌋,  t in epochs"
    options = (
        RealOption(
            key="factor",
            label="Factor γ",
            default=0.5,
            minimum=1e-6,
            maximum=1.0,
            help="The learning rate is multiplied by this at each step.",
        ),
        IntegerOption(
            key="every",
            label="Every",
            default=10,
            minimum=1,
            maximum=1_000_000,
            help="Epochs from one step to the next.",
        ),
    )

    def bind(self, options: Mapping[str, OptionValue], epochs: int, counters: Mapping[str, float]) -> BoundSchedule:
        base, every = _real(options, "factor"), _whole(options, "every")
        return BoundSchedule(lambda time: math.pow(base, time // every))


class Exponential(Schedule):
    """f = γ^t."""

    key = "exponential"
    label = "Exponential"
    formula = "η γ^t,  t in epochs"
    options = (
        RealOption(
            key="factor",
            label="Factor γ",
            default=0.95,
            minimum=1e-6,
            maximum=1.0,
            help="The learning rate is multiplied by this from one epoch to the next, a little at each iteration.",
        ),
    )

    def bind(self, options: Mapping[str, OptionValue], epochs: int, counters: Mapping[str, float]) -> BoundSchedule:
        base = _real(options, "factor")
        return BoundSchedule(lambda time: math.pow(base, time))


class Cosine(Schedule):
    """f = s + (1 − s) ½ (1 + cos(π τ/T)), τ = t mod T (Loshchilov and Hutter 2017: with warm restarts)."""

    key = "cosine"
    label = "Cosine"
    formula = "η (s + (1 − s) ½ (1 + cos(π t/T))),  t in epochs"
    options = (
        IntegerOption(
            key="period",
            label="Period T",
            default=0,
            minimum=0,
            maximum=1_000_000,
            help="Epochs from the full rate to the smallest; then it starts anew. 0: as long as the run.",
        ),
        RealOption(
            key="smallest",
            label="Smallest s",
            default=0.0,
            minimum=0.0,
            maximum=1.0,
            help="Share of the learning rate that is left at the end.",
        ),
    )

    def bind(self, options: Mapping[str, OptionValue], epochs: int, counters: Mapping[str, float]) -> BoundSchedule:
        period, smallest = _whole(options, "period") or epochs, _real(options, "smallest")

        def factor(time: float) -> float:
            return smallest + (1.0 - smallest) * 0.5 * (1.0 + math.cos(math.pi * (time % period) / period))

        return BoundSchedule(factor)


class InverseTime(Schedule):
    """f = 1/(1 + k t)."""

    key = "inverse_time"
    label = "1/t"
    formula = "η / (1 + k t),  t in epochs"
    options = (
        RealOption(
            key="decay",
            label="Decay k",
            default=0.1,
            minimum=0.0,
            maximum=1e6,
            logarithmic=True,
            help="With k = 1 the learning rate is half as large after one epoch, a third after two.",
        ),
    )

    def bind(self, options: Mapping[str, OptionValue], epochs: int, counters: Mapping[str, float]) -> BoundSchedule:
        decay = _real(options, "decay")
        return BoundSchedule(lambda time: 1.0 / (1.0 + decay * time))


class ReduceOnPlateau(Schedule):
    """f starts at 1 and is multiplied by γ whenever the loss has not fallen for some epochs."""

    key = "plateau"
    label = "On plateau"
    formula = "η γ^k,  k: how often the loss stood still"
    options = (
        RealOption(
            key="factor",
            label="Factor γ",
            default=0.5,
            minimum=1e-6,
            maximum=1.0,
            help="The learning rate is multiplied by this each time.",
        ),
        IntegerOption(
            key="patience",
            label="Patience",
            default=5,
            minimum=1,
            maximum=1_000_000,
            help="Epochs without improvement after which the rate falls. Watched is the validation loss, "
            "or without validation samples the training loss.",
        ),
        RealOption(
            key="minimum_change",
            label="Least change",
            default=1e-4,
            minimum=0.0,
            maximum=1e6,
            logarithmic=True,
            help="A loss that is lower by no more than this is no improvement.",
        ),
        RealOption(
            key="smallest",
            label="Smallest",
            default=1e-3,
            minimum=0.0,
            maximum=1.0,
            logarithmic=True,
            help="Share of the learning rate below which it does not fall.",
        ),
    )

    def bind(self, options: Mapping[str, OptionValue], epochs: int, counters: Mapping[str, float]) -> BoundSchedule:
        return _BoundPlateau(options, counters)


class _BoundPlateau(BoundSchedule):
    varies = False
    watches = True

    def __init__(self, options: Mapping[str, OptionValue], counters: Mapping[str, float]) -> None:
        super().__init__(lambda time: self._reached)
        self._by, self._smallest = _real(options, "factor"), _real(options, "smallest")
        self._patience = _whole(options, "patience")
        self._improvement = Improvement(_real(options, "minimum_change"), counters, "plateau")
        self._reached = counters.get("plateau.factor", 1.0)

    def observe(self, loss: float) -> None:
        self._improvement.observe(loss)
        if self._improvement.waited >= self._patience:
            self._reached = max(self._reached * self._by, min(self._reached, self._smallest))
            self._improvement.wait_anew()

    def counters(self) -> Mapping[str, float]:
        return {"plateau.factor": self._reached, **self._improvement.counters()}


def warm_up_factor(iterations: int, iteration: int) -> float:
    """Return the factor of the next update during a linear warm-up: 1/n at the first, 1 from the n-th on."""
    return 1.0 if iteration >= iterations else (iteration + 1) / iterations


def _real(options: Mapping[str, OptionValue], key: str) -> float:
    value = options[key]
    assert isinstance(value, float)
    return value


def _whole(options: Mapping[str, OptionValue], key: str) -> int:
    value = options[key]
    assert isinstance(value, int)
    return value


SCHEDULES: Registry[Schedule] = Registry(
    "schedule", (Constant(), StepDecay(), Exponential(), Cosine(), InverseTime(), ReduceOnPlateau())
)
