"""Lets the Help menu show its dialogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from designer.actions import ActionTable
from designer.dialogs.about import AboutDialog
from designer.dialogs.shortcuts import ShortcutsDialog


class HelpActions(QObject):
    """Connects ``help.*``; a dialog is made when it is asked for, and gone when it is closed.

    Parameters
    ----------
    menus : returns the menus whose shortcuts are listed.
    """

    def __init__(self, actions: ActionTable, menus: Callable[[], Mapping[str, QMenu]], window: QWidget) -> None:
        super().__init__(window)
        self._menus, self._window = menus, window
        actions.bind("help.shortcuts", self._show_shortcuts)
        actions.bind("help.about", lambda: _show(AboutDialog(self._window)))

    def _show_shortcuts(self) -> None:
        menus = [(menu.title().replace("&", ""), menu.actions()) for menu in self._menus().values()]
        _show(ShortcutsDialog(menus, self._window))


def _show(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
