"""Linking by keyboard: choose the other layer with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt

from core.errors import LayerloomError
from core.project import edits
from designer.canvas.geometry import PORT_Y
from designer.canvas.overlays import DraftWireItem
from designer.canvas.routing import Ends, find_route
from designer.canvas.scene import Marks
from designer.canvas.targets import PortTarget, Side, neighbour
from designer.canvas.tools.gesture import Gesture, Stage
from designer.canvas.wiring import input_port, output_port
from designer.translation import shown

translate = QCoreApplication.translate

ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class KeyboardLink(Gesture):
    """A wire from one layer to the one that the arrow keys point at; Enter draws it, Escape gives up."""

    def __init__(self, stage: Stage, source: str) -> None:
        super().__init__(stage)
        self._source = source
        self._over = source

    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._draft = DraftWireItem(self.stage.scene.theme)
        self._show()

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse has no part in it."""

    def end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        source, target = self._source, self._over
        error = self._refusal()
        self.cancel()
        if error is None:
            scene = self.stage.scene
            names = {"source": scene.card(source).content.name, "target": scene.card(target).content.name}
            text = translate("Canvas", "Link {source} to {target}").format(**names)
            self.stage.document.apply(text, edits.add_link, source, target)
        elif target != source:
            self.stage.note.show_refusal(shown(error), self._note_place(target))
            self.stage.note.leave()

    def cancel(self) -> None:
        if self._draft.scene() is not None:
            self.stage.scene.removeItem(self._draft)
        self.stage.scene.mark(Marks())
        self.stage.note.dismiss()

    def point(self, key: int) -> bool:
        """Go on to the next layer in the direction of an arrow key; returns whether it was one."""
        direction = ARROWS.get(Qt.Key(key))
        if direction is None:
            return False
        found = neighbour(self.stage.scene.ground.boxes, self._over, direction)
        if found is not None:
            self._over = found
            self.stage.view.show_box(self.stage.scene.boxes[found])
        self._show()
        return True

    def _refusal(self) -> LayerloomError | None:
        try:
            edits.add_link(self.stage.document.project, self._source, self._over)
        except LayerloomError as error:
            return error
        return None

    def _show(self) -> None:
        scene, ground = self.stage.scene, self.stage.scene.ground
        if self._over == self._source:
            text = translate("Canvas", "Link {layer} to … Choose with the arrow keys, then press Enter.")
            text = text.format(layer=scene.card(self._source).content.name)
            self.stage.note.show_hint(text, self._note_place(self._source))
            return
        error = self._refusal()
        ports = ground.plan.ports[self._over]
        height = ports.free if ports.free is not None else PORT_Y
        start, end = output_port(ground.boxes[self._source]), input_port(ground.boxes[self._over], height)
        if self._draft.scene() is None:
            scene.addItem(self._draft)
        route = find_route(Ends(start, end, self._source, self._over), ground.boxes)
        self._draft.show_route(route.points, complete=error is None, refused=error is not None)
        offered = frozenset({self._over} if error is None else ())
        hot = PortTarget(self._over, Side.INPUT, height)
        scene.mark(Marks(hot=hot, side=Side.INPUT, offered=offered))
        if error is None:
            text = translate("Canvas", "Enter links to {layer}.").format(layer=scene.card(self._over).content.name)
            self.stage.note.show_hint(text, self._note_place(self._over))
        else:
            self.stage.note.show_refusal(shown(error), self._note_place(self._over))

    def _note_place(self, node_id: str) -> QPoint:
        box = self.stage.scene.boxes[node_id]
        return self.stage.on_screen(QPointF(box.left, box.bottom))
