"""The first 512 bytes of a project file: they tell a project from other files and a whole one from a damaged one.

The HDF5 format leaves them to the application (its "user block"), so any HDF5 tool opens the file as it is.
They are text: mark and version, SHA-256 of all that follows, its length in bytes, then zeros.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from core.storage.schema import VERSION

HEADER_BYTES = 512
_PATTERN = re.compile(rb"LAYERLOOM PROJECT (\d{1,9})\nsha256 ([0-9a-f]{64})\nlength (\d{1,15})\n\x00*\Z")
_MARK = re.compile(rb"LAYERLOOM PROJECT (\d{1,9})\n")


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says: format version, SHA-256 (hexadecimal) and length of the image behind it."""

    version: int
    digest: str
    length: int


def header_of(image: bytes) -> tuple[bytes, str]:
    """Return the 512 bytes that go before `image`, and its SHA-256 in hexadecimal."""
    digest = hashlib.sha256(image).hexdigest()
    text = f"LAYERLOOM PROJECT {VERSION}\nsha256 {digest}\nlength {len(image)}\n"
    return text.encode("ascii").ljust(HEADER_BYTES, b"\0"), digest


def marked_version(start: bytes) -> int | None:
    """Return the format version that a file's first bytes name, or None where it is no project file."""
    found = _MARK.match(start)
    return int(found[1]) if found else None


def parse_header(start: bytes) -> Header | None:
    """Return what the first 512 bytes say, or None where they are damaged."""
    found = _PATTERN.match(start[:HEADER_BYTES])
    if found is None or len(start) < HEADER_BYTES:
        return None
    return Header(int(found[1]), found[2].decode("ascii"), int(found[3]))
