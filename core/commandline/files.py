"""Files that commands read and write: what can be known to fail is found before the work begins."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import numpy as np

from core.compiler.shapes import infer_shapes
from core.errors import ProjectFileError
from core.numerics.optimizers import OPTIMIZERS
from core.project.model import Project
from core.storage.header import HEADER_BYTES, marked_version
from core.storage.reader import read_summary
from core.storage.schema import MAXIMUM_FILE_BYTES


def require_writable(path: Path) -> None:
    """Raise ProjectFileError where a file cannot be written to `path`."""
    target = Path(os.path.realpath(path))
    folder = target.parent if path.is_symlink() else path.parent
    if target.is_dir():
        raise ProjectFileError("'{path}' is a folder; expected the name of a file.", path=path)
    if not folder.is_dir():
        raise ProjectFileError("'{path}' cannot be written: there is no folder '{folder}'.", path=path, folder=folder)
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise ProjectFileError("'{path}' cannot be written: it is no ordinary file.", path=path)
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise ProjectFileError("'{path}' cannot be written: you are not allowed to.", path=path)
    _try_to_write_into(target.parent, path)


def _try_to_write_into(folder: Path, path: Path) -> None:
    """Raise ProjectFileError where no file can be made: permissions do not tell of what the system refuses anybody."""
    probe = folder / f".nn-{secrets.token_hex(4)}.tmp"
    try:
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        probe.unlink()
    except OSError as error:
        raise ProjectFileError(
            "'{path}' cannot be written: no file can be made in the folder '{folder}' ({reason}).",
            path=path,
            folder=folder,
            reason=error.strerror or str(error),
        ) from error


def require_place_for_project(path: Path) -> None:
    """Raise ProjectFileError where `path` cannot be written, or holds something that is no project and may be dear."""
    require_writable(path)
    if not path.is_file() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        if marked_version(file.read(HEADER_BYTES)) is None:
            raise ProjectFileError(
                "'{path}' is there already and is no Layerloom project. Choose another name.", path=path
            )


def require_savable(project: Project) -> None:
    """Raise ProjectFileError where the trained numbers would not fit into a project file."""
    training = project.training
    numbers = sum(shape.parameter_count for shape in infer_shapes(project.graph).values())
    # The optimiser's vectors are saved beside the weights, and the best weights where a run may go back to them.
    copies = 1 + len(OPTIMIZERS[training.optimizer].slot_names) + (training.early_stopping == "restore")
    needed = copies * numbers * np.dtype(training.dtype).itemsize
    if needed > MAXIMUM_FILE_BYTES:
        raise ProjectFileError(
            "The network has {numbers} parameters, which take {needed} GB with what '{optimizer}' keeps for each; a "
            "project file can hold {largest} GB. Make its layers smaller.",
            numbers=f"{numbers:,}",
            optimizer=OPTIMIZERS[training.optimizer].label,
            needed=f"{needed / 1e9:,.1f}",
            largest=f"{MAXIMUM_FILE_BYTES / 1e9:,.1f}",
        )


def kept_copy(path: Path) -> Path | None:
    """Make room for a new project: a trained one that stands there is copied aside; returns the copy's path.

    Raises ProjectFileError as `require_place_for_project` does.
    """
    require_place_for_project(path)
    if not path.is_file() or path.stat().st_size == 0 or not _is_trained(path):
        return None
    copy = path.with_name(f"{path.name}.bak")
    shutil.copy2(path, copy)
    return copy


def _is_trained(path: Path) -> bool:
    try:
        return read_summary(path).iteration > 0
    except ProjectFileError:
        return True  # it cannot be told, so nothing may be lost
