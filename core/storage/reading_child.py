"""The reading process, seen from inside: takes an image on standard input, answers with where its arrays lie.

It is given no path and, where the system can do it, may open no file, write none, and use only so much memory
and time; whatever a hostile file brings HDF5 to do ends with this process.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

from core.storage.safe_hdf5 import RefusedError, contents_of_image

CPU_SECONDS = 20
MEMORY_BYTES = 600 * 1024**2
MEMORY_PER_BYTE = 4

if sys.platform == "win32":

    def limit(image_bytes: int) -> None:
        """Do nothing: there the process of its own and the time that it is given must do."""

else:
    import resource

    def limit(image_bytes: int) -> None:
        """Give up what reading does not need; each limit where the system knows it."""
        for name, value in (
            ("RLIMIT_CORE", 0),
            ("RLIMIT_FSIZE", 0),
            ("RLIMIT_NOFILE", 0),
            ("RLIMIT_CPU", CPU_SECONDS),
            ("RLIMIT_AS", MEMORY_BYTES + MEMORY_PER_BYTE * image_bytes),
        ):
            if hasattr(resource, name):
                # macOS refuses some values; a limit that cannot be had must not keep the file from being read.
                with contextlib.suppress(OSError, ValueError):
                    resource.setrlimit(getattr(resource, name), (value, value))


def main() -> None:
    """Read an image, answer in one JSON object, end."""
    image = sys.stdin.buffer.read()
    limit(len(image))
    sys.stdout.write(json.dumps(_answer(image)))
    sys.stdout.flush()


def _answer(image: bytes) -> dict[str, Any]:
    try:
        contents = contents_of_image(image)
    except RefusedError as error:
        return {"refused": error.code, "place": error.place, "found": error.found}
    return {"arrays": {path: [entry.dtype, entry.shape, entry.offset] for path, entry in contents.items()}}
