"""Keeps a copy of what is not saved yet, so that a crash costs seconds."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from core.project.model import Project
from core.storage.autosave import AutosaveFile
from designer.background import Background
from designer.document import Document
from designer.run.controller import RunController

EDIT_DELAY_MS = 8_000
"""From the first edit that is not kept yet; with the time to write it stays below 10 s."""

TRAINING_INTERVAL_MS = 30_000

_log = logging.getLogger(__name__)


class Autosave(QObject):
    """Writes the recovery copy: soon after an edit, and in intervals while training; deletes it after a save.

    Signals
    -------
    kept(datetime) : a copy was written.
    failed(Exception) : it could not be written.
    """

    kept = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        document: Document,
        run: RunController,
        background: Background,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._run, self._background, self._folder = document, run, background, folder
        self._number = 0
        self._file = self._next_file()
        self._kept: Project | None = None
        self._edited = QTimer(self, singleShot=True, interval=EDIT_DELAY_MS)
        self._edited.timeout.connect(self.keep)
        self._training = QTimer(self, interval=TRAINING_INTERVAL_MS)
        self._training.timeout.connect(self.keep)
        document.changed.connect(lambda _delta: self._note_edit())
        document.file_changed.connect(self._follow_file)
        run.status_changed.connect(self._follow_run)

    def keep(self) -> None:
        """Write the copy now, in the background, with what a run has learnt so far."""
        self._run.when_up_to_date(self._write)

    def _write(self) -> None:
        project = self._document.project
        if project is self._kept or not self._document.modified:
            return
        self._edited.stop()
        self._kept = project
        file, original = self._file, self._document.path
        self._background.submit(
            lambda: file.write(project, original),
            lambda _result: self.kept.emit(datetime.now().astimezone()),
            self._on_failed,
        )

    def start_document(self) -> None:
        """Give up the copy of the document before: another project is shown."""
        self._discard()
        self._file = self._next_file()

    def shutdown(self) -> None:
        """Stop, and delete the copy: the program ends as the user wants it."""
        self._edited.stop()
        self._training.stop()
        self._discard()

    def _note_edit(self) -> None:
        if not self._edited.isActive():
            self._edited.start()

    def _follow_file(self) -> None:
        if not self._document.modified:
            self._discard()

    def _follow_run(self) -> None:
        if not self._run.running:
            self._training.stop()
        elif not self._training.isActive():
            self._training.start()

    def _discard(self) -> None:
        self._edited.stop()
        self._kept = None
        # After a write that is still going on, else that would bring the copy back.
        self._background.submit(self._file.discard, lambda _result: None, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        _log.warning("the recovery copy could not be written: %s", error)
        self._kept = None
        self.failed.emit(error)

    def _next_file(self) -> AutosaveFile:
        self._number += 1
        return AutosaveFile(self._folder, f"project{self._number}")
