"""Where downloaded data and compiled loops are kept: the user's cache folder of the platform, or one that is named."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

OVERRIDE = "LAYERLOOM_CACHE"
"""Environment variable with a folder to use instead."""


def cache_folder() -> Path:
    """Return the folder; it need not exist yet."""
    return cache_folder_for(sys.platform, os.environ, Path.home())


def cache_folder_for(platform: str, environment: Mapping[str, str], home: Path) -> Path:
    """Return the cache folder of a platform (a value of ``sys.platform``), environment and home folder."""
    if override := environment.get(OVERRIDE):
        return Path(override).expanduser().absolute()
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / "Layerloom" / "Cache"
    if platform == "darwin":
        return home / "Library" / "Caches" / "Layerloom"
    # The specification of these variables has relative paths ignored.
    xdg = Path(environment.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else home / ".cache") / "layerloom"
