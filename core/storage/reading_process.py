"""The reading process, seen from outside: HDF5 looks at a file in a process of its own, which may die of it.

Only the table of contents comes back; the arrays are then sliced out of the bytes that this process has read
and whose checksum it has tested, so nothing can change in between.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from core.errors import ProjectFileError
from core.storage.schema import (
    ITEM_BYTES,
    MAXIMUM_DEPTH,
    MAXIMUM_OBJECTS,
    MAXIMUM_RANK,
    NAME,
    REFUSALS,
    ArrayEntry,
    Contents,
)

WALL_SECONDS = 60.0
MAXIMUM_ANSWER_BYTES = 32 * 1024**2

# "-I" keeps the working folder, the environment and the user's site folder out of the path. So that the process
# finds this very package wherever it lies (installed, editable, plain checkout), its folder is on the path while
# `core` is imported, and not a moment longer: it may hold files named like standard modules.
_BOOTSTRAP = (
    "import sys; root, *more = sys.argv[1:]; sys.path.insert(0, root); import core.storage; del sys.path[0]; "
    "sys.path += more; from core.storage.reading_child import main; main()"
)


def contents_of(image: bytes) -> Contents:
    """Return where every array of an HDF5 image lies.

    Raises ProjectFileError with the reason where the image holds what a project never does, or where the
    process that looks at it dies, hangs or answers nonsense.
    """
    answer = _parsed(_ask(image))
    if isinstance(answer, dict) and answer.keys() == {"refused", "place", "found"}:
        template = REFUSALS.get(str(answer["refused"]))
        if template is None:
            raise _unsafe("it gave an unknown answer")
        raise ProjectFileError(template, place=_shown(answer["place"]), found=_shown(answer["found"]))
    if not isinstance(answer, dict) or answer.keys() != {"arrays"} or not isinstance(answer["arrays"], dict):
        raise _unsafe("it gave an unknown answer")
    if len(answer["arrays"]) > MAXIMUM_OBJECTS:
        raise _unsafe("it gave too long an answer")
    return {path: _entry(path, row, len(image)) for path, row in answer["arrays"].items()}


def _ask(image: bytes) -> bytes:
    """Run the process once and return what it writes."""
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOTSTRAP, *_package_folders()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            # Windows would flash a console window.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError) as error:
        raise _unsafe(f"it could not be started: {error}") from error
    assert process.stdin is not None and process.stdout is not None
    timer = threading.Timer(WALL_SECONDS, process.kill)
    timer.daemon = True
    timer.start()
    try:
        with process:
            # It reads all before it writes, so writing all before reading cannot block for ever.
            _feed(process, image)
            answer = process.stdout.read(MAXIMUM_ANSWER_BYTES + 1)
            process.stdout.close()
            code = process.wait()
    finally:
        timer.cancel()
    if code != 0 or len(answer) > MAXIMUM_ANSWER_BYTES:
        raise _unsafe(f"it ended with code {code}")
    return answer


def _feed(process: subprocess.Popen[bytes], image: bytes) -> None:
    """Hand over the image; where the process dies meanwhile its exit code will tell."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.write(image)
    with contextlib.suppress(OSError):
        process.stdin.close()


def _package_folders() -> list[str]:
    """Return the folder that holds `core`, then those of the packages it needs (they may lie in the user's site)."""
    folders = [str(Path(__file__).resolve().parents[2])]
    for package in ("h5py", "numpy"):
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            folders.append(str(Path(spec.origin).resolve().parents[1]))
    return folders


def _environment() -> dict[str, str]:
    """Return the environment without HDF5's own switches, with plug-ins off and no threads for unused BLAS."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("HDF5_")}
    return {**kept, "HDF5_PLUGIN_PRELOAD": "::", "OPENBLAS_NUM_THREADS": "1"}


def _parsed(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise _unsafe("it gave no answer") from error


def _entry(path: str, row: Any, image_bytes: int) -> ArrayEntry:
    """Check one line of the answer: the process may have been taken over by the file it read."""
    parts = path.split("/")
    if parts[0] or not 2 <= len(parts) <= MAXIMUM_DEPTH + 1 or not all(NAME.match(part) for part in parts[1:]):
        raise _unsafe("it named an impossible place")
    if not isinstance(row, list) or len(row) != 3 or row[0] not in ITEM_BYTES or not isinstance(row[1], list):
        raise _unsafe("it described an impossible array")
    dtype, shape, offset = row
    sizes = [*shape, offset]
    if len(shape) > MAXIMUM_RANK or any(type(size) is not int or size < 0 for size in sizes):
        raise _unsafe("it described an impossible array")
    if offset + math.prod(shape) * ITEM_BYTES[dtype] > image_bytes:
        raise _unsafe("it described an array outside the file")
    return ArrayEntry(dtype, tuple(shape), offset)


def _shown(value: Any) -> str:
    return str(value)[:200]


def _unsafe(reason: str) -> ProjectFileError:
    return ProjectFileError(
        "it could not be read safely: the process that looks at it failed ({reason}). The file is damaged, or was "
        "made to do harm.",
        reason=reason,
    )
