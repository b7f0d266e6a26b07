"""Lets the Panels menu show, close, fold and reset the docks."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget

from designer.action_table import ActionSpec
from designer.actions import ActionTable
from designer.shell.workbench import Workbench


class PanelActions(QObject):
    """One checkable action per panel, ``panels.show_…``, besides those of the table."""

    def __init__(self, actions: ActionTable, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions, self._workbench = actions, workbench
        self.keys: list[str] = []
        for number, (key, dock) in enumerate(workbench.docks.items(), start=1):
            self._add(number, key, dock)
        actions.bind("panels.fold", lambda: workbench.set_folded(not workbench.folded))
        actions.bind("panels.reset", workbench.reset)
        workbench.folded_changed.connect(actions["panels.fold"].setChecked)

    def _add(self, number: int, key: str, dock: QDockWidget) -> None:
        title = dock.windowTitle()
        tip = self.tr("Show, bring to the front or close “{panel}”").format(panel=title)
        action_key = f"panels.show_{key}"
        action = self._actions.add(ActionSpec(action_key, title, tip, (f"Alt+{number}",), checkable=True))
        self._actions.bind(action_key, lambda: self._toggle(key))
        dock.visibilityChanged.connect(lambda _visible: action.setChecked(not dock.isHidden()))
        action.setChecked(not dock.isHidden())
        self.keys.append(action_key)

    def _toggle(self, key: str) -> None:
        """Close the panel if it is in sight, else bring it there."""
        dock = self._workbench.docks[key]
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.close()
        else:
            self._workbench.show_panel(key)
            self._workbench.focus_panel(key)
        self._actions[f"panels.show_{key}"].setChecked(not dock.isHidden())
