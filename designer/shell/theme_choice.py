"""Light, dark, or as the desktop says: the user's choice, kept in the settings."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QActionGroup, QGuiApplication

from designer.actions import ActionTable
from designer.settings import Settings
from designer.theme import ThemeService

CHOICES = ("light", "dark", "auto")


class ThemeChoice(QObject):
    """Switches the theme by menu and follows the desktop where that is chosen.

    Signals
    -------
    changed() : another choice was made.
    """

    changed = Signal()

    def __init__(
        self, actions: ActionTable, settings: Settings, theme: ThemeService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._actions, self._settings, self._theme = actions, settings, theme
        group = QActionGroup(self)
        for name in CHOICES:
            group.addAction(actions[f"view.{name}"])
            actions.bind(f"view.{name}", partial(self.choose, name))
        actions.bind("view.switch_theme", lambda: self.choose("light" if theme.current.dark else "dark"))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_desktop)
        self._show()

    def choose(self, name: str) -> None:
        """Use "light", "dark" or "auto" from now on."""
        self._settings.theme = name
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        name = self._settings.theme
        self._actions[f"view.{name if name in CHOICES else 'auto'}"].setChecked(True)
        self._theme.use(theme_name(name))

    def _follow_desktop(self) -> None:
        self._theme.use(theme_name(self._settings.theme))


def theme_name(choice: str) -> str:
    """Return the theme for a choice; a desktop that says nothing gets the dark one."""
    if choice in ("light", "dark"):
        return choice
    light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return "light" if light else "dark"
