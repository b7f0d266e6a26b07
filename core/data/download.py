"""Files from the network: from the first mirror that gives the right bytes, resumed where a download broke off."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from core.data.http_stream import Cancel, Head, HttpStream, Limits, MirrorError, RangeError, host_of
from core.data.recognition import recognise
from core.data.unpacking import GZIP_MAGIC, pieces
from core.errors import DataError
from core.texts import Text, text

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with the bytes that are here and those that there will be in all, None while that is not known."""

_SLACK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A gzip file to fetch.

    Attributes
    ----------
    name : of the file, on the mirrors and on the disk.
    packed_bytes : usual size; a file of more than twice that is refused.
    unpacked_bytes, sha256 : of the contents, unpacked; another packing of the same contents is welcome.
    """

    name: str
    packed_bytes: int
    unpacked_bytes: int
    sha256: str


def download_files(
    files: Sequence[RemoteFile],
    mirrors: Sequence[str],
    folder: Path,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    limits: Limits | None = None,
) -> None:
    """Bring `files` into `folder`; those that are there already and right are left alone.

    A file gets its name only when it is whole and its contents are right; until then it is called ``*.part``, and the
    next download goes on from there.

    Parameters
    ----------
    mirrors : addresses of folders, ending in "/", tried in order.
    cancel : looked at ten times a second.

    Raises
    ------
    DataError : no mirror gave a file (the text says why for each), or it cannot be stored.
    CancelledError : the user cancelled.
    """
    tally = _Tally(sum(file.packed_bytes for file in files), progress or _ignore)
    limits = limits or Limits()
    ordered = list(mirrors)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            if _is_right(folder / file.name, file):
                tally.finish(file.packed_bytes, (folder / file.name).stat().st_size)
                continue
            good = _from_any_mirror(file, ordered, folder, tally, cancel, limits)
            # A mirror that has just worked is asked first for the next file.
            ordered = [good, *(mirror for mirror in ordered if mirror != good)]
    except OSError as error:
        raise DataError(
            "The download cannot be stored in '{folder}' ({reason}). Make room there or allow writing to it, "
            "or set the environment variable LAYERLOOM_CACHE to another folder.",
            folder=folder,
            reason=error.strerror or error,
        ) from error


def _ignore(done: int, total: int | None) -> None:
    """Do nothing with the progress."""


class _Tally:
    """Adds up the bytes of several files for the progress."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._total, self._progress = total, progress
        self._finished = 0

    def show(self, done: int, expected: int, known: int | None) -> None:
        """Report `done` bytes of the current file, of `known` or else `expected` ones."""
        size = max(done, known or expected)
        self._progress(self._finished + done, max(self._total - expected + size, self._finished + done))

    def finish(self, expected: int, size: int) -> None:
        """Count a file of `size` bytes as done."""
        self.show(size, expected, size)
        self._finished += size
        self._total += size - expected


def _from_any_mirror(
    file: RemoteFile,
    mirrors: Sequence[str],
    folder: Path,
    tally: _Tally,
    cancel: Cancel | None,
    limits: Limits,
) -> str:
    """Fetch one file and return the mirror that gave it."""
    causes: Text | None = None
    for mirror in mirrors:
        fetch = _Fetch(file, mirror + file.name, folder / (file.name + ".part"), tally, cancel, limits)
        try:
            fetch.run()
            (folder / (file.name + ".part")).replace(folder / file.name)
        except MirrorError as error:
            causes = _joined(causes, text("{host}: {cause}", host=host_of(mirror), cause=error.text))
            continue
        tally.finish(file.packed_bytes, (folder / file.name).stat().st_size)
        return mirror
    raise DataError(
        "'{file}' could not be downloaded. {causes}. Check the network connection and try again, or get the files "
        "in another way and put them into '{folder}'.",
        file=file.name,
        causes=causes,
        folder=folder,
    )


def _joined(before: Text | None, cause: Text) -> Text:
    return cause if before is None else text("{before}; {cause}", before=before, cause=cause)


