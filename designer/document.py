"""The document: the project in the window, its undo stack and its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from core.project.delta import ProjectDelta, diff
from core.project.model import Project
from core.storage.reader import read_project
from core.storage.writer import write_project
from core.training.keeper import MEGABYTE
from designer.commands import ProjectCommand
from designer.undo_memory import forget_old_moments

Arguments = ParamSpec("Arguments")


class Document(QObject):
    """Holds the one current Project; every change goes through ``apply`` and is announced once.

    Signals
    -------
    changed(ProjectDelta) : the project is another one; every view takes what it needs from the difference.
    file_changed() : path or saved state changed.
    left() : another project is about to come in place of the one so far; its layers can have the same identities.
    """

    changed = Signal(object)
    file_changed = Signal()
    left = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._path: Path | None = None
        self._digest: str | None = None
        self._starting = False
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._on_clean_changed)

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._project

    @property
    def path(self) -> Path | None:
        """Its file, or None before the first save."""
        return self._path

    @property
    def modified(self) -> bool:
        """Whether there is something to save."""
        return not self.undo_stack.isClean()

    def apply(
        self,
        text: str,
        edit: Callable[Concatenate[Project, Arguments], Project],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> None:
        """Make one edit and one step of undo called `text`; raises what `edit` raises, and then nothing changed.

        An edit that changes nothing makes no step.
        """
        self._push(text, edit(self._project, *args, **kwargs), "")

    def apply_merging(
        self,
        key: str,
        text: str,
        edit: Callable[Concatenate[Project, Arguments], Project],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> None:
        """Like ``apply``, but steps in a row with the same `key` (ticks of one slider) become one step of undo."""
        self._push(text, edit(self._project, *args, **kwargs), key)

    def replace(self, text: str, project: Project) -> None:
        """Make `project` the current one as one step of undo."""
        self._push(text, project, "")

    def start(self, project: Project, path: Path | None = None, digest: str | None = None) -> None:
        """Show another project as a fresh document, with an empty undo stack."""
        another = path is None or path != self._path
        self._path, self._digest = path, digest
        self._starting = True
        try:
            if another:
                self.left.emit()
            self.undo_stack.clear()
            self.undo_stack.setClean()
            self._show(project)
        finally:
            self._starting = False
        self.file_changed.emit()

    def open(self, path: Path) -> None:
        """Read a project file; raises ProjectFileError, and then nothing changed."""
        loaded = read_project(path)
        self.start(loaded.project, path, loaded.digest)

    def save(self, path: Path, *, overwrite: bool = False) -> None:
        """Write the project to `path` and make that its file.

        Raises ProjectFileError; its subclass FileChangedError where another program changed the file since it was
        read and `overwrite` is not set.
        """
        known = self._digest if path == self._path and not overwrite else None
        self._digest = write_project(self._project, path, expected=known)
        self._path = path
        self.undo_stack.setClean()
        self.file_changed.emit()

    def _on_clean_changed(self, _clean: bool) -> None:
        # Of a project that begins it is said once it is there, not while its path stands beside the one before.
        if not self._starting:
            self.file_changed.emit()

    def _push(self, text: str, after: Project, merge_key: str) -> None:
        if after is not self._project and not diff(self._project, after).empty:
            has_moments = after.timeline is not self._project.timeline
            self.undo_stack.push(
                ProjectCommand(text, self._project, after, self._show, merge_key)
            )
            if has_moments:
                self._limit_undo()

    def _limit_undo(self) -> None:
        """Let the steps of undo hold no more moments beside those of the present than that may have."""
        stack = self.undo_stack
        commands = (stack.command(number) for number in reversed(range(stack.count())))
        limit = self._project.training.keep_memory * MEGABYTE
        forget_old_moments((c for c in commands if isinstance(c, ProjectCommand)), self._project, limit)

    def _show(self, project: Project) -> None:
        delta: ProjectDelta = diff(self._project, project)
        self._project = project
        if not delta.empty:
            self.changed.emit(delta)


