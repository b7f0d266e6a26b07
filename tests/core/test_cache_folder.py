"""Downloads go to the place for them on each platform, or to the one that is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cache_folder import cache_folder_for

ROOT = Path(Path.cwd().anchor)
HOME, SCRATCH, DISK = ROOT / "home" / "ada", ROOT / "scratch", ROOT / "disk"


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, HOME / ".cache" / "layerloom"),
        ("linux", {"XDG_CACHE_HOME": str(SCRATCH)}, SCRATCH / "layerloom"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, HOME / ".cache" / "layerloom"),
        ("linux", {"XDG_CACHE_HOME": ""}, HOME / ".cache" / "layerloom"),
        ("darwin", {"XDG_CACHE_HOME": str(SCRATCH)}, HOME / "Library" / "Caches" / "Layerloom"),
        ("win32", {"LOCALAPPDATA": str(SCRATCH)}, SCRATCH / "Layerloom" / "Cache"),
        ("win32", {}, HOME / "AppData" / "Local" / "Layerloom" / "Cache"),
        ("linux", {"LAYERLOOM_CACHE": str(DISK)}, DISK),
        ("darwin", {"LAYERLOOM_CACHE": str(DISK)}, DISK),
        ("win32", {"LAYERLOOM_CACHE": str(DISK), "LOCALAPPDATA": str(SCRATCH)}, DISK),
        ("linux", {"LAYERLOOM_CACHE": ""}, HOME / ".cache" / "layerloom"),
    ],
)
def test_cache_folder(platform: str, environment: dict[str, str], expected: Path) -> None:
    assert cache_folder_for(platform, environment, HOME) == expected


def test_a_home_folder_in_the_override_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder_for("linux", {"LAYERLOOM_CACHE": "~/data"}, HOME) == Path.home() / "data"
