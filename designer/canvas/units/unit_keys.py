"""The keyboard on opened layers: from unit to unit, to the edges of one, and into the field of a number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from designer.canvas.pointer import Pointer
from designer.canvas.tools.gesture import Stage
from designer.canvas.units.edges import Edges
from designer.canvas.units.neuron_view import NeuronView
from designer.canvas.units.numbers import EdgeTarget, UnitTarget
from designer.canvas.units.weight_editor import WeightEditor

Key = Qt.Key


class UnitKeys(QObject):
    """Stands before the keys of the canvas while a layer is open.

    With a unit chosen: Up, Down, Page Up, Page Down, Home, End go to others, Left to its edges (among them Up and Down
    go from one to the next, Left on to the layer that they come from), Right to the next layer, Enter types its bias,
    or the weight of the edge, Escape goes back one step and at last closes the layer.
    """

    def __init__(
        self, stage: Stage, neurons: NeuronView, pointer: Pointer, editor: WeightEditor, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._stage, self._neurons, self._pointer, self._editor = stage, neurons, pointer, editor
        handlers = stage.view.handlers
        behind = handlers[QEvent.Type.KeyPress]
        handlers[QEvent.Type.KeyPress] = lambda event: self._press(event) or behind(event)
        self._on_unit: dict[int, Callable[[UnitTarget], bool]] = {
            Key.Key_Up: lambda part: self._step(part, -1),
            Key.Key_Down: lambda part: self._step(part, 1),
            Key.Key_PageUp: lambda part: self._page(part, -1),
            Key.Key_PageDown: lambda part: self._page(part, 1),
            Key.Key_Home: lambda part: self._choose(part.node_id, 0),
            Key.Key_End: lambda part: self._choose(part.node_id, self._units(part.node_id) - 1),
            Key.Key_Left: self._to_edges,
            Key.Key_Right: self._to_next_layer,
            Key.Key_Return: self._edit_bias,
            Key.Key_Enter: self._edit_bias,
            Key.Key_Escape: lambda part: self._let_go(),
        }
        self._on_edge: dict[int, Callable[[EdgeTarget], bool]] = {
            Key.Key_Up: lambda part: self._next_edge(part, -1),
            Key.Key_Down: lambda part: self._next_edge(part, 1),
            Key.Key_Left: self._to_source,
            Key.Key_Right: lambda part: self._choose(part.node_id, part.unit),
            Key.Key_Return: self._editor.open,
            Key.Key_Enter: self._editor.open,
            Key.Key_Escape: lambda part: self._choose(part.node_id, part.unit),
        }

    def _press(self, event: QEvent) -> bool:
        assert isinstance(event, QKeyEvent)
        view, key = self._neurons.view, event.key()
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not view.ends or self._pointer.gesture is not None or held != Qt.KeyboardModifier.NoModifier:
            return False
        chosen = view.emphasis.chosen
        if isinstance(chosen, UnitTarget):
            on_unit = self._on_unit.get(key)
            return on_unit is not None and on_unit(chosen)
        if isinstance(chosen, EdgeTarget):
            on_edge = self._on_edge.get(key)
            return on_edge is not None and on_edge(chosen)
        return self._press_on_card(key)

    def _press_on_card(self, key: int) -> bool:
        """With an open layer selected, but none of its units chosen: Enter goes into it, Escape closes it."""
        nodes = [id_ for id_ in self._stage.selection.nodes if id_ in self._neurons.view.ends]
        if not nodes or len(self._stage.selection.nodes) != len(nodes):
            return False
        if key in (Key.Key_Return, Key.Key_Enter):
            frame = self._neurons.view.ends[nodes[-1]].frame
            return self._choose(nodes[-1], frame.first)
        if key == Key.Key_Escape:
            self._neurons.open_layers.close(*nodes)
            return True
        return False

    def _units(self, node_id: str) -> int:
        return self._neurons.view.ends[node_id].frame.anatomy.units

    def _choose(self, node_id: str, unit: int) -> bool:
        if node_id not in self._neurons.view.ends:
            return False
        unit = min(max(unit, 0), self._units(node_id) - 1)
        self._stage.selection.select((node_id,))
        self._neurons.view.choose(UnitTarget(node_id, unit))
        return True

    def _step(self, part: UnitTarget, step: int) -> bool:
        """Go to the next unit; in a picture one row of pixels on, so that arrows lead where they point."""
        anatomy = self._neurons.view.ends[part.node_id].frame.anatomy
        if anatomy.picture is not None:
            step *= anatomy.picture[1] * anatomy.channels
            if not 0 <= part.unit + step < anatomy.units:
                return True
        return self._choose(part.node_id, part.unit + step)

    def _page(self, part: UnitTarget, step: int) -> bool:
        return self._choose(part.node_id, part.unit + step * self._neurons.view.ends[part.node_id].frame.count)

    def _to_edges(self, part: UnitTarget) -> bool:
        """Choose the strongest edge into a unit; in a picture go left."""
        anatomy = self._neurons.view.ends[part.node_id].frame.anatomy
        if anatomy.picture is not None and part.unit % (anatomy.picture[1] * anatomy.channels) >= anatomy.channels:
            return self._choose(part.node_id, part.unit - anatomy.channels)
        for edges in self._edges_into(part.node_id):
            own = [index for index in range(len(edges)) if edges.units[index] == part.unit]
            if own:
                # The strongest come last.
                self._neurons.view.choose(edges.target(own[-1]))
                return True
        return True

    def _edges_into(self, node_id: str) -> list[Edges]:
        found = [item.edges for item in self._neurons.view.edge_items() if item.edges is not None]
        return [edges for edges in found if edges.node_id == node_id and edges.weighted]

    def _next_edge(self, part: EdgeTarget, step: int) -> bool:
        """Go among all edges into a unit, its bias last."""
        targets = []
        for edges in self._edges_into(part.node_id):
            own = [edges.target(index) for index in range(len(edges)) if edges.units[index] == part.unit]
            targets += sorted(own, key=lambda target: target.source_unit)
        if part in targets:
            place = min(max(targets.index(part) + step, 0), len(targets) - 1)
            self._neurons.view.choose(targets[place])
        return True

    def _to_source(self, part: EdgeTarget) -> bool:
        incoming = self._neurons.view.ends[part.node_id].frame.anatomy.incoming
        source = next((known.source for known in incoming if known.link_id == part.link_id), "")
        return self._choose(source, part.source_unit) or True

    def _to_next_layer(self, part: UnitTarget) -> bool:
        anatomy = self._neurons.view.ends[part.node_id].frame.anatomy
        if anatomy.picture is not None:
            across = anatomy.picture[1] * anatomy.channels
            if part.unit % across + anatomy.channels < across:
                return self._choose(part.node_id, part.unit + anatomy.channels)
        graph = self._stage.document.project.graph
        following = [id_ for id_ in graph.successors(part.node_id) if id_ in self._neurons.view.ends]
        if following:
            frame = self._neurons.view.ends[following[0]].frame
            return self._choose(following[0], frame.first + min(anatomy.row_of(part.unit), frame.count - 1))
        return True

    def _edit_bias(self, part: UnitTarget) -> bool:
        anatomy = self._neurons.view.ends[part.node_id].frame.anatomy
        if not anatomy.bias or not self._editor.open(EdgeTarget(part.node_id, "", -1, anatomy.bias_index(part.unit))):
            self._to_edges(part)
        return True

    def _let_go(self) -> bool:
        self._neurons.view.choose(None)
        return True
