"""A label that shortens its text with an ellipsis instead of growing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget


class ElidedLabel(QLabel):
    """One line of text; cut off it ends in "…" and the whole is its tooltip.

    Parameters
    ----------
    short : stands for the text where that does not fit; empty for none.
    least_share : where less than this share of the text fits, nothing is shown: a stump says nothing.
    """

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        least_share: float = 0.0,
        short: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._mode, self._least_share, self._short = mode, least_share, short
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Room for a few letters; the layout may take the rest."""
        metrics = self.fontMetrics()
        return QSize(min(metrics.horizontalAdvance("mmm…"), self.sizeHint().width()), metrics.height())

    def event(self, event: QEvent) -> bool:
        """Show the whole text as the tooltip where it is cut off."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self.toolTip():
            cut = self.shown() != self.text()
            QToolTip.showText(event.globalPos(), self.text() if cut else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            self.shown(),
            self.foregroundRole(),
        )

    def shown(self) -> str:
        """Return what can be read of the text."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        if room < self._least_share * metrics.horizontalAdvance(self.text()):
            return ""
        fits = metrics.horizontalAdvance(self.text()) <= room
        return metrics.elidedText(self.text() if fits or not self._short else self._short, self._mode, room)
