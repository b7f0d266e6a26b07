"""Shows a card in the middle of a wire before it is put there."""

from __future__ import annotations

from designer.canvas.geometry import PORT_Y, Box, Point
from designer.canvas.overlays import DraftWireItem
from designer.canvas.routing import Ends, find_route
from designer.canvas.tools.gesture import Stage
from designer.canvas.wiring import input_port, output_port


class InsertionPreview:
    """Two draft wires: into the card, and out of it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._drafts = (DraftWireItem(stage.scene.theme), DraftWireItem(stage.scene.theme))

    def show(self, link_id: str, place: Point, card_id: str = "") -> None:
        """Lead the wire through a card at a place of the project; `card_id` where that card is there already."""
        scene = self._stage.scene
        link, boxes = scene.ground.graph.link(link_id), dict(scene.boxes)
        boxes.pop(card_id, None)
        new = Box(*scene.opened.room.shown(place))
        height = scene.ground.plan.ports[link.target].taken[link.id]
        ends = (
            (output_port(boxes[link.source]), (new.left, new.top + PORT_Y)),
            (output_port(new), input_port(boxes[link.target], height)),
        )
        for draft, (start, end) in zip(self._drafts, ends, strict=True):
            if draft.scene() is None:
                scene.addItem(draft)
            draft.show_route(find_route(Ends(start, end, link.source, link.target), boxes).points, complete=True)

    def hide(self) -> None:
        """Take the draft wires away."""
        for draft in self._drafts:
            if draft.scene() is not None:
                self._stage.scene.removeItem(draft)
