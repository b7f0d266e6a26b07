"""The mouse on opened layers: looks first whether a unit, an edge or a button is meant; all else is the canvas's."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent

from designer.canvas.pointer import Pointer
from designer.canvas.targets import CardTarget, PortTarget
from designer.canvas.tools.gesture import Stage
from designer.canvas.units.hit import kernel_at, link_at, part_at
from designer.canvas.units.neuron_view import NeuronView
from designer.canvas.units.numbers import ButtonTarget, EdgeTarget, Part, UnitTarget
from designer.canvas.units.weight_editor import WeightEditor

ROWS_PER_NOTCH = 3
NOTCH = 120
Handler = Callable[[QEvent], bool]


class UnitPointer(QObject):
    """Stands before the pointer of the canvas."""

    def __init__(
        self, stage: Stage, neurons: NeuronView, pointer: Pointer, editor: WeightEditor, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._stage, self._neurons, self._pointer, self._editor = stage, neurons, pointer, editor
        self._turned = 0
        for kind, handler in (
            (QEvent.Type.MouseButtonPress, self._press),
            (QEvent.Type.MouseMove, self._move),
            (QEvent.Type.MouseButtonDblClick, self._double_click),
            (QEvent.Type.Leave, self._leave),
            (QEvent.Type.ToolTip, self._tool_tip),
            (QEvent.Type.Wheel, self._wheel),
        ):
            self._stand_before(kind, handler)

    def part_at(self, at: QPointF) -> Part | None:
        """Return what of an open layer lies at a point of the scene, unless something of the canvas lies above it."""
        view = self._neurons.view
        part = part_at(view, at, self._stage.view.zoom)
        if part is None or isinstance(part, ButtonTarget):
            return part
        target = self._pointer.target(at)
        if isinstance(target, PortTarget) or (isinstance(target, CardTarget) and target.badge):
            return None
        covered = isinstance(target, CardTarget) and target.node_id not in view.ends
        return None if covered else part

    def _stand_before(self, kind: QEvent.Type, handler: Handler) -> None:
        handlers = self._stage.view.handlers
        behind = handlers.get(kind)
        handlers[kind] = lambda event: handler(event) or (behind is not None and behind(event))

    def _busy(self) -> bool:
        return not self._neurons.view.ends or self._pointer.gesture is not None or self._pointer.panning_held

    def _press(self, event: QEvent) -> bool:
        assert isinstance(event, QMouseEvent)
        if self._busy() or event.button() is not Qt.MouseButton.LeftButton:
            return False
        at = self._scene_point(event.position())
        part = self.part_at(at)
        self._stage.view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._stage.note.dismiss()
        match part:
            case ButtonTarget():
                self._push(part)
            case UnitTarget():
                self._stage.selection.select((part.node_id,))
                self._neurons.view.choose(part)
                kernel = kernel_at(self._neurons.view, at)
                if kernel is not None:
                    self._editor.open(kernel)
            case EdgeTarget():
                self._neurons.view.choose(part)
                self._editor.open(part, self._stage.on_screen(at))
            case _:
                return self._press_elsewhere(at)
        return True

    def _press_elsewhere(self, at: QPointF) -> bool:
        """Let go of the unit that was chosen; lines into a layer are those of a wire."""
        self._neurons.view.choose(None)
        if self._pointer.target(at) is None:
            link = link_at(self._neurons.view, at, self._stage.view.zoom)
            if link is not None:
                self._stage.selection.select((), (link,))
                return True
        return False

    def _push(self, button: ButtonTarget) -> None:
        layers = self._neurons.open_layers
        if button.button == "close":
            layers.close(button.node_id)
            self._neurons.view.hover(None)
        else:
            layers.page(button.node_id, 1 if button.button == "next" else -1)

    def _double_click(self, event: QEvent) -> bool:
        assert isinstance(event, QMouseEvent)
        if self._busy() or event.button() is not Qt.MouseButton.LeftButton:
            return False
        at = self._scene_point(event.position())
        part = self.part_at(at)
        if isinstance(part, UnitTarget) and kernel_at(self._neurons.view, at) is None:
            self._editor.open(EdgeTarget(part.node_id, "", -1, self._bias_unit(part)), self._stage.on_screen(at))
        elif isinstance(part, ButtonTarget):
            self._push(part)
        return part is not None

    def _bias_unit(self, part: UnitTarget) -> int:
        anatomy = self._neurons.view.opened.anatomy(part.node_id)
        return part.unit if anatomy is None else anatomy.bias_index(part.unit)

    def _move(self, event: QEvent) -> bool:
        assert isinstance(event, QMouseEvent)
        if self._busy() or event.buttons() != Qt.MouseButton.NoButton:
            return False
        part = self.part_at(self._scene_point(event.position()))
        before = self._neurons.view.emphasis.hovered
        self._neurons.view.hover(part)
        if part is not None:
            self._pointer.rest()
            self._stage.view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        elif before is not None:
            self._stage.view.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        return part is not None

    def _leave(self, event: QEvent) -> bool:
        self._neurons.view.hover(None)
        return False

    def _tool_tip(self, event: QEvent) -> bool:
        """Buttons have a tooltip; units and edges have their card."""
        assert isinstance(event, QHelpEvent)
        part = self.part_at(self._scene_point(QPointF(event.pos()))) if not self._busy() else None
        if part is None:
            return False
        words = {
            "close": self.tr("Close the layer (Escape)"),
            "previous": self.tr("Units before (Page Up)"),
            "next": self.tr("Further units (Page Down)"),
        }
        text = words[part.button] if isinstance(part, ButtonTarget) else ""
        self._stage.view.show_tip(text, event.globalPos())
        return True

    def _wheel(self, event: QEvent) -> bool:
        """Over a layer with more units than are in sight the wheel goes through them."""
        assert isinstance(event, QWheelEvent)
        if self._busy() or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        at = self._scene_point(event.position())
        for node_id, end in self._neurons.view.ends.items():
            box = end.box
            inside = box.left <= at.x() <= box.right and box.top <= at.y() <= box.bottom
            if inside and end.frame.paged:
                self._turned -= event.angleDelta().y()
                notches = int(self._turned / NOTCH)
                self._turned -= notches * NOTCH
                self._neurons.open_layers.show_rows(node_id, end.frame.first + ROWS_PER_NOTCH * notches)
                event.accept()
                return True
        return False

    def _scene_point(self, at: QPointF) -> QPointF:
        inverted, _ = self._stage.view.viewportTransform().inverted()
        return inverted.map(at)
