"""Projects: new, open, save."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

FILE: tuple[ActionSpec, ...] = (
    ActionSpec(
        "file.new",
        QT_TRANSLATE_NOOP("Actions", "New"),
        QT_TRANSLATE_NOOP("Actions", "Start with an empty canvas"),
        ("Ctrl+N",),
        "plus",
    ),
    ActionSpec(
        "file.open",
        QT_TRANSLATE_NOOP("Actions", "Open…"),
        QT_TRANSLATE_NOOP("Actions", "Open a project file"),
        ("Ctrl+O",),
        "folder",
    ),
    ActionSpec(
        "file.save",
        QT_TRANSLATE_NOOP("Actions", "Save"),
        QT_TRANSLATE_NOOP("Actions", "Save network, weights and position in training"),
        ("Ctrl+S",),
        "save",
    ),
    ActionSpec(
        "file.save_as",
        QT_TRANSLATE_NOOP("Actions", "Save as…"),
        QT_TRANSLATE_NOOP("Actions", "Save under another name"),
        ("Ctrl+Shift+S",),
    ),
    ActionSpec(
        "file.start_page",
        QT_TRANSLATE_NOOP("Actions", "Start page"),
        QT_TRANSLATE_NOOP("Actions", "Show templates and recent projects"),
        ("Ctrl+Shift+N",),
    ),
    ActionSpec(
        "file.quit",
        QT_TRANSLATE_NOOP("Actions", "Quit"),
        QT_TRANSLATE_NOOP("Actions", "Close the program"),
        ("Ctrl+Q",),
    ),
)
