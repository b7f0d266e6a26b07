"""The context menus of cards, wires and the ground."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from core.errors import LayerloomError
from core.layers.catalog import LAYERS
from core.layers.layer_type import FREEZE, Family, LayerType
from core.project import edits
from designer.canvas.canvas_edits import CanvasEdits
from designer.canvas.card_painter import CARD
from designer.canvas.geometry import Point, snapped
from designer.canvas.layer_creation import create_layer
from designer.canvas.targets import CardTarget, PortTarget, Target, WireTarget
from designer.canvas.tools.gesture import Stage
from designer.icons import icon
from designer.translation import label, shown


class CanvasMenu(QObject):
    """Builds a menu for what was clicked; it offers only what can be done there.

    Signals
    -------
    options_requested(str) : the user wants to see the options of a layer.
    units_requested(str) : the user wants a layer opened into its units, or closed again.
    fit_requested() : the user wants to see the whole network.
    """

    options_requested = Signal(str)
    units_requested = Signal(str)
    fit_requested = Signal()

    def __init__(self, stage: Stage, canvas_edits: CanvasEdits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._edits = stage, canvas_edits

    def open_at(self, target: Target | None, at: QPointF, on_screen: QPoint) -> None:
        """Open the menu for what lies at a point of the scene."""
        menu = self.menu_for(target, at)
        menu.exec(on_screen)
        menu.deleteLater()

    def open_for_selection(self) -> None:
        """Open the menu of the selected card, asked for by keyboard."""
        nodes, view = self._stage.selection.nodes, self._stage.view
        if nodes:
            box = self._stage.scene.boxes[nodes[-1]]
            at, target = QPointF(box.left + 24.0, box.bottom), CardTarget(nodes[-1])
        else:
            at, target = view.seen.center(), None
        self.open_at(target, at, view.viewport().mapToGlobal(view.mapFromScene(at)))

    def menu_for(self, target: Target | None, at: QPointF) -> QMenu:
        """Return the menu for what lies at a point of the scene, and select that."""
        menu = QMenu(self._stage.view)
        selection = self._stage.selection
        match target:
            case CardTarget(node_id=node_id) | PortTarget(node_id=node_id):
                if node_id not in selection.nodes:
                    selection.select((node_id,))
                self._fill_for_card(menu, node_id)
            case WireTarget(link_id=link_id):
                selection.select((), (link_id,))
                self._fill_for_wire(menu, link_id, (at.x(), at.y()))
            case _:
                self._fill_for_ground(menu, (at.x(), at.y()))
        return menu

    def _fill_for_card(self, menu: QMenu, node_id: str) -> None:
        self._add(menu, self.tr("Options"), lambda: self.options_requested.emit(node_id), "edit")
        is_open = node_id in self._stage.scene.opened.frames
        words = self.tr("Close units") if is_open else self.tr("Open into units")
        self._add(menu, words, lambda: self.units_requested.emit(node_id), "close" if is_open else "eye")
        self._add_freeze(menu, node_id)
        if len(self._stage.selection.nodes) > 1:
            self._add(menu, self.tr("Link in this order"), self._edits.link_selected, "network")
        self._add_link_menu(menu, node_id)
        self._add_wires_menu(menu, node_id)
        menu.addSeparator()
        self._add(menu, self.tr("Duplicate"), self._edits.duplicate_selection, "duplicate")
        self._add(menu, self.tr("Delete"), self._edits.delete_selection, "delete")

    def _add_freeze(self, menu: QMenu, node_id: str) -> None:
        """Offer to keep the weights of a layer as they are, where it has some."""
        node, document = self._stage.document.project.graph.node(node_id), self._stage.document
        if all(option.key != FREEZE.key for option in LAYERS[node.kind].options):
            return
        frozen = bool(node.options.get(FREEZE.key, False))
        text = self.tr("Unfreeze {layer}") if frozen else self.tr("Freeze {layer}")
        text = text.format(layer=self._name(node_id))
        words = self.tr("Let its weights train") if frozen else self.tr("Freeze its weights")
        self._add(menu, words, partial(document.apply, text, edits.set_option, node_id, FREEZE.key, not frozen), "lock")

    def _add_link_menu(self, menu: QMenu, node_id: str) -> None:
        """Add a submenu of the layers to which this one can be linked."""
        document = self._stage.document
        targets = [node.id for node in document.project.graph.nodes if self._can_link(node_id, node.id)]
        if not targets:
            return
        submenu = menu.addMenu(self.tr("Link to"))
        for target in targets:
            name = self._name(target)
            text = self.tr("Link {source} to {target}").format(source=self._name(node_id), target=name)
            self._add(submenu, name, partial(document.apply, text, edits.add_link, node_id, target))

    def _can_link(self, source: str, target: str) -> bool:
        try:
            edits.add_link(self._stage.document.project, source, target)
        except LayerloomError:
            return False
        return True

    def _add_wires_menu(self, menu: QMenu, node_id: str) -> None:
        """Add a submenu by which wires are reached without a mouse."""
        graph = self._stage.document.project.graph
        links = (*graph.links_into(node_id), *graph.links_from(node_id))
        if not links:
            return
        submenu = menu.addMenu(self.tr("Select wire"))
        for link in links:
            text = f"{self._name(link.source)} → {self._name(link.target)}"
            self._add(submenu, text, partial(self._stage.selection.select, (), (link.id,)))

    def _fill_for_wire(self, menu: QMenu, link_id: str, at: Point) -> None:
        submenu = menu.addMenu(self.tr("Insert"))
        fitting = [kind for kind in LAYERS if kind.has_output and kind.maximum_inputs != 0]
        self._add_layers(submenu, fitting, at, link_id)
        menu.addSeparator()
        self._add(menu, self.tr("Delete wire"), self._edits.delete_selection, "delete")

    def _fill_for_ground(self, menu: QMenu, at: Point) -> None:
        submenu = menu.addMenu(self.tr("Add"))
        self._add_layers(submenu, LAYERS, at)
        if self._stage.document.project.graph.nodes:
            menu.addSeparator()
            self._add(menu, self.tr("Select all"), self._edits.select_all, "select-all")
            self._add(menu, self.tr("Tidy up"), self._edits.tidy, "layout")
            self._add(menu, self.tr("Fit the network"), self.fit_requested.emit, "fit")

    def _add_layers(self, menu: QMenu, kinds: Iterable[LayerType], at: Point, link_id: str = "") -> None:
        """Add an entry per kind, family by family as in the palette."""
        known = list(kinds)
        for family in Family:
            for kind in known:
                if kind.family is family:
                    self._add_layer(menu, kind, at, link_id)
            menu.addSeparator()

    def _add_layer(self, menu: QMenu, kind: LayerType, at: Point, link_id: str = "") -> None:
        stage = self._stage
        x, y = stage.scene.opened.room.in_project((at[0] - CARD.width() / 2, at[1] - CARD.height() / 2))
        place = (snapped(x), snapped(y))
        options = {option.key: option.initial for option in kind.options}

        def create() -> None:
            try:
                create_layer(stage.document, stage.selection, kind.key, options, place, link_id)
            except LayerloomError as error:
                stage.note.show_refusal(shown(error), stage.on_screen(QPointF(*at)))
                stage.note.leave()

        self._add(menu, label(kind.label), create, kind.icon)

    def _add(self, menu: QMenu, text: str, handler: Callable[[], object], icon_name: str = "") -> QAction:
        action = menu.addAction(text)
        if icon_name:
            action.setIcon(icon(icon_name, self._stage.scene.theme.text_second))
        action.triggered.connect(lambda _checked=False: handler())
        return action

    def _name(self, node_id: str) -> str:
        return self._stage.scene.card(node_id).content.name
