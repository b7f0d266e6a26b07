"""The canvas with all that floats over it: path, state, zoom, map, tips, and the strip of problems below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Signal
from PySide6.QtGui import QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.project.delta import ProjectDelta
from core.training.snapshot import Snapshot
from designer.canvas.breadcrumb import Breadcrumb
from designer.canvas.canvas_edits import CanvasEdits
from designer.canvas.canvas_menu import CanvasMenu
from designer.canvas.description import describe_selection
from designer.canvas.empty_hint import EmptyHint
from designer.canvas.keys import CanvasKeys
from designer.canvas.live_values import LiveValues
from designer.canvas.minimap import Minimap
from designer.canvas.pointer import Pointer
from designer.canvas.pointer_note import PointerNote
from designer.canvas.problem_tip import ProblemTip
from designer.canvas.problems_strip import ProblemsStrip
from designer.canvas.scene import CanvasScene
from designer.canvas.state_pill import StatePill
from designer.canvas.tip_keeper import TipKeeper
from designer.canvas.tools.gesture import Stage
from designer.canvas.units.neuron_view import NeuronView
from designer.canvas.units.open_layers import OpenLayers
from designer.canvas.units.open_memory import OpenMemory
from designer.canvas.units.overlays import UnitOverlays
from designer.canvas.units.unit_keys import UnitKeys
from designer.canvas.units.unit_pointer import UnitPointer
from designer.canvas.units.weight_editor import WeightEditor
from designer.canvas.units.zoom_opener import ZoomOpener
from designer.canvas.view import ZOOM_STEP, CanvasView
from designer.canvas.zoom_control import ZoomControl
from designer.datasets.service import DataService
from designer.document import Document
from designer.problems.service import ProblemService
from designer.run.controller import RunController
from designer.run.shown_sample import ShownSample
from designer.selection import Selection
from designer.settings import Settings
from designer.theme import ThemeService

EDGE = 12


class CanvasPanel(QWidget):
    """Where the network is drawn.

    Signals
    -------
    options_requested(str) : the user wants to see the options of a layer: the inspector takes the keyboard.
    """

    options_requested = Signal(str)

    def __init__(
        self,
        document: Document,
        selection: Selection,
        problems: ProblemService,
        run: RunController,
        data: DataService,
        theme: ThemeService,
        settings: Settings,
        parent: QWidget | None = None,
        sample: ShownSample | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._problems = document, selection, problems
        self._run, self._data = run, data
        self.live, self._room = LiveValues(), QRect()
        open_layers = OpenLayers(self)
        self.scene = CanvasScene(document, selection, problems, self.live, theme, self, open_layers)
        self.view = CanvasView(self.scene, theme, self)
        self.strip = ProblemsStrip(problems, theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.strip)
        self._breadcrumb, self._empty = Breadcrumb(theme, self), EmptyHint(theme, self)
        self._pill = StatePill(document, problems, run, theme, self)
        self._zoom = ZoomControl(theme, self)
        self._map = Minimap(self.view, self.scene, theme, self)
        self.tip = ProblemTip(theme, self)
        self.note = PointerNote(theme, self)
        stage = Stage(document, selection, self.scene, self.view, self.note)
        self.edits = CanvasEdits(stage, self)
        self.menu = CanvasMenu(stage, self.edits, self)
        self._pointer = Pointer(stage, self.live, self.menu, self)
        self._tips = TipKeeper(self.tip, stage, self._pointer, problems, self._floating, self)
        self._keys = CanvasKeys(stage, self._pointer, self.edits, self)
        self.neurons = NeuronView(self.scene, open_layers, self.live, sample or ShownSample(self), theme, self)
        self.editor = WeightEditor(stage, self.neurons, run, self)
        below = (self._zoom, self._map)
        self.overlays = UnitOverlays(stage, self.neurons, self._pointer, self.editor, theme, below, self)
        self._unit_pointer = UnitPointer(stage, self.neurons, self._pointer, self.editor, self)
        self._unit_keys = UnitKeys(stage, self.neurons, self._pointer, self.editor, self)
        self._zoom_opener = ZoomOpener(stage, open_layers, self)
        self._open_memory = OpenMemory(document, open_layers, settings, self)
        self.setFocusProxy(self.view)
        self._connect(theme)
        self._follow_selection()
        self._take_data()
        run.refresher.add(self)

    def refresh(self, snapshot: Snapshot) -> None:
        """Take over the numbers of a snapshot, and note which parts of the view they change."""
        self.live.snapshot = snapshot
        self.neurons.refresh(snapshot)
        region, seen = QRegion(), self.view.seen
        for area in [*self.scene.live_areas(seen), *self.neurons.live_areas(seen)]:
            region = region.united(self.view.mapFromScene(area).boundingRect().adjusted(-1, -1, 1, 1))
        self.view.live_viewport.live_region = region

    def surfaces(self) -> Sequence[QWidget]:
        """The view; its ``repaint`` paints only the live parts of the cards."""
        return (self.view.viewport(),)

    def delete_selection(self) -> None:
        """Delete the selected cards and wires."""
        self.edits.delete_selection()

    def duplicate_selection(self) -> None:
        """Copy the selected cards."""
        self.edits.duplicate_selection()

    def select_all(self) -> None:
        """Select every card and wire."""
        self.edits.select_all()

    def link_selected(self) -> None:
        """Link the selected cards in order; from a single one, let the arrow keys choose the other."""
        self.view.setFocus()
        self._keys.link()

    def tidy(self) -> None:
        """Arrange all cards in columns."""
        self.edits.tidy()
        self.view.fit()

    def zoom_in(self) -> None:
        """Show the network larger."""
        self.view.set_zoom(self.view.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show the network smaller."""
        self.view.set_zoom(self.view.zoom / ZOOM_STEP)

    def zoom_reset(self) -> None:
        """Show the network at 100 %."""
        self.view.set_zoom(1.0)

    def fit(self) -> None:
        """Bring the whole network into sight."""
        self.view.fit()

    def toggle_units(self, *node_ids: str) -> None:
        """Open layers in place into their units; close them where all of them are open."""
        layers = self.neurons.open_layers
        if all(id_ in layers.ids for id_ in node_ids):
            layers.close(*node_ids)
            return
        layers.open(*node_ids)
        opened = [id_ for id_ in node_ids if id_ in self.scene.opened.frames]
        if opened:
            self._selection.select(tuple(opened))
            others = [*opened[:-1], *self._neighbours(opened[-1])]
            self.view.show_around(self.scene.boxes[opened[-1]], [self.scene.boxes[id_] for id_ in others])

    def centre_on(self, node_id: str) -> None:
        """Select a layer and bring its card into the middle."""
        if node_id in self._document.project.graph:
            self._selection.select((node_id,))
            self.view.centre_on(QPointF(*self.scene.boxes[node_id].centre))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """The room of the mock-up."""
        return QSize(936, 500)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._place_floating()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Catch up with what was missed while the canvas was hidden."""
        super().showEvent(event)
        self._take_run()

    def _connect(self, theme: ThemeService) -> None:
        self._document.changed.connect(self._follow)
        self._document.left.connect(self._leave)
        self._selection.changed.connect(self._follow_selection)
        self._run.status_changed.connect(self._take_run)
        self._data.changed.connect(self._take_data)
        self.view.moved.connect(self._follow_view)
        self._map.centre_requested.connect(self.view.centre_on)
        self._zoom.zoom_requested.connect(self._step_zoom)
        self._zoom.fit_requested.connect(self.fit)
        self._keys.zoom_requested.connect(self._step_zoom)
        self._keys.fit_requested.connect(self.fit)
        self._keys.opened.connect(self.toggle_units)
        self._pointer.opened.connect(self.toggle_units)
        self._keys.options_requested.connect(self.options_requested)
        self.menu.units_requested.connect(self.toggle_units)
        self.neurons.view.changed.connect(self._follow_units)
        self.menu.options_requested.connect(self.options_requested)
        self.menu.fit_requested.connect(self.fit)
        self.strip.show_requested.connect(self.centre_on)
        self._pill.problem_requested.connect(self._show_first_problem)
        for floating in (self._pill, self._breadcrumb):
            floating.resized.connect(self._place_floating)

    def _neighbours(self, node_id: str) -> list[str]:
        graph = self._document.project.graph
        return [*(link.source for link in graph.links_into(node_id)), *graph.successors(node_id)]

    def _step_zoom(self, step: int) -> None:
        if step == 0:
            self.zoom_reset()
        elif step > 0:
            self.zoom_in()
        else:
            self.zoom_out()

    def _leave(self) -> None:
        """Close what is open in a project that makes room for another: their layers can have the same identities."""
        self.neurons.open_layers.show_only(())

    def _follow(self, delta: ProjectDelta) -> None:
        """Show another network as a whole; a single new card is brought into sight."""
        before, after = delta.before.graph, delta.after.graph
        kept = any(node.id in before for node in after.nodes)
        if not kept and len(after.nodes) > 1:
            self.view.fit()
        elif len(delta.added) == 1 and before.nodes:
            self.view.show_box(self.scene.boxes[delta.added[0]])
        self._follow_selection()

    def _follow_selection(self) -> None:
        empty = not self._document.project.graph.nodes
        self._empty.setVisible(empty)
        self._follow_units()
        self.view.setAccessibleDescription(describe_selection(self.scene, self._selection))

    def _follow_units(self) -> None:
        """Say which layers are open; else what a double click does."""
        self._run.refresher.prefer(self if self.neurons.view.ends else None)
        empty, names = not self._document.project.graph.nodes, self._problems.names
        hint = self.tr("double-click a layer to open it into its units")
        opened = [names.get(id_, "") for id_ in self.neurons.view.ends]
        if opened:
            hint = self.tr("{layers} open").format(layers=", ".join(opened))
        self._breadcrumb.show_hint("" if empty else hint)

    def _follow_view(self) -> None:
        self._zoom.show_zoom(self.view.zoom)
        if self.view.geometry() != self._room:
            self._place_floating()

    def _floating(self) -> Sequence[QWidget]:
        return (self._map, self._zoom, self._pill)

    def _show_first_problem(self) -> None:
        first = self.strip.first
        if first is not None and first.node_id:
            self.centre_on(first.node_id)

    def _take_data(self) -> None:
        self.live.data = self._data.data
        self.neurons.open_layers.set_data(self._data.data)
        self.neurons.take_run()
        self.scene.refresh_live()

    def _take_run(self) -> None:
        if self.live.snapshot is not self._run.snapshot:
            self.live.snapshot = self._run.snapshot
            self.neurons.take_run()
            self.scene.refresh_live()

    def _place_floating(self) -> None:
        room = self._room = self.view.geometry()
        self._breadcrumb.move(10, EDGE)
        self._pill.move(room.right() + 1 - EDGE - self._pill.width(), EDGE)
        self._breadcrumb.fit_in(self._pill.x() - EDGE - 10 if self._pill.text else room.width() - 2 * 10)
        self._zoom.move(EDGE, room.bottom() + 1 - EDGE - self._zoom.height())
        self._map.move(room.right() + 1 - EDGE - self._map.width(), room.bottom() + 1 - EDGE - self._map.height())
        centre = room.center() - QPoint(self._empty.width() // 2, self._empty.height() // 2)
        self._empty.move(centre)
        self._tips.place()
        self.overlays.place([self._breadcrumb.geometry(), self._pill.geometry()])
