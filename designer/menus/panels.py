"""Folding the panels and putting them back."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

PANELS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "panels.fold",
        QT_TRANSLATE_NOOP("Actions", "Fold the lower panels"),
        QT_TRANSLATE_NOOP("Actions", "Give the canvas their room, or open them again"),
        ("Ctrl+J",),
        checkable=True,
    ),
    ActionSpec(
        "panels.reset",
        QT_TRANSLATE_NOOP("Actions", "Reset panels"),
        QT_TRANSLATE_NOOP("Actions", "Put every panel back where it was at the first start"),
        (),
        "panels",
    ),
)
