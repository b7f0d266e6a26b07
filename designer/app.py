"""The application: style, type and colours for every window."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from designer.fonts import ui_font
from designer.stylesheet import palette, style_sheet
from designer.theme import ThemeService


def prepare_application(app: QApplication, theme: ThemeService) -> None:
    """Set style, font, palette and style sheet, and follow the theme when it changes."""
    app.setStyle("Fusion")
    app.setFont(ui_font())

    def show_theme() -> None:
        app.setPalette(palette(theme.current))
        app.setStyleSheet(style_sheet(theme.current))

    theme.changed.connect(show_theme)
    show_theme()
