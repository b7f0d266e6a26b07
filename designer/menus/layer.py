"""Finding, opening, linking and renaming layers."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from designer.menus.action_spec import ActionSpec

LAYER: tuple[ActionSpec, ...] = (
    ActionSpec(
        "layer.find",
        QT_TRANSLATE_NOOP("Actions", "Find a layer"),
        QT_TRANSLATE_NOOP("Actions", "Search the palette; Enter adds the layer"),
        ("L",),
        "search",
    ),
    ActionSpec(
        "layer.link",
        QT_TRANSLATE_NOOP("Actions", "Link the selected layers"),
        QT_TRANSLATE_NOOP("Actions", "Draw wires between the selected layers, in the order of selection"),
        ("Ctrl+L",),
        "network",
    ),
    ActionSpec(
        "layer.tidy",
        QT_TRANSLATE_NOOP("Actions", "Tidy up"),
        QT_TRANSLATE_NOOP("Actions", "Arrange all layers in columns"),
        ("Ctrl+T",),
        "layout",
    ),
    ActionSpec(
        "layer.open",
        QT_TRANSLATE_NOOP("Actions", "Open into units"),
        QT_TRANSLATE_NOOP("Actions", "Show the units of the selected layers in place, or close them again"),
        ("Ctrl+U",),
        "eye",
    ),
    ActionSpec(
        "layer.rename",
        QT_TRANSLATE_NOOP("Actions", "Rename…"),
        QT_TRANSLATE_NOOP("Actions", "Give the selected layer a name of its own"),
        ("F2",),
        "edit",
    ),
)
