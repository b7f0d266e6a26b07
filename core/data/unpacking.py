"""Bytes of a file in pieces of bounded size, unpacked on the way where it is a gzip file."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO

from core.errors import DataError

PIECE_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
HIGHEST_GZIP_RATIO = 1_040
"""Deflate packs at most 1,032 bytes into one; a file that promises more is damaged."""

_READ_BYTES = 1 << 16
_GZIP_FORMAT = 31  # zlib's code for "a gzip header and the largest window"


def is_gzip(stream: IO[bytes]) -> bool:
    """Whether a gzip file begins here; the position is left as it was."""
    position = stream.tell()
    beginning = stream.read(len(GZIP_MAGIC))
    stream.seek(position)
    return beginning == GZIP_MAGIC


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the content from the beginning in pieces of at most PIECE_BYTES, unpacked where it is a gzip file.

    The checksum of a gzip file is compared when its end is reached.
    Raises EOFError for a gzip file that is cut off, zlib.error for a damaged one, OSError from reading.
    """
    stream.seek(0)
    return _unpacked(stream) if is_gzip(stream) else _plain(stream)


def _plain(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    packed = stream.read(_READ_BYTES)
    while packed:
        member = zlib.decompressobj(_GZIP_FORMAT)
        while not member.eof:
            packed = packed or stream.read(_READ_BYTES)
            if not packed:
                raise EOFError
            if piece := member.decompress(packed, PIECE_BYTES):
                yield piece
            packed = member.unconsumed_tail
        # gzip allows several members one after the other, and zeros as padding.
        packed = (member.unused_data or stream.read(_READ_BYTES)).lstrip(b"\0")
        while not packed and (more := stream.read(_READ_BYTES)):
            packed = more.lstrip(b"\0")


class ByteSource:
    """Takes the bytes of a stream in order, unpacked; what gzip finds wrong becomes a DataError.

    Parameters
    ----------
    stream : an open file; it is read from its beginning.
    name : what errors call it.
    """

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._pieces = pieces(stream)
        self._name = name
        self._rest = memoryview(b"")
        self._taken = 0

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes, or as many as there are."""
        taken = b""
        while len(taken) < count and self._refill():
            part = self._rest[: count - len(taken)]
            taken += part
            self._rest = self._rest[len(part) :]
        self._taken += len(taken)
        return taken

    def fill(self, view: memoryview) -> int:
        """Write the next bytes into `view` until it is full; return how many there were."""
        done = 0
        while done < len(view) and self._refill():
            part = self._rest[: len(view) - done]
            view[done : done + len(part)] = part
            done += len(part)
            self._rest = self._rest[len(part) :]
            self._taken += len(part)
        return done

    def has_more(self) -> bool:
        """Whether bytes are left; at the end of a gzip file this compares its checksum."""
        return self._refill()

    def _refill(self) -> bool:
        """Make sure that a byte is at hand; False at the end."""
        if not self._rest:
            try:
                self._rest = memoryview(next(self._pieces, b""))
            except EOFError:
                raise DataError(
                    "'{file}' is a gzip file that breaks off after {found:,} unpacked bytes; its end was expected. "
                    "It is incomplete: copy or download it again.",
                    file=self._name,
                    found=self._taken,
                ) from None
            except zlib.error as error:
                raise DataError(
                    "'{file}' is a damaged gzip file: after {found:,} unpacked bytes its contents make no sense "
                    "({reason}); packed bytes with the right checksum were expected. Copy or download it again.",
                    file=self._name,
                    found=self._taken,
                    reason=str(error),
                ) from None
        return len(self._rest) > 0
