"""How to train, as a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

from core.errors import OptionError
from core.numerics.optimizers import OPTIMIZERS
from core.options import OptionValue, complete
from core.training.settings import CHOICES_WITH_OPTIONS, TRAINING_OPTIONS, own_options

Options = Mapping[str, OptionValue]


def _none() -> Options:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The training configuration; the fields are those of TRAINING_OPTIONS, and see CHOICES_WITH_OPTIONS."""

    optimizer: str = "sgd"
    optimizer_options: Options = field(default_factory=_none)
    learning_rate: float = 0.5
    schedule: str = "constant"
    schedule_options: Options = field(default_factory=_none)
    warm_up: int = 0
    mode: str = "mini_batch"
    batch_size: int = 10
    epochs: int = 30
    order: str = "random"
    input_noise: float = 0.0
    l2: float = 0.0
    l1: float = 0.0
    clipping: str = "none"
    clip_limit: float = 1.0
    early_stopping: str = "off"
    patience: int = 10
    minimum_change: float = 0.0
    stop_loss: float = 0.0
    stop_gradient: float = 0.0
    stop_iterations: int = 0
    stop_seconds: float = 0.0
    seed: int = 1
    dtype: str = "float32"
    keep_moments: str = "epoch"
    keep_every: int = 100
    keep_memory: int = 256
    keep_in_file: bool = False

    def __post_init__(self) -> None:
        """Check every field and complete the options of the choices; raises OptionError."""
        for option in TRAINING_OPTIONS:
            object.__setattr__(self, option.key, option.checked(getattr(self, option.key)))
        for key in CHOICES_WITH_OPTIONS:
            name = options_field(key)
            object.__setattr__(self, name, complete(own_options(key, getattr(self, key)), getattr(self, name)))

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> TrainingConfig:
        """Return the configuration with these fields; what is missing gets its default.

        Raises OptionError for an unknown field or a value that does not fit.
        """
        for key in values:
            _require_known(key, [field.name for field in fields(cls)])
        for name in map(options_field, CHOICES_WITH_OPTIONS):
            if not isinstance(values.get(name, {}), Mapping):
                raise OptionError("The training option '{key}' must be an object of options.", key=name)
        return cls(**values)

    def values(self) -> dict[str, Any]:
        """Return every field as plain data."""
        found: dict[str, Any] = {option.key: self.value(option.key) for option in TRAINING_OPTIONS}
        return found | {options_field(key): dict(self.options_of(key)) for key in CHOICES_WITH_OPTIONS}

    def value(self, key: str) -> OptionValue:
        """Return a field by the key of its option; raises OptionError for an unknown one."""
        _require_known(key, [option.key for option in TRAINING_OPTIONS])
        result: OptionValue = getattr(self, key)
        return result

    def with_value(self, key: str, value: Any) -> TrainingConfig:
        """Return the configuration with another value of one field; raises OptionError.

        Another optimiser or schedule brings its own options. Another optimiser also brings its usual learning rate: a
        rate of 3 suits gradient descent and wrecks Adam.
        """
        changes: dict[str, Any] = {key: value}
        if value != self.value(key) and key in CHOICES_WITH_OPTIONS:
            changes[options_field(key)] = {}
            if key == "optimizer" and isinstance(value, str) and value in OPTIMIZERS:
                changes["learning_rate"] = OPTIMIZERS[value].default_rate
        return replace(self, **changes)

    def with_choice_option(self, choice: str, key: str, value: Any) -> TrainingConfig:
        """Return the configuration with another value of an option of the optimiser or of the schedule."""
        changes: dict[str, Any] = {options_field(choice): {**self.options_of(choice), key: value}}
        return replace(self, **changes)

    def options_of(self, key: str) -> Options:
        """Return the options of the optimiser or of the schedule."""
        result: Options = getattr(self, options_field(key))
        return result

    def rows_per_update(self, count: int) -> int:
        """Return how many of `count` samples make one full batch."""
        match self.mode:
            case "batch":
                return max(1, count)
            case "incremental" | "online":
                return 1
        return max(1, min(self.batch_size, count))


def _require_known(key: str, known: Sequence[str]) -> None:
    if key not in known:
        raise OptionError("Unknown training option '{key}'. Known options: {known}.", key=key, known=", ".join(known))


def options_field(key: str) -> str:
    """Return the name of the field with the options of a choice."""
    return f"{key}_options"


__all__ = ["TRAINING_OPTIONS", "TrainingConfig", "options_field"]
