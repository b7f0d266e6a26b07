"""Editors of flags, choices and shapes."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStyleOptionComboBox, QWidget

from core.errors import OptionError
from core.layers.layer_type import format_shape
from core.options import ChoiceOption, FlagOption, OptionValue, Shape, ShapeOption
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


class ShapeEditor(OptionEditor):
    """A field for a shape: "784", "28 × 28", "28x28"."""

    def __init__(self, option: ShapeOption, parent: QWidget | None = None) -> None:
        super().__init__(option, parent)
        self.field = ShapeField(option)
        self.field.setAccessibleName(self.accessibleName())
        self.field.setToolTip(self.toolTip())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field)
        self.lead_to(self.field)
        self.field.changed.connect(lambda value: self.edited.emit(value, ""))
        self.field.complained.connect(self.complained)

    def set_value(self, value: OptionValue) -> None:
        self.field.set_value(value)  # type: ignore[arg-type]

    def set_mixed(self) -> None:
        self.field.setText("")
        self.field.setPlaceholderText(self.tr("mixed"))


class ShapeField(QLineEdit):
    """A line for a shape; a wrong one stays in sight, framed in red, until it is mended or Esc brings the old one back.

    Signals
    -------
    changed(tuple) : another good shape was entered.
    complained(str) : what is wrong, or empty when nothing is any more.
    """

    changed = Signal(object)
    complained = Signal(str)

    def __init__(self, option: ShapeOption, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._option = option
        self._value: Shape = option.initial
        self.textEdited.connect(lambda _text: self._mark(self._complaint()))
        self.returnPressed.connect(self.commit)

    @property
    def value(self) -> Shape:
        """The last good shape."""
        return self._value

    def set_value(self, value: Shape) -> None:
        """Show a shape without announcing it."""
        self._value = value
        self.setText(format_shape(value))
        self.setModified(False)
        self._mark("")

    def commit(self) -> None:
        """Take what is typed if it is a good shape; keep it and complain if not."""
        complaint = self._complaint()
        self._mark(complaint)
        self.complained.emit(complaint)
        if not complaint:
            before, typed = self._value, parse_shape(self.text(), self._option)
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
            parse_shape(self.text(), self._option)
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
