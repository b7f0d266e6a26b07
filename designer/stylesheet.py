"""Palette and style sheet of the window, made from the tokens of a theme."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QPalette

from designer.icons import svg
from designer.theme import Theme, mixed

Role = QPalette.ColorRole
Group = QPalette.ColorGroup


def palette(theme: Theme) -> QPalette:
    """Return the palette of a theme; whatever the style sheet does not name gets its colours from here."""
    result = QPalette()
    for role, colour in (
        (Role.Window, theme.panel),
        (Role.WindowText, theme.text),
        (Role.Base, theme.field),
        (Role.AlternateBase, theme.card),
        (Role.Text, theme.text),
        (Role.PlaceholderText, theme.text_third),
        (Role.Button, theme.raised),
        (Role.ButtonText, theme.text),
        (Role.BrightText, theme.error),
        (Role.ToolTipBase, theme.card),
        (Role.ToolTipText, theme.text),
        (Role.Highlight, theme.accent_fill),
        (Role.HighlightedText, theme.accent_text),
        (Role.Accent, theme.accent),
        (Role.Link, theme.accent),
        (Role.LinkVisited, theme.accent),
        (Role.Light, theme.border),
        (Role.Midlight, theme.separator),
        (Role.Mid, theme.separator),
        (Role.Dark, theme.separator),
        (Role.Shadow, theme.window),
    ):
        result.setColor(role, QColor(colour))
    pale = mixed(theme.text_third, theme.panel, 0.6)
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        result.setColor(Group.Disabled, role, pale)
    result.setColor(Group.Disabled, Role.Highlight, QColor(theme.border))
    return result


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme; the rules are in ``resources/style.qss``."""
    values = {
        name: str(getattr(theme, name))
        for name in Theme.__slots__
        if isinstance(getattr(theme, name), str)
    }
    values["raised_hover"] = mixed(theme.text, theme.raised, 0.06).name()
    values["hover"] = mixed(theme.text, theme.panel, 0.07).name()
    values["pale"] = mixed(theme.text_third, theme.panel, 0.6).name()
    values["accent_hover"] = mixed("#FFFFFF", theme.accent_fill, 0.10).name()
    values["accent_pressed"] = mixed("#000000", theme.accent_fill, 0.12).name()
    values["knob"] = "#FFFFFF" if theme.dark else theme.text
    values["track"] = mixed(theme.text_third, theme.panel, 0.35).name()
    for name, colour in (
        ("chevron-down", theme.text_second),
        ("chevron-up", theme.text_second),
        ("chevron-right", theme.text_second),
        ("check", theme.accent_text),
    ):
        values[name.replace("-", "_") + "_file"] = _icon_file(name, colour)
    return Template(_rules()).substitute(values)


@lru_cache(maxsize=1)
def _rules() -> str:
    return (files("resources") / "style.qss").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="layerloom-", ignore_cleanup_errors=True)


@lru_cache(maxsize=32)
def _icon_file(name: str, colour: str) -> str:
    """Return the path of a recoloured icon: a style sheet takes pictures from files only."""
    path = Path(_folder().name) / f"{name}-{colour[1:]}.svg"
    path.write_bytes(svg(name, colour))
    return path.as_posix()
