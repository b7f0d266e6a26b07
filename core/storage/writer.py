"""Saving a project: the whole file is built in memory, then put in place in one step."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

import h5py
import numpy as np

from core.errors import LayerloomError, ProjectFileError
from core.project.model import Project
from core.storage.atomic_file import replace_file
from core.storage.fields import parse_json
from core.storage.header import HEADER_BYTES, header_of
from core.storage.migrations import Record
from core.storage.records import meta_bytes, project_from, record_of
from core.storage.schema import (
    MAXIMUM_FILE_BYTES,
    MAXIMUM_META_BYTES,
    MAXIMUM_OBJECTS,
    MAXIMUM_RANK,
    META_PATH,
    NAME,
    NUMPY_TYPES,
)


class FileChangedError(ProjectFileError):
    """The file on the disk is not the one that was opened or saved last: somebody else has changed it."""


def write_project(project: Project, path: Path, *, expected: str | None = None) -> str:
    """Save a project atomically and return the SHA-256 (hexadecimal) of its image.

    Parameters
    ----------
    expected : the SHA-256 that the file on the disk should have, as returned by the last save or load.

    Raises FileChangedError where the file exists with another SHA-256, ProjectFileError where it cannot be saved;
    in both cases the file on the disk is as before.
    """
    data, digest = _sealed(project, path.name)

    def check_unchanged(target: Path) -> None:
        if expected is not None and target.exists() and digest_on_disk(target) != expected:
            raise FileChangedError(
                "'{file}' was changed by another program or another window since it was opened here. Save under "
                "another name, overwrite it, or open it again.",
                file=path.name,
            )

    replace_file(path, data, check_unchanged)
    return digest


def project_bytes(project: Project) -> bytes:
    """Return the whole project file; raises ProjectFileError where the project cannot be stored."""
    return _sealed(project, "project")[0]


def digest_on_disk(path: Path) -> str:
    """Return the SHA-256 of all that follows the header of a file, whatever the file is; raises OSError."""
    with path.open("rb") as file:
        file.seek(HEADER_BYTES)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sealed(project: Project, name: str) -> tuple[bytes, str]:
    """Return the whole file and the SHA-256 of its image."""
    try:
        record = record_of(project)
        meta = meta_bytes(record)
        # What could not be opened again must not be saved: it is read back before anything is written.
        _check_sizes(record, meta)
        project_from(Record(parse_json(meta), record.arrays))
        image = _image(record, meta)
    except (LayerloomError, ValueError, TypeError, KeyError, MemoryError) as error:
        reason = error.text if isinstance(error, LayerloomError) else str(error) or type(error).__name__
        raise ProjectFileError("'{file}' cannot be saved: {reason}", file=name, reason=reason) from error
    header, digest = header_of(image)
    return header + image, digest


def _check_sizes(record: Record, meta: bytes) -> None:
    groups = {path.rsplit("/", depth)[0] for path in record.arrays for depth in range(1, path.count("/"))}
    objects = len(record.arrays) + len(groups) + 2
    total = sum(array.nbytes for array in record.arrays.values())
    for found, largest, what in (
        (objects, MAXIMUM_OBJECTS, "objects"),
        (len(meta), MAXIMUM_META_BYTES, "bytes of description"),
        # Half a kilobyte or so of HDF5 structure for each object.
        (total + len(meta) + objects * 4096, MAXIMUM_FILE_BYTES, "bytes"),
    ):
        if found > largest:
            raise ProjectFileError(
                "it would take {found} {what}; a project file can hold {largest}.",
                found=f"{found:,}",
                what=what,
                largest=f"{largest:,}",
            )
    for path, array in record.arrays.items():
        if not all(NAME.match(part) for part in path.split("/")[1:]) or array.ndim > MAXIMUM_RANK:
            raise ProjectFileError("its array '{path}' has an impossible name or shape.", path=path)


def _image(record: Record, meta: bytes) -> bytes:
    """Return the HDF5 file. In memory: a full disk can then never meet HDF5, which would crash."""
    # HDF5 takes two images of one name for the same file, also in two threads.
    with h5py.File(secrets.token_hex(8), "w", driver="core", backing_store=False) as file:
        file.create_dataset(META_PATH, data=np.frombuffer(meta, dtype=np.uint8))
        for path, array in record.arrays.items():
            file.create_dataset(path, data=np.asarray(array, dtype=NUMPY_TYPES[array.dtype.name]))
        file.flush()
        return bytes(file.id.get_file_image())
