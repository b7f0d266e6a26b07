"""Which data a project uses and what is done to them: a value that is saved instead of the data."""

from __future__ import annotations

from dataclasses import dataclass

from core.options import Choice, ChoiceOption, IntegerOption, Option

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
    """

    source: str = ""
    location: str = ""
    scaling: str = "unit"
    validation_percent: int = 10

    def __post_init__(self) -> None:
        """Check every field that has an option; raises OptionError."""
        for option in DATA_OPTIONS:
            object.__setattr__(self, option.key, option.checked(getattr(self, option.key)))
