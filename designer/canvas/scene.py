"""The scene: cards and wires as a view of the project. It reads, it never decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from core.compiler.problems import Problem
from core.graph.model import Graph
from designer.canvas.card_content import CardContent, WireContent, card_content, skip_links, wire_contents, worst
from designer.canvas.card_item import CardItem
from designer.canvas.card_painter import OUTPUT, CardState
from designer.canvas.geometry import Box, Point, Polyline
from designer.canvas.labels import LabelPlace, label_places
from designer.canvas.live_values import LiveValues
from designer.canvas.targets import CardTarget, Ground, PortTarget, Side, Target, WireTarget
from designer.canvas.units.open_layers import Opened, OpenLayers
from designer.canvas.wire_item import WireItem
from designer.canvas.wire_painter import WireState, label_size
from designer.canvas.wiring import RouteMemory, WirePlan, plan_wires, replan
from designer.document import Document
from designer.problems.service import ProblemService
from designer.selection import Selection
from designer.theme import Theme, ThemeService


@dataclass(frozen=True, slots=True)
class Marks:
    """What a gesture brings out for as long as it lasts.

    Attributes
    ----------
    hot : what the pointer is over, or what a wire would snap to.
    offered : layers at which a wire may end, on `side`; `refused` : those at which it may not.
    dimmed : the wire that is about to be led elsewhere.
    """

    hot: Target | None = None
    side: Side | None = None
    offered: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    dimmed: str = ""


class CanvasScene(QGraphicsScene):
    """Keeps one card per layer and one wire per link, from the project, its problems and the selection.

    Signals
    -------
    arranged() : cards or wires lie elsewhere, or there are others.
    states_shown() : cards or wires may stand out otherwise, or say something else.
    """

    arranged = Signal()
    states_shown = Signal()

    def __init__(
        self,
        document: Document,
        selection: Selection,
        problems: ProblemService,
        live: LiveValues,
        theme: ThemeService,
        parent: QObject | None = None,
        open_layers: OpenLayers | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._problems = document, selection, problems
        self._open_layers = open_layers or OpenLayers(self)
        self._opened = self._open_layers.opened
        self._live, self._theme = live, theme
        self._cards: dict[str, CardItem] = {}
        self._wires: dict[str, WireItem] = {}
        self._boxes: dict[str, Box] = {}
        self._lifted: dict[str, Point] = {}
        self._hidden = ""
        self._memory = RouteMemory()
        self._plan = WirePlan({}, {})
        self._moving_plan: WirePlan | None = None
        self._contents: dict[str, WireContent] = {}
        self._marks = Marks()
        self._shown: tuple[object, ...] = ()
        # Before anything else here reads the selection.
        document.changed.connect(selection.follow)
        document.changed.connect(lambda _delta: self._follow())
        problems.changed.connect(self._follow)
        selection.changed.connect(self._show_states)
        theme.changed.connect(self._recolour)
        self._open_layers.changed.connect(self._lay_out_again)
        self._follow()

    @property
    def opened(self) -> Opened:
        """The opened layers, and the room that they take."""
        return self._opened

    @property
    def boxes(self) -> Mapping[str, Box]:
        """Where every card lies, those that are being moved included; selected ones last, for they lie on top."""
        selected = set(self._selection.nodes)
        return dict(sorted(self._current_boxes().items(), key=lambda entry: entry[0] in selected))

    @property
    def ground(self) -> Ground:
        """The geometry of the project as it is, without what is being moved."""
        selected = set(self._selection.nodes)
        boxes = dict(sorted(self._boxes.items(), key=lambda entry: entry[0] in selected))
        routes = {id_: points for id_, points in self._plan.routes.items() if not self._replaced(id_)}
        return Ground(self._document.project.graph, boxes, WirePlan(routes, self._plan.ports))

    @property
    def routes(self) -> Mapping[str, Polyline]:
        """The wires as they are shown."""
        return (self._moving_plan or self._plan).routes

    @property
    def marks(self) -> Marks:
        """What is brought out now."""
        return self._marks

    @property
    def theme(self) -> Theme:
        """The colours in force."""
        return self._theme.current

    def card(self, node_id: str) -> CardItem:
        """Return the card of a layer; raises KeyError where there is none."""
        return self._cards[node_id]

    def wire(self, link_id: str) -> WireItem:
        """Return the wire of a link; raises KeyError where there is none."""
        return self._wires[link_id]

    def troubled(self) -> tuple[str, ...]:
        """Return the layers that have a badge."""
        return tuple(id_ for id_, card in self._cards.items() if card.state.severity is not None)

    def lift(self, places: Mapping[str, Point], without: str = "") -> None:
        """Show cards elsewhere without changing the project; only their wires are led anew. Nothing: put back.

        Places are those of the project: where layers are open, the cards are shown elsewhere.
        `without` is a wire that is hidden meanwhile, because a gesture shows what will take its place.
        """
        lifted = {id_: place for id_, place in places.items() if id_ in self._cards}
        if (lifted, without) == (self._lifted, self._hidden):
            return
        moved = lifted.keys() | self._lifted.keys()
        self._lifted, self._hidden = lifted, without
        boxes = self._current_boxes()
        for id_ in moved:
            self._cards[id_].place((boxes[id_].left, boxes[id_].top))
        graph = self._document.project.graph.without(link_ids=[without])
        self._moving_plan = replan(self._plan, graph, boxes, lifted.keys()) if lifted or without else None
        self._lead_wires(only=frozenset(moved))
        self.arranged.emit()

    def mark(self, marks: Marks) -> None:
        """Bring out other things."""
        if marks != self._marks:
            self._marks = marks
            self._show_states()

    def live_areas(self, seen: QRectF) -> list[QRectF]:
        """Return the live parts of the cards in sight."""
        areas = (card.live_area.sceneBoundingRect() for card in self._cards.values() if card.isVisible())
        return [area for area in areas if area.intersects(seen)]

    def refresh_live(self) -> None:
        """Paint the live parts of all cards anew, soon."""
        for card in self._cards.values():
            card.live_area.update()

    def _current_boxes(self) -> dict[str, Box]:
        return {**self._boxes, **{id_: self._opened.room.box(id_, place) for id_, place in self._lifted.items()}}

    def _replaced(self, link_id: str) -> bool:
        """Whether edges between units are shown in place of a wire."""
        return self._document.project.graph.link(link_id).target in self._opened.frames

    def _lay_out_again(self) -> None:
        self._shown = ()
        self._follow()

    def _follow(self) -> None:
        """Bring cards and wires up to date; does nothing where nothing changed since the last time."""
        project = self._document.project
        facts = (project.graph, project.layout, self._problems.shapes, self._problems.names)
        problems = self._problems.problems
        if self._shown and all(a is b for a, b in zip((*facts, problems), self._shown, strict=True)):
            return
        self._shown = (*facts, problems)
        self._lifted, self._hidden, self._moving_plan = {}, "", None
        self._opened = self._open_layers.lay_out(project, self._problems.shapes, self._problems.names)
        places = {node.id: project.layout.get(node.id, (0.0, 0.0)) for node in project.graph.nodes}
        boxes = {id_: self._opened.room.box(id_, place) for id_, place in places.items()}
        plan = plan_wires(project.graph, boxes, self._memory)
        arranged = (boxes, plan) != (self._boxes, self._plan)
        self._boxes, self._plan = boxes, plan
        self._show_cards(project.graph)
        skips = skip_links(project.graph)
        self._contents = wire_contents(project.graph, self._problems.shapes, skips)
        self._match_wires(project.graph)
        self._lead_wires()
        self._show_states()
        if arranged:
            self.arranged.emit()

    def _show_cards(self, graph: Graph) -> None:
        for id_ in self._cards.keys() - self._boxes.keys():
            self.removeItem(self._cards.pop(id_))
        theme, skips = self._theme.current, skip_links(graph)
        for node in graph.nodes:
            links = sorted(graph.links_into(node.id), key=lambda link: link.id in skips)
            name = self._problems.names.get(node.id, "")
            content = card_content(node, name, self._problems.shapes.get(node.id), links)
            card = self._cards.get(node.id) or self._new_card(node.id, content)
            card.show_content(content, theme)
            card.place((self._boxes[node.id].left, self._boxes[node.id].top))
            card.setVisible(node.id not in self._opened.frames)

    def _new_card(self, node_id: str, content: CardContent) -> CardItem:
        card = CardItem(node_id, content, self._theme.current, self._live)
        self._cards[node_id] = card
        self.addItem(card)
        return card

    def _match_wires(self, graph: Graph) -> None:
        """Have one wire per link."""
        present = {link.id for link in graph.links}
        for id_ in self._wires.keys() - present:
            wire = self._wires.pop(id_)
            self.removeItem(wire.label_item)
            self.removeItem(wire)
        for id_ in present - self._wires.keys():
            wire = self._wires[id_] = WireItem(id_, self._theme.current)
            self.addItem(wire)
            self.addItem(wire.label_item)

    def _lead_wires(self, only: frozenset[str] | None = None) -> None:
        """Lead the wires along their routes; `only` those of some cards while these are being moved."""
        routes = self.routes
        led = [
            link.id
            for link in self._document.project.graph.links
            if link.id in routes and (only is None or link.source in only or link.target in only)
        ]
        labels = self._label_places({id_: routes[id_] for id_ in led})
        for id_ in led:
            self._wires[id_].show_route(routes[id_], self._contents[id_], labels.get(id_))
        for id_, wire in self._wires.items():
            seen = id_ != self._hidden and not self._replaced(id_)
            wire.setVisible(seen)
            wire.label_item.setVisible(seen)

    def _label_places(self, routes: Mapping[str, Polyline]) -> dict[str, LabelPlace]:
        sizes = {id_: size for id_ in routes if (size := label_size(self._contents[id_])) is not None}
        nets = {link.id: link.source for link in self._document.project.graph.links}
        return label_places(routes, nets, sizes, self._current_boxes().values())

    def _show_states(self) -> None:
        problems: dict[str, list[Problem]] = {}
        for problem in self._problems.problems:
            problems.setdefault(problem.node_id, []).append(problem)
        selected, chosen = set(self._selection.nodes), set(self._selection.links)
        for id_, card in self._cards.items():
            card.show_state(self._card_state(id_, id_ in selected, problems.get(id_, ())))
        hot = self._marks.hot
        hovered = hot.link_id if isinstance(hot, WireTarget) else ""
        for id_, wire in self._wires.items():
            state = WireState(
                selected=id_ in chosen,
                hovered=id_ == hovered,
                dimmed=id_ == self._marks.dimmed,
            )
            wire.show_state(state, self._theme.current)
        self.states_shown.emit()

    def _card_state(self, node_id: str, selected: bool, problems: list[Problem] | tuple[()]) -> CardState:
        marks, ports = self._marks, self._plan.ports[node_id]
        port = marks.hot if isinstance(marks.hot, PortTarget) and marks.hot.node_id == node_id else None
        hovered = isinstance(marks.hot, (CardTarget, PortTarget)) and marks.hot.node_id == node_id
        offered = marks.side if node_id in marks.offered else None
        heights = tuple(ports.taken.values())
        free = ports.free if not heights or hovered or offered is Side.INPUT else None
        hot = None
        if port is not None:
            hot = OUTPUT if port.side is Side.OUTPUT else port.height
        return CardState(
            selected=selected,
            hovered=hovered,
            severity=worst([problem.severity for problem in problems]),
            ports=heights,
            free=free,
            hot=hot,
            offered=offered,
            refused=node_id in marks.refused,
        )

    def _recolour(self) -> None:
        for card in self._cards.values():
            card.show_content(card.content, self._theme.current)
        self._show_states()

