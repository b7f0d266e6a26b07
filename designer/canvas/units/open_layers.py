"""Which layers are open, and which of their units are in sight: a state of the view, no edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from core.compiler.shapes import LayerShape
from core.data.dataset import PreparedData
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.project.model import Project
from designer.canvas.text import text_width
from designer.canvas.units.anatomy import Anatomy, Surroundings, Tie, anatomy_of, picture_shape
from designer.canvas.units.frame import DETAILED_EDGE_ROOM, EDGE_ROOM, Frame, frame_of
from designer.canvas.units.room import NOTHING_OPEN, Opening, Room
from designer.translation import shown


@dataclass(frozen=True, slots=True)
class Opened:
    """All that is open in a network, laid out.

    Attributes
    ----------
    frames : by layer, in the order of the network.
    room : what they take.
    around : what they were read from.
    names : under which the layers are shown.
    """

    frames: Mapping[str, Frame]
    room: Room
    around: Surroundings
    names: Mapping[str, str]

    def anatomy(self, node_id: str) -> Anatomy | None:
        """Return the anatomy of any layer, open or not."""
        frame = self.frames.get(node_id)
        return frame.anatomy if frame is not None else anatomy_of(self.around, node_id)

    def two_inputs(self) -> bool:
        """Whether samples have two values, so that an answer can be drawn over their plane."""
        graph = self.around.graph
        first = [node.id for node in graph.nodes if LAYERS[node.kind].maximum_inputs == 0]
        shape = self.around.shapes.get(first[0]) if len(first) == 1 else None
        return shape is not None and shape.output == (2,)


NOTHING_OPENED = Opened({}, NOTHING_OPEN, Surroundings(Graph(), {}), {})


class OpenLayers(QObject):
    """Remembers what is open and lays it out.

    Signals
    -------
    changed() : other layers are open, or other units of them are in sight.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open: tuple[str, ...] = ()
        self._first: dict[str, int] = {}
        self._data: PreparedData | None = None
        self._detailed = False
        self._opened = NOTHING_OPENED

    @property
    def ids(self) -> tuple[str, ...]:
        """The open layers, the one that was opened last behind the others."""
        return self._open

    @property
    def opened(self) -> Opened:
        """The open layers as they were laid out last."""
        return self._opened

    def open(self, *node_ids: str) -> None:
        """Open layers."""
        self._show((*(id_ for id_ in self._open if id_ not in node_ids), *node_ids))

    def close(self, *node_ids: str) -> None:
        """Close layers."""
        self._show(tuple(id_ for id_ in self._open if id_ not in node_ids))

    def show_only(self, node_ids: Iterable[str], *, detailed: bool = False) -> None:
        """Have exactly these open; `detailed`: small ones with a card of numbers below each unit."""
        changes, self._detailed = detailed != self._detailed, detailed
        if changes and tuple(node_ids) == self._open:
            self.changed.emit()
        self._show(tuple(node_ids))

    def show_rows(self, node_id: str, first: int) -> bool:
        """Bring other units of a layer into sight, beginning with this row; returns whether these are others."""
        frame = self._opened.frames.get(node_id)
        if frame is None:
            return False
        first = min(max(first, 0), frame.anatomy.rows - frame.count)
        if first == frame.first:
            return False
        self._first[node_id] = first
        self.changed.emit()
        return True

    def page(self, node_id: str, step: int) -> None:
        """Go on (1) or back (−1) by as many units as are in sight."""
        frame = self._opened.frames.get(node_id)
        if frame is not None:
            self.show_rows(node_id, frame.first + step * frame.count)

    def bring_into_sight(self, node_id: str, unit: int) -> bool:
        """Page to where a unit is in sight, if it is not; returns whether others came into sight."""
        frame = self._opened.frames.get(node_id)
        if frame is None or not 0 <= unit < frame.anatomy.units or frame.shows(unit):
            return False
        row = frame.anatomy.row_of(unit)
        return self.show_rows(node_id, row if row < frame.first else row - frame.count + 1)

    def set_data(self, data: PreparedData | None) -> None:
        """Say what the samples look like."""
        if data is not self._data:
            self._data = data
            self.changed.emit()

    def lay_out(self, project: Project, shapes: Mapping[str, LayerShape], names: Mapping[str, str]) -> Opened:
        """Lay out what is open in a network; what is no longer there is forgotten."""
        graph, data = project.graph, self._data
        self._open = tuple(id_ for id_ in self._open if id_ in graph)
        around = Surroundings(graph, shapes, *((data.sample_shape, data.classes) if data is not None else ()))
        frames: dict[str, Frame] = {}
        for node in graph.nodes:
            anatomy = anatomy_of(around, node.id) if node.id in self._open else None
            if anatomy is not None:
                frames[node.id] = self._frame(around, anatomy, names.get(node.id, ""))
        layout = project.layout
        openings = {
            id_: Opening(layout.get(id_, (0.0, 0.0)), frame.width, frame.height, self._beside(graph, id_, frames))
            for id_, frame in frames.items()
        }
        self._opened = Opened(frames, Room(openings), around, names)
        return self._opened

    def _frame(self, around: Surroundings, anatomy: Anatomy, name: str) -> Frame:
        node = around.graph.node(anatomy.node_id)
        summary = shown(LAYERS[node.kind].summary(node.options))
        words = 36.0 + text_width(name, 12, 600) + 8.0 + text_width(summary, 11) + 40.0
        thumbs, first = has_thumbs(around, anatomy), self._first.get(anatomy.node_id, 0)
        return frame_of(anatomy, first, thumbs, min(words, 260.0), detailed=self._detailed)

    def _beside(self, graph: Graph, node_id: str, frames: Mapping[str, Frame]) -> float:
        if not any(id_ in frames for id_ in graph.successors(node_id)):
            return 0.0
        return DETAILED_EDGE_ROOM if self._detailed else EDGE_ROOM

    def _show(self, node_ids: tuple[str, ...]) -> None:
        if node_ids != self._open:
            self._open = node_ids
            self.changed.emit()


def has_thumbs(around: Surroundings, anatomy: Anatomy) -> bool:
    """Whether a picture stands before each unit: its weights, its kernel, or its response to two inputs."""
    if not anatomy.incoming:
        return False
    first = anatomy.incoming[0]
    if first.tie is Tie.FILTERS:
        return True
    if first.tie is not Tie.WEIGHTS:
        return False
    if picture_shape(around, first.source) is not None:
        return True
    return Opened({}, NOTHING_OPEN, around, {}).two_inputs()
