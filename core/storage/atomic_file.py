"""Replacing a file in one step: after a crash, a kill or a full disk there is the old file or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

from core.errors import ProjectFileError

REPLACE_TRIES = 10
REPLACE_PAUSE_SECONDS = 0.1
STALE_SECONDS = 3600.0
ON_WINDOWS = os.name == "nt"

_TEMPORARY = re.compile(r"\.nn-[0-9a-f]{8}\.tmp\Z")


def replace_file(path: Path, data: bytes, before_replace: Callable[[Path], None] = lambda target: None) -> None:
    """Write `data` to `path`, atomically and on disk when this returns.

    A symbolic link is kept and its target replaced; an existing file keeps its mode. `before_replace` is called
    with the real path when all is written; what it raises ends the save, like any fault before the replacement:
    the old file is untouched and nothing is left behind.
    Raises ProjectFileError with the cause.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = _mode_of(target)
        _check_room(target, len(data))
        temporary = target.parent / f".nn-{secrets.token_hex(4)}.tmp"
        try:
            _write(temporary, data, mode)
            before_replace(target)
            _replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise _explained(error, target, len(data)) from error
    _sync_folder(target.parent)
    _sweep(target.parent)


def _mode_of(target: Path) -> int | None:
    """Return the permissions of an existing file, None where there is none; raises where it must not be replaced."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise ProjectFileError("'{file}' is no ordinary file and cannot be replaced by a project.", file=target.name)
    # Replacing needs no right to write to the old file, but its owner has said that it is to stay as it is.
    if not os.access(target, os.W_OK):
        raise ProjectFileError(
            "'{file}' is write-protected. Save under another name, or allow writing to it.", file=target.name
        )
    return stat.S_IMODE(found.st_mode)


def _check_room(target: Path, needed: int) -> None:
    """Raise ENOSPC before anything is written where the disk is too full; where that cannot be told, go on."""
    with contextlib.suppress(OSError):
        disk = shutil.disk_usage(target.parent)
        if disk.total == 0 or disk.free >= needed:
            return
        raise _full(target, needed)


def _write(temporary: Path, data: bytes, mode: int | None) -> None:
    """Write a new file and wait until it is on the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    file = os.open(temporary, flags, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file, mode)
        os.fsync(file)
    finally:
        os.close(file)


def _replace(temporary: Path, target: Path) -> None:
    """Put the new file in the old one's place. Windows refuses while another program has the old one open."""
    for left in reversed(range(REPLACE_TRIES)):
        try:
            temporary.replace(target)
            return
        except PermissionError:
            if not ON_WINDOWS or not left:
                raise
            time.sleep(REPLACE_PAUSE_SECONDS)


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk too. The file is saved already, so a fault here is none of the user's."""
    if ON_WINDOWS:
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(folder: Path) -> None:
    """Delete temporary files that a killed save left behind more than an hour ago."""
    oldest = time.time() - STALE_SECONDS
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.match(entry.name) and entry.stat(follow_symlinks=False).st_mtime < oldest:
                Path(entry.path).unlink()


def _full(target: Path, needed: int) -> ProjectFileError:
    free = "?"
    with contextlib.suppress(OSError):
        free = _size(shutil.disk_usage(target.parent).free)
    return ProjectFileError(
        "'{file}' was not saved: it needs {needed}, and {free} are free in '{folder}'. The file on the disk is "
        "unchanged. Make room or save in another folder.",
        file=target.name,
        needed=_size(needed),
        free=free,
        folder=str(target.parent),
    )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count:,} bytes"


def _explained(error: OSError, target: Path, needed: int) -> ProjectFileError:
    """Return the error that tells the user what to do."""
    values = {"file": target.name, "folder": str(target.parent)}
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return _full(target, needed)
    if error.errno == errno.ENOENT:
        return ProjectFileError("'{file}' was not saved: the folder '{folder}' does not exist.", **values)
    if isinstance(error, PermissionError) and ON_WINDOWS:
        return ProjectFileError(
            "'{file}' was not saved: another program holds it, or '{folder}' may not be written to. Close the other "
            "program, or save in another folder.",
            **values,
        )
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return ProjectFileError(
            "'{file}' was not saved: you may not write to the folder '{folder}'. Save in another folder.",
            **values,
        )
    return ProjectFileError(
        "'{file}' was not saved in '{folder}': {reason}. The file on the disk is unchanged.",
        reason=error.strerror or str(error),
        **values,
    )
