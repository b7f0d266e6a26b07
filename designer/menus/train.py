"""The run, and going back to kept moments of it."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

TRAIN: tuple[ActionSpec, ...] = (
    ActionSpec(
        "train.run",
        QT_TRANSLATE_NOOP("Actions", "Run"),
        QT_TRANSLATE_NOOP("Actions", "Train until paused, or until the last epoch"),
        ("F5",),
        "run",
    ),
    ActionSpec(
        "train.step_iteration",
        QT_TRANSLATE_NOOP("Actions", "Step one iteration"),
        QT_TRANSLATE_NOOP("Actions", "Train on one batch and stop"),
        ("F6",),
        "step",
    ),
    ActionSpec(
        "train.step_epoch",
        QT_TRANSLATE_NOOP("Actions", "Step one epoch"),
        QT_TRANSLATE_NOOP("Actions", "Train to the end of the epoch and stop"),
        ("F7",),
    ),
    ActionSpec(
        "train.rewind",
        QT_TRANSLATE_NOOP("Actions", "Rewind"),
        QT_TRANSLATE_NOOP("Actions", "Go back to the same initial weights"),
        ("F8",),
        "rewind",
    ),
    ActionSpec(
        "train.new_weights",
        QT_TRANSLATE_NOOP("Actions", "New weights"),
        QT_TRANSLATE_NOOP("Actions", "Go to the initial weights of the next seed"),
        ("F9",),
        "dice",
    ),
    ActionSpec(
        "train.earlier",
        QT_TRANSLATE_NOOP("Actions", "Earlier moment"),
        QT_TRANSLATE_NOOP("Actions", "Look at the kept moment before the one in view"),
        ("Ctrl+PgUp",),
    ),
    ActionSpec(
        "train.later",
        QT_TRANSLATE_NOOP("Actions", "Later moment"),
        QT_TRANSLATE_NOOP("Actions", "Look at the kept moment after the one in view"),
        ("Ctrl+PgDown",),
    ),
    ActionSpec(
        "train.back_to_now",
        QT_TRANSLATE_NOOP("Actions", "Back to now"),
        QT_TRANSLATE_NOOP("Actions", "Look at the present again"),
        ("Ctrl+End",),
        "arrow-right",
    ),
    ActionSpec(
        "train.branch",
        QT_TRANSLATE_NOOP("Actions", "Branch from here"),
        QT_TRANSLATE_NOOP("Actions", "Make the moment in view the present; undo gives back what came after it"),
        ("Ctrl+B",),
        "branch",
    ),
)
