"""New, open, save: what happens to the document and its file, and what the user is asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.errors import ProjectFileError
from core.project.model import Project
from core.storage.writer import FileChangedError
from designer.dialogs.unsaved import Answer, ask_unsaved
from designer.document import Document
from designer.run.controller import RunController
from designer.settings import Settings
from designer.translation import shown
from designer.widgets.notice_bar import NoticeBar, Tone

SUFFIX = ".h5"


class ProjectFiles(QObject):
    """Replaces the document and writes it; never loses work without asking, and reports faults in the notice bar.

    Signals
    -------
    shown() : another project is in the document.
    saved() : the document was written to its file.
    recent_changed() : the list of recent projects is another one.
    """

    shown = Signal()
    saved = Signal()
    recent_changed = Signal()

    def __init__(
        self,
        document: Document,
        run: RunController,
        settings: Settings,
        notices: NoticeBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._run, self._settings = document, run, settings
        self._notices, self._window = notices, window
        self._title = ""

    @property
    def title(self) -> str:
        """Name of the document: its file, else what it was started from."""
        path = self._document.path
        return path.name if path is not None else self._title or self.tr("Untitled")

    @property
    def unsaved(self) -> bool:
        """Whether closing the document now would lose something."""
        return self._document.modified or self._run.running

    def start(self, project: Project, title: str = "", then: Callable[[], object] | None = None) -> None:
        """Show a new project, after asking what to do with the one before; then call `then`."""
        self.settle(lambda: self._show_new(project, title, then))

    def ask_open(self) -> None:
        """Let the user choose a file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open project"), str(self._folder()), self._filter()
        )
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a project file, after asking what to do with the project before."""
        self.settle(lambda: self._open(path))

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Write the document to its file, asking for a name where it has none; `then` follows only a success."""
        path = self._document.path
        if path is None:
            self.save_as(then)
        else:
            self._run.when_up_to_date(lambda: self._write(path, then, overwrite=False))

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Write the document to a file that the user names."""
        start = self._document.path or self._folder() / (Path(self.title).stem + SUFFIX)
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save project as"), str(start), self._filter()
        )
        if name:
            path = Path(name)
            path = path if path.suffix else path.with_suffix(SUFFIX)
            # The dialog has asked already whether a file that exists may be replaced.
            self._run.when_up_to_date(lambda: self._write(path, then, overwrite=True))

    def settle(self, then: Callable[[], object]) -> None:
        """Call `then` once nothing can be lost by it: nothing is unsaved, it was saved, or the user lets it go."""
        if not self.unsaved:
            then()
            return
        answer = ask_unsaved(self._window, self.title)
        if answer is Answer.SAVE:
            # The run stops first, else what it learns after the save would be lost.
            self._run.when_stopped(lambda: self.save(then))
        elif answer is Answer.DISCARD:
            self._run.when_stopped(then)

    def show_recovered(self, copy: Project, original: Path | None, then: Callable[[], object]) -> None:
        """Show what was recovered as a change, not saved yet, of the file that it belongs to; then call `then`."""
        self.settle(lambda: self._show_recovered(copy, original, then))

    def _show_new(self, project: Project, title: str, then: Callable[[], object] | None) -> None:
        self._title = title
        self._document.start(project)
        self._notices.dismiss()
        self.shown.emit()
        if then is not None:
            then()

    def _open(self, path: Path) -> None:
        try:
            self._document.open(path)
        except ProjectFileError as error:
            self._settings.remove_recent_file(path.absolute())
            self.recent_changed.emit()
            choices = [(self.tr("Open another…"), self.ask_open)]
            self._notices.show_notice(shown(error), Tone.ERROR, choices, key="open")
            return
        self._settings.add_recent_file(path)
        self.recent_changed.emit()
        self._notices.dismiss()
        self.shown.emit()

    def _show_recovered(self, copy: Project, original: Path | None, then: Callable[[], object]) -> None:
        try:
            if original is None:
                raise ProjectFileError("There is no file yet.")
            self._document.open(original)
        except ProjectFileError:
            self._title = original.stem if original is not None else self.tr("Recovered")
            self._document.start(Project())
        self._document.replace(self.tr("Recover unsaved work"), copy)
        then()
        self.shown.emit()

    def _write(self, path: Path, then: Callable[[], object] | None, *, overwrite: bool) -> None:
        try:
            self._document.save(path, overwrite=overwrite)
        except FileChangedError as error:
            choices = [
                (self.tr("Save as…"), lambda: self.save_as(then)),
                (self.tr("Overwrite"), lambda: self._write(path, then, overwrite=True)),
            ]
            self._notices.show_notice(shown(error), Tone.WARNING, choices, key="save")
            return
        except ProjectFileError as error:
            choices = [(self.tr("Save as…"), lambda: self.save_as(then))]
            self._notices.show_notice(shown(error), Tone.ERROR, choices, key="save")
            return
        self._notices.withdraw("save")
        self._settings.add_recent_file(path)
        self.recent_changed.emit()
        self.saved.emit()
        if then is not None:
            then()

    def _folder(self) -> Path:
        path = self._document.path or next(iter(self._settings.recent_files), None)
        return path.parent if path is not None and path.parent.is_dir() else Path.home()

    def _filter(self) -> str:
        return self.tr("Layerloom projects (*.h5);;All files (*)")
