"""Lets the Edit and Layer menus change the document."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.errors import LayerloomError
from core.project import edits
from designer.action_table import ActionSpec
from designer.actions import ActionTable, with_shortcut
from designer.canvas.canvas_panel import CanvasPanel
from designer.document import Document
from designer.palette.entries import PaletteEntry, palette_entries
from designer.selection import Selection
from designer.translation import shown
from designer.widgets.notice_bar import NoticeBar, Tone


class EditActions(QObject):
    """Connects ``edit.*`` and one ``layer.add_…`` per entry of the palette; each is usable only where it acts."""

    def __init__(
        self,
        actions: ActionTable,
        document: Document,
        selection: Selection,
        canvas: CanvasPanel,
        notices: NoticeBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions, self._document, self._selection = actions, document, selection
        self._notices = notices
        self._tips = {key: actions[key].statusTip() for key in ("edit.undo", "edit.redo")}
        stack = document.undo_stack
        actions.bind("edit.undo", stack.undo)
        actions.bind("edit.redo", stack.redo)
        actions.bind("edit.delete", canvas.delete_selection)
        actions.bind("edit.duplicate", canvas.duplicate_selection)
        actions.bind("edit.select_all", canvas.select_all)
        actions.bind("layer.link", canvas.link_selected)
        actions.bind("layer.open", lambda: canvas.toggle_units(*selection.nodes))
        actions.bind("layer.tidy", canvas.tidy)
        actions.bind("edit.select_none", selection.select)
        self.layer_keys: list[str] = []
        for entry in palette_entries():
            self._add_entry(entry)
        stack.indexChanged.connect(lambda _index: self._follow())
        selection.changed.connect(self._follow)
        document.changed.connect(lambda _delta: self._follow())
        document.changed.connect(selection.follow)
        self._follow()

    def _add_entry(self, entry: PaletteEntry) -> None:
        number = len(self.layer_keys) + 1
        shortcuts = (f"Ctrl+{number}",) if number < 9 else ()
        key = f"layer.add_{number}"
        self._actions.add(ActionSpec(key, entry.label, entry.description, shortcuts, entry.icon))
        self._actions.bind(key, lambda: self._add_layer(entry))
        self.layer_keys.append(key)

    def _add_layer(self, entry: PaletteEntry) -> None:
        document = self._document
        place = edits.default_position(document.project)
        text = self.tr("Add {layer}").format(layer=entry.label)
        try:
            document.apply(text, edits.add_node, entry.kind, place, entry.options)
        except LayerloomError as error:
            self._notices.show_notice(shown(error), Tone.WARNING, key="edit")
            return
        self._selection.select((document.project.graph.nodes[-1].id,))

    def _follow(self) -> None:
        stack, actions = self._document.undo_stack, self._actions
        for key, can, text in (
            ("edit.undo", stack.canUndo(), stack.undoText()),
            ("edit.redo", stack.canRedo(), stack.redoText()),
        ):
            action = actions[key]
            action.setEnabled(can)
            tip = f"{action.text()}: {text}" if text else self._tips[key]
            action.setToolTip(with_shortcut(tip, action.shortcut()))
        actions["edit.delete"].setEnabled(not self._selection.empty)
        actions["edit.select_none"].setEnabled(not self._selection.empty)
        actions["edit.duplicate"].setEnabled(bool(self._selection.nodes))
        actions["layer.open"].setEnabled(bool(self._selection.nodes))
        actions["layer.rename"].setEnabled(len(self._selection.nodes) == 1)
        # With one layer chosen Ctrl+L is left to the canvas: there the other end is chosen by keyboard.
        actions["layer.link"].setEnabled(len(self._selection.nodes) > 1)
        for key in ("edit.select_all", "layer.tidy"):
            actions[key].setEnabled(bool(self._document.project.graph.nodes))
