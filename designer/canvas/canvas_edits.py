"""What menus and keys do to the network on the canvas."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QObject, QPointF

from core.errors import LayerloomError
from core.project import edits
from core.project.model import Project
from designer.canvas.arrangement import arranged
from designer.canvas.geometry import GRID, Point
from designer.canvas.targets import neighbour
from designer.canvas.tools.gesture import Stage
from designer.translation import shown


class CanvasEdits(QObject):
    """Each method is one step of undo; what is refused is said in a note at the selected card."""

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._document, self._selection = stage.document, stage.selection

    def delete_selection(self) -> None:
        """Delete the selected cards, with their wires, and the selected wires."""
        nodes, links = self._selection.nodes, self._selection.links
        if not nodes and not links:
            return
        if len(nodes) == 1 and not links:
            text = self.tr("Delete {layer}").format(layer=self._name(nodes[0]))
        elif nodes:
            text = self.tr("Delete {count} layers").format(count=len(nodes))
        else:
            text = self.tr("Delete wire")
        self._document.apply(text, edits.delete, nodes, links)
        self._selection.select()

    def duplicate_selection(self) -> None:
        """Copy the selected cards and the wires among them; the copies are selected."""
        nodes = self._selection.nodes
        if nodes:
            self._document.apply(self.tr("Duplicate"), edits.duplicate, nodes)
            copies = self._document.project.graph.nodes[-len(nodes) :]
            self._selection.select(tuple(node.id for node in copies))

    def select_all(self) -> None:
        """Select every card and wire."""
        graph = self._document.project.graph
        self._selection.select(tuple(n.id for n in graph.nodes), tuple(link.id for link in graph.links))

    def link_selected(self) -> None:
        """Link the selected cards to one another, in the order in which they were selected."""
        nodes = self._selection.nodes
        if len(nodes) < 2:
            return

        def edit(project: Project) -> Project:
            for source, target in pairwise(nodes):
                project = edits.add_link(project, source, target)
            return project

        text = self.tr("Link {count} layers").format(count=len(nodes))
        try:
            self._document.apply(text, edit)
        except LayerloomError as error:
            box = self._stage.scene.boxes[nodes[-1]]
            self._stage.note.show_refusal(shown(error), self._stage.on_screen(QPointF(box.left, box.bottom)))
            self._stage.note.leave()

    def tidy(self) -> None:
        """Arrange all cards in columns."""
        project = self._document.project
        if not project.graph.nodes:
            return
        places = [project.layout.get(node.id, (0.0, 0.0)) for node in project.graph.nodes]
        origin = (min(x for x, _ in places), min(y for _, y in places))
        self._document.apply(self.tr("Tidy up"), edits.move_nodes, arranged(project.graph, origin))

    def nudge(self, direction: Point) -> None:
        """Move the selected cards by one step of the grid; steps in a row are one step of undo."""
        nodes, layout = self._selection.nodes, self._document.project.layout
        if nodes:
            places = {
                id_: (layout[id_][0] + GRID * direction[0], layout[id_][1] + GRID * direction[1]) for id_ in nodes
            }
            key = "nudge " + " ".join(nodes)
            self._document.apply_merging(key, self.tr("Move"), edits.move_nodes, places)

    def select_neighbour(self, direction: Point) -> None:
        """Select the nearest card in a direction; with nothing selected, the first one."""
        boxes = self._stage.scene.ground.boxes
        if not boxes:
            return
        chosen = self._selection.nodes
        found = neighbour(boxes, chosen[-1], direction) if chosen else self._document.project.graph.nodes[0].id
        if found is not None:
            self._choose(found)

    def select_next(self, step: int) -> bool:
        """Select the next card (step 1) or the one before (−1), as they lie from left to right.

        Returns whether there was one: at the end the keyboard goes on to the next widget.
        """
        boxes = self._stage.scene.ground.boxes
        order = sorted(boxes, key=lambda id_: (boxes[id_].left, boxes[id_].top, id_))
        if not order:
            return False
        chosen = self._selection.nodes
        if not chosen:
            self._choose(order[0 if step > 0 else -1])
            return True
        place = order.index(chosen[-1]) + step
        if not 0 <= place < len(order):
            return False
        self._choose(order[place])
        return True

    def _choose(self, node_id: str) -> None:
        self._selection.select((node_id,))
        self._stage.view.show_box(self._stage.scene.boxes[node_id])

    def _name(self, node_id: str) -> str:
        return self._stage.scene.card(node_id).content.name
