"""A field for one number, checked while it is typed."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_GROUPED = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d*)?$")


class NumberField(QLineEdit):
    """A line for a whole or real number from `minimum` to `maximum`.

    A number that does not fit turns the frame red and says in the tooltip what is expected; it is never sent out,
    and leaving the field brings the last good one back. Up and Down change it (Shift: by ten times as much).

    Signals
    -------
    changed(object) : another good number was entered (int where `integer`, else float).
    """

    changed = Signal(object)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        value: float | None = None,
        integer: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum, self._maximum, self._integer = minimum, maximum, integer
        self._value: float = minimum if value is None else value
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.textEdited.connect(lambda _text: self._mark())
        self.returnPressed.connect(self.commit)
        self._show()

    @property
    def value(self) -> float:
        """The last good number; an int where `integer`."""
        return int(self._value) if self._integer else float(self._value)

    def set_value(self, value: float) -> None:
        """Show a number without announcing it; what is being typed gives way."""
        self._value = value
        self._show()

    def commit(self) -> None:
        """Take what is typed if it is a good number; keep it marked if not."""
        typed = self._parsed()
        if typed is None:
            self._mark()
        elif typed != self._value:
            self._value = typed
            self._show()
            self.changed.emit(self.value)
        else:
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            factor = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._nudge(factor if event.key() == Qt.Key.Key_Up else -factor)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        if self.isModified():
            self.commit()
            self._show()
        super().focusOutEvent(event)

    def _nudge(self, count: int) -> None:
        start = self._parsed()
        start = self._value if start is None else start
        # A real number moves by one in its second figure, so the same key serves 3.0 and 0.001.
        unit = 1.0 if self._integer else 10.0 ** (math.floor(math.log10(abs(start) or 1.0)) - 1)
        moved = min(max(float(f"{start + count * unit:.10g}"), self._minimum), self._maximum)
        if moved != self._value:
            self._value = moved
            self.changed.emit(self.value)
        self._show()
        self.selectAll()

    def _parsed(self) -> float | None:
        typed = self.text().strip().replace("\N{MINUS SIGN}", "-")
        if _GROUPED.match(typed):
            typed = typed.replace(",", "")
        try:
            number = int(typed) if self._integer else float(typed)
        except ValueError:
            return None
        return number if math.isfinite(number) and self._minimum <= number <= self._maximum else None

    def _show(self) -> None:
        self.setText(format_number(self.value))
        self.setModified(False)
        self._mark()

    def _mark(self) -> None:
        good = self._parsed() is not None
        if (self.property("invalid") is True) == good:
            self.setProperty("invalid", not good)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setToolTip("" if good else self._expectation())

    def _expectation(self) -> str:
        text = (
            self.tr("Expected a whole number from {minimum} to {maximum}.")
            if self._integer
            else self.tr("Expected a number from {minimum} to {maximum}, with a point before the decimals.")
        )
        return text.format(minimum=format_number(self._minimum), maximum=format_number(self._maximum))


def format_number(value: float) -> str:
    """Return a number as fields show it: thousands commas, a true minus sign, the shortest exact decimals."""
    if isinstance(value, int) or (value == int(value) and abs(value) >= 1000.0):
        text = f"{int(value):,}"
    else:
        mantissa, _, exponent = repr(float(value)).partition("e")
        text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text.replace("-", "\N{MINUS SIGN}")
