"""A push button that stands for an action."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from designer.icons import ICON_SIZE, icon
from designer.theme import theme_of


class ActionButton(QPushButton):
    """Shows an action's text, tooltip and whether it can be used; a click triggers it.

    Parameters
    ----------
    icon_name : icon in ``resources/icons``, or empty.
    primary : filled in the accent colour; there is one such button in sight.
    flat : without a frame until the pointer is over it.
    icon_only : the text is only said in the tooltip.
    """

    def __init__(
        self,
        action: QAction,
        icon_name: str = "",
        primary: bool = False,
        flat: bool = False,
        icon_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._action, self._icon_name, self._icon_only = action, icon_name, icon_only
        self.setProperty("primary", primary)
        self.setProperty("flat", flat)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_icon_name(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon_name:
            self._icon_name = name
            self._follow()

    def set_icon_only(self, icon_only: bool) -> None:
        """Leave the text out, or show it again."""
        if icon_only != self._icon_only:
            self._icon_only = icon_only
            self._follow()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self._follow()
        super().changeEvent(event)

    def _follow(self) -> None:
        action = self._action
        # Qt leaves 4 px between icon and text; the space brings them to the 8 of the grid.
        gap = "\N{FOUR-PER-EM SPACE}" if self._icon_name else ""
        self.setText("" if self._icon_only else gap + action.text().replace("…", ""))
        self.setToolTip(action.toolTip())
        self.setAccessibleName(action.text())
        self.setAccessibleDescription(action.statusTip())
        self.setEnabled(action.isEnabled())
        if self._icon_name:
            theme = theme_of(self.palette())
            usable = theme.accent_text if self.property("primary") else theme.text
            self.setIcon(icon(self._icon_name, usable if action.isEnabled() else theme.text_third))
