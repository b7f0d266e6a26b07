"""A slim bar that says what went wrong, where it happened, and offers what to do: in place of a dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from designer.icons import paint_icon
from designer.theme import Theme, mixed, theme_of
from designer.widgets.icon_button import IconButton

Choice = tuple[str, Callable[[], object]]
"""Label of a button and what it does; the bar closes first."""


class Tone(Enum):
    """How grave a notice is; it chooses icon and colour."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class NoticeBar(QWidget):
    """Shows one notice at a time; Escape or its cross closes it.

    Signals
    -------
    closed() : the notice was dismissed or one of its choices was taken.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.INFO
        self._key = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = IconButton("close", self.tr("Close this message"))
        self._close.clicked.connect(self.dismiss)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(40, 5, 8, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._close)
        self._buttons: list[QPushButton] = []
        self.hide()

    @property
    def text(self) -> str:
        """What it says now; empty while it is closed."""
        return self._label.text() if not self.isHidden() else ""

    @property
    def key(self) -> str:
        """The key of the notice in sight; empty while it is closed."""
        return self._key

    def show_notice(self, text: str, tone: Tone, choices: Sequence[Choice] = (), key: str = "") -> None:
        """Show a notice in place of the one before.

        Parameters
        ----------
        choices : buttons, the most likely one first.
        key : names the matter, so that its owner can withdraw the notice when it is settled.
        """
        self._tone, self._key = tone, key
        self._label.setText(text)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()  # deleted it is later, when a notice that came at once after it is in sight already
            button.deleteLater()
        self._buttons = [self._button(label, action) for label, action in choices]
        for index, button in enumerate(self._buttons):
            self._row.insertWidget(1 + index, button)
        self.setAccessibleName(text)
        self.show()
        self.update()

    def withdraw(self, key: str) -> None:
        """Close the notice if it is about this matter."""
        if key and key == self._key:
            self.dismiss()

    def dismiss(self) -> None:
        """Close the notice."""
        if not self.isHidden():
            self._key = ""
            self.hide()
            self.closed.emit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """One line; the text wraps where it must."""
        return QSize(240, 36)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        theme = theme_of(self.palette())
        colour = self._colour(theme)
        painter = QPainter(self)
        painter.fillRect(self.rect(), mixed(colour, theme.panel, 0.12))
        painter.fillRect(QRectF(0, 0, 4, self.height()), QColor(colour))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), mixed(colour, theme.panel, 0.35))
        paint_icon(painter, self._tone.value, QRectF(14, self.height() / 2 - 8, 16, 16), colour)

    def _colour(self, theme: Theme) -> str:
        return {Tone.INFO: theme.accent, Tone.WARNING: theme.warning, Tone.ERROR: theme.error}[self._tone]

    def _button(self, label: str, action: Callable[[], object]) -> QPushButton:
        button = QPushButton(label)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

        def take() -> None:
            self.dismiss()
            action()

        button.clicked.connect(take)
        return button
