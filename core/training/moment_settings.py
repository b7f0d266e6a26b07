"""The settings of the moments of a run that are kept to go back to."""

from __future__ import annotations

from core.options import Choice, ChoiceOption, FlagOption, IntegerOption, Option

_KEPT = ("keep_moments", ("epoch", "iterations"))

MOMENT_OPTIONS: tuple[Option, ...] = (
    ChoiceOption(
        key="keep_moments",
        label="Moments",
        default="epoch",
        choices=(
            Choice("off", "None", "a run keeps only what it has reached last"),
            Choice("epoch", "Each epoch", "where the run begins, and at the end of each epoch"),
            Choice("iterations", "Every n", "where the run begins, and after each n-th iteration"),
        ),
        help="Which moments of a run are kept: the time slider goes back to any of them, exactly.",
    ),
    IntegerOption(
        key="keep_every",
        label="n",
        default=100,
        minimum=1,
        maximum=1_000_000_000,
        help="Iterations from one kept moment to the next.",
        only_with=("keep_moments", ("iterations",)),
    ),
    IntegerOption(
        key="keep_memory",
        label="Memory MB",
        default=256,
        minimum=1,
        maximum=1_024,
        help="Memory for kept moments. When it is full every second one goes; the first and the last always stay. The "
        "steps of undo hold as much again at most.",
        only_with=_KEPT,
    ),
    FlagOption(
        key="keep_in_file",
        label="In the file",
        default=False,
        help="Save the kept moments with the project; the file grows by their memory. Without this they are gone when "
        "the project is closed. The copies that are made against a crash never hold them.",
        only_with=_KEPT,
    ),
)
"""One for each field of TrainingConfig that begins with ``keep_``."""
