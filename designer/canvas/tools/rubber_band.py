"""Selecting all cards in a rectangle."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt

from designer.canvas.geometry import Box
from designer.canvas.overlays import RubberBandItem
from designer.canvas.tools.gesture import Gesture

ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class RubberBand(Gesture):
    """Starts on the ground; a click without a drag selects nothing. Shift or Ctrl adds to the selection."""

    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        selection = self.stage.selection
        self._from = at
        self._before = (selection.nodes, selection.links)
        self._kept = self._before if modifiers & ADDING else ((), ())
        self._band = RubberBandItem(self.stage.scene.theme, self.stage.view.zoom)
        self.stage.scene.addItem(self._band)
        selection.select(*self._kept)

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        rect = QRectF(self._from, at).normalized()
        self._band.show_rect(rect)
        band = Box(rect.x(), rect.y(), rect.width(), rect.height())
        graph, boxes = self.stage.document.project.graph, self.stage.scene.ground.boxes
        nodes = [node.id for node in graph.nodes if boxes[node.id].meets(band)]
        inside = set(nodes)
        links = [link.id for link in graph.links if link.source in inside and link.target in inside]
        self.stage.selection.select(_joined(self._kept[0], nodes), _joined(self._kept[1], links))

    def end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.stage.scene.removeItem(self._band)

    def cancel(self) -> None:
        self.stage.scene.removeItem(self._band)
        self.stage.select_again(*self._before)


def _joined(first: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *more)))
