"""What the window needs of the operating system: a display, and libraries that Qt does not bring along.

Standard library only: ``run.py`` and the tests read this before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

# Libraries that Qt loads but does not ship, and the Debian/Ubuntu package of each. Without the first group even
# an invisible window does not start; the second is what Qt needs of an X display.
OFFSCREEN_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
DISPLAY_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a window would be seen; on Linux a display must be named and answer."""
    if not sys.platform.startswith("linux"):
        return True
    if environment.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal", "vnc"):
        return False
    return _wayland_answers(environment) or _x_answers(environment.get("DISPLAY", ""))


def prepare_offscreen() -> None:
    """Let Qt draw into memory where there is no display; call before Qt is imported."""
    if not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def missing_libraries(*, display: bool) -> dict[str, str]:
    """Return the libraries that Qt will not find on this Linux, each with its Debian package.

    `display` asks for those of an X display too.
    """
    if not sys.platform.startswith("linux"):
        return {}
    wanted = OFFSCREEN_LIBRARIES | (DISPLAY_LIBRARIES if display else {})
    return {library: package for library, package in wanted.items() if not _loads(library)}


def how_to_install(libraries: Mapping[str, str]) -> str:
    """Return one line that says how to get the libraries."""
    if shutil.which("apt-get"):
        return "sudo apt-get install -y --no-install-recommends " + " ".join(libraries.values())
    return "install with your system's package manager: " + " ".join(libraries)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY", "")
    return bool(name) and _connects(socket.AF_UNIX, str(Path(environment.get("XDG_RUNTIME_DIR", "/"), name)))


def _x_answers(display: str) -> bool:
    """Return whether the X server of a DISPLAY such as ":0", "unix:1.0" or "host:10.0" takes connections."""
    parts = re.fullmatch(r"(?P<host>.*):(?P<number>\d+)(\.\d+)?", display)
    if parts is None:
        return False
    number = int(parts["number"])
    if parts["host"] in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, "\0" + path)
    return _connects(socket.AF_INET, (parts["host"], 6000 + number))


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(2.0)
            connection.connect(address)
    except OSError:
        return False
    return True
