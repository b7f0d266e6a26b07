"""The menu of the projects that were open last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from designer.settings import Settings


class RecentMenu(QMenu):
    """Lists the recent projects each time it is opened; those that are gone cannot be chosen.

    Signals
    -------
    file_requested(Path) : the user chose one.
    """

    file_requested = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open recent"))
        self._settings = settings
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for number, path in enumerate(self._settings.recent_files, start=1):
            self.addAction(self._action(number, path))
        if self.isEmpty():
            self.addAction(QAction(self.tr("No projects yet"), self, enabled=False))

    def _action(self, number: int, path: Path) -> QAction:
        action = QAction(f"&{number}  {path.name}" if number < 10 else path.name, self)
        action.setStatusTip(str(path))
        action.setEnabled(path.is_file())
        action.triggered.connect(lambda: self.file_requested.emit(path))
        return action
