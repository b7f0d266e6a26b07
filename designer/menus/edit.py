"""Undo, selection, deleting."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

EDIT: tuple[ActionSpec, ...] = (
    ActionSpec(
        "edit.undo",
        QT_TRANSLATE_NOOP("Actions", "Undo"),
        QT_TRANSLATE_NOOP("Actions", "Take back the last change"),
        ("Ctrl+Z",),
        "undo",
    ),
    ActionSpec(
        "edit.redo",
        QT_TRANSLATE_NOOP("Actions", "Redo"),
        QT_TRANSLATE_NOOP("Actions", "Make the change again"),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
    ),
    ActionSpec(
        "edit.duplicate",
        QT_TRANSLATE_NOOP("Actions", "Duplicate"),
        QT_TRANSLATE_NOOP("Actions", "Copy the selected layers and the wires between them"),
        ("Ctrl+D",),
        "duplicate",
    ),
    ActionSpec(
        "edit.delete",
        QT_TRANSLATE_NOOP("Actions", "Delete"),
        QT_TRANSLATE_NOOP("Actions", "Delete the selected layers and wires"),
        ("Del",),
        "delete",
    ),
    ActionSpec(
        "edit.select_all",
        QT_TRANSLATE_NOOP("Actions", "Select all"),
        QT_TRANSLATE_NOOP("Actions", "Select every layer and wire"),
        ("Ctrl+A",),
        "select-all",
    ),
    ActionSpec(
        "edit.select_none",
        QT_TRANSLATE_NOOP("Actions", "Select nothing"),
        QT_TRANSLATE_NOOP("Actions", "Forget the selection"),
        ("Ctrl+Shift+A",),
    ),
)
