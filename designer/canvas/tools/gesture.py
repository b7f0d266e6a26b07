"""What a mouse gesture is: one object from press to release."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt

from designer.canvas.pointer_note import PointerNote
from designer.canvas.scene import CanvasScene
from designer.canvas.view import CanvasView
from designer.document import Document
from designer.selection import Selection

DRAG_DISTANCE = 4.0
"""Pixels on the screen by which the mouse must move before a press becomes a drag."""

PORT_REACH = 12.0
"""Distance on the screen at which the pointer is over a port."""

SNAP_REACH = 26.0
"""Distance on the screen at which a wire that is being drawn snaps to a port."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What gestures act on."""

    document: Document
    selection: Selection
    scene: CanvasScene
    view: CanvasView
    note: PointerNote

    def reach(self, pixels: float) -> float:
        """Return a distance on the screen in scene pixels."""
        return pixels / self.view.zoom

    def select_again(self, nodes: tuple[str, ...], links: tuple[str, ...]) -> None:
        """Select what was selected before, as far as it is still there."""
        graph = self.document.project.graph
        present = {link.id for link in graph.links}
        self.selection.select(
            tuple(id_ for id_ in nodes if id_ in graph), tuple(id_ for id_ in links if id_ in present)
        )

    def on_screen(self, point: QPointF) -> QPoint:
        """Return where a point of the scene lies in the panel."""
        view = self.view
        return view.viewport().mapTo(self.note.canvas, view.mapFromScene(point))


class Gesture(ABC):
    """One gesture; the pointer calls ``start`` once, ``move`` any number of times, then ``end`` or ``cancel``.

    Places are in scene pixels.
    """

    cursor: Qt.CursorShape | None = None

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @abstractmethod
    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse was pressed."""

    @abstractmethod
    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse moved."""

    @abstractmethod
    def end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse was let go: make the edit."""

    @abstractmethod
    def cancel(self) -> None:
        """Escape, or the window lost the mouse: leave everything as it was."""
