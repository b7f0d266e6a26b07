"""A number field that keeps a wrong number in sight until it is mended."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from designer.widgets.number_field import NumberField


class KeptNumberField(NumberField):
    """Says aloud what is wrong with a number once Enter was pressed or the field was left; Esc brings the old one back.

    Signals
    -------
    complained(str) : what is expected, or empty when nothing is wrong any more.
    """

    complained = Signal(str)

    def __init__(
        self, minimum: float, maximum: float, value: float, integer: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(minimum, maximum, value, integer, parent)
        self.textEdited.connect(lambda _text: self._withdraw())

    @property
    def wrong(self) -> bool:
        """Whether what stands in the field is no good number."""
        return self.property("invalid") is True

    def commit(self) -> None:
        """Take what is typed if it is a good number; keep it and complain if not."""
        super().commit()
        self.complained.emit(self.toolTip() if self.wrong else "")

    def set_value(self, value: float) -> None:
        """Show a number without announcing it; what is being typed gives way."""
        super().set_value(value)
        self.complained.emit("")

    def show_mixed(self, text: str) -> None:
        """Show no number, but `text` in its place."""
        self.setText("")
        self.setModified(False)
        self.setPlaceholderText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        if self.isModified():
            self.commit()
        QLineEdit.focusOutEvent(self, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        super().keyPressEvent(event)
        self._withdraw()

    def _withdraw(self) -> None:
        if not self.wrong:
            self.complained.emit("")
