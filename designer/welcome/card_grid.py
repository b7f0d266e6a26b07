"""Cards in rows that fill the width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.welcome.card import Card

GAP = 16


class CardGrid(QWidget):
    """As many equally wide cards in a row as have room.

    Parameters
    ----------
    least_width : of a card, in pixels.
    """

    def __init__(self, least_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_width = least_width
        self._cards: list[Card] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def cards(self) -> Sequence[Card]:
        """The cards, row by row."""
        return self._cards

    def set_cards(self, cards: Sequence[Card]) -> None:
        """Show these cards in place of those before."""
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = list(cards)
        for card in self._cards:
            card.setParent(self)
            card.show()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        self._place()
        super().resizeEvent(event)

    def _place(self) -> None:
        columns = max(1, (self.width() + GAP) // (self._least_width + GAP))
        width = (self.width() - GAP * (columns - 1)) // columns
        bottom = 0
        for index, card in enumerate(self._cards):
            row, column = divmod(index, columns)
            top = row * (card.height() + GAP)
            card.setGeometry(column * (width + GAP), top, width, card.height())
            bottom = top + card.height()
        if self.minimumHeight() != bottom:
            self.setFixedHeight(bottom)
