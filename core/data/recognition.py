"""What a file is, told by its first bytes, so that a refusal can name it."""

from __future__ import annotations

from dataclasses import dataclass

from core.texts import Text, text


@dataclass(frozen=True, slots=True)
class KnownFormat:
    """A kind of file that people choose by mistake, and what to do about it."""

    prefixes: tuple[bytes, ...]
    found: Text
    remedy: Text


_UNPACK = text("Unpack it and choose what was inside.")
_CONVERT = text("Convert it to IDX with unsigned bytes, or choose another file.")

KNOWN_FORMATS: tuple[KnownFormat, ...] = (
    KnownFormat(
        (b"<",),
        text("a web page"),
        text("The network's login page or an error page was saved in its place: download the file again."),
    ),
    KnownFormat((b"\x1f\x8b",), text("a gzip file"), text("It was packed twice: unpack it once.")),
    KnownFormat((b"PK\x03\x04", b"PK\x05\x06"), text("a ZIP archive"), _UNPACK),
    KnownFormat((b"BZh",), text("a bzip2 file"), _UNPACK),
    KnownFormat((b"\xfd7zXZ\x00",), text("an xz file"), _UNPACK),
    KnownFormat((b"7z\xbc\xaf\x27\x1c",), text("a 7-Zip archive"), _UNPACK),
    KnownFormat((b"\x28\xb5\x2f\xfd",), text("a Zstandard file"), _UNPACK),
    KnownFormat((b"\x89HDF\r\n\x1a\n",), text("an HDF5 file"), _CONVERT),
    KnownFormat((b"NNPROJ",), text("a Layerloom project"), text("Open it as a project instead.")),
    KnownFormat((b"\x93NUMPY",), text("a NumPy array"), _CONVERT),
    KnownFormat((b"PAR1",), text("a Parquet table"), _CONVERT),
    KnownFormat((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"), text("a Python pickle"), _CONVERT),
    KnownFormat((b"\x89PNG\r\n\x1a\n",), text("a PNG picture"), _CONVERT),
    KnownFormat((b"\xff\xd8\xff",), text("a JPEG picture"), _CONVERT),
    KnownFormat((b"%PDF",), text("a PDF document"), _CONVERT),
)


def recognise(beginning: bytes) -> KnownFormat | None:
    """Return what a file that begins with these bytes is, or None where that is unknown."""
    start = beginning.removeprefix(b"\xef\xbb\xbf")
    if start[:64].lstrip().startswith(b"<"):
        return KNOWN_FORMATS[0]
    return next((kind for kind in KNOWN_FORMATS if start.startswith(kind.prefixes)), None)
