"""Moving what is seen with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from designer.canvas.tools.gesture import Gesture


class Pan(Gesture):
    """Middle button, or space and the left one."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._held = at

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        # The point that is held stays under the pointer: panning brings `at` back to it.
        zoom = self.stage.view.zoom
        self.stage.view.pan((at.x() - self._held.x()) * zoom, (at.y() - self._held.y()) * zoom)

    def end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """What is seen stays as it is."""

    def cancel(self) -> None:
        """What is seen stays as it is."""
