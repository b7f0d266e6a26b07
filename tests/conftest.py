"""What all tests share: no display needed, no file of the user touched, nothing left behind."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from core.cache_folder import cache_folder
from designer.prerequisites import prepare_offscreen

# Before any import of Qt: without a display it draws into memory.
prepare_offscreen()

# Settings, recovered copies and downloads of the tests go into a folder of their own, also in programs they start.
_OWN_FOLDER = tempfile.TemporaryDirectory(prefix="layerloom-tests-")
for _variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"):
    _folder = Path(_OWN_FOLDER.name, _variable.lower())
    _folder.mkdir()
    os.environ[_variable] = str(_folder)

# Compiled loops are what takes most of the time: all processes of all runs of the tests share them.
_LOOPS = Path(__file__).resolve().parent.parent / ".pytest_cache" / "loops"
_LOOPS.mkdir(parents=True, exist_ok=True)
_own_loops = cache_folder() / "loops"
if Path(_OWN_FOLDER.name) in _own_loops.parents:
    _own_loops.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # Windows: only with a right that few have
        _own_loops.symlink_to(_LOOPS, target_is_directory=True)

# Shared machines are slow now and then; a figure that was found once is worth keeping in sight.
# What hypothesis draws is new in each run, but not where a change is judged: there only the change may decide.
settings.register_profile("layerloom", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("layerloom")

ROOT = Path(__file__).resolve().parent.parent
MNIST_FILE = "train-images-idx3-ubyte"


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """Folder of the four real MNIST files; a test that needs it is skipped where there is none."""
    named = os.environ.get("LAYERLOOM_MNIST")
    folder = Path(named) if named else ROOT.parent / "shared" / "data" / "mnist"
    if not any((folder / name).is_file() for name in (MNIST_FILE, f"{MNIST_FILE}.gz")):
        pytest.skip(f"needs the MNIST files: there are none in {folder}; name their folder in LAYERLOOM_MNIST")
    return folder


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread running or a window open."""
    threads = set(threading.enumerate())
    windows = _open_windows()
    yield
    left = [thread for thread in threading.enumerate() if thread not in threads]
    for thread in left:
        thread.join(timeout=2.0)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"the test left threads running: {', '.join(alive)}"
    opened = _open_windows() - windows
    assert not opened, f"the test left windows open: {', '.join(sorted(name for _, name in opened))}"


def _open_windows() -> set[tuple[int, str]]:
    """Windows that are shown, as (identity, kind); asks nothing of Qt where no test has imported it."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    return {
        (id(widget), type(widget).__name__)
        for widget in widgets.QApplication.topLevelWidgets()
        if widget.isVisible()
    }
