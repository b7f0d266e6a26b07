"""Reader of IDX files, the format of MNIST: a short header, then unsigned bytes; plain or packed with gzip.

Format: http://yann.lecun.com/exdb/mnist/ as published by Y. LeCun: two zero bytes, a byte for the type of the values,
a byte for the number of dimensions, each dimension as a big-endian 32-bit number, then the values, last index fastest.
"""

from __future__ import annotations

import hashlib
import math
import os
import struct
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.data.recognition import recognise
from core.data.unpacking import HIGHEST_GZIP_RATIO, ByteSource, is_gzip
from core.errors import DataError
from core.texts import Text, text

MAXIMUM_SIDE = 1_024
"""Largest height or width of an image."""
MAXIMUM_BYTES = 1 << 30
"""Largest number of values that one file may hold."""

_UNSIGNED_BYTE = 0x08
_VALUE_TYPES = {
    0x09: text("signed bytes"),
    0x0B: text("16-bit whole numbers"),
    0x0C: text("32-bit whole numbers"),
    0x0D: text("32-bit real numbers"),
    0x0E: text("64-bit real numbers"),
}


@dataclass(frozen=True, slots=True)
class IdxKind:
    """What a file is meant to hold.

    Attributes
    ----------
    magic : first four bytes of such a file as a number.
    dimensions : how many sizes follow.
    contents : what the dimensions are.
    """

    magic: int
    dimensions: int
    contents: Text


IMAGES = IdxKind(2051, 3, text("3: images, rows, columns"))
LABELS = IdxKind(2049, 1, text("1: labels"))


def read_images(file: Traversable) -> NDArray[np.uint8]:
    """Return the images of an IDX file, (images, rows, columns), read-only.

    Raises DataError for anything but a whole and consistent file of images.
    """
    return _read_file(file, IMAGES)


def read_labels(file: Traversable) -> NDArray[np.uint8]:
    """Return the labels of an IDX file, (labels,), read-only; raises DataError as `read_images` does."""
    return _read_file(file, LABELS)


