"""Opening a project file that anybody may have made: nothing of it is believed before it is checked."""

from __future__ import annotations

import hashlib
import math
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ProjectFileError
from core.project.model import Project
from core.storage.fields import parse_json
from core.storage.header import HEADER_BYTES, Header, marked_version, parse_header
from core.storage.migrations import check_version, migrate
from core.storage.reading_process import contents_of
from core.storage.records import check_listing, project_from
from core.storage.schema import (
    MAXIMUM_FILE_BYTES,
    MAXIMUM_META_BYTES,
    META_PATH,
    NUMPY_TYPES,
    ArrayEntry,
    Contents,
)
from core.storage.summary import ProjectSummary, summarise

_HDF5_MARK = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class LoadedProject:
    """A project that was read, and the SHA-256 (hexadecimal) of its image, to save it again by."""

    project: Project
    digest: str


def read_project(path: Path) -> LoadedProject:
    """Read a project file; raises ProjectFileError that says what is wrong with it."""
    try:
        image, digest, version = _checked_image(_file_bytes(path))
        project = _project_of(image, version)
    except (ProjectFileError, MemoryError, OSError) as error:
        # A folder such as "." has no name.
        file, reason = path.name or path, _reason(error)
        raise ProjectFileError("'{file}' cannot be opened: {reason}", file=file, reason=reason) from error
    return LoadedProject(project, digest)


def read_summary(path: Path) -> ProjectSummary:
    """Read what a list of recent projects shows; raises ProjectFileError like `read_project`."""
    return summarise(read_project(path).project)


def _reason(error: ProjectFileError | MemoryError | OSError) -> Any:
    if isinstance(error, ProjectFileError):
        return error.text
    if isinstance(error, MemoryError):
        return "it is too large for this computer's memory."
    if isinstance(error, FileNotFoundError):
        return "there is no such file."
    if isinstance(error, PermissionError):
        return "you are not allowed to read it."
    return error.strerror or str(error)


def _file_bytes(path: Path) -> bytes:
    """Return all of an ordinary file."""
    # Asked before opening: opening a pipe would wait for its other end.
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise ProjectFileError("it is a folder; expected a project file.")
    if not stat.S_ISREG(found.st_mode):
        raise ProjectFileError("it is no ordinary file.")
    with path.open("rb") as file:
        start = file.read(HEADER_BYTES)
        version = marked_version(start)
        if version is None:
            raise _not_a_project(start)
        check_version(version)
        # Asked again: another window may have replaced the file since.
        size = os.fstat(file.fileno()).st_size
        if size > MAXIMUM_FILE_BYTES + HEADER_BYTES:
            raise ProjectFileError("it is larger than a project file can be (2 GB).")
        # Nor is a cut file read only to find how much is missing: that can be two gigabytes.
        _require_length(_header(start), max(0, size - HEADER_BYTES))
        # One byte more than there should be shows a file that grows meanwhile.
        return start + file.read(max(0, size - HEADER_BYTES) + 1)


def _not_a_project(start: bytes) -> ProjectFileError:
    if not start:
        return ProjectFileError("it is empty.")
    if start.startswith(_HDF5_MARK):
        return ProjectFileError("it is an HDF5 file, but not a Layerloom project.")
    return ProjectFileError("it is not a Layerloom project.")


def _checked_image(data: bytes) -> tuple[bytes, str, int]:
    """Return the HDF5 image, its SHA-256 and the format version, after testing that it is whole."""
    header = _header(data)
    image = data[HEADER_BYTES:]
    _require_length(header, len(image))
    digest = hashlib.sha256(image).hexdigest()
    if digest != header.digest:
        raise ProjectFileError(
            "it was damaged, or changed by another program, since it was saved: its checksum does not fit. Open a "
            "backup or a recovered copy of it."
        )
    return image, digest, header.version


def _header(start: bytes) -> Header:
    header = parse_header(start)
    if header is None:
        raise ProjectFileError("its first 512 bytes are damaged. Open a backup or a recovered copy of it.")
    return header


def _require_length(header: Header, found: int) -> None:
    if found != header.length:
        raise ProjectFileError(
            "it is damaged: {found} bytes are there, {length} were saved. Open a backup or a recovered copy of it.",
            found=f"{found:,}",
            length=f"{header.length:,}",
        )


def _project_of(image: bytes, version: int) -> Project:
    contents = contents_of(image)
    meta = _meta(image, contents)
    arrays = {path: _array(image, entry) for path, entry in contents.items() if path != META_PATH}
    record = check_listing(meta, arrays)
    if record.meta.get("version") != version:
        raise ProjectFileError("its header and its description name different format versions.")
    return project_from(migrate(record, version))


def _meta(image: bytes, contents: Contents) -> Any:
    entry = contents.get(META_PATH)
    if entry is None or entry.dtype != "uint8" or len(entry.shape) != 1:
        raise ProjectFileError("it holds no description ({path}).", path=META_PATH)
    if entry.shape[0] > MAXIMUM_META_BYTES:
        raise ProjectFileError("its description is larger than {limit} bytes.", limit=f"{MAXIMUM_META_BYTES:,}")
    return parse_json(image[entry.offset : entry.offset + entry.shape[0]])


def _array(image: bytes, entry: ArrayEntry) -> NDArray[Any]:
    """Return a read-only copy of an array in this machine's byte order, aligned as numpy likes it."""
    stored = np.frombuffer(image, NUMPY_TYPES[entry.dtype], math.prod(entry.shape), entry.offset)
    array = stored.astype(entry.dtype).reshape(entry.shape)
    array.flags.writeable = False
    return array
