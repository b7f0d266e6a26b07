"""Moving cards; a loose card that is dropped on a wire is put into it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QPointF, Qt

from core.errors import LayerloomError
from core.project import edits
from designer.canvas.geometry import CARD_HEIGHT, GRID, PORT_Y, Box, Point, snapped
from designer.canvas.overlays import GuidesItem
from designer.canvas.placing import inserted_existing, place_on_wire, shifted_places
from designer.canvas.scene import Marks
from designer.canvas.targets import CardTarget, wire_at
from designer.canvas.tools.gesture import DRAG_DISTANCE, Gesture, Stage
from designer.canvas.tools.insertion import InsertionPreview

translate = QCoreApplication.translate

ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
WIRE_REACH = 18.0


class MoveCards(Gesture):
    """Starts on a card: selects it, and moves all selected cards with it."""

    def __init__(self, stage: Stage, node_id: str) -> None:
        super().__init__(stage)
        self._held = node_id
        self._dragged = False
        self._places: dict[str, Point] = {}
        self._wire = ""

    def start(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        selection, layout = self.stage.selection, self.stage.document.project.layout
        self._pressed_at, self._before = at, (selection.nodes, selection.links)
        self._was_selected = self._held in selection.nodes
        if modifiers & ADDING:
            others = tuple(id_ for id_ in selection.nodes if id_ != self._held)
            selection.select(others if self._was_selected else (*others, self._held), selection.links)
        elif not self._was_selected:
            selection.select((self._held,))
        moving = selection.nodes if self._held in selection.nodes else (self._held,)
        self._from: Mapping[str, Point] = {id_: layout.get(id_, (0.0, 0.0)) for id_ in moving}
        self._guides, self._preview = GuidesItem(self.stage.scene.theme), InsertionPreview(self.stage)
        graph = self.stage.document.project.graph
        self._loose = len(moving) == 1 and not graph.links_into(self._held) and not graph.links_from(self._held)

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if not self._dragged:
            if (at - self._pressed_at).manhattanLength() < self.stage.reach(DRAG_DISTANCE):
                return
            self._dragged = True
            self.stage.scene.addItem(self._guides)
        x, y = self._from[self._held]
        wanted = (x + at.x() - self._pressed_at.x(), y + at.y() - self._pressed_at.y())
        place, lines = aligned(wanted, self._others())
        self._places = {id_: (x0 + place[0] - x, y0 + place[1] - y) for id_, (x0, y0) in self._from.items()}
        shifted = self._find_wire(place) if self._loose else {}
        shown = self.stage.scene.opened.room.shown
        self._guides.show_lines(() if self._wire else [(shown(p), shown(q)) for p, q in lines])
        self.stage.scene.lift({**self._places, **shifted}, self._wire)
        if self._wire:
            self._preview.show(self._wire, self._places[self._held], self._held)
        else:
            self._preview.hide()
        self.stage.scene.mark(Marks(hot=CardTarget(self._held)))

    def end(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if not self._dragged:
            self._click(modifiers)
            return
        self.move(at, modifiers)
        places, wire, held = self._places, self._wire, self._held
        self._clean_up()
        document = self.stage.document
        name = self.stage.scene.card(held).content.name
        if wire:
            text = translate("Canvas", "Insert {layer}").format(layer=name)
            document.apply(text, inserted_existing, held, wire, self._on_wire)
        elif places != dict(self._from):
            many = translate("Canvas", "Move {count} layers").format(count=len(places))
            text = translate("Canvas", "Move {layer}").format(layer=name) if len(places) == 1 else many
            document.apply(text, edits.move_nodes, places)

    def cancel(self) -> None:
        self._clean_up()
        self.stage.select_again(*self._before)

    def _click(self, modifiers: Qt.KeyboardModifier) -> None:
        """A click on one of several selected cards selects it alone."""
        if self._was_selected and not modifiers & ADDING:
            self.stage.selection.select((self._held,))

    def _clean_up(self) -> None:
        if self._guides.scene() is not None:
            self.stage.scene.removeItem(self._guides)
        self._preview.hide()
        self.stage.scene.mark(Marks())
        self.stage.scene.lift({})

    def _others(self) -> list[Box]:
        layout = self.stage.document.project.layout
        return [Box(*layout[id_]) for id_ in self.stage.scene.boxes if id_ not in self._from and id_ in layout]

    def _find_wire(self, place: Point) -> dict[str, Point]:
        """Look for a wire under the card; return the places of the cards that would make room."""
        routes = self.stage.scene.ground.plan.routes
        room = self.stage.scene.opened.room
        shown = Box(*room.shown(place))
        middle = (shown.left + shown.width / 2, shown.top + PORT_Y)
        found = wire_at(routes, middle, WIRE_REACH)
        self._wire = ""
        if found is None:
            return {}
        project = self.stage.document.project
        self._on_wire = room.in_project(place_on_wire(routes[found.link_id], middle))
        try:
            after = inserted_existing(project, self._held, found.link_id, self._on_wire)
        except LayerloomError:
            return {}
        self._wire = found.link_id
        shifted = shifted_places(project, after)
        self._places[self._held] = after.layout[self._held]
        return {id_: at for id_, at in shifted.items() if id_ != self._held}


def aligned(wanted: Point, others: list[Box]) -> tuple[Point, list[tuple[Point, Point]]]:
    """Return the place nearest to the wanted one on the grid or level with another card, and guides that show it.

    Guides run from the middle of the card to the middle of the nearest card that it is level with.
    """
    x, y = _settled(wanted[0], [box.left for box in others]), _settled(wanted[1], [box.top for box in others])
    own = Box(x, y)
    lines: list[tuple[Point, Point]] = []
    level = [box for box in others if box.top == y]
    if level:
        nearest = min(level, key=lambda box: abs(box.left - x))
        lines.append(((nearest.centre[0], y + PORT_Y), (own.centre[0], y + PORT_Y)))
    upright = [box for box in others if box.left == x]
    if upright:
        nearest = min(upright, key=lambda box: abs(box.top - y))
        top, bottom = min(nearest.top, y), max(nearest.top, y) + CARD_HEIGHT
        lines.append(((own.centre[0], top - 16.0), (own.centre[0], bottom + 16.0)))
    return (x, y), lines


def _settled(value: float, others: list[float]) -> float:
    near = [other for other in others if abs(other - value) < GRID]
    return min(near, key=lambda other: (abs(other - value), other)) if near else snapped(value)