def idx_sha256(array: NDArray[np.uint8]) -> str:
    """Return the SHA-256 of the IDX file that holds exactly this array, not packed."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, _UNSIGNED_BYTE, array.ndim, *array.shape)
    digest = hashlib.sha256(header)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _read_file(file: Traversable, kind: IdxKind) -> NDArray[np.uint8]:
    try:
        if file.is_dir():
            raise DataError(
                "'{file}' is a folder; an IDX file was expected. Choose the file inside it.", file=file.name
            )
        with file.open("rb") as stream:
            return read_idx(stream, file.name, kind)
    except OSError as error:
        raise DataError(
            "'{file}' cannot be read ({reason}); an IDX file was expected. "
            "Check that the file is there and that you may read it.",
            file=file.name,
            reason=error.strerror or error,
        ) from error


def read_idx(stream: IO[bytes], name: str, kind: IdxKind) -> NDArray[np.uint8]:
    """Return what an open IDX file holds, read-only; `name` is what errors call it.

    Nothing is read beyond what the header promises and one byte more.
    Raises DataError for anything but a whole and consistent file of this kind, OSError from reading.
    """
    stored_bytes = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    packed = is_gzip(stream)
    source = ByteSource(stream, name)
    shape = _checked_header(source, name, kind)
    promised = math.prod(shape)
    header_bytes = 4 + 4 * len(shape)
    if packed and promised > stored_bytes * HIGHEST_GZIP_RATIO:
        raise DataError(
            "'{file}' has {found:,} bytes, too few to be unpacked to the {expected:,} that its header announces. "
            "The file is damaged: copy or download it again.",
            file=name,
            found=stored_bytes,
            expected=promised + header_bytes,
        )
    if not packed and stored_bytes < promised + header_bytes:
        raise _too_short(name, stored_bytes, promised + header_bytes)
    values = _room(promised, name)
    found = source.fill(values.data)
    if found < promised:
        raise _too_short(name, found + header_bytes, promised + header_bytes)
    if source.has_more():
        raise DataError(
            "'{file}' goes on after the {expected:,} bytes that its header announces ({sizes}). "
            "The file is damaged, or two files were joined: copy or download it again.",
            file=name,
            expected=promised + header_bytes,
            sizes=_shown(shape),
        )
    values.flags.writeable = False
    return values.reshape(shape)


def _room(count: int, name: str) -> NDArray[np.uint8]:
    try:
        return np.empty(count, dtype=np.uint8)
    except MemoryError:
        raise DataError(
            "'{file}' does not fit into memory: {needed:,} MB were expected to be free. Close other programs.",
            file=name,
            needed=count // 10**6,
        ) from None


def _checked_header(source: ByteSource, name: str, kind: IdxKind) -> tuple[int, ...]:
    """Return the sizes of a file whose header is that of `kind` and within the limits."""
    start = source.take(4)
    expected_bytes = 4 + 4 * kind.dimensions
    if start != kind.magic.to_bytes(4, "big"):
        more = source.take(64) if len(start) == 4 else b""
        raise _wrong_start(start, more, name, kind)
    sizes = source.take(4 * kind.dimensions)
    if len(sizes) < 4 * kind.dimensions:
        raise _header_cut(name, 4 + len(sizes), expected_bytes)
    shape = struct.unpack(f">{kind.dimensions}I", sizes)
    if shape[0] == 0:
        raise DataError(
            "'{file}' holds 0 samples; at least 1 was expected. Choose a file that is not empty.", file=name
        )
    if any(not 1 <= side <= MAXIMUM_SIDE for side in shape[1:]):
        raise DataError(
            "'{file}' announces images of {rows:,} × {columns:,} pixels; each side must be from 1 to {largest:,}. "
            "The file is damaged or holds no images: copy or download it again.",
            file=name,
            rows=shape[1],
            columns=shape[2],
            largest=MAXIMUM_SIDE,
        )
    if math.prod(shape) > MAXIMUM_BYTES:
        raise DataError(
            "'{file}' announces {found:,} bytes ({sizes}); at most {expected:,} are read. "
            "The file is damaged, or the set must be made smaller.",
            file=name,
            found=math.prod(shape),
            sizes=_shown(shape),
            expected=MAXIMUM_BYTES,
        )
    return shape


def _wrong_start(start: bytes, more: bytes, name: str, kind: IdxKind) -> DataError:
    """Return the error for a file whose first four bytes are not those of `kind`."""
    if not start:
        return DataError("'{file}' is empty; an IDX file was expected. Copy or download it again.", file=name)
    known = recognise(start + more)
    if known is not None:
        return DataError(
            "'{file}' is {found}; an IDX file, which begins with the bytes {expected}, was expected. {remedy}",
            file=name,
            found=known.found,
            expected=_hexadecimal(kind.magic.to_bytes(4, "big")),
            remedy=known.remedy,
        )
    if len(start) < 4:
        return _header_cut(name, len(start), 4 + 4 * kind.dimensions)
    if start == kind.magic.to_bytes(4, "little"):
        return DataError(
            "'{file}' has its header in reversed byte order ({found}); {expected} was expected. "
            "Write the sizes with the most significant byte first.",
            file=name,
            found=_hexadecimal(start),
            expected=_hexadecimal(start[::-1]),
        )
    if start[:2] == b"\0\0":
        return _wrong_kind(start, name, kind)
    return DataError(
        "'{file}' begins with the bytes {found}; an IDX file begins with {expected}. "
        "It is another kind of file, or damaged: choose another one.",
        file=name,
        found=_hexadecimal(start),
        expected=_hexadecimal(kind.magic.to_bytes(4, "big")),
    )


def _wrong_kind(start: bytes, name: str, kind: IdxKind) -> DataError:
    """Return the error for an IDX file of other contents."""
    magic, value_type, dimensions = int.from_bytes(start, "big"), start[2], start[3]
    if magic == LABELS.magic:
        return DataError(
            "'{file}' is a label file ({found}); an image file ({expected}) was expected. "
            "Check whether two files were swapped or renamed.",
            file=name,
            found=magic,
            expected=kind.magic,
        )
    if magic == IMAGES.magic:
        return DataError(
            "'{file}' is an image file ({found}); a label file ({expected}) was expected. "
            "Check whether two files were swapped or renamed.",
            file=name,
            found=magic,
            expected=kind.magic,
        )
    if value_type == _UNSIGNED_BYTE:
        return DataError(
            "'{file}' has {found} dimensions; expected were {expected}. "
            "Choose a file of grey images with one label each, or convert it.",
            file=name,
            found=dimensions,
            expected=kind.contents,
        )
    if value_type in _VALUE_TYPES:
        return DataError(
            "'{file}' holds {found} (type 0x{code:02X}); unsigned bytes (0x08) were expected. "
            "Convert the values to whole numbers from 0 to 255.",
            file=name,
            found=_VALUE_TYPES[value_type],
            code=value_type,
        )
    return DataError(
        "'{file}' says that its values are of type 0x{found:02X}, which does not exist; unsigned bytes (0x08) were "
        "expected. The file is damaged or of another kind: choose another one.",
        file=name,
        found=value_type,
    )


def _header_cut(name: str, found: int, expected: int) -> DataError:
    return DataError(
        "'{file}' breaks off after {found} bytes, within its header; {expected} bytes were expected there. "
        "It is incomplete: copy or download it again.",
        file=name,
        found=found,
        expected=expected,
    )


def _too_short(name: str, found: int, expected: int) -> DataError:
    return DataError(
        "'{file}' breaks off after {found:,} bytes; its header announces {expected:,}. "
        "It is incomplete: copy or download it again.",
        file=name,
        found=found,
        expected=expected,
    )


def _shown(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)


def _hexadecimal(data: bytes) -> str:
    return data.hex(" ").upper()
