"""The head of a panel: title, second line, and what belongs at its right."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from designer.widgets.elided_label import ElidedLabel

HEIGHT = 32


class PanelHeader(QWidget):
    """A head 32 px high.

    Parameters
    ----------
    title : semibold; it is the last to be cut off.
    subtitle : second line, in the second colour, elided where room is short.
    trailing : widget at the right edge, or None.
    """

    def __init__(
        self,
        title: str,
        subtitle: str = "",
        trailing: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = ElidedLabel(title)
        self._title.setProperty("level", "strong")
        self._subtitle = ElidedLabel(subtitle)
        self._subtitle.setProperty("level", "third")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 8, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._title)
        self._row.addWidget(self._subtitle, 1)
        self._trailing: QWidget | None = None
        self.set_trailing(trailing)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.setText(title)

    def set_subtitle(self, subtitle: str) -> None:
        """Show another second line."""
        self._subtitle.setText(subtitle)

    def set_trailing(self, widget: QWidget | None) -> None:
        """Put `widget` at the right edge, in place of the one before."""
        if self._trailing is not None:
            self._row.removeWidget(self._trailing)
            self._trailing.hide()
        self._trailing = widget
        if widget is not None:
            self._row.insertWidget(2, widget)
            widget.show()
