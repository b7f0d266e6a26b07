"""Dragging a layer in from the palette."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from core.errors import LayerloomError
from core.project.edits import CARD_WIDTH
from designer.canvas.card_content import ghost_content
from designer.canvas.geometry import PORT_Y, Box, Point
from designer.canvas.layer_creation import create_layer
from designer.canvas.overlays import GhostItem
from designer.canvas.placing import inserted_new, place_on_wire, shifted_places
from designer.canvas.targets import wire_at
from designer.canvas.tools.gesture import Gesture, Stage
from designer.canvas.tools.insertion import InsertionPreview
from designer.canvas.tools.move_cards import aligned
from designer.drag import LayerDrag
from designer.translation import shown

WIRE_REACH = 16.0


class DropLayer(Gesture):
    """A ghost of the card follows the pointer; over a wire it shows what letting go will do."""

    def __init__(self, stage: Stage, layer: LayerDrag) -> None:
        super().__init__(stage)
        self._layer = layer
        self._wire = ""
        self._place: Point = (0.0, 0.0)

    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        scene = self.stage.scene
        self._ghost = GhostItem(ghost_content(self._layer.kind, self._layer.options), scene.theme)
        self._preview = InsertionPreview(self.stage)
        scene.addItem(self._ghost)
        self.move(at, modifiers)

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self._look_for_wire((at.x(), at.y()))
        if not self._wire:
            others = [Box(*place) for place in self.stage.document.project.layout.values()]
            wanted = self.stage.scene.opened.room.in_project((at.x() - CARD_WIDTH / 2, at.y() - PORT_Y))
            self._place, _ = aligned(wanted, others)
            self.stage.scene.lift({})
            self._preview.hide()
        else:
            self._preview.show(self._wire, self._place)
        self._ghost.setPos(*self.stage.scene.opened.room.shown(self._place))

    def end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        self.move(at, modifiers)
        wire = self._wire
        place = self._drop_at if wire else self._place
        self._clean_up()
        create_layer(self.stage.document, self.stage.selection, self._layer.kind, self._layer.options, place, wire)

    def cancel(self) -> None:
        self._clean_up()
        self.stage.note.dismiss()

    def _look_for_wire(self, at: Point) -> None:
        """Look whether the pointer is over a wire that can take the layer, and show the room made for it."""
        scene, project = self.stage.scene, self.stage.document.project
        routes = scene.ground.plan.routes
        found = wire_at(routes, at, self.stage.reach(WIRE_REACH))
        self._wire = ""
        if found is None:
            self.stage.note.dismiss()
            return
        place = scene.opened.room.in_project(place_on_wire(routes[found.link_id], at))
        try:
            after = inserted_new(project, self._layer.kind, found.link_id, place, self._layer.options)
        except LayerloomError as error:
            self.stage.note.show_refusal(shown(error), self.stage.on_screen(QPointF(*at)))
            return
        self.stage.note.dismiss()
        self._wire, self._drop_at = found.link_id, place
        self._place = after.layout[after.graph.nodes[-1].id]
        scene.lift(shifted_places(project, after), self._wire)

    def _clean_up(self) -> None:
        scene = self.stage.scene
        scene.removeItem(self._ghost)
        self._preview.hide()
        scene.lift({})
        self.stage.note.leave()
