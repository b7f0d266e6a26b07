"""What every editor of a declared option is: a widget for one value."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from core.options import Option, OptionValue
from designer.translation import label


class Room(Enum):
    """How much of a form row an editor needs.

    SMALL editors can stand second in a row, SHORT ones first in a shared row; WIDE ones have a row of their own, and
    FULL ones need the label's place too.
    """

    SMALL = "small"
    SHORT = "short"
    WIDE = "wide"
    FULL = "full"


class OptionEditor(QWidget):
    """Shows one option's value and lets the user set it.

    Signals
    -------
    edited(value, merge key) : the user set another, good value; values in a row with the same key that is not empty
        belong to one gesture, so to one step of undo.
    complained(str) : what is wrong with what was entered, or empty when nothing is any more.
    """

    edited = Signal(object, str)
    complained = Signal(str)
    room = Room.WIDE

    def __init__(self, option: Option, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.option = option
        self._stops: tuple[QWidget, ...] = ()
        self.setAccessibleName(label(option.label))
        self.setToolTip(label(option.help))

    def set_tip(self, tip: str) -> None:
        """Say this where the pointer rests on the editor."""
        self.setToolTip(tip)

    def tab_stops(self) -> tuple[QWidget, ...]:
        """Return the widgets that Tab leads to, from left to right."""
        return self._stops

    def lead_to(self, *stops: QWidget) -> None:
        """Let Tab lead to these widgets, and ``setFocus`` to the last of them."""
        # Not by a focus proxy: Tab would stop at the editor too, and from there be led back to its own widget.
        self._stops = stops

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:  # noqa: N802 (Qt's name)
        """Give the keyboard to the widget that the value is typed into."""
        for stop in self._stops[-1:]:
            stop.setFocus(reason)

    def set_value(self, value: OptionValue) -> None:
        """Show a value without announcing it."""
        raise NotImplementedError

    def set_mixed(self) -> None:
        """Show that the things that are edited have different values."""
        raise NotImplementedError
