"""Shows opened layers on the scene: frames, units, edges. It reads; what is done with them stands elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.scene import CanvasScene
from designer.canvas.units.anatomy import Incoming, Tie
from designer.canvas.units.edge_item import EdgeItem, EdgeStyle
from designer.canvas.units.edges import Edges, EdgeWish, End, Measure, bias_edges, edges_between
from designer.canvas.units.emphasis import Emphasis, edge_style, fan_front, unit_state
from designer.canvas.units.fan_item import FanItem
from designer.canvas.units.frame_item import FrameItem, FrameState
from designer.canvas.units.hit import EDGE_REACH, part_at
from designer.canvas.units.numbers import (
    NOTHING_KNOWN,
    Array,
    ButtonTarget,
    EdgeTarget,
    Highlight,
    NetworkNumbers,
    Part,
    UnitNumbers,
    UnitTarget,
)
from designer.canvas.units.open_layers import Opened, OpenLayers
from designer.canvas.units.thumbs import thumbs_of
from designer.canvas.units.units_item import UnitsItem
from designer.canvas.wiring import output_port
from designer.theme import ThemeService

_FRAME_Z, _FAN_Z, _EDGE_Z, _BIAS_Z, _UNITS_Z = 0.90, 0.93, 0.94, 0.95, 0.97


@dataclass(slots=True)
class _Items:
    """What one open layer consists of."""

    frame: FrameItem
    units: UnitsItem
    biases: EdgeItem


class UnitView(QObject):
    """Keeps the items of opened layers, and what of them is brought out.

    Signals
    -------
    changed() : other layers are open, another unit or edge is looked at, or other numbers.
    numbers_followed() : the numbers are newer ones of a run; there may be many in a second.
    unit_activated(str, int) : a unit was clicked, or chosen by keyboard: layer, unit.
    edge_activated(str, str, int, int) : an edge was: layer it leads to, link, unit at its start, unit.
    bias_activated(str, int) : a bias was: layer, unit.
    """

    changed = Signal()
    numbers_followed = Signal()
    unit_activated = Signal(str, int)
    edge_activated = Signal(str, str, int, int)
    bias_activated = Signal(str, int)

    def __init__(
        self, scene: CanvasScene, open_layers: OpenLayers, theme: ThemeService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._scene, self._open_layers = scene, open_layers
        self._laid_out = scene.opened
        self._layers: dict[str, _Items] = {}
        self._edges: dict[str, EdgeItem] = {}
        self._fans: dict[str, FanItem] = {}
        self._ends: dict[str, End] = {}
        self._numbers, self._responses = NOTHING_KNOWN, dict[str, Array]()
        self._emphasis, self._wish = Emphasis(), EdgeWish()
        scene.states_shown.connect(self._follow_states)
        scene.arranged.connect(self._follow)
        open_layers.changed.connect(self._follow)
        theme.changed.connect(self._follow)
        self._follow()

    @property
    def opened(self) -> Opened:
        """What is open, as laid out."""
        return self._scene.opened

    @property
    def ends(self) -> Mapping[str, End]:
        """The open layers where they lie, by layer."""
        return self._ends

    @property
    def numbers(self) -> NetworkNumbers:
        """What is shown."""
        return self._numbers

    @property
    def emphasis(self) -> Emphasis:
        """What is brought out."""
        return self._emphasis

    @property
    def wish(self) -> EdgeWish:
        """Which edges are wanted."""
        return self._wish

    def layer_numbers(self, node_id: str) -> UnitNumbers:
        """Return the numbers of a layer, open or not; none where they do not fit it."""
        anatomy = self.opened.anatomy(node_id)
        return self._numbers.of(node_id, anatomy.units if anatomy is not None else -1)

    def link_items(self) -> list[EdgeItem]:
        """Return the edges of all links between open layers."""
        return list(self._edges.values())

    def edge_items(self) -> list[EdgeItem]:
        """Return all edges, those of links before the biases."""
        return [*self.link_items(), *(items.biases for items in self._layers.values())]

    def show_numbers(
        self, numbers: NetworkNumbers, responses: Mapping[str, Array] | None = None, *, live: bool = False
    ) -> None:
        """Show other numbers.

        Parameters
        ----------
        responses : of units over the plane of two inputs, by layer.
        live : they are newer ones of a run, and the caller sees to the painting.
        """
        self._numbers, self._responses = numbers, dict(responses or {})
        self._show_values(repaint=not live)
        (self.numbers_followed if live else self.changed).emit()

    def show_edges(self, measure: Measure, strongest: int | None) -> None:
        """Show another strength of edges, or so many of each link at most; None for all that can be told apart."""
        self._wish = replace(self._wish, measure=measure, strongest=strongest)
        self._show_edges()
        self.changed.emit()

    def highlight(self, highlight: Highlight | None) -> None:
        """Light up a unit and the edges by which its number comes about, or nothing."""
        self._emphasise(replace(self._emphasis, lit=highlight))

    def hover(self, part: Part | None) -> None:
        """Bring out what is under the pointer."""
        self._emphasise(replace(self._emphasis, hovered=part))

    def choose(self, part: UnitTarget | EdgeTarget | None) -> None:
        """Choose a unit or an edge and say so; its unit is brought into sight."""
        if isinstance(part, UnitTarget):
            self._open_layers.bring_into_sight(part.node_id, part.unit)
        # What was chosen last comes forward, until the pointer goes elsewhere.
        self._emphasise(replace(self._emphasis, chosen=part, hovered=None))
        match part:
            case UnitTarget(node_id, unit):
                self.unit_activated.emit(node_id, unit)
            case EdgeTarget(node_id, "", _, unit):
                self.bias_activated.emit(node_id, unit)
            case EdgeTarget(node_id, link_id, source_unit, unit):
                self.edge_activated.emit(node_id, link_id, source_unit, unit)

    def part_at(self, point: QPointF, zoom: float) -> Part | None:
        """Return the button, unit or edge at a point of the scene."""
        return part_at(self._ends, self.edge_items(), point, EDGE_REACH / zoom) if self._ends else None

    def link_at(self, point: QPointF, zoom: float) -> str | None:
        """Return the link whose lines into an open layer run through a point of the scene."""
        near = (id_ for id_, fan in self._fans.items() if fan.isVisible() and fan.near(point, EDGE_REACH / zoom))
        return next(near, None)

    def place_of(self, part: UnitTarget | EdgeTarget) -> QRectF | None:
        """Return the room of a unit, or where the number of an edge stands; None where it is not in sight."""
        if isinstance(part, UnitTarget):
            end = self._ends.get(part.node_id)
            if end is None or not end.frame.shows(part.unit):
                return None
            reach = max(end.frame.radius, 3.0)
            x, y = end.frame.centre(part.unit)
            return QRectF(end.box.left + x - reach, end.box.top + y - reach, 2 * reach, 2 * reach)
        for item in self.edge_items():
            index = item.edges.find(part) if item.edges is not None else None
            if index is not None:
                middle = item.middle(index)
                return QRectF(middle.x() - 4.0, middle.y() - 4.0, 8.0, 8.0)
        return None

    def live_areas(self) -> list[QRectF]:
        """Return what changes while a network trains."""
        areas = [items.units.sceneBoundingRect() for items in self._layers.values()]
        return [*areas, *(item.sceneBoundingRect() for item in self._edges.values())]

    def _emphasise(self, emphasis: Emphasis) -> None:
        if emphasis == self._emphasis:
            return
        before, self._emphasis = self._emphasis, emphasis
        self._wish = replace(self._wish, focus=emphasis.focus_unit())
        if before.focus_unit() != emphasis.focus_unit():
            self._show_edges()
        else:
            self._restyle_edges()
        self._show_states()
        self.changed.emit()

    def _follow_states(self) -> None:
        if self._scene.opened is not self._laid_out:
            self._follow()
        elif self._layers:
            self._show_states()

    def _follow(self) -> None:
        """Have the items of what is open, where it lies, in the colours in force."""
        opened, boxes, theme = self._scene.opened, self._scene.boxes, self._scene.theme
        was_open, self._laid_out = bool(self._layers), opened
        self._ends = {id_: End(frame, boxes[id_]) for id_, frame in opened.frames.items() if id_ in boxes}
        if not self._ends and not was_open:
            return
        for id_ in self._layers.keys() - self._ends.keys():
            items = self._layers.pop(id_)
            self._remove(items.frame, items.units, items.biases)
        self._emphasis = self._emphasis.within(self._ends)
        for id_, end in self._ends.items():
            items = self._layers.get(id_) or self._new_layer(id_, end)
            items.units.show_frame(end.frame, theme)
            for item in (items.frame, items.units):
                item.setPos(end.box.left, end.box.top)
        self._match_links()
        self._show_values()
        self.changed.emit()

    def _new_layer(self, node_id: str, end: End) -> _Items:
        theme, content = self._scene.theme, self._scene.card(node_id).content
        items = _Items(FrameItem(end.frame, content, theme), UnitsItem(end.frame, theme), EdgeItem(theme, curved=True))
        for item, z in ((items.frame, _FRAME_Z), (items.units, _UNITS_Z), (items.biases, _BIAS_Z)):
            item.setZValue(z)
            self._scene.addItem(item)
        self._layers[node_id] = items
        return items

    def _match_links(self) -> None:
        links = {incoming.link_id: incoming for end in self._ends.values() for incoming in end.frame.anatomy.incoming}
        direct = {id_ for id_, incoming in links.items() if incoming.source in self._ends}
        fans = {id_ for id_, incoming in links.items() if id_ not in direct or self._sheet(incoming)}
        self._match(self._edges, direct, lambda: EdgeItem(self._scene.theme), _EDGE_Z)
        self._match(self._fans, fans, lambda: FanItem(self._scene.theme), _FAN_Z)

    def _sheet(self, incoming: Incoming) -> bool:
        """Whether there are too many edges to draw them for all units at once."""
        source = self._ends[incoming.source].frame.anatomy
        return incoming.tie is Tie.WEIGHTS and source.picture is not None

    def _match(self, items: dict, wanted: set[str], make: Callable[[], QGraphicsItem], z: float) -> None:
        for id_ in items.keys() - wanted:
            self._remove(items.pop(id_))
        for id_ in wanted - items.keys():
            item = items[id_] = make()
            item.setZValue(z)
            self._scene.addItem(item)

    def _remove(self, *items: QGraphicsItem) -> None:
        for item in items:
            self._scene.removeItem(item)

    def _show_values(self, *, repaint: bool = True) -> None:
        for id_, items in self._layers.items():
            numbers, frame = self.layer_numbers(id_), self._ends[id_].frame
            thumbs = thumbs_of(self.opened, frame, numbers, self._responses, self._scene.theme)
            items.units.show_numbers(numbers, thumbs, repaint=repaint)
        self._show_edges(repaint=repaint)
        self._show_states()

    def _show_edges(self, *, repaint: bool = True) -> None:
        """Work out which edges there are, and how strong."""
        theme = self._scene.theme
        for id_, end in self._ends.items():
            numbers = self.layer_numbers(id_)
            if end.frame.anatomy.bias:
                edges = bias_edges(end.frame, end.box, numbers, self._wish.measure)
                style, radius = self._style(edges, numbers), end.frame.radius
                self._layers[id_].biases.show_edges(edges, style, theme, radius, repaint=repaint)
            for incoming in end.frame.anatomy.incoming:
                source = self._ends.get(incoming.source)
                if source is not None:
                    source_numbers = self.layer_numbers(incoming.source)
                    edges = edges_between(incoming, source, end, numbers, source_numbers, self._wish)
                    style = self._style(edges, numbers, incoming)
                    self._edges[incoming.link_id].show_edges(edges, style, theme, repaint=repaint)

    def _restyle_edges(self) -> None:
        theme = self._scene.theme
        for id_, end in self._ends.items():
            numbers, biases = self.layer_numbers(id_), self._layers[id_].biases
            if biases.edges is not None:
                biases.show_edges(biases.edges, self._style(biases.edges, numbers), theme, end.frame.radius)
            for incoming in end.frame.anatomy.incoming:
                item = self._edges.get(incoming.link_id)
                if item is not None and item.edges is not None:
                    item.show_edges(item.edges, self._style(item.edges, numbers, incoming), theme)

    def _style(self, edges: Edges, numbers: UnitNumbers, incoming: Incoming | None = None) -> EdgeStyle:
        return edge_style(self._emphasis, edges, numbers, self._wish, incoming)

    def _show_states(self) -> None:
        """Have frames, units and fans stand out as they should."""
        emphasis, theme = self._emphasis, self._scene.theme
        hovered = emphasis.hovered
        for id_, items in self._layers.items():
            end, card = self._ends[id_], self._scene.card(id_)
            own = isinstance(hovered, ButtonTarget) and hovered.node_id == id_
            button = hovered.button if isinstance(hovered, ButtonTarget) and own else ""
            items.frame.show_frame(end.frame, card.content, theme)
            items.frame.show_state(FrameState(card.state, button))
            items.units.show_state(unit_state(emphasis, id_, self._numbers, end.frame.anatomy))
            for incoming in end.frame.anatomy.incoming:
                self._show_fan(incoming, end)

    def _show_fan(self, incoming: Incoming, end: End) -> None:
        """Lead lines from a closed layer to the units of an open one."""
        fan, frame, box = self._fans.get(incoming.link_id), end.frame, self._scene.boxes.get(incoming.source)
        if fan is None or box is None:
            return
        rows = range(frame.first, frame.first + frame.count)
        lone = frame.anatomy.picture is not None and frame.anatomy.rows == 1
        ends = [QPointF(end.box.left + (0.0 if lone else 8.0), end.box.top + frame.row_y(row)) for row in rows]
        fan.show_lines(QPointF(*output_port(box)), ends, self._scene.theme)
        row, lit = fan_front(self._emphasis, frame.anatomy.node_id, incoming, frame, self._scene.theme)
        fan.show_state(row, self._scene.wire(incoming.link_id).state.selected, lit)
