"""A lock file that tells a running program from one that died: the system drops the lock with the process."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows keeps others from reading the locked bytes, so the lock lies far behind the text.
_LOCK_OFFSET = 1 << 30
_MAXIMUM_NOTE_BYTES = 200_000


class ProcessLock:
    """A lock file held by this process, with a note for whoever finds it.

    Parameters
    ----------
    path : the file; it is created, and deleted by `release`.

    Raises OSError where the file cannot be made, BlockingIOError where another process or object holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            locked = _try_lock(self._file)
        except OSError:
            # The file system knows no locks: the number of the process in the note must do.
            locked = True
        if not locked:
            os.close(self._file)
            raise BlockingIOError(f"{path.name} is held by another process")

    def write_note(self, note: dict[str, Any]) -> None:
        """Replace the note; the number of this process is added to it."""
        text = json.dumps({**note, "pid": os.getpid()}).encode("ascii")
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, text)

    def release(self) -> None:
        """Give the lock up and delete the file."""
        if os.name == "nt":
            os.close(self._file)
        with contextlib.suppress(OSError):
            self.path.unlink()
        if os.name != "nt":
            os.close(self._file)


def read_note(path: Path) -> dict[str, Any]:
    """Return the note of a lock file, empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            note = json.loads(file.read(_MAXIMUM_NOTE_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def is_held(path: Path) -> bool:
    """Return whether a living process holds the lock file."""
    try:
        file = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError:
        return False
    try:
        return not _try_lock(file)
    except OSError:
        # A file system without locks: ask for the process instead.
        return _lives(read_note(path).get("pid"))
    finally:
        os.close(file)


def _try_lock(file: int) -> bool:
    """Lock an open file without waiting; False where somebody else has it, OSError where locks do not work."""
    try:
        if sys.platform == "win32":
            os.lseek(file, _LOCK_OFFSET, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            # flock, not lockf: it belongs to the open file, so two objects of one process exclude each other too.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _lives(pid: Any) -> bool:
    """Return whether a process of this number runs. Not on Windows, where asking so would end the process."""
    if os.name == "nt" or type(pid) is not int or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
