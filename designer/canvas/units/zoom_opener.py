"""Opens a layer that one zooms into, and closes it when one zooms far out again."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF

from designer.canvas.tools.gesture import Stage
from designer.canvas.units.open_layers import OpenLayers

OPEN_ABOVE = 2.5
"""Zoom from which a card shows nothing more by growing further: its units do."""

CLOSE_BELOW = 0.4


class ZoomOpener(QObject):
    """Watches the zoom of the view; what was opened by hand it leaves alone."""

    def __init__(self, stage: Stage, open_layers: OpenLayers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._layers = stage, open_layers
        self._zoom = stage.view.zoom
        self._opened: set[str] = set()
        stage.view.zoomed.connect(self._follow)

    def _follow(self, around: QPoint) -> None:
        """The user zoomed around a point of the viewport."""
        before, self._zoom = self._zoom, self._stage.view.zoom
        if before < OPEN_ABOVE <= self._zoom:
            self._open_at(self._stage.view.mapToScene(around))
        elif before >= CLOSE_BELOW > self._zoom and self._opened:
            gone, self._opened = self._opened, set()
            self._layers.close(*gone)

    def _open_at(self, at: QPointF) -> None:
        for node_id, box in self._stage.scene.boxes.items():
            inside = box.left <= at.x() <= box.right and box.top <= at.y() <= box.bottom
            if inside and node_id not in self._layers.ids:
                self._opened.add(node_id)
                self._layers.open(node_id)
                if node_id in self._stage.scene.opened.frames:
                    self._stage.view.show_whole(self._stage.scene.boxes[node_id])
                    self._zoom = self._stage.view.zoom
                return
