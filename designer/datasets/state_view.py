"""What the data panel shows while there are no data: why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from designer.icons import ICON_SIZE, pixmap
from designer.theme import theme_of
from designer.widgets.flow_layout import FlowLayout


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: what it says and does; `stacked` ones stand below each other."""

    text: str
    action: Callable[[], object]
    tip: str = ""
    primary: bool = False


class StateView(QWidget):
    """An icon with a title, some text, a progress bar and buttons; each only where there is something to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._icon.setFixedSize(ICON_SIZE, ICON_SIZE)
        self._title = QLabel()
        self._title.setProperty("level", "strong")
        self._title.setWordWrap(True)
        self._text = QLabel()
        self._text.setProperty("level", "second")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        self._column.addLayout(head)
        self._column.addWidget(self._text)
        self._column.addWidget(self._bar)
        self._buttons: list[QPushButton] = []
        self._place: QWidget | None = None

    @property
    def text(self) -> str:
        """Title and text."""
        return f"{self._title.text()}\n{self._text.text()}"

    def button(self, text: str) -> QPushButton:
        """Return the button that says `text`; raises KeyError where there is none."""
        for button in self._buttons:
            if button.text() == text:
                return button
        raise KeyError(text)

    def show_state(self, icon: str, title: str, text: str, offers: Sequence[Offer], stacked: bool = False) -> None:
        """Show a state; buttons below each other where `stacked`, else beside each other."""
        theme = theme_of(self.palette())
        colour = {"error": theme.error, "warning": theme.warning}.get(icon, theme.text_second)
        self._icon.setPixmap(pixmap(icon, colour, ICON_SIZE, self.devicePixelRatioF()))
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._bar.hide()
        self._offer(offers, stacked)

    def show_progress(self, share: float | None, text: str) -> None:
        """Show how far the work is; a bar that only moves where that is unknown."""
        self._bar.setRange(0, 0 if share is None else 1000)
        if share is not None:
            self._bar.setValue(round(1000 * share))
        self._bar.show()
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        super().resizeEvent(event)
        self.updateGeometry()

    def _offer(self, offers: Sequence[Offer], stacked: bool) -> None:
        if self._place is not None:
            self._column.removeWidget(self._place)
            self._place.hide()
            self._place.deleteLater()
        self._place, self._buttons = QWidget(), []
        layout = QVBoxLayout(self._place) if stacked else FlowLayout(self._place)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6 if stacked else 8)
        for offer in offers:
            button = QPushButton(offer.text)
            button.setToolTip(offer.tip)
            button.setProperty("primary", offer.primary)
            button.clicked.connect(lambda _checked=False, action=offer.action: action())
            layout.addWidget(button)
            self._buttons.append(button)
        self._column.addWidget(self._place)
        self._place.setVisible(bool(offers))
