"""Lets the Data menu choose the data."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.data.sources import SOURCES
from designer.action_table import ActionSpec
from designer.actions import ActionTable
from designer.datasets.data_panel import DataPanel
from designer.shell.services import Services
from designer.shell.workbench import Workbench
from designer.translation import label


class DataActions(QObject):
    """One checkable action per data source, ``data.use_…``; the data panel asks for what a source needs."""

    def __init__(
        self,
        actions: ActionTable,
        services: Services,
        panel: DataPanel,
        workbench: Workbench,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions, self._services, self._panel, self._workbench = actions, services, panel, workbench
        self.keys = [self._add(source.key, source.label, source.description) for source in SOURCES]
        services.document.changed.connect(lambda _delta: self._follow())
        self._follow()

    def _add(self, source: str, name: str, description: str) -> str:
        key = f"data.use_{source}"
        self._actions.add(ActionSpec(key, label(name), label(description), checkable=True))
        self._actions.bind(key, lambda: self._choose(source))
        return key

    def _choose(self, source: str) -> None:
        self._workbench.show_panel("data")
        self._panel.choose(source)
        self._follow()

    def _follow(self) -> None:
        """Mark the source in use."""
        used = self._services.document.project.data.source
        for source in SOURCES:
            self._actions[f"data.use_{source.key}"].setChecked(source.key == used)
