"""Recovery after a crash: copies of what is not saved yet, and finding those that a dead program left behind.

A copy is an ordinary project file in the program's own folder; beside it lies a lock file that the program holds
as long as it runs and that notes which file the copy belongs to. Both are deleted after a successful save or a clean
end, so what is found unlocked was lost.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ProjectFileError
from core.project.model import NO_MOMENTS, Project
from core.storage.process_lock import ProcessLock, is_held, read_note
from core.storage.reader import read_summary
from core.storage.summary import ProjectSummary
from core.storage.writer import write_project

DECLINED_SECONDS = 7 * 24 * 3600.0

_PROJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_COPY, _LOCK, _DECLINED = ".h5", ".lock", ".declined"


class AutosaveFile:
    """The recovery copy of one open project. Its methods may be called from any thread.

    Parameters
    ----------
    folder : where the copies lie; created when it is first needed.
    project_id : letters and digits that tell this open project from others.
    """

    def __init__(self, folder: Path, project_id: str) -> None:
        if not _PROJECT_ID.match(project_id):
            raise ValueError(f"{project_id!r} cannot be part of a file name")
        # A random part: a copy that an earlier run of the same project left must not be overwritten.
        self._copy = folder / f"{project_id}-{secrets.token_hex(4)}{_COPY}"
        self._lock: ProcessLock | None = None
        self._original: Path | None = None
        self._mutex = threading.Lock()

    @property
    def path(self) -> Path:
        """Where the copy lies once it is written."""
        return self._copy

    def write(self, project: Project, original_path: Path | None) -> None:
        """Write the copy; `original_path` is the file it belongs to, None where it was never saved.

        Kept moments are no part of it: they are many times as large as all else.

        Raises ProjectFileError where it cannot be written; the copy before it then stays.
        """
        with self._mutex:
            try:
                self._note(original_path)
            except OSError as error:
                raise ProjectFileError(
                    "The recovery copy cannot be written in '{folder}': {reason}.",
                    folder=str(self._copy.parent),
                    reason=error.strerror or str(error),
                ) from error
            write_project(replace(project, timeline=NO_MOMENTS), self._copy)

    def discard(self) -> None:
        """Delete the copy: the project is saved, or the user wants it gone. Writing again is possible."""
        with self._mutex:
            with contextlib.suppress(OSError):
                self._copy.unlink()
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _note(self, original_path: Path | None) -> None:
        if self._lock is None:
            self._copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = ProcessLock(self._copy.with_suffix(_LOCK))
        elif original_path == self._original:
            return
        self._lock.write_note({"original": None if original_path is None else str(original_path.absolute())})
        self._original = original_path


@dataclass(frozen=True, slots=True)
class Recoverable:
    """A copy that a program left behind when it died.

    Attributes
    ----------
    copy : the project file to open; the original stays as it is.
    original : the file it belongs to, None where it was never saved (or that is not known).
    time : when the copy was written.
    summary : what it holds.
    declined : whether the user has said no to it; it is kept for 7 days from then.
    """

    copy: Path
    original: Path | None
    time: datetime
    summary: ProjectSummary
    declined: bool = False

    @property
    def iteration(self) -> int:
        """Updates that its training had made."""
        return self.summary.iteration

    @property
    def epoch(self) -> int:
        """Epochs that its training had finished."""
        return self.summary.epoch


def find_recoverable(folder: Path, *, declined: bool = False) -> list[Recoverable]:
    """Return the copies that dead programs left in `folder`, newest first.

    With `declined`, those to which the user has said no within the last 7 days are among them; older ones are
    deleted. A copy that cannot be read is not offered, and deleted after 7 days.
    """
    found: list[Recoverable] = []
    for copy in sorted(folder.glob(f"*{_COPY}")):
        # Another instance may delete it at any moment.
        with contextlib.suppress(OSError):
            if is_held(copy.with_suffix(_LOCK)) or _outdated(copy):
                continue
            candidate = _recoverable(copy)
            if candidate is not None and (declined or not candidate.declined):
                found.append(candidate)
    for lock in folder.glob(f"*{_LOCK}"):
        if not lock.with_suffix(_COPY).exists() and not is_held(lock):
            with contextlib.suppress(OSError):
                lock.unlink()
    return sorted(found, key=lambda item: item.time, reverse=True)


def decline(item: Recoverable) -> None:
    """Do not offer a copy again; it is kept for 7 days. Raises OSError."""
    item.copy.with_suffix(_DECLINED).touch()


def remove(item: Recoverable) -> None:
    """Delete a copy for good: it was opened and saved, or the user wants it gone."""
    for suffix in (_COPY, _LOCK, _DECLINED):
        with contextlib.suppress(OSError):
            item.copy.with_suffix(suffix).unlink()


def _recoverable(copy: Path) -> Recoverable | None:
    original = read_note(copy.with_suffix(_LOCK)).get("original")
    try:
        summary = read_summary(copy)
    except ProjectFileError:
        if time.time() - copy.stat().st_mtime > DECLINED_SECONDS:
            copy.unlink()
        return None
    return Recoverable(
        copy=copy,
        original=Path(original) if isinstance(original, str) else None,
        time=datetime.fromtimestamp(copy.stat().st_mtime, UTC),
        summary=summary,
        declined=copy.with_suffix(_DECLINED).exists(),
    )


def _outdated(copy: Path) -> bool:
    """Delete a copy that was declined more than 7 days ago; return whether it was."""
    marker = copy.with_suffix(_DECLINED)
    if not marker.exists() or time.time() - marker.stat().st_mtime <= DECLINED_SECONDS:
        return False
    for path in (copy, copy.with_suffix(_LOCK), marker):
        path.unlink(missing_ok=True)
    return True
