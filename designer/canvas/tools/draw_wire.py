"""Drawing a wire from a port, and leading the end of a wire elsewhere."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QCoreApplication, QPointF, Qt

from core.errors import LayerloomError
from core.project import edits
from core.project.model import Project
from designer.canvas.geometry import PORT_Y, Point
from designer.canvas.overlays import DraftWireItem
from designer.canvas.routing import Ends, find_route
from designer.canvas.scene import Marks
from designer.canvas.targets import PortTarget, Side, card_at, nearest_port
from designer.canvas.tools.gesture import DRAG_DISTANCE, SNAP_REACH, Gesture, Stage
from designer.canvas.wiring import input_port, output_port
from designer.translation import shown

translate = QCoreApplication.translate


class WireGesture(Gesture):
    """Moves one end of a wire while the other stays.

    Parameters
    ----------
    anchor : the layer at the end that stays.
    side : what the moving end looks for.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, anchor: str, side: Side) -> None:
        super().__init__(stage)
        self._anchor, self._side = anchor, side
        self._over: str | None = None
        self._dragged = False

    @abstractmethod
    def attempt(self, project: Project, source: str, target: str) -> Project:
        """Return the project with the wire between these layers; raises GraphError where that cannot be."""

    @abstractmethod
    def step_name(self, source: str, target: str) -> str:
        """Return the name of the step of undo."""

    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._pressed_at = at
        graph = self.stage.document.project.graph
        # The pure edit itself says where the wire may end: there is no second list of rules.
        self._refusals = {node.id: self._refusal(node.id) for node in graph.nodes}
        offered = frozenset(id_ for id_, error in self._refusals.items() if error is None)
        refused = frozenset(self._refusals) - offered - {self._anchor}
        self._marks = Marks(side=self._side, offered=offered, refused=refused, dimmed=self.led_link)
        self._draft = DraftWireItem(self.stage.scene.theme)

    @property
    def led_link(self) -> str:
        """The wire that is being led elsewhere, or empty."""
        return ""

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if not self._dragged:
            if (at - self._pressed_at).manhattanLength() < self.stage.reach(DRAG_DISTANCE):
                return
            self._dragged = True
            self.stage.scene.addItem(self._draft)
        self._over = self._candidate((at.x(), at.y()))
        error = self._refusals[self._over] if self._over is not None else None
        self._show_draft(at, error)
        pointer = self.stage.on_screen(at)
        if error is not None:
            self.stage.note.show_refusal(shown(error), pointer)
        elif self._over is None and self.nothing_hint():
            self.stage.note.show_hint(self.nothing_hint(), pointer)
        else:
            self.stage.note.dismiss()

    def end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self._dragged:
            self.move(at, modifiers)
        self._clean_up()
        if not self._dragged:
            return
        if self._over is None:
            self.stage.note.dismiss()
            self.drop_on_nothing()
        elif self._refusals[self._over] is None:
            self.stage.note.dismiss()
            source, target = self._ends(self._over)
            self.stage.document.apply(self.step_name(source, target), self.attempt, source, target)

    def cancel(self) -> None:
        self._clean_up()
        self.stage.note.dismiss()

    def nothing_hint(self) -> str:
        """Return what letting go over the ground will do, or nothing."""
        return ""

    def drop_on_nothing(self) -> None:
        """The wire was let go over the ground."""

    def _clean_up(self) -> None:
        if self._draft.scene() is not None:
            self.stage.scene.removeItem(self._draft)
        self.stage.scene.mark(Marks())
        self.stage.note.leave()

    def _ends(self, other: str) -> tuple[str, str]:
        return (self._anchor, other) if self._side is Side.INPUT else (other, self._anchor)

    def _refusal(self, node_id: str) -> LayerloomError | None:
        try:
            self.attempt(self.stage.document.project, *self._ends(node_id))
        except LayerloomError as error:
            return error
        return None

    def _candidate(self, at: Point) -> str | None:
        """Return the layer that the wire would end at: that of a port within reach, else of the card at the point."""
        ground = self.stage.scene.ground
        card = card_at(ground.boxes, at)
        if card is not None and card != self._anchor:
            return card
        port = nearest_port(ground, at, self.stage.reach(SNAP_REACH), self._side)
        if port is not None and (port.node_id != self._anchor or card == self._anchor):
            return port.node_id
        return card

    def _show_draft(self, at: QPointF, error: LayerloomError | None) -> None:
        ground, point = self.stage.scene.ground, (at.x(), at.y())
        complete = self._over is not None and error is None
        hot = None
        if complete and self._over is not None:
            hot = self._port(self._over)
            far = self._place(hot)
            boxes = ground.boxes
        else:
            # Towards a free point the wire dodges only the card that it comes from, not the one that it is led to.
            far, boxes = point, {self._anchor: ground.boxes[self._anchor]}
        near = self._place(self._anchor_port())
        start, end = (near, far) if self._side is Side.INPUT else (far, near)
        ids = self._ends(self._over if complete and self._over is not None else "")
        route = find_route(Ends(start, end, *ids), boxes)
        self._draft.show_route(route.points, complete=complete, refused=error is not None)
        refused_over = self._over if error is not None else None
        marks = self._marks
        self.stage.scene.mark(
            Marks(
                hot=hot,
                side=marks.side,
                offered=marks.offered,
                refused=marks.refused - {refused_over},
                dimmed=marks.dimmed,
            )
        )

    def _port(self, node_id: str) -> PortTarget:
        """Return the port at which the wire will arrive: an empty one where the layer takes more than one wire."""
        if self._side is Side.OUTPUT:
            return PortTarget(node_id, Side.OUTPUT, PORT_Y)
        ports = self.stage.scene.ground.plan.ports[node_id]
        own = ports.taken.get(self.led_link)
        height = own if own is not None else ports.free if ports.free is not None else PORT_Y
        return PortTarget(node_id, Side.INPUT, height)

    def _anchor_port(self) -> PortTarget:
        if self._side is Side.INPUT:
            return PortTarget(self._anchor, Side.OUTPUT, PORT_Y)
        ports = self.stage.scene.ground.plan.ports[self._anchor]
        own = ports.taken.get(self.led_link)
        height = own if own is not None else ports.free if ports.free is not None else PORT_Y
        return PortTarget(self._anchor, Side.INPUT, height)

    def _place(self, port: PortTarget) -> Point:
        box = self.stage.scene.ground.boxes[port.node_id]
        return output_port(box) if port.side is Side.OUTPUT else input_port(box, port.height)

    def _name(self, node_id: str) -> str:
        return self.stage.scene.card(node_id).content.name


