"""A button of one icon that follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QToolButton, QWidget

from designer.icons import ICON_SIZE, icon
from designer.theme import theme_of


class IconButton(QToolButton):
    """Shows an icon in the colour of the text; the tooltip says what it does, also to a screen reader.

    Parameters
    ----------
    name : icon in ``resources/icons``.
    tip : what the button does.
    size : width and height of the button, in pixels.
    """

    def __init__(self, name: str, tip: str, size: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setFixedSize(size, size)
        self.setStyleSheet("QToolButton { padding: 0; }")
        self._recolour()

    def set_icon_name(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self._recolour()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()
        super().changeEvent(event)

    def _recolour(self) -> None:
        self.setIcon(icon(self._name, theme_of(self.palette()).text_second))
