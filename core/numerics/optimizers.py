"""Optimisers: in-place updates of the flat parameter vector."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.options import FlagOption, Option, OptionValue, RealOption
from core.registry import Registry

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


class Optimizer(ABC):
    """A rule that turns gradients into changes of the parameters.

    Class attributes
    ----------------
    key, label, formula : name in files, name on screen, the rule as the course writes it.
    options : settings besides the learning rate.
    default_rate : the learning rate that the inspector proposes.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    formula: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    default_rate: ClassVar[float] = 0.1

    def slot_names(self, options: Mapping[str, OptionValue]) -> tuple[str, ...]:
        """Return the names of the state vectors it keeps beside the parameters, each zero at the start."""
        return ()

    @abstractmethod
    def bind(
        self,
        values: Array,
        gradients: Array,
        slots: Mapping[str, Array],
        rate: Rate,
        options: Mapping[str, OptionValue],
    ) -> Call:
        """Return a call that makes one update of `values` in place.

        `values`, `gradients` and every slot are vectors of one length.
        """


class Sgd(Optimizer):
    """w ← w − η ∂C/∂w (000, 001)."""

    key = "sgd"
    label = "SGD"
    formula = "w ← w − η ∂C/∂w"

    def bind(
        self,
        values: Array,
        gradients: Array,
        slots: Mapping[str, Array],
        rate: Rate,
        options: Mapping[str, OptionValue],
    ) -> Call:
        change = np.empty_like(values)
        multiply, subtract = np.multiply, np.subtract

        def update() -> None:
            multiply(gradients, rate.value, change)
            subtract(values, change, values)

        return update


class Momentum(Optimizer):
    """v ← μ v − η ∂C/∂w, w ← w + v (002, there ν); with `nesterov`, w ← w + μ v − η ∂C/∂w."""

    key = "momentum"
    label = "Momentum"
    formula = "v ← μ v − η ∂C/∂w,  w ← w + v"
    options = (
        RealOption(
            key="momentum",
            label="Momentum μ",
            default=0.9,
            minimum=0.0,
            maximum=0.9999,
            help="Share of the last change that is kept.",
        ),
        FlagOption(
            key="nesterov",
            label="Nesterov",
            default=False,
            help="Look ahead: apply the momentum once more before the gradient (NAG).",
        ),
    )

    def slot_names(self, options: Mapping[str, OptionValue]) -> tuple[str, ...]:
        return ("velocity",)

    def bind(
        self,
        values: Array,
        gradients: Array,
        slots: Mapping[str, Array],
        rate: Rate,
        options: Mapping[str, OptionValue],
    ) -> Call:
        velocity = slots["velocity"]
        momentum = float(options["momentum"])  # type: ignore[arg-type]
        nesterov = bool(options["nesterov"])
        change = np.empty_like(values)
        multiply, subtract, add = np.multiply, np.subtract, np.add

        def update() -> None:
            multiply(gradients, rate.value, change)
            multiply(velocity, momentum, velocity)
            subtract(velocity, change, velocity)
            if nesterov:
                subtract(values, change, values)
                multiply(velocity, momentum, change)
                add(values, change, values)
            else:
                add(values, velocity, values)

        return update


OPTIMIZERS: Registry[Optimizer] = Registry("optimiser", (Sgd(), Momentum()))
