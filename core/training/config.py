"""How to train, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.errors import OptionError
from core.numerics.optimizers import OPTIMIZERS
from core.options import (
    Choice,
    ChoiceOption,
    FlagOption,
    IntegerOption,
    Option,
    OptionValue,
    RealOption,
    complete,
)

# One truth for inspector, command line and file format: every field of TrainingConfig but the optimiser's options.
TRAINING_OPTIONS: tuple[Option, ...] = (
    ChoiceOption(
        key="optimizer",
        label="Optimiser",
        default="sgd",
        choices=tuple(Choice(o.key, o.label, o.formula) for o in OPTIMIZERS),
        help="The rule that turns gradients into changes of the weights.",
    ),
    RealOption(
        key="learning_rate",
        label="Rate η",
        default=0.5,
        minimum=0.0,
        maximum=1e6,
        logarithmic=True,
        help="Learning rate: the length of a step. A change applies at the next step.",
    ),
    IntegerOption(
        key="batch_size",
        label="Batch",
        default=10,
        minimum=1,
        maximum=1_000_000,
        help="Samples per iteration. The rest at the end of an epoch makes a smaller batch.",
    ),
    IntegerOption(
        key="epochs",
        label="Epochs",
        default=30,
        minimum=1,
        maximum=1_000_000,
        help="The run stops after so many passes over the training samples.",
    ),
    FlagOption(
        key="shuffle",
        label="Shuffle",
        default=True,
        help="Draw a new order of the samples for each epoch, without replacement.",
    ),
    IntegerOption(
        key="seed",
        label="Seed",
        default=1,
        minimum=0,
        maximum=2**31 - 1,
        help="Fixes the initial weights and the order of the samples: one seed, one result.",
    ),
    ChoiceOption(
        key="dtype",
        label="Numbers",
        default="float32",
        choices=(
            Choice("float32", "float32", "about 7 digits, fast"),
            Choice("float64", "float64", "about 16 digits, for checks by hand"),
        ),
        help="Precision of weights and arithmetic.",
    ),
)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The training configuration; the fields are those of TRAINING_OPTIONS."""

    optimizer: str = "sgd"
    optimizer_options: Mapping[str, OptionValue] = field(
        default_factory=lambda: MappingProxyType({})
    )
    learning_rate: float = 0.5
    batch_size: int = 10
    epochs: int = 30
    shuffle: bool = True
    seed: int = 1
    dtype: str = "float32"

    def __post_init__(self) -> None:
        """Check every field and complete the optimiser's options; raises OptionError."""
        for option in TRAINING_OPTIONS:
            object.__setattr__(self, option.key, option.checked(getattr(self, option.key)))
        declared = OPTIMIZERS[self.optimizer].options
        object.__setattr__(self, "optimizer_options", complete(declared, self.optimizer_options))

    def value(self, key: str) -> OptionValue:
        """Return a field by the key of its option; raises OptionError for an unknown one."""
        if key not in {option.key for option in TRAINING_OPTIONS}:
            raise OptionError("Unknown training option '{key}'.", key=key)
        result: OptionValue = getattr(self, key)
        return result
