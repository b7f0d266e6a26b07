"""How formulas are written: the chosen notation and number of digits, kept between starts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.tracing.notation import Notation, notations
from designer.settings import Settings

AT_FIRST = "unir"
DIGITS = (4, 8, 0)
"""Digits that can be chosen; 0 stands for all of them."""


class NotationChoice(QObject):
    """Holds the choice.

    Signals
    -------
    changed() : another notation or number of digits was chosen.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        kept = settings.notation
        self._key = kept if kept in notations() else AT_FIRST
        self._digits = DIGITS[0]

    @property
    def all(self) -> tuple[Notation, ...]:
        """Every notation there is, in the order in which they are offered."""
        return tuple(notations().values())

    @property
    def current(self) -> Notation:
        """The chosen one."""
        return notations()[self._key]

    @property
    def digits(self) -> int:
        """Digits of numbers in formulas; 0 for all."""
        return self._digits

    def choose(self, key: str) -> None:
        """Write formulas in another notation; raises KeyError for one that there is none of."""
        if key != self._key:
            self._key = notations()[key].key
            self._settings.notation = self._key
            self.changed.emit()

    def choose_digits(self, digits: int) -> None:
        """Write numbers with so many digits; 0 for all."""
        if digits != self._digits:
            self._digits = digits
            self.changed.emit()
