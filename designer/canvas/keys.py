"""The keyboard on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from designer.canvas.canvas_edits import CanvasEdits
from designer.canvas.pointer import Pointer
from designer.canvas.tools.gesture import Stage
from designer.canvas.tools.keyboard_link import ARROWS, KeyboardLink

Key = Qt.Key
Modifier = Qt.KeyboardModifier


class CanvasKeys(QObject):
    """Arrow keys and Tab choose, Shift or Alt with an arrow moves, Delete deletes, Ctrl+L links, Enter opens.

    Alt+Enter leads to the options.

    Signals
    -------
    opened(str) : Enter was pressed on a card.
    options_requested(str) : Alt+Enter was.
    zoom_requested(int) : one step larger (1), smaller (−1), or 100 % (0).
    fit_requested() : the whole network is wanted in sight.
    """

    opened = Signal(str)
    options_requested = Signal(str)
    zoom_requested = Signal(int)
    fit_requested = Signal()

    def __init__(
        self, stage: Stage, pointer: Pointer, canvas_edits: CanvasEdits, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._stage, self._pointer, self._edits = stage, pointer, canvas_edits
        stage.view.handlers[QEvent.Type.KeyPress] = self._press
        stage.view.handlers[QEvent.Type.KeyRelease] = self._release
        stage.view.handlers[QEvent.Type.FocusOut] = self._focus_out
        stage.view.tab = canvas_edits.select_next
        self._plain: dict[int, Callable[[], object]] = {
            Key.Key_Delete: canvas_edits.delete_selection,
            Key.Key_Backspace: canvas_edits.delete_selection,
            Key.Key_F: self.fit_requested.emit,
            Key.Key_Space: lambda: pointer.hold_for_panning(True),
        }
        self._with_control: dict[int, Callable[[], object]] = {
            Key.Key_A: canvas_edits.select_all,
            Key.Key_D: canvas_edits.duplicate_selection,
            Key.Key_L: self.link,
            Key.Key_0: lambda: self.zoom_requested.emit(0),
            Key.Key_Plus: lambda: self.zoom_requested.emit(1),
            Key.Key_Equal: lambda: self.zoom_requested.emit(1),
            Key.Key_Minus: lambda: self.zoom_requested.emit(-1),
        }

    def _press(self, event: QEvent) -> bool:
        assert isinstance(event, QKeyEvent)
        key, modifiers = event.key(), event.modifiers() & ~Modifier.KeypadModifier
        if isinstance(self._pointer.gesture, KeyboardLink):
            return self._press_while_linking(self._pointer.gesture, key)
        if key == Key.Key_Escape:
            return self._escape()
        if key in (Key.Key_Return, Key.Key_Enter):
            return self._open(options=bool(modifiers & Modifier.AltModifier))
        if key in ARROWS:
            return self._arrow(key, modifiers)
        table = {Modifier.NoModifier: self._plain, Modifier.ControlModifier: self._with_control}.get(modifiers)
        if modifiers == Modifier.ControlModifier | Modifier.ShiftModifier and key == Key.Key_Plus:
            table = self._with_control
        handler = table.get(key) if table is not None else None
        if handler is None:
            return False
        handler()
        return True

    def _press_while_linking(self, gesture: KeyboardLink, key: int) -> bool:
        if key == Key.Key_Escape:
            self._pointer.cancel()
        elif key in (Key.Key_Return, Key.Key_Enter):
            self._pointer.finish()
        else:
            gesture.point(key)
        return True

    def _escape(self) -> bool:
        """Give up what is going on, else the selection."""
        self._stage.note.dismiss()
        if self._pointer.cancel():
            return True
        if self._stage.selection.empty:
            return False
        self._stage.selection.select()
        return True

    def _open(self, *, options: bool) -> bool:
        nodes = self._stage.selection.nodes
        if nodes:
            (self.options_requested if options else self.opened).emit(nodes[-1])
        return bool(nodes)

    def _arrow(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        direction = ARROWS[Key(key)]
        if modifiers in (Modifier.ShiftModifier, Modifier.AltModifier):
            self._edits.nudge(direction)
        elif modifiers == Modifier.NoModifier:
            self._edits.select_neighbour(direction)
        else:
            return False
        return True

    def link(self) -> None:
        """Link the selected cards in order; from a single one, let the arrow keys choose the other."""
        nodes = self._stage.selection.nodes
        if len(nodes) == 1:
            self._pointer.begin(KeyboardLink(self._stage, nodes[0]))
        else:
            self._edits.link_selected()

    def _release(self, event: QEvent) -> bool:
        assert isinstance(event, QKeyEvent)
        if event.key() == Key.Key_Space and not event.isAutoRepeat():
            self._pointer.hold_for_panning(False)
            return True
        return False

    def _focus_out(self, event: QEvent) -> bool:
        self._pointer.hold_for_panning(False)
        return False
