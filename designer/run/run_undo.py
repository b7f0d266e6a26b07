"""How what a run learns gets into the document: all of one run are one step of undo."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.project import edits
from core.training.state import TrainedState
from core.training.timeline import Timeline
from designer.document import Document
from designer.numbers import whole

translate = QCoreApplication.translate


class RunUndo:
    """Puts the states of runs into the document.

    Attributes
    ----------
    committing : whether the document is just taking one over.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._started_at = 0
        self._run = 0
        self.committing = False

    def begin(self, state: TrainedState | None) -> None:
        """Let a new step of undo begin with the next state; `state` is where the run starts."""
        self._started_at = 0 if state is None else state.position.iteration
        self._run += 1

    def made(self, state: TrainedState) -> int:
        """Return how many iterations a state of the run has made since its step of undo began."""
        before = self._document.project.state
        if before is not None and not self._document.modified:
            # What was saved is no longer part of the step that comes.
            self._started_at = before.position.iteration
        return state.position.iteration - self._started_at

    def commit(self, state: TrainedState, made: int, timeline: Timeline) -> None:
        """Put a state of the run into the document, so many iterations after its step of undo began."""
        several = translate("Run", "Train {count} iterations").format(count=whole(made))
        text = translate("Run", "Train 1 iteration") if made == 1 else several
        self.committing = True
        try:
            self._document.apply_merging(f"run {self._run}", text, edits.take_run, state, timeline)
        finally:
            self.committing = False
