"""Decides when the tip about a card's problems is shown, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QRect
from PySide6.QtWidgets import QWidget

from core.compiler.problems import Fix
from designer.canvas.geometry import Box
from designer.canvas.pointer import Pointer
from designer.canvas.problem_tip import ProblemTip
from designer.canvas.targets import CardTarget, Target
from designer.canvas.tools.gesture import Stage
from designer.problems.service import ProblemService


class TipKeeper(QObject):
    """Shows the tip of the card under the pointer, else that of the one selected card.

    Parameters
    ----------
    floating : the other widgets over the canvas, which the tip should not cover.
    """

    def __init__(
        self,
        tip: ProblemTip,
        stage: Stage,
        pointer: Pointer,
        problems: ProblemService,
        floating: Callable[[], Sequence[QWidget]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tip, self._stage, self._pointer = tip, stage, pointer
        self._problems, self._floating = problems, floating
        self._pointed = ""
        problems.changed.connect(self._update)
        stage.selection.changed.connect(self._update)
        stage.view.moved.connect(self.place)
        pointer.over.connect(self._point_at)
        pointer.pressed.connect(tip.dismiss)
        tip.fix_chosen.connect(self._apply)

    def place(self) -> None:
        """Bring the tip beside its card again, after something moved."""
        boxes, node_id = self._stage.scene.boxes, self._tip.node_id
        if node_id not in boxes:
            return
        cards = {id_: self._on_panel(box) for id_, box in boxes.items()}
        floating = [widget.geometry() for widget in self._floating() if not widget.isHidden()]
        taken = [rect for id_, rect in cards.items() if id_ != node_id] + floating
        self._tip.place_beside(cards[node_id], self._stage.view.geometry(), taken)

    def _point_at(self, target: Target | None) -> None:
        left = bool(self._pointed)
        self._pointed = target.node_id if isinstance(target, CardTarget) else ""
        self._update(leaving=left)

    def _update(self, leaving: bool = False) -> None:
        nodes, tip = self._stage.selection.nodes, self._tip
        chosen = nodes[0] if len(nodes) == 1 else ""
        troubled = (id_ for id_ in (self._pointed, chosen) if id_ in self._stage.scene.boxes and self._problems.of(id_))
        wanted = next(troubled, "")
        if self._pointer.gesture is not None:
            # It would cover what the user is just doing.
            tip.dismiss()
        elif wanted:
            tip.show_problems(wanted, self._problems.of(wanted))
            self.place()
        elif tip.node_id and self._problems.of(tip.node_id) and (leaving or tip.going):
            tip.leave_soon()
        else:
            tip.dismiss()

    def _apply(self, fix: Fix) -> None:
        self._tip.dismiss()
        self._problems.apply_fix(fix)
        self._stage.view.setFocus()

    def _on_panel(self, box: Box) -> QRect:
        view = self._stage.view
        corners = view.mapFromScene(box.left, box.top), view.mapFromScene(box.right, box.bottom)
        return QRect(*corners).translated(view.pos())
