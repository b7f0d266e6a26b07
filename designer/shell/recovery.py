"""Finds what a program that died has left behind, and brings it back."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.errors import LayerloomError
from core.storage.autosave import Recoverable, decline, find_recoverable, remove
from core.storage.reader import LoadedProject, read_project
from designer.background import Background
from designer.shell.project_files import ProjectFiles
from designer.translation import shown
from designer.welcome.recovery_line import recovery_details, recovery_title
from designer.widgets.notice_bar import NoticeBar, Tone

OFFER = "recovery offer"
"""Key of the notice that offers a copy."""

_log = logging.getLogger(__name__)


class Recovery(QObject):
    """Offers the newest copy that was left behind; the offer stays until it is taken or declined.

    Signals
    -------
    offered(Recoverable | None) : the copy on offer, or None when there is none any more.
    """

    offered = Signal(object)

    def __init__(
        self,
        folder: Path,
        files: ProjectFiles,
        notices: NoticeBar,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._files, self._notices, self._background = folder, files, notices, background
        self._waiting: list[Recoverable] = []
        self._taken: Recoverable | None = None

    def look(self) -> None:
        """Look for copies, in the background."""
        self._background.submit(partial(find_recoverable, self._folder), self._show, self._log)

    def recover(self, item: Recoverable) -> None:
        """Open a copy; it is deleted once its content is kept elsewhere."""
        self._background.submit(partial(read_project, item.copy), partial(self._open, item), self._on_failed)

    def discard(self, item: Recoverable) -> None:
        """Do not offer a copy again; it stays for seven days."""
        self._background.submit(partial(decline, item), lambda _result: None, self._log)
        self._drop(item)

    def remind(self, item: Recoverable) -> None:
        """Offer a copy in the bar over the workbench, unless the bar has something else to say."""
        if not self._notices.text:
            choices = [
                (self.tr("Recover"), partial(self.recover, item)),
                (self.tr("Discard"), partial(self.discard, item)),
            ]
            text = f"{recovery_title(item)} {recovery_details(item)}"
            self._notices.show_notice(text, Tone.WARNING, choices, key=OFFER)

    def withdraw_reminder(self) -> None:
        """Take the offer out of the bar; it stays on the start page."""
        self._notices.withdraw(OFFER)

    def forget_taken(self) -> None:
        """Delete the copy that was opened: what it held is saved, or in the copy of this program."""
        if self._taken is not None:
            self._background.submit(partial(remove, self._taken), lambda _result: None, self._log)
            self._taken = None

    def _show(self, found: list[Recoverable]) -> None:
        self._waiting = found
        self._offer()

    def _open(self, item: Recoverable, loaded: LoadedProject) -> None:
        self._files.show_recovered(loaded.project, item.original, partial(self._take, item))

    def _take(self, item: Recoverable) -> None:
        self._taken = item
        self._drop(item)

    def _drop(self, item: Recoverable) -> None:
        self._waiting = [other for other in self._waiting if other.copy != item.copy]
        self._offer()

    def _offer(self) -> None:
        self.offered.emit(self._waiting[0] if self._waiting else None)

    def _on_failed(self, error: Exception) -> None:
        text = shown(error) if isinstance(error, LayerloomError) else str(error)
        self._notices.show_notice(text, Tone.ERROR, key="recovery")

    def _log(self, error: Exception) -> None:
        _log.warning("looking after recovery copies failed: %s", error)
