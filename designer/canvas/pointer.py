"""Turns mouse and keys on the canvas into gestures: one at a time, each an object of its own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QMouseEvent,
)

from core.project.delta import ProjectDelta
from designer.canvas.canvas_menu import CanvasMenu
from designer.canvas.hover_text import hover_text
from designer.canvas.live_values import LiveValues
from designer.canvas.scene import Marks
from designer.canvas.targets import CardTarget, PortTarget, Side, Target, WireTarget, target_at
from designer.canvas.tools.draw_wire import DrawWire, LeadWire
from designer.canvas.tools.drop_layer import DropLayer
from designer.canvas.tools.gesture import PORT_REACH, Gesture, Stage
from designer.canvas.tools.move_cards import ADDING, MoveCards
from designer.canvas.tools.pan import Pan
from designer.canvas.tools.rubber_band import RubberBand
from designer.drag import LayerDrag, dragged_layer

NOTHING_HELD = Qt.KeyboardModifier.NoModifier


class Pointer(QObject):
    """Knows what the pointer is over and which gesture is going on.

    Signals
    -------
    over(Target | None) : the pointer is over something else.
    opened(str) : a card was double-clicked.
    pressed() : a gesture begins.
    """

    over = Signal(object)
    opened = Signal(str)
    pressed = Signal()

    def __init__(self, stage: Stage, live: LiveValues, menu: CanvasMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._live, self._menu = stage, live, menu
        self._gesture: Gesture | None = None
        self._hot: Target | None = None
        self.panning_held = False
        stage.view.handlers.update(self._handlers())
        stage.document.changed.connect(self._follow)

    def _handlers(self) -> dict[QEvent.Type, Callable[[QEvent], bool]]:
        return {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.Leave: self._leave,
            QEvent.Type.ContextMenu: self._context_menu,
            QEvent.Type.ToolTip: self._tool_tip,
            QEvent.Type.DragEnter: self._drag_enter,
            QEvent.Type.DragMove: self._drag_move,
            QEvent.Type.DragLeave: self._drag_leave,
            QEvent.Type.Drop: self._drop,
        }

    @property
    def gesture(self) -> Gesture | None:
        """The gesture that is going on."""
        return self._gesture

    def begin(self, gesture: Gesture, at: QPointF | None = None, modifiers: Qt.KeyboardModifier = NOTHING_HELD) -> None:
        """Start a gesture, in place of the one that is going on."""
        self.cancel()
        self.pressed.emit()
        self._stage.note.dismiss()
        self._gesture = gesture
        gesture.start(at if at is not None else QPointF(), modifiers)
        self._show_cursor()

    def finish(self, at: QPointF | None = None, modifiers: Qt.KeyboardModifier = NOTHING_HELD) -> None:
        """End the gesture that is going on."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.end(at if at is not None else QPointF(), modifiers)
            self._show_cursor()

    def cancel(self) -> bool:
        """Leave everything as it was before the gesture; returns whether there was one."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
            self._show_cursor()
        return gesture is not None

    def target(self, at: QPointF) -> Target | None:
        """Return what lies at a point of the scene."""
        scene = self._stage.scene
        reach = self._stage.reach(PORT_REACH)
        chosen = self._stage.selection.links
        return target_at(scene.ground, (at.x(), at.y()), reach, scene.troubled(), chosen)

    def hold_for_panning(self, held: bool) -> None:
        """While the space bar is held, the left button pans."""
        self.panning_held = held
        self._show_cursor()

    def rest(self) -> None:
        """Be over nothing of the canvas: what lies there is another's."""
        if self._gesture is None:
            self._hover(None)

    def _follow(self, delta: ProjectDelta) -> None:
        # A gesture holds on to places and links as they were when it began.
        if delta.graph or delta.moved:
            self.cancel()
            self._hot = None

    def _press(self, event: QEvent) -> bool:
        assert isinstance(event, QMouseEvent)
        at, modifiers = self._scene_point(event.position()), event.modifiers()
        self._stage.view.setFocus(Qt.FocusReason.MouseFocusReason)
        # A second button gives up what the first one began.
        self.cancel()
        gesture: Gesture | None = None
        if event.button() is Qt.MouseButton.MiddleButton or (
            self.panning_held and event.button() is Qt.MouseButton.LeftButton
        ):
            gesture = Pan(self._stage)
        elif event.button() is Qt.MouseButton.LeftButton:
            gesture = self._gesture_for(self.target(at), modifiers)
        if gesture is not None:
            self.begin(gesture, at, modifiers)
        return True

    def _gesture_for(self, target: Target | None, modifiers: Qt.KeyboardModifier) -> Gesture | None:
        stage = self._stage
        match target:
            case PortTarget(link_id=link_id) if link_id:
                return LeadWire(stage, link_id, Side.INPUT)
            case PortTarget():
                return DrawWire(stage, target)
            case CardTarget(node_id=node_id):
                return MoveCards(stage, node_id)
            case WireTarget(link_id=link_id, end=end) if end is not None:
                return LeadWire(stage, link_id, end)
            case WireTarget(link_id=link_id):
                self._select_wire(link_id, adding=bool(modifiers & ADDING))
                return None
        return RubberBand(stage)

    def _select_wire(self, link_id: str, *, adding: bool) -> None:
        selection = self._stage.selection
        if not adding:
            selection.select((), (link_id,))
        elif link_id in selection.links:
            selection.select(selection.nodes, tuple(id_ for id_ in selection.links if id_ != link_id))
        else:
            selection.select(selection.nodes, (*selection.links, link_id))

    def _move(self, event: QEvent) -> bool:
        assert isinstance(event, QMouseEvent)
        at = self._scene_point(event.position())
        if self._gesture is not None:
            self._gesture.move(at, event.modifiers())
            self._scroll_along(event.position().toPoint())
        else:
            self._hover(self.target(at))
        return True

    def _scroll_along(self, at: QPoint) -> None:
        """Move what is seen while something is dragged over the edge."""
        view = self._stage.view
        if isinstance(self._gesture, Pan) or view.viewport().rect().contains(at):
            return
        room = view.viewport().rect()
        dx = max(0, room.left() - at.x()) + min(0, room.right() - at.x())
        dy = max(0, room.top() - at.y()) + min(0, room.bottom() - at.y())
        view.pan(max(-24, min(24, dx)), max(-24, min(24, dy)))

    def _release(self, event: QEvent) -> bool:
        assert isinstance(event, QMouseEvent)
        at = self._scene_point(event.position())
        self.finish(at, event.modifiers())
        self._hover(self.target(at))
        return True

    def _double_click(self, event: QEvent) -> bool:
        assert isinstance(event, QMouseEvent)
        target = self.target(self._scene_point(event.position()))
        if isinstance(target, CardTarget) and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(target.node_id)
            return True
        return self._press(event)

    def _leave(self, event: QEvent) -> bool:
        if self._gesture is None:
            self._hover(None)
        return False

    def _hover(self, target: Target | None) -> None:
        if target != self._hot:
            self._hot = target
            self._stage.scene.mark(Marks(hot=target))
            self._show_cursor()
            self.over.emit(target)
        elif self._stage.scene.marks.hot != target:
            self._stage.scene.mark(Marks(hot=target))

    def _show_cursor(self) -> None:
        cursor = Qt.CursorShape.ArrowCursor
        if self._gesture is not None:
            cursor = self._gesture.cursor or cursor
        elif self.panning_held:
            cursor = Qt.CursorShape.OpenHandCursor
        elif isinstance(self._hot, PortTarget) or (isinstance(self._hot, WireTarget) and self._hot.end):
            cursor = Qt.CursorShape.CrossCursor
        elif isinstance(self._hot, WireTarget):
            cursor = Qt.CursorShape.PointingHandCursor
        self._stage.view.viewport().setCursor(cursor)

    def _context_menu(self, event: QEvent) -> bool:
        assert isinstance(event, QContextMenuEvent)
        self.cancel()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._menu.open_for_selection()
        else:
            at = self._scene_point(QPointF(event.pos()))
            self._menu.open_at(self.target(at), at, event.globalPos())
        return True

    def _tool_tip(self, event: QEvent) -> bool:
        assert isinstance(event, QHelpEvent)
        at = self._scene_point(QPointF(event.pos()))
        text = "" if self._gesture is not None else hover_text(self._stage.scene, self._live, self.target(at), at)
        self._stage.view.show_tip(text, event.globalPos())
        return True

    def _drag_enter(self, event: QEvent) -> bool:
        assert isinstance(event, QDragEnterEvent)
        layer = dragged_layer(event.mimeData())
        if layer is None:
            event.ignore()
            return True
        self._begin_drop(layer, event.position())
        event.acceptProposedAction()
        return True

    def _begin_drop(self, layer: LayerDrag, at: QPointF) -> None:
        self.begin(DropLayer(self._stage, layer), self._scene_point(at))

    def _drag_move(self, event: QEvent) -> bool:
        assert isinstance(event, QDragMoveEvent)
        if isinstance(self._gesture, DropLayer):
            self._gesture.move(self._scene_point(event.position()), event.modifiers())
            event.acceptProposedAction()
        else:
            event.ignore()
        return True

    def _drag_leave(self, event: QEvent) -> bool:
        self.cancel()
        return True

    def _drop(self, event: QEvent) -> bool:
        assert isinstance(event, QDropEvent)
        if isinstance(self._gesture, DropLayer):
            self.finish(self._scene_point(event.position()), event.modifiers())
            self._stage.view.setFocus(Qt.FocusReason.MouseFocusReason)
            event.acceptProposedAction()
        else:
            event.ignore()
        return True

    def _scene_point(self, at: QPointF) -> QPointF:
        view = self._stage.view
        inverted, _ = view.viewportTransform().inverted()
        return inverted.map(at)
