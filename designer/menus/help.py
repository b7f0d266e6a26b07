"""Shortcuts, and what this program is."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

HELP: tuple[ActionSpec, ...] = (
    ActionSpec(
        "help.shortcuts",
        QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"),
        QT_TRANSLATE_NOOP("Actions", "List every shortcut"),
        ("F1",),
        "keyboard",
    ),
    ActionSpec(
        "help.about",
        QT_TRANSLATE_NOOP("Actions", "About Layerloom"),
        QT_TRANSLATE_NOOP("Actions", "Version, licence and libraries"),
        (),
        "info",
    ),
)
