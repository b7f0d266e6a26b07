"""The items of the links into open layers: edges where both ends are open, else lines from where the link begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsItem

from designer.canvas.scene import CanvasScene
from designer.canvas.units.anatomy import Incoming
from designer.canvas.units.edge_item import EdgeItem
from designer.canvas.units.edges import EdgeWish, End, edges_between, joined_in_sight
from designer.canvas.units.emphasis import Emphasis, edge_style, fan_front
from designer.canvas.units.fan_item import FanItem
from designer.canvas.units.frame import WAY_IN
from designer.canvas.units.numbers import UnitNumbers
from designer.canvas.wiring import output_port

_FAN_Z, _EDGE_Z = 0.93, 0.94

NumbersOf = Callable[[str], UnitNumbers]


class LinkItems:
    """Keeps one item per link into an open layer, by link."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._ends: Mapping[str, End] = {}
        self.edges: dict[str, EdgeItem] = {}
        self.fans: dict[str, FanItem] = {}

    def match(self, ends: Mapping[str, End]) -> None:
        """Have the items of these open layers."""
        self._ends = ends
        links = [(incoming, end) for end in ends.values() for incoming in end.frame.anatomy.incoming]
        direct = {incoming.link_id for incoming, _ in links if incoming.source in ends}
        fans = {incoming.link_id for incoming, end in links if not self._joined(incoming, end)}
        self._match(self.edges, direct, lambda: EdgeItem(self._scene.theme), _EDGE_Z)
        self._match(self.fans, fans, lambda: FanItem(self._scene.theme), _FAN_Z)

    def show(self, numbers_of: NumbersOf, wish: EdgeWish, emphasis: Emphasis, *, repaint: bool = True) -> None:
        """Work out which edges there are, how strong, and how they stand out."""
        for id_, end in self._ends.items():
            numbers = numbers_of(id_)
            for incoming in end.frame.anatomy.incoming:
                source = self._ends.get(incoming.source)
                if source is not None:
                    edges = edges_between(incoming, source, end, numbers, numbers_of(incoming.source), wish)
                    style = edge_style(emphasis, edges, numbers, wish, incoming)
                    self.edges[incoming.link_id].show_edges(edges, style, self._scene.theme, repaint=repaint)

    def restyle(self, numbers_of: NumbersOf, wish: EdgeWish, emphasis: Emphasis) -> None:
        """Have the same edges stand out otherwise."""
        for id_, end in self._ends.items():
            for incoming in end.frame.anatomy.incoming:
                item = self.edges.get(incoming.link_id)
                if item is not None and item.edges is not None:
                    style = edge_style(emphasis, item.edges, numbers_of(id_), wish, incoming)
                    item.show_edges(item.edges, style, self._scene.theme)

    def show_fans(self, emphasis: Emphasis) -> None:
        """Lead lines to the units of open layers where no edges do."""
        for end in self._ends.values():
            for incoming in end.frame.anatomy.incoming:
                fan, box = self.fans.get(incoming.link_id), self._scene.boxes.get(incoming.source)
                if fan is not None and box is not None:
                    fan.show_lines(QPointF(*output_port(box)), _fan_ends(end), self._scene.theme)
                    row, lit = fan_front(emphasis, end.frame.anatomy.node_id, incoming, end.frame, self._scene.theme)
                    fan.show_state(row, self._scene.wire(incoming.link_id).state.selected, lit)

    def _joined(self, incoming: Incoming, end: End) -> bool:
        """Whether edges show the link: not with too many to draw all, nor where other channels are in sight."""
        source = self._ends.get(incoming.source)
        return source is not None and joined_in_sight(incoming, source.frame, end.frame)

    def _match(self, items: dict, wanted: set[str], make: Callable[[], QGraphicsItem], z: float) -> None:
        for id_ in items.keys() - wanted:
            self._scene.removeItem(items.pop(id_))
        for id_ in wanted - items.keys():
            item = items[id_] = make()
            item.setZValue(z)
            self._scene.addItem(item)


def _fan_ends(end: End) -> list[QPointF]:
    frame, box = end.frame, end.box
    lone = frame.anatomy.picture is not None and frame.anatomy.rows == 1
    rows = range(frame.first, frame.first + frame.count)
    return [QPointF(box.left + (0.0 if lone else WAY_IN), box.top + frame.row_y(row)) for row in rows]
