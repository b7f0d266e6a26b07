"""A row of buttons of which one is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from designer.icons import ICON_SIZE, icon
from designer.theme import theme_of


class SegmentedControl(QWidget):
    """One choice of a few, all in sight; arrow keys move it.

    Parameters
    ----------
    items : (key, label) from left to right.
    icons : icon by key; such a button shows only the icon, and its label as the tooltip.
    stretch : whether the buttons share the whole width.
    short : shorter label by key, for where the full ones have no room; those are then in the tooltips.

    Signals
    -------
    changed(str) : the user chose another key.
    """

    changed = Signal(str)

    def __init__(
        self,
        items: Sequence[tuple[str, str]],
        icons: Mapping[str, str] | None = None,
        stretch: bool = False,
        parent: QWidget | None = None,
        *,
        short: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(parent)
        self._icons, self._short, self._full = dict(icons or {}), dict(short or {}), dict(items)
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        # What the full labels take, while the short ones are shown.
        self._full_width = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, (key, label) in enumerate(items):
            button = self._button(key, label, _place(index, len(items)), stretch or bool(short))
            self._buttons[key] = button
            self._group.addButton(button)
            row.addWidget(button)
        self._group.buttonToggled.connect(self._on_toggled)
        across = QSizePolicy.Policy.Preferred if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self._silent = True
        if items:
            self._buttons[items[0][0]].setChecked(True)
        self._silent = False
        self._recolour()

    @property
    def current(self) -> str:
        """The chosen key."""
        for key, button in self._buttons.items():
            if button.isChecked():
                return key
        return ""

    def set_current(self, key: str) -> None:
        """Choose a key without announcing it; raises KeyError for one that is not there."""
        self._silent = True
        try:
            self._buttons[key].setChecked(True)
        finally:
            self._silent = False

    def button(self, key: str) -> QToolButton:
        """Return the button of a key, to disable it or give it a tooltip of its own."""
        return self._buttons[key]

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for the full labels, whichever are shown."""
        hint = super().sizeHint()
        return QSize(max(hint.width(), self._full_width), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        if self._short:
            self._shorten(event.size().width() < self.sizeHint().width())
        super().resizeEvent(event)

    def _shorten(self, shortened: bool) -> None:
        """Show the short labels with little room beside them, or the full ones."""
        if shortened == (self._full_width > 0):
            return
        self._full_width = self.sizeHint().width() if shortened else 0
        for key, text in self._short.items():
            button, full = self._buttons[key], self._full[key]
            button.setText(text if shortened else full)
            button.setToolTip(full if shortened else "")
            button.setProperty("tight", shortened)
            button.style().unpolish(button)
            button.style().polish(button)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()
        super().changeEvent(event)

    def _button(self, key: str, label: str, place: str, stretch: bool) -> QToolButton:
        button = QToolButton(self)
        button.setCheckable(True)
        button.setProperty("segment", place)
        button.setAccessibleName(label)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if key in self._icons:
            button.setToolTip(label)
            button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        else:
            button.setText(label)
        if stretch:
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _recolour(self) -> None:
        colour = theme_of(self.palette()).text
        for key, name in self._icons.items():
            if key in self._buttons:
                self._buttons[key].setIcon(icon(name, colour))

    def _on_toggled(self, button: QToolButton, checked: bool) -> None:
        if checked and not self._silent:
            self.changed.emit(self.current)


def _place(index: int, count: int) -> str:
    if count == 1:
        return "only"
    return "first" if index == 0 else "last" if index == count - 1 else "middle"
