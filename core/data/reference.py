"""Which data a project uses and what is done to them: a value that is saved instead of the data."""

from __future__ import annotations

from dataclasses import dataclass

from core.options import Choice, ChoiceOption, FlagOption, IntegerOption, Numbers, NumbersOption, Option

# Every field of DataReference that the user can set in a form.
DATA_OPTIONS: tuple[Option, ...] = (
    ChoiceOption(
        key="scaling",
        label="Scaling",
        default="unit",
        choices=(
            Choice("unit", "to 0 … 1", "each value is divided by the largest possible one"),
            Choice("none", "none", "values as they are in the file"),
        ),
        help="What is done to each input value. Nothing else is done to them.",
    ),
    IntegerOption(
        key="validation_percent",
        label="Validation %",
        default=10,
        minimum=0,
        maximum=90,
        help="Share of the training samples that is held back to watch for overfitting.",
    ),
    ChoiceOption(
        key="targets",
        label="Targets",
        default="binary",
        choices=(
            Choice("binary", "0 and 1", "the output of a sample's class is to be 1, all others 0"),
            Choice("signed", "−1 and +1", "the output of a sample's class is to be +1, all others −1"),
        ),
        help="How classes are coded as targets. Sigmoid and softmax fit 0 and 1; tanh and hinge fit −1 and +1.",
    ),
    FlagOption(
        key="single_output",
        label="One output",
        default=False,
        help="Code two classes as one output: low for the first, high for the second.",
    ),
    ChoiceOption(
        key="class_weights",
        label="Weights",
        default="none",
        choices=(
            Choice("none", "None", "every sample counts the same"),
            Choice("balanced", "Balanced", "every class counts the same, however many samples it has"),
            Choice("given", "Given", "one weight per class"),
        ),
        help="How much the samples of each class count in the loss. The mean weight is always 1.",
    ),
    NumbersOption(
        key="class_weight_values",
        label="Per class",
        minimum=0.0,
        maximum=1e6,
        help="The weights of the classes, in their order; those that are missing are 1.",
        only_with=("class_weights", ("given",)),
    ),
)


@dataclass(frozen=True, slots=True)
class DataReference:
    """Which data, and how they are prepared.

    Attributes
    ----------
    source : key in the table of data sources (``core.data.sources.SOURCES``); empty for none.
    location : folder of the files for sources that read files (``idx``), else empty.
    scaling : ``unit`` (divide by the largest possible value) or ``none``.
    validation_percent : share of the training samples held back for validation, drawn evenly from all classes.
    targets : ``binary`` (0 and 1) or ``signed`` (−1 and +1).
    single_output : whether two classes are coded as one output.
    class_weights, class_weight_values : ``none``, ``balanced``, or ``given`` with one weight per class.
    """

    source: str = ""
    location: str = ""
    scaling: str = "unit"
    validation_percent: int = 10
    targets: str = "binary"
    single_output: bool = False
    class_weights: str = "none"
    class_weight_values: Numbers = ()

    def __post_init__(self) -> None:
        """Check every field that has an option; raises OptionError."""
        for option in DATA_OPTIONS:
            object.__setattr__(self, option.key, option.checked(getattr(self, option.key)))