class DrawWire(WireGesture):
    """A new wire, from the port that was pressed."""

    def __init__(self, stage: Stage, port: PortTarget) -> None:
        super().__init__(stage, port.node_id, Side.INPUT if port.side is Side.OUTPUT else Side.OUTPUT)

    def attempt(self, project: Project, source: str, target: str) -> Project:
        return edits.add_link(project, source, target)

    def step_name(self, source: str, target: str) -> str:
        text = translate("Canvas", "Link {source} to {target}")
        return text.format(source=self._name(source), target=self._name(target))


class LeadWire(WireGesture):
    """An end of an existing wire; let go over the ground the wire is deleted."""

    def __init__(self, stage: Stage, link_id: str, side: Side) -> None:
        link = stage.document.project.graph.link(link_id)
        super().__init__(stage, link.source if side is Side.INPUT else link.target, side)
        self._link_id = link_id

    @property
    def led_link(self) -> str:
        return self._link_id

    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.stage.selection.select((), (self._link_id,))
        super().start(at, modifiers)

    def attempt(self, project: Project, source: str, target: str) -> Project:
        return edits.move_link(project, self._link_id, source, target)

    def step_name(self, source: str, target: str) -> str:
        text = translate("Canvas", "Lead wire from {source} to {target}")
        return text.format(source=self._name(source), target=self._name(target))

    def nothing_hint(self) -> str:
        return translate("Canvas", "Let go here to delete the wire")

    def drop_on_nothing(self) -> None:
        link_id = self._link_id
        self.stage.document.apply(translate("Canvas", "Delete wire"), edits.delete, (), (link_id,))