class _Fetch:
    """One file from one mirror into its ``.part`` file."""

    def __init__(
        self,
        file: RemoteFile,
        url: str,
        part: Path,
        tally: _Tally,
        cancel: Cancel | None,
        limits: Limits,
    ) -> None:
        self._file, self._url, self._part = file, url, part
        self._tally, self._cancel, self._limits = tally, cancel, limits
        self._largest = 2 * file.packed_bytes + _SLACK_BYTES

    def run(self) -> None:
        """Fetch and check the file; a ``.part`` from before that turns out wrong is given up for a fresh start.

        Raises MirrorError, CancelledError or OSError; what may be gone on from is left on the disk.
        """
        resumed = self._here() > 0
        try:
            self._receive()
        except (_WrongContentError, RangeError):
            if not resumed:
                raise
            self._part.unlink(missing_ok=True)
            self._receive()

    def _here(self) -> int:
        return self._part.stat().st_size if self._part.is_file() else 0

    def _receive(self) -> None:
        with HttpStream(self._url, self._here(), self._limits, self._cancel) as stream:
            head = stream.head()
            self._require_size(head.total)
            pieces_to_come = stream.pieces()
            first = next(pieces_to_come, b"")
            if head.start == 0:
                _require_gzip(first)  # before it takes the place of what is here already
            done = head.start
            with self._part.open("ab" if head.start else "wb") as output:
                for piece in chain((first,), pieces_to_come):
                    done += len(piece)
                    self._require_size(done)
                    output.write(piece)
                    self._tally.show(done, self._file.packed_bytes, head.total)
        self._require_all(done, head)
        self._require_right_contents()

    def _require_size(self, found: int | None) -> None:
        if found is not None and found > self._largest:
            self._part.unlink(missing_ok=True)
            raise MirrorError(
                "it offers {found:,} bytes; at most {expected:,} were expected",
                found=found,
                expected=self._largest,
            )

    def _require_all(self, done: int, head: Head) -> None:
        if head.total is not None and done != head.total:
            raise MirrorError(
                "the answer broke off after {found:,} of {expected:,} bytes", found=done, expected=head.total
            )

    def _require_right_contents(self) -> None:
        """Compare the contents; wrong ones are deleted, those that only break off are kept to go on from."""
        try:
            size, sha256 = _contents(self._part, self._file.unpacked_bytes)
        except EOFError:
            raise MirrorError("the file breaks off before its end") from None
        except zlib.error as error:
            self._part.unlink()
            raise _WrongContentError("the file is damaged ({reason})", reason=str(error)) from None
        if sha256 != self._file.sha256:
            self._part.unlink()
            raise _WrongContentError(
                "its file has other contents ({found:,} bytes, SHA-256 {digest}…; expected {expected:,}, {right}…)",
                found=size,
                digest=sha256[:8],
                expected=self._file.unpacked_bytes,
                right=self._file.sha256[:8],
            )


def _require_gzip(beginning: bytes) -> None:
    magic = beginning[: len(GZIP_MAGIC)]
    if not GZIP_MAGIC.startswith(magic):
        known = recognise(beginning)
        raise MirrorError(
            "it sent {found} instead of the file",
            found=text("something else") if known is None else known.found,
        )


class _WrongContentError(MirrorError):
    """The bytes that came are not those that were wanted."""


def _contents(path: Path, largest: int) -> tuple[int, str]:
    """Return size and SHA-256 of the unpacked contents; reading stops soon after `largest` bytes."""
    size, digest = 0, hashlib.sha256()
    with path.open("rb") as stream:
        for piece in pieces(stream):
            size += len(piece)
            digest.update(piece)
            if size > largest:
                break
    return size, digest.hexdigest()


def _is_right(path: Path, file: RemoteFile) -> bool:
    """Whether the file is there with the right contents."""
    try:
        return path.is_file() and _contents(path, file.unpacked_bytes)[1] == file.sha256
    except (OSError, EOFError, zlib.error):
        return False
