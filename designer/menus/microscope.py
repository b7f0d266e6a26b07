"""Walking through one iteration."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

MICROSCOPE: tuple[ActionSpec, ...] = (
    ActionSpec(
        "microscope.open",
        QT_TRANSLATE_NOOP("Actions", "Microscope"),
        QT_TRANSLATE_NOOP("Actions", "Walk through the next iteration number by number, or leave it"),
        ("Ctrl+M",),
        "eye",
        checkable=True,
    ),
    ActionSpec(
        "microscope.keep",
        QT_TRANSLATE_NOOP("Actions", "Keep these iterations"),
        QT_TRANSLATE_NOOP("Actions", "Leave the microscope with the weights that were reached, as one step of undo"),
    ),
    ActionSpec(
        "microscope.start",
        QT_TRANSLATE_NOOP("Actions", "To the start"),
        QT_TRANSLATE_NOOP("Actions", "Go to the beginning of the iteration"),
        ("Home",),
        "rewind",
    ),
    ActionSpec(
        "microscope.back",
        QT_TRANSLATE_NOOP("Actions", "Back"),
        QT_TRANSLATE_NOOP("Actions", "Go one step back"),
        ("Left",),
        "step-back",
    ),
    ActionSpec(
        "microscope.forward",
        QT_TRANSLATE_NOOP("Actions", "Forward"),
        QT_TRANSLATE_NOOP("Actions", "Work out what comes next"),
        ("Right",),
        "step",
    ),
    ActionSpec(
        "microscope.back_coarser",
        QT_TRANSLATE_NOOP("Actions", "Back, one grain coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go back by a step one grain coarser than the chosen one"),
        ("Shift+Left",),
    ),
    ActionSpec(
        "microscope.forward_coarser",
        QT_TRANSLATE_NOOP("Actions", "Forward, one grain coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go on by a step one grain coarser than the chosen one"),
        ("Shift+Right",),
    ),
    ActionSpec(
        "microscope.back_coarsest",
        QT_TRANSLATE_NOOP("Actions", "Back, two grains coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go back by a step two grains coarser than the chosen one"),
        ("Ctrl+Left",),
    ),
    ActionSpec(
        "microscope.forward_coarsest",
        QT_TRANSLATE_NOOP("Actions", "Forward, two grains coarser"),
        QT_TRANSLATE_NOOP("Actions", "Go on by a step two grains coarser than the chosen one"),
        ("Ctrl+Right",),
    ),
    ActionSpec(
        "microscope.play",
        QT_TRANSLATE_NOOP("Actions", "Play"),
        QT_TRANSLATE_NOOP("Actions", "Go on by itself at the chosen speed, or stop"),
        ("F10",),
        checkable=True,
    ),
    ActionSpec(
        "microscope.earlier",
        QT_TRANSLATE_NOOP("Actions", "Earlier number"),
        QT_TRANSLATE_NOOP("Actions", "Explain the number that was explained before"),
        ("Alt+Left",),
        "arrow-left",
    ),
    ActionSpec(
        "microscope.later",
        QT_TRANSLATE_NOOP("Actions", "Later number"),
        QT_TRANSLATE_NOOP("Actions", "Explain the number that was left by “Earlier number”"),
        ("Alt+Right",),
        "arrow-right",
    ),
    ActionSpec(
        "microscope.sheet",
        QT_TRANSLATE_NOOP("Actions", "Solved sheet…"),
        QT_TRANSLATE_NOOP("Actions", "Write the iteration with all its numbers as a web page, LaTeX or a table"),
        ("Ctrl+Shift+E",),
        "file",
    ),
    ActionSpec(
        "microscope.check",
        QT_TRANSLATE_NOOP("Actions", "Check all gradients…"),
        QT_TRANSLATE_NOOP("Actions", "Compare the gradient of every weight with a numeric derivative"),
        (),
        "check-circle",
    ),
)
