"""A form made from declared options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from core.options import Option, OptionValue
from designer.translation import label
from designer.widgets.editor_choice import editor_for
from designer.widgets.form_label import FormLabel
from designer.widgets.form_rows import arranged
from designer.widgets.number_editors import FIELD_WIDTH
from designer.widgets.option_editor import OptionEditor, Room
from designer.widgets.simple_editors import FlagEditor

QWIDGETSIZE_MAX = 16_777_215
ROW_HEIGHT = 30
LABEL_WIDTH, NARROW_LABEL_WIDTH = 80, 68
"""The same for every form, so that fields stand below each other."""

NARROW = 240
"""A form narrower than this gives every option a row of its own."""

BLEED = 2
"""Room left and right of the fields for what is drawn around a switch; margins around a form are so much smaller."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One row of a form: a key that is unique in it, the option, and whether whole numbers get a slider."""

    key: str
    option: Option
    slider: bool = True


class OptionForm(QWidget):
    """Edits the values of some options.

    Parameters
    ----------
    below : widgets of fixed height that stand below an option's row, by its key; they outlive the form.

    Signals
    -------
    edited(key, value, merge key) : the user set another value; see OptionEditor.
    """

    edited = Signal(str, object, str)

    def __init__(
        self,
        fields: Sequence[FormField],
        below: Mapping[str, QWidget] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._below = dict(below or {})
        for widget in self._below.values():
            widget.installEventFilter(self)
        self._shown: dict[str, OptionValue | None] = {}
        self._editors = {field.key: self._new_editor(field) for field in fields}
        self._labels = {field.key: self._new_label(field) for field in fields}
        self._complaints = {field.key: _complaint_label(self) for field in fields}
        self._rows: dict[tuple[str, ...], QWidget] = {}
        self._narrow: bool | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        # Ignored across: in a narrow place the rows are arranged anew instead of being cut off.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._arrange(narrow=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the rows."""
        return tuple(self._editors)

    def editor(self, key: str) -> OptionEditor:
        """Return the editor of an option."""
        return self._editors[key]

    def tab_stops(self) -> tuple[QWidget, ...]:
        """Return the widgets that Tab leads to, from top to bottom."""
        return tuple(stop for keys in self._rows for key in keys for stop in self._editors[key].tab_stops())

    def complaint(self, key: str) -> str:
        """Return what is said below an option, empty for nothing."""
        return self._complaints[key].text()

    def set_values(self, values: Mapping[str, OptionValue | None]) -> None:
        """Show values by key; None where several values are edited at once.

        An editor whose value is the same as before is left alone, with what is being typed into it.
        """
        for key, value in values.items():
            if key not in self._shown or self._shown[key] != value:
                self._shown[key] = value
                editor = self._editors[key]
                editor.set_mixed() if value is None else editor.set_value(value)
        self._show_what_matters()

    def refuse(self, key: str, message: str) -> None:
        """Show the old value of an option again and why the new one was refused."""
        value = self._shown.pop(key, None)
        self.set_values({key: value})
        self._complain(key, message)

    def set_usable(self, key: str, usable: bool, reason: str = "") -> None:
        """Let an option be edited, or not, for a `reason` that its tooltip gives."""
        editor, name = self._editors[key], self._labels[key]
        tip = reason or label(editor.option.help)
        editor.setEnabled(usable)
        editor.set_tip(tip)
        name.setEnabled(usable)
        name.setToolTip(tip)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self._arrange(narrow=self.width() < NARROW)
        self._fit_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Make room for a widget below a row when it is shown, and take it back when it is hidden."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent) and watched in self._below.values():
            self._fit_height()
        return super().eventFilter(watched, event)

    def _new_editor(self, field: FormField) -> OptionEditor:
        editor = editor_for(field.option, self, field.slider)
        editor.edited.connect(lambda value, merge: self._on_edited(field.key, value, merge))
        editor.complained.connect(lambda message: self._complain(field.key, message))
        return editor

    def _new_label(self, field: FormField) -> FormLabel:
        text = FormLabel(label(field.option.label), self)
        text.setToolTip(label(field.option.help))
        for stop in self._editors[field.key].tab_stops()[:1]:
            text.setBuddy(stop)
        return text

    def _on_edited(self, key: str, value: OptionValue, merge: str) -> None:
        self._shown[key] = value
        self._complain(key, "")
        self.edited.emit(key, value, merge)

    def _complain(self, key: str, message: str) -> None:
        complaint = self._complaints[key]
        if message != complaint.text():
            complaint.setText(message)
            complaint.setVisible(bool(message))
            self._fit_height()

    def _arrange(self, narrow: bool) -> None:
        """Put the editors into rows: side by side where two small ones fit."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        focused = self.focusWidget()
        kept = [*self._editors.values(), *self._labels.values(), *self._complaints.values()]
        for widget in kept:
            widget.setParent(self)
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        while (item := self._column.takeAt(0)) is not None:
            inset = item.layout()
            if inset is not None:
                inset.takeAt(0)
        needed = max(self._widest_label(self.keys) + 12, NARROW_LABEL_WIDTH)
        label_width = min(LABEL_WIDTH, needed) if narrow else LABEL_WIDTH
        rows = arranged([(key, self._room(key)) for key in self._editors], paired=not narrow)
        second_label_width = self._widest_label([keys[1] for keys in rows if len(keys) > 1])
        for keys in rows:
            row = self._row(keys, label_width, second_label_width)
            self._rows[keys] = row
            self._column.addWidget(row)
            for key in keys:
                self._column.addWidget(self._complaints[key])
                if key in self._below:
                    self._column.addLayout(self._inset(self._below[key]))
        for key, widget in self._editors.items():
            widget.show()
            self._labels[key].setVisible(widget.room is not Room.FULL)
            self._complaints[key].setVisible(bool(self._complaints[key].text()))
        self._show_what_matters()
        if focused is not None and self.isAncestorOf(focused):
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _room(self, key: str) -> Room:
        """Return the room of an editor; one that comes and goes never shares a row."""
        editor = self._editors[key]
        alone = editor.option.only_with is not None and editor.room in (Room.SMALL, Room.SHORT)
        return Room.WIDE if alone else editor.room

    def _show_what_matters(self) -> None:
        """Hide the rows of options that have no effect beside the others."""
        for keys, row in self._rows.items():
            matters = all(self._matters(key) for key in keys)
            row.setVisible(matters)
            for key in keys:
                self._complaints[key].setVisible(matters and bool(self._complaints[key].text()))
        self._fit_height()

    def _fit_height(self) -> None:
        """Be as high as what is shown: computed here, because layouts would take some rounds to find out."""
        height = sum(ROW_HEIGHT for row in self._rows.values() if not row.isHidden())
        for complaint in self._complaints.values():
            if not complaint.isHidden():
                complaint.setFixedHeight(complaint.heightForWidth(max(self.width(), 60)))
                height += complaint.height()
        for widget in self._below.values():
            if not widget.isHidden():
                height += widget.minimumHeight()
        self.setFixedHeight(height)

    def _matters(self, key: str) -> bool:
        scope = key.rpartition(".")[0]
        prefix = f"{scope}." if scope else ""
        beside = {k.removeprefix(prefix): v for k, v in self._shown.items() if v is not None and k.startswith(prefix)}
        return self._editors[key].option.matters(beside)

    def _inset(self, widget: QWidget) -> QVBoxLayout:
        place = QVBoxLayout()
        place.setContentsMargins(BLEED, 0, BLEED, 0)
        place.addWidget(widget)
        return place

    def _widest_label(self, keys: Sequence[str]) -> int:
        texts = [self._labels[key] for key in keys]
        return max((text.fontMetrics().horizontalAdvance(text.text()) for text in texts), default=0) + 1

    def _row(self, keys: tuple[str, ...], label_width: int, second_label_width: int) -> QWidget:
        row = QWidget(self)
        row.setFixedHeight(ROW_HEIGHT)
        line = QHBoxLayout(row)
        last_is_switch = isinstance(self._editors[keys[-1]], FlagEditor)
        line.setContentsMargins(BLEED, 0, 0 if last_is_switch else BLEED, 0)
        line.setSpacing(8)
        first = self._editors[keys[0]]
        if first.room is not Room.FULL:
            bleed = BLEED if isinstance(first, FlagEditor) else 0
            self._labels[keys[0]].setFixedWidth(label_width - line.spacing() - bleed)
            line.addWidget(self._labels[keys[0]])
        if isinstance(first, FlagEditor):
            first.stand_right(False)
        first.setMinimumWidth(0)
        first.setMaximumWidth(QWIDGETSIZE_MAX)
        line.addWidget(first, 1)
        if len(keys) > 1:
            second, text = self._editors[keys[1]], self._labels[keys[1]]
            text.setFixedWidth(second_label_width)
            if isinstance(second, FlagEditor):
                second.stand_right(True)
            second.setFixedWidth(FIELD_WIDTH + (BLEED if last_is_switch else 0))
            line.addWidget(text)
            line.addWidget(second)
        return row


def _complaint_label(parent: QWidget) -> QLabel:
    complaint = QLabel(parent)
    complaint.setProperty("level", "error")
    complaint.setWordWrap(True)
    complaint.setContentsMargins(BLEED, 0, BLEED, 4)
    complaint.hide()
    return complaint
