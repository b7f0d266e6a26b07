"""Lets the actions of the microscope drive it, and shows on them what can be done now."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from designer.actions import ActionTable
from designer.microscope.place import Way, coarser
from designer.microscope.service import MicroscopeService
from designer.run.controller import RunController

WALKING = (
    *("microscope.start", "microscope.back", "microscope.forward", "microscope.play", "microscope.keep"),
    *("microscope.back_coarser", "microscope.forward_coarser"),
    *("microscope.back_coarsest", "microscope.forward_coarsest"),
    *("microscope.sheet", "microscope.check"),
)
"""What can be done only while the microscope is open."""


class MicroscopeActions(QObject):
    """Connects ``microscope.*``; arrow keys belong to it only while it is open."""

    def __init__(
        self,
        actions: ActionTable,
        microscope: MicroscopeService,
        run: RunController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions, self._microscope, self._run = actions, microscope, run
        actions.bind("microscope.open", self._toggle)
        actions.bind("microscope.keep", microscope.keep)
        actions.bind("microscope.start", lambda: microscope.place.go(microscope.place.walk.first))
        for key, way in (("back", Way.BACK), ("forward", Way.FORWARD)):
            for number, name in enumerate((key, f"{key}_coarser", f"{key}_coarsest")):
                actions.bind(f"microscope.{name}", partial(self._move, way, number))
        actions.bind("microscope.earlier", microscope.place.go_back)
        actions.bind("microscope.later", microscope.place.go_on)
        for signal in (microscope.opened, microscope.closed, microscope.moved, run.status_changed):
            signal.connect(self._follow)
        self._follow()

    def _toggle(self) -> None:
        if self._microscope.is_open:
            self._microscope.close()
        else:
            # Large networks take a moment to be compiled, traced and opened into their units.
            QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
            try:
                self._microscope.open()
            finally:
                QGuiApplication.restoreOverrideCursor()
        self._follow()

    def _move(self, way: Way, steps: int) -> None:
        self._microscope.move(way, coarser(self._microscope.place.grain, steps))

    def _follow(self) -> None:
        microscope, actions = self._microscope, self._actions
        is_open = microscope.is_open
        entry = actions["microscope.open"]
        entry.setChecked(is_open)
        entry.setText(self.tr("Leave microscope") if is_open else self.tr("Microscope"))
        entry.setEnabled(is_open or self._run.blocked_reason is None)
        for key in WALKING:
            actions[key].setEnabled(is_open)
        actions["microscope.keep"].setEnabled(microscope.can_keep)
        actions["microscope.earlier"].setEnabled(is_open and microscope.place.can_go_back)
        actions["microscope.later"].setEnabled(is_open and microscope.place.can_go_on)
