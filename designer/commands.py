"""The one undo command: a project before and after."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from core.project.model import Project

Show = Callable[[Project], None]


class ProjectCommand(QUndoCommand):
    """Replaces one project by another; ticks of one slider (equal merge keys) become one command."""

    def __init__(
        self, text: str, before: Project, after: Project, show: Show, merge_key: str = ""
    ) -> None:
        super().__init__(text)
        self._before, self._after, self._show = before, after, show
        self._merge_key = merge_key

    def replace_projects(self, replacement: Callable[[Project], Project]) -> None:
        """Hold other projects in place of those after and before, in that order."""
        self._after = replacement(self._after)
        self._before = replacement(self._before)

    def redo(self) -> None:
        self._show(self._after)

    def undo(self) -> None:
        self._show(self._before)

    def id(self) -> int:
        """Qt offers two commands for merging only where their ids are equal and not −1."""
        return 1 if self._merge_key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 (Qt's name)
        if not isinstance(other, ProjectCommand) or other._merge_key != self._merge_key:
            return False
        self._after = other._after
        self.setText(other.text())
        return True
