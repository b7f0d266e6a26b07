"""Declared options: the one description that inspector, checks, command line and file format read."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from core.errors import OptionError
from core.texts import Text, phrase, text

Shape: TypeAlias = tuple[int, ...]
Numbers: TypeAlias = tuple[float, ...]
OptionValue: TypeAlias = "int | float | bool | str | Shape | Numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(ABC):
    """One setting of a layer, a loss, an optimiser.

    Attributes
    ----------
    key : name in files and code.
    label : what the user sees.
    help : one sentence for the tooltip.
    only_with : (key, values): it matters only where that other option has one of these values; None for always.
    """

    key: str
    label: str
    help: str = ""
    only_with: tuple[str, tuple[str, ...]] | None = None

    def matters(self, options: Mapping[str, OptionValue]) -> bool:
        """Return whether this option has an effect beside the other `options`."""
        return self.only_with is None or options.get(self.only_with[0]) in self.only_with[1]

    @property
    @abstractmethod
    def initial(self) -> OptionValue:
        """The value of a new object."""

    @abstractmethod
    def checked(self, value: Any) -> OptionValue:
        """Return `value` in its proper type; raises OptionError where it does not fit."""

    def _refuse(self, value: Any, expected: Text) -> OptionError:
        return OptionError(
            "'{label}' cannot be {value}: expected {expected}.",
            label=phrase(self.label),
            value=repr(value),
            expected=expected,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerOption(Option):
    """A whole number from `minimum` to `maximum`, both included."""

    default: int
    minimum: int
    maximum: int

    @property
    def initial(self) -> int:
        return self.default

    def checked(self, value: Any) -> int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not self.minimum <= value <= self.maximum:
            sizes = {"minimum": f"{self.minimum:,}", "maximum": f"{self.maximum:,}"}
            raise self._refuse(value, text("a whole number from {minimum} to {maximum}", **sizes))
        return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RealOption(Option):
    """A finite real number from `minimum` to `maximum`, both included.

    `logarithmic` asks the inspector for a slider with equal steps per factor.
    """

    default: float
    minimum: float
    maximum: float
    logarithmic: bool = False

    @property
    def initial(self) -> float:
        return self.default

    def checked(self, value: Any) -> float:
        real = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not real or not math.isfinite(value) or not self.minimum <= value <= self.maximum:
            expected = text("a number from {minimum:g} to {maximum:g}", minimum=self.minimum, maximum=self.maximum)
            raise self._refuse(value, expected)
        return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagOption(Option):
    """On or off."""

    default: bool

    @property
    def initial(self) -> bool:
        return self.default

    def checked(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._refuse(value, text("true or false"))
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values of a ChoiceOption: its key, what the user sees, and a longer word on it."""

    key: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOption(Option):
    """One of a closed list of keys."""

    default: str
    choices: tuple[Choice, ...]

    @property
    def initial(self) -> str:
        return self.default

    def checked(self, value: Any) -> str:
        known = [choice.key for choice in self.choices]
        if value not in known:
            raise self._refuse(value, text("one of {known}", known=", ".join(known)))
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeOption(Option):
    """The shape of one sample, such as (784,) or (28, 28): one to three sizes, each at least 1."""

    default: Shape
    maximum_size: int = 1_000_000

    @property
    def initial(self) -> Shape:
        return self.default

    def checked(self, value: Any) -> Shape:
        expected = text(
            "one to three sizes, such as 784 or 28 × 28, with at most {most} values", most=f"{self.maximum_size:,}"
        )
        if not isinstance(value, (tuple, list)) or not 1 <= len(value) <= 3:
            raise self._refuse(value, expected)
        if any(not isinstance(size, int) or isinstance(size, bool) or size < 1 for size in value):
            raise self._refuse(value, expected)
        if math.prod(value) > self.maximum_size:
            raise self._refuse(value, expected)
        return tuple(int(size) for size in value)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOption(ShapeOption):
    """Rows and columns of a window or a step, such as (3, 3); a single size n stands for n × n."""

    maximum_size: int = 10_000

    def checked(self, value: Any) -> Shape:
        expected = text(
            "rows and columns, such as 3 or 3 × 5, with at most {most} in all", most=f"{self.maximum_size:,}"
        )
        try:
            sizes = ShapeOption.checked(self, value)
        except OptionError:
            raise self._refuse(value, expected) from None
        if len(sizes) > 2:
            raise self._refuse(value, expected)
        window = sizes if len(sizes) == 2 else (sizes[0], sizes[0])
        if math.prod(window) > self.maximum_size:
            raise self._refuse(value, expected)
        return window


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersOption(Option):
    """A list of finite real numbers, each from `minimum` to `maximum`, at most `maximum_count` of them."""

    default: Numbers = ()
    minimum: float
    maximum: float
    maximum_count: int = 1_000

    @property
    def initial(self) -> Numbers:
        return self.default

    def checked(self, value: Any) -> Numbers:
        expected = text(
            "up to {most} numbers from {minimum:g} to {maximum:g}, such as 1, 2.5, 1",
            most=f"{self.maximum_count:,}",
            minimum=self.minimum,
            maximum=self.maximum,
        )
        if not isinstance(value, (tuple, list)) or len(value) > self.maximum_count:
            raise self._refuse(value, expected)
        for number in value:
            real = isinstance(number, (int, float)) and not isinstance(number, bool)
            if not real or not math.isfinite(number) or not self.minimum <= number <= self.maximum:
                raise self._refuse(number, expected)
        return tuple(float(number) for number in value)


def complete(declared: Sequence[Option], given: Mapping[str, Any]) -> Mapping[str, OptionValue]:
    """Check `given` against the `declared` options and fill in what is missing.

    Returns a read-only mapping with exactly the declared keys, in their order.
    Raises OptionError for an unknown key or a value that does not fit.
    """
    known = [option.key for option in declared]
    for key in given:
        if key not in known:
            raise OptionError(
                "Unknown option '{key}'. Known options: {known}.",
                key=key,
                known=", ".join(known) or "none",
            )
    return MappingProxyType({o.key: o.checked(given[o.key]) if o.key in given else o.initial for o in declared})
