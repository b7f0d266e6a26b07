"""Shows opened layers on the scene: frames, units, edges. It reads; what is done with them stands elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.scene import CanvasScene
from designer.canvas.units.edge_item import EdgeItem
from designer.canvas.units.edges import Edges, EdgeWish, End, Measure, bias_edges
from designer.canvas.units.emphasis import Emphasis, edge_style, unit_state
from designer.canvas.units.flow import show_flow
from designer.canvas.units.flow_pill import FlowPill
from designer.canvas.units.frame_item import FrameItem, FrameState
from designer.canvas.units.link_items import LinkItems
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
from designer.theme import ThemeService

_FRAME_Z, _BIAS_Z, _UNITS_Z, _PILL_Z = 0.90, 0.95, 0.97, 1.5


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
        self.links = LinkItems(scene)
        self._ends: dict[str, End] = {}
        self._numbers, self._responses = NOTHING_KNOWN, dict[str, Array]()
        self._emphasis, self._wish = Emphasis(), EdgeWish()
        self._pictures_shown = 0
        self.pill = FlowPill(scene.theme)
        self.pill.setZValue(_PILL_Z)
        scene.addItem(self.pill)
        scene.states_shown.connect(self._follow_states)
        scene.arranged.connect(self._follow)
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

    def response(self, node_id: str) -> Array | None:
        """Return a of a layer over the plane of two inputs, (rows, columns, units), or None."""
        known, anatomy = self._responses.get(node_id), self.opened.anatomy(node_id)
        fits = known is not None and anatomy is not None and known.shape[2] == anatomy.units
        return known if fits and anatomy is not None and anatomy.picture is None else None

    def link_items(self) -> list[EdgeItem]:
        """Return the edges of all links between open layers."""
        return list(self.links.edges.values())

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

    def show_step(self, numbers: NetworkNumbers, responses: Mapping[str, Array], lit: Highlight | None) -> None:
        """Show other numbers and what lights up, its unit in sight: one picture, worked out once."""
        self._numbers, self._responses = numbers, dict(responses)
        self._set_emphasis(replace(self._emphasis, lit=lit))
        if lit is None or lit.unit is None or not self._open_layers.bring_into_sight(lit.layer_id, lit.unit):
            self._show_values()
            self.changed.emit()

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

    def live_areas(self) -> list[QRectF]:
        """Return what changes while a network trains."""
        areas = [items.units.sceneBoundingRect() for items in self._layers.values()]
        return [*areas, *(item.sceneBoundingRect() for item in self.links.edges.values())]

    def _emphasise(self, emphasis: Emphasis) -> None:
        if emphasis == self._emphasis:
            return
        focus = self._wish.focus
        self._set_emphasis(emphasis)
        if self._wish.focus != focus:
            self._show_edges()
        else:
            self._restyle_edges()
        self._show_states()
        self.changed.emit()

    def _set_emphasis(self, emphasis: Emphasis) -> None:
        self._emphasis = emphasis
        self._wish = replace(self._wish, focus=emphasis.focus_unit())

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
        self.links.match(self._ends)
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

    def _remove(self, *items: QGraphicsItem) -> None:
        for item in items:
            self._scene.removeItem(item)

    def _show_values(self, *, repaint: bool = True) -> None:
        self._pictures_shown += 1
        # Pictures of weights change slowly: while a network trains every third of them is enough.
        fresh = repaint or self._pictures_shown % 3 == 0
        for id_, items in self._layers.items():
            numbers, frame = self.layer_numbers(id_), self._ends[id_].frame
            thumbs = thumbs_of(self.opened, frame, numbers, self._responses, self._scene.theme) if fresh else None
            items.units.show_numbers(numbers, thumbs, repaint=repaint)
        self._show_edges(repaint=repaint)
        if repaint:
            self._show_states()
        else:
            self._show_targets()

    def _show_targets(self) -> None:
        for id_, items in self._layers.items():
            state = unit_state(self._emphasis, id_, self._numbers, self._ends[id_].frame.anatomy)
            items.units.show_state(state, repaint=False)

    def _show_edges(self, *, repaint: bool = True) -> None:
        """Work out which edges there are, and how strong."""
        self.links.show(self.layer_numbers, self._wish, self._emphasis, repaint=repaint)
        for id_, end in self._ends.items():
            numbers = self.layer_numbers(id_)
            edges = bias_edges(end.frame, end.box, numbers, self._wish.measure)
            self._show_biases(id_, edges, numbers, repaint=repaint)

    def _restyle_edges(self) -> None:
        self.links.restyle(self.layer_numbers, self._wish, self._emphasis)
        for id_, items in self._layers.items():
            if items.biases.edges is not None:
                self._show_biases(id_, items.biases.edges, self.layer_numbers(id_))

    def _show_biases(self, node_id: str, edges: Edges, numbers: UnitNumbers, *, repaint: bool = True) -> None:
        style, radius = edge_style(self._emphasis, edges, numbers, self._wish), self._ends[node_id].frame.radius
        self._layers[node_id].biases.show_edges(edges, style, self._scene.theme, radius, repaint=repaint)

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
        self.links.show_fans(emphasis)
        biases = [items.biases for items in self._layers.values()]
        show_flow(self.pill, emphasis.lit if self._ends else None, self.link_items(), biases, self._scene)
