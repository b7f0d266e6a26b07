"""A drop-down list of keys with labels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget


class ChoiceBox(QComboBox):
    """One choice of many.

    Parameters
    ----------
    items : (key, label) or (key, label, tooltip).

    Signals
    -------
    changed(str) : the user chose another key.
    """

    changed = Signal(str)

    def __init__(self, items: Sequence[tuple[str, ...]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        for row, (key, label, *tips) in enumerate(items):
            self.addItem(label, key)
            self.setItemData(row, "".join(tips), Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(lambda _row: self.changed.emit(self.current))

    @property
    def current(self) -> str:
        """The chosen key."""
        return str(self.currentData())

    def set_current(self, key: str) -> None:
        """Choose a key without announcing it."""
        self.setCurrentIndex(self.findData(key))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave the wheel to the form unless the box has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
