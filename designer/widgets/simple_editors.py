"""Editors of flags, choices, shapes and lists of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStyleOptionComboBox, QWidget

from core.errors import OptionError
from core.layers.layer_type import format_shape
from core.options import (
    ChoiceOption,
    FlagOption,
    Numbers,
    NumbersOption,
    Option,
    OptionValue,
    Shape,
    ShapeOption,
)
from designer.translation import label, shown
from designer.widgets.choice_box import ChoiceBox
from designer.widgets.option_editor import OptionEditor, Room
from designer.widgets.switch import Switch

LONGEST_SHORT_LABEL = 7
PADDING = 34
"""Of a drop-down list: what the style sheet keeps free beside the text, and the arrow."""

_SIZES = re.compile(r"\s*[×xX*]\s*|,\s+|\s+")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


class FlagEditor(OptionEditor):
    """A switch."""

    room = Room.SMALL

    def __init__(self, option: FlagOption, parent: QWidget | None = None) -> None:
        super().__init__(option, parent)
        self.switch = Switch(self.accessibleName())
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.switch, 1, Qt.AlignmentFlag.AlignLeft)
        self.lead_to(self.switch)
        self.switch.clicked.connect(lambda checked: self.edited.emit(checked, ""))

    def stand_right(self, right: bool) -> None:
        """Put the switch at the right edge, or back to the left one."""
        self._row.setAlignment(self.switch, Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)

    def set_value(self, value: OptionValue) -> None:
        self.switch.setChecked(bool(value))
        self.switch.setToolTip(self.toolTip())

    def set_mixed(self) -> None:
        self.switch.setChecked(False)
        self.switch.setToolTip(self.tr("mixed"))


class ChoiceEditor(OptionEditor):
    """A drop-down list."""

    def __init__(self, option: ChoiceOption, parent: QWidget | None = None) -> None:
        super().__init__(option, parent)
        self._choices = option.choices
        self.box = ElidingChoiceBox([(c.key, label(c.label), label(c.help)) for c in option.choices])
        self.box.setMinimumWidth(40)
        self.box.setAccessibleName(self.accessibleName())
        longest = max(len(choice.label) for choice in option.choices)
        self.room = Room.SHORT if longest <= LONGEST_SHORT_LABEL else Room.WIDE
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self.lead_to(self.box)
        self._explain()
        self.box.changed.connect(self._on_chosen)

    def set_tip(self, tip: str) -> None:
        super().set_tip(tip)
        self._explain()

    def set_value(self, value: OptionValue) -> None:
        self.box.set_current(str(value))
        self._explain()

    def _on_chosen(self, key: str) -> None:
        self._explain()
        self.edited.emit(key, "")

    def set_mixed(self) -> None:
        self.box.setPlaceholderText(self.tr("mixed"))
        self.box.setCurrentIndex(-1)
        self._explain()

    def _explain(self) -> None:
        """Let the box say its choice in full, and what it means: a narrow one shows only a part."""
        chosen = [choice for choice in self._choices if choice.key == self.box.current]
        words = [": ".join(label(part) for part in (c.label, c.help) if part) for c in chosen]
        self.box.setToolTip("\n".join((*words, self.toolTip())))


class ElidingChoiceBox(ChoiceBox):
    """A drop-down list that ends a text which is too long in "…"."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:  # noqa: N802 (Qt's name)
        super().initStyleOption(option)
        room = self.width() - PADDING
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)


class _FieldEditor(OptionEditor):
    """A field for a value that is read from text."""

    def __init__(self, option: Option, field: ParsedField, parent: QWidget | None) -> None:
        super().__init__(option, parent)
        self.field = field
        self.field.setAccessibleName(self.accessibleName())
        self.field.setToolTip(self.toolTip())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field)
        self.lead_to(self.field)
        self.field.changed.connect(lambda value: self.edited.emit(value, ""))
        self.field.complained.connect(self.complained)

    def set_value(self, value: OptionValue) -> None:
        self.field.set_value(value)

    def set_mixed(self) -> None:
        self.field.setText("")
        self.field.setPlaceholderText(self.tr("mixed"))


class ShapeEditor(_FieldEditor):
    """A field for a shape: "784", "28 × 28", "28x28"."""

    def __init__(self, option: ShapeOption, parent: QWidget | None = None) -> None:
        field = ParsedField(option.initial, lambda typed: parse_shape(typed, option), format_shape)
        super().__init__(option, field, parent)


class NumbersEditor(_FieldEditor):
    """A field for a list of numbers: "1, 2.5, 1"."""

    def __init__(self, option: NumbersOption, parent: QWidget | None = None) -> None:
        field = ParsedField(option.initial, lambda typed: parse_numbers(typed, option), format_numbers)
        super().__init__(option, field, parent)


class ParsedField(QLineEdit):
    """A line for a value; a wrong one stays in sight, framed in red, until it is mended or Esc brings the old one back.

    Parameters
    ----------
    parse : reads a value from text; raises OptionError.
    write : writes one.

    Signals
    -------
    changed(value) : another good value was entered.
    complained(str) : what is wrong, or empty when nothing is any more.
    """

    changed = Signal(object)
    complained = Signal(str)

    def __init__(
        self, initial: OptionValue, parse: Callable[[str], OptionValue], write: Callable[[Any], str]
    ) -> None:
        super().__init__()
        self._value, self._parse, self._write = initial, parse, write
        self.textEdited.connect(lambda _text: self._mark(self._complaint()))
        self.returnPressed.connect(self.commit)

    @property
    def value(self) -> OptionValue:
        """The last good value."""
        return self._value

    def set_value(self, value: OptionValue) -> None:
        """Show a value without announcing it."""
        self._value = value
        self.setText(self._write(value))
        self.setModified(False)
        self._mark("")

    def commit(self) -> None:
        """Take what is typed if it is a good value; keep it and complain if not."""
        complaint = self._complaint()
        self._mark(complaint)
        self.complained.emit(complaint)
        if not complaint:
            before, typed = self._value, self._parse(self.text())
            self.set_value(typed)
            if typed != before:
                self.changed.emit(typed)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.set_value(self._value)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        if self.isModified():
            self.commit()
        super().focusOutEvent(event)

    def _complaint(self) -> str:
        try:
            self._parse(self.text())
        except OptionError as error:
            return shown(error)
        return ""

    def _mark(self, complaint: str) -> None:
        if (self.property("invalid") is True) != bool(complaint):
            self.setProperty("invalid", bool(complaint))
            self.style().unpolish(self)
            self.style().polish(self)
        if not complaint:
            self.complained.emit("")


def parse_shape(typed: str, option: ShapeOption) -> Shape:
    """Return the shape that was typed, such as "784", "28 × 28" or "(28, 28)"; raises OptionError."""
    parts = _SIZES.split(typed.strip().strip("()[]").strip().rstrip(","))
    sizes = [part.replace(",", "") if _GROUPED.fullmatch(part) else part for part in parts]
    if not all(size.isascii() and size.isdigit() and len(size) <= 9 for size in sizes):
        return option.checked(typed.strip())
    return option.checked(tuple(int(size) for size in sizes))


def parse_numbers(typed: str, option: NumbersOption) -> Numbers:
    """Return the numbers that were typed, such as "1, 2.5" or "1 2.5"; raises OptionError."""
    parts = [part for part in re.split(r"[,;\s]+", typed.strip().strip("()[]")) if part]
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        return option.checked(typed.strip())
    return option.checked(numbers)


def format_numbers(numbers: Numbers) -> str:
    """Return numbers as they are shown: "1, 2.5"."""
    return ", ".join(f"{number:.12g}" for number in numbers)
