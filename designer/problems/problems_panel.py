"""The list of everything that is wrong with the project, with the ways out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.compiler.problems import Fix, Problem
from core.errors import LayerloomError
from designer.problems.service import ProblemService
from designer.selection import Selection
from designer.theme import ThemeService
from designer.translation import shown
from designer.widgets.problem_card import ProblemCard


class ProblemsPanel(QWidget):
    """One card per problem, errors first; a click selects the layer."""

    def __init__(
        self, problems: ProblemService, selection: Selection, theme: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._problems, self._selection = problems, selection
        self._shown: tuple[tuple[Problem, str], ...] | None = None
        self._cards: list[tuple[ProblemCard, str]] = []
        self._empty = QLabel(self.tr("No problems"))
        self._empty.setProperty("level", "third")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._refusal = QLabel()
        self._refusal.setProperty("level", "error")
        self._refusal.setWordWrap(True)
        self._refusal.setContentsMargins(12, 8, 12, 4)
        self._refusal.hide()
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 4, 0, 4)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        whole_panel = QVBoxLayout(self)
        whole_panel.setContentsMargins(0, 0, 0, 0)
        whole_panel.setSpacing(0)
        whole_panel.addWidget(self._refusal)
        whole_panel.addWidget(self._empty, 1)
        whole_panel.addWidget(self._scroll, 1)
        problems.changed.connect(self._show)
        selection.changed.connect(self._light)
        theme.changed.connect(self.update)
        self._show()

    @property
    def cards(self) -> tuple[ProblemCard, ...]:
        """The cards, in order."""
        return tuple(card for card, _ in self._cards)

    @property
    def empty_text(self) -> str:
        """What is said in place of cards; empty where there are some."""
        return "" if self._cards else self._empty.text()

    def _show(self) -> None:
        names = self._problems.names
        found = tuple((problem, names.get(problem.node_id, "")) for problem in self._problems.problems)
        if found == self._shown:
            return
        focused = next((i for i, (card, _) in enumerate(self._cards) if card.hasFocus()), None)
        self._shown = found
        self._refusal.hide()
        for card, _ in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for index, (problem, name) in enumerate(found):
            card = ProblemCard(problem, name, selectable=True)
            card.fix_requested.connect(self._fix)
            card.chosen.connect(lambda node_id=problem.node_id: self._choose(node_id))
            card.walked.connect(lambda step, here=index: self._walk(here + step))
            self._column.insertWidget(index, card)
            card.show()
            self._cards.append((card, problem.node_id))
        self._empty.setVisible(not found)
        self._scroll.setVisible(bool(found))
        if focused is not None and self._cards:
            self._cards[min(focused, len(self._cards) - 1)][0].setFocus()
        self._light()

    def _walk(self, index: int) -> None:
        if 0 <= index < len(self._cards):
            card = self._cards[index][0]
            card.setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(card)

    def _choose(self, node_id: str) -> None:
        if node_id:
            self._selection.select((node_id,))

    def _light(self) -> None:
        for card, node_id in self._cards:
            card.set_lit(bool(node_id) and node_id in self._selection.nodes)

    def _fix(self, fix: Fix) -> None:
        try:
            self._problems.apply_fix(fix)
        except LayerloomError as error:
            self._refusal.setText(shown(error))
            self._refusal.show()
