"""Zoom, theme, the whole screen."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

VIEW: tuple[ActionSpec, ...] = (
    ActionSpec(
        "view.zoom_in",
        QT_TRANSLATE_NOOP("Actions", "Zoom in"),
        QT_TRANSLATE_NOOP("Actions", "Show the network larger"),
        ("Ctrl++", "Ctrl+="),
        "plus",
    ),
    ActionSpec(
        "view.zoom_out",
        QT_TRANSLATE_NOOP("Actions", "Zoom out"),
        QT_TRANSLATE_NOOP("Actions", "Show the network smaller"),
        ("Ctrl+-",),
        "minus",
    ),
    ActionSpec(
        "view.zoom_reset",
        QT_TRANSLATE_NOOP("Actions", "Actual size"),
        QT_TRANSLATE_NOOP("Actions", "Show the network at 100 %"),
        ("Ctrl+0",),
    ),
    ActionSpec(
        "view.fit",
        QT_TRANSLATE_NOOP("Actions", "Fit the network"),
        QT_TRANSLATE_NOOP("Actions", "Bring the whole network into sight"),
        ("Ctrl+9", "F"),
        "fit",
    ),
    ActionSpec(
        "view.light",
        QT_TRANSLATE_NOOP("Actions", "Light"),
        QT_TRANSLATE_NOOP("Actions", "Dark on white"),
        checkable=True,
    ),
    ActionSpec(
        "view.dark",
        QT_TRANSLATE_NOOP("Actions", "Dark"),
        QT_TRANSLATE_NOOP("Actions", "Light on dark"),
        checkable=True,
    ),
    ActionSpec(
        "view.auto",
        QT_TRANSLATE_NOOP("Actions", "Like the desktop"),
        QT_TRANSLATE_NOOP("Actions", "Light or dark, as the desktop is set"),
        checkable=True,
    ),
    ActionSpec(
        "view.switch_theme",
        QT_TRANSLATE_NOOP("Actions", "Switch light and dark"),
        QT_TRANSLATE_NOOP("Actions", "Change between the light and the dark look"),
        ("Ctrl+Shift+L",),
    ),
    ActionSpec(
        "view.full_screen",
        QT_TRANSLATE_NOOP("Actions", "Full screen"),
        QT_TRANSLATE_NOOP("Actions", "Use the whole screen, or leave it again"),
        ("F11",),
        checkable=True,
    ),
)
