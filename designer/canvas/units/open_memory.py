"""Remembers for each project file which of its layers were open: a setting of the program, no part of the project."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject

from designer.canvas.units.open_layers import OpenLayers
from designer.document import Document
from designer.settings import Settings

KEY = "open_layers"
MOST_FILES = 20


class OpenMemory(QObject):
    """Opens what was open when a file is shown again."""

    def __init__(
        self, document: Document, open_layers: OpenLayers, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._layers, self._settings = document, open_layers, settings
        self._path: Path | None = document.path
        document.file_changed.connect(self._follow_file)
        open_layers.changed.connect(self._keep)

    def _follow_file(self) -> None:
        path = self._document.path
        if path == self._path:
            return
        # The first save of a project gives a name to what is open; a file that is read says itself what was.
        named, self._path = self._path is None and bool(self._layers.ids), path
        if named:
            self._keep()
        elif path is not None:
            graph = self._document.project.graph
            self._layers.show_only(id_ for id_ in self._known().get(str(path), []) if id_ in graph)

    def _keep(self) -> None:
        if self._path is None or self._path != self._document.path:
            return
        known = {path: ids for path, ids in self._known().items() if path != str(self._path)}
        if self._layers.ids:
            known[str(self._path)] = list(self._layers.ids)
        newest = dict(list(known.items())[-MOST_FILES:])
        self._settings.set_bytes(KEY, QByteArray(json.dumps(newest).encode()))

    def _known(self) -> dict[str, list[str]]:
        try:
            read = json.loads(bytes(self._settings.bytes(KEY).data()) or b"{}")
        except ValueError:
            return {}
        if not isinstance(read, dict):
            return {}
        return {
            path: [id_ for id_ in ids if isinstance(id_, str)] for path, ids in read.items() if isinstance(ids, list)
        }
