"""The inspector: what is selected, and below it how the network is trained."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.compiler.compile import parameter_bytes, plan_bytes
from core.errors import LayerloomError
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.layers.layer_type import format_shape
from core.project import edits
from core.project.delta import ProjectDelta
from designer.datasets.service import DataService
from designer.document import Document
from designer.inspector.figures import memory, parameter_sum, role
from designer.inspector.layer_head import LayerHead
from designer.inspector.layer_section import LayerSection
from designer.inspector.training_section import TrainingSection
from designer.numbers import whole
from designer.problems.service import ProblemService
from designer.run.controller import RunController
from designer.selection import Selection
from designer.theme import ThemeService
from designer.translation import label, shown
from designer.widgets.fact_list import FactList
from designer.widgets.form_scroll import FormScroll
from designer.widgets.line import horizontal_line


class InspectorPanel(QWidget):
    """Shows the selected layers or wires, or the whole network where nothing is selected, and the training form."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        problems: ProblemService,
        run: RunController,
        data: DataService,
        theme: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._problems, self._theme = document, selection, problems, theme
        self.head = LayerHead()
        self.layers = LayerSection(document, problems, run)
        self.facts = FactList()
        self._hint = QLabel()
        self._hint.setProperty("level", "second")
        self._hint.setWordWrap(True)
        self.training = TrainingSection(document, run)
        self._lay_out()
        self.head.renamed.connect(self._rename)
        selection.changed.connect(self._show)
        document.changed.connect(self._follow)
        problems.changed.connect(self._show)
        theme.changed.connect(self._show)
        self._stops: tuple[QWidget, ...] = ()
        self._show()

    @property
    def hint(self) -> str:
        """What is said below the facts."""
        return self._hint.text()

    def edit_name(self) -> None:
        """Let the selected layer's name be typed."""
        if len(self._selection.nodes) == 1:
            self.head.edit()

    def _lay_out(self) -> None:
        self._overview = QWidget()
        overview = QVBoxLayout(self._overview)
        overview.setContentsMargins(12, 8, 12, 10)
        overview.setSpacing(8)
        overview.addWidget(self.facts)
        overview.addWidget(self._hint)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.layers)
        column.addWidget(self._overview)
        column.addWidget(horizontal_line())
        column.addWidget(self.training)
        column.addStretch(1)
        scroll = FormScroll()
        scroll.setWidget(inside)
        whole_panel = QVBoxLayout(self)
        whole_panel.setContentsMargins(0, 0, 0, 0)
        whole_panel.setSpacing(0)
        whole_panel.addWidget(self.head)
        whole_panel.addWidget(scroll, 1)

    def _follow(self, delta: ProjectDelta) -> None:
        if delta.training or delta.graph:
            self.training.show_project()
        if delta.training:
            self._show()

    def _show(self) -> None:
        graph = self._document.project.graph
        nodes = tuple(node for node in self._selection.nodes if node in graph)
        present = {link.id for link in graph.links}
        links = tuple(link for link in self._selection.links if link in present)
        self.layers.setVisible(bool(nodes))
        self._overview.setVisible(not nodes)
        if nodes:
            self._show_layers(graph, nodes)
        elif links:
            self._show_wires(graph, links)
        else:
            self._show_network(graph)
        self._order_stops()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._order_stops()

    def _order_stops(self) -> None:
        """Let Tab walk from top to bottom; forms are built anew, in an order that Qt cannot know."""
        layers = () if self.layers.isHidden() else self.layers.tab_stops()
        stops = (self.head.name, self.head.field, *layers, *self.training.form.tab_stops())
        if stops != self._stops:
            self._stops = stops
            for before, after in pairwise(stops):
                QWidget.setTabOrder(before, after)

    def _show_layers(self, graph: Graph, nodes: tuple[str, ...]) -> None:
        theme = self._theme.current
        kinds = [LAYERS[graph.node(node_id).kind] for node_id in nodes]
        if len(nodes) == 1:
            node, shape = graph.node(nodes[0]), self._problems.shapes.get(nodes[0])
            second = role(graph, node.id, shape.parameters if shape is not None else ())
            if node.name:
                second = f"{label(kinds[0].label)} · {second}"
            name = self._problems.names.get(node.id, "")
            self.head.show_thing(kinds[0].icon, theme.families[kinds[0].family], name, second, renamable=True)
        else:
            counts = {kind.label: sum(k is kind for k in kinds) for kind in kinds}
            second = ", ".join(f"{count} {label(name)}" for name, count in counts.items())
            title = self.tr("{count} layers").format(count=whole(len(nodes)))
            self.head.show_thing("select-all", theme.text_second, title, second)
        self.layers.show_layers(nodes)

    def _show_wires(self, graph: Graph, links: tuple[str, ...]) -> None:
        names, shapes, colour = self._problems.names, self._problems.shapes, self._theme.current.wire
        if len(links) > 1:
            self.head.show_thing("network", colour, self.tr("{count} wires").format(count=whole(len(links))), "")
            self.facts.set_facts([])
            self._set_hint(self.tr("Select one wire to see what it carries. Del deletes them all."))
            return
        link = graph.link(links[0])
        start, end = names.get(link.source, ""), names.get(link.target, "")
        self.head.show_thing("network", colour, self.tr("Wire"), f"{start} → {end}")
        facts = [(self.tr("From"), start), (self.tr("To"), end)]
        into = shapes.get(link.target)
        port = next((p for p in (into.inputs or ()) if p.link_id == link.id), None) if into is not None else None
        facts.append((self.tr("Width"), format_shape(port.shape) if port is not None else self.tr("not known yet")))
        own = [spec for spec in into.parameters if spec.name.endswith(f".{link.id}")] if into is not None else []
        if own:
            terms, total = parameter_sum(own)
            facts += [(self.tr("Kernel"), terms), (self.tr("Weights"), total)]
        self.facts.set_facts(facts)
        self._set_hint("")

    def _show_network(self, graph: Graph) -> None:
        self.head.show_thing("network", self._theme.current.text_second, self.tr("Network"), "")
        if not graph.nodes:
            self.facts.set_facts([])
            self._set_hint(self.tr("No layers yet. Drag an Input from the palette onto the canvas."))
            return
        shapes, training = self._problems.shapes.values(), self._document.project.training
        needed = parameter_bytes(graph, training.dtype) + plan_bytes(graph, training.batch_size, training.dtype)
        self.facts.set_facts(
            [
                (self.tr("Layers"), whole(len(graph.nodes))),
                (self.tr("Wires"), whole(len(graph.links))),
                (self.tr("Parameters"), whole(sum(shape.parameter_count for shape in shapes))),
                (self.tr("Multiply-adds per sample"), whole(sum(shape.multiply_adds for shape in shapes))),
                (self.tr("Memory in training"), memory(needed)),
            ]
        )
        self._set_hint(self.tr("Select a layer or a wire to see it here."))

    def _set_hint(self, hint: str) -> None:
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _rename(self, name: str) -> None:
        if len(self._selection.nodes) != 1:
            return
        try:
            self._document.apply(self.tr("Rename"), edits.rename, self._selection.nodes[0], name)
        except LayerloomError as error:
            self._set_hint(shown(error))
