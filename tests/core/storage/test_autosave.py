"""What is not saved yet survives a crash, is offered at the next start, and is never offered while it is in use."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import ProjectFileError
from core.storage import process_lock
from core.storage.autosave import AutosaveFile, decline, find_recoverable, remove
from core.storage.process_lock import ProcessLock, is_held, read_note
from core.storage.reader import read_project
from tests.core.storage.projects import assert_same, chain, small_project

ROOT = Path(__file__).parents[3]


def crash(folder: Path, project_id: str, original: Path | None, seed: int = 1) -> None:
    """Write a recovery copy in a process that then dies without a chance to tidy up."""
    script = (
        "import os, sys; from pathlib import Path\n"
        "from core.storage.autosave import AutosaveFile\n"
        "from tests.core.storage.projects import small_project\n"
        "folder, name, original, seed = sys.argv[1:]\n"
        "file = AutosaveFile(Path(folder), name)\n"
        "file.write(small_project(int(seed)), Path(original) if original else None)\n"
        "os._exit(9)"
    )
    arguments = [str(folder), project_id, str(original or ""), str(seed)]
    ended = subprocess.run([sys.executable, "-c", script, *arguments], cwd=ROOT, timeout=60)
    assert ended.returncode == 9


def make_older(path: Path, days: float) -> None:
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))


def test_a_crashed_program_s_copy_is_found_with_time_iteration_and_original(tmp_path: Path) -> None:
    original = tmp_path / "mis redes ñ" / "p.h5"
    crash(tmp_path, "abc", original, seed=3)
    (found,) = find_recoverable(tmp_path)
    assert found.original == original
    assert found.iteration == 50
    assert found.epoch == 2
    assert abs(found.time - datetime.now(UTC)) < timedelta(minutes=1)
    assert [layer.name for layer in found.summary.layers] == ["Input", "Dense 4", "Dense 3", "Output"]
    assert_same(read_project(found.copy).project, small_project(3))


def test_the_newest_copy_comes_first_and_unnamed_projects_are_kept_too(tmp_path: Path) -> None:
    crash(tmp_path, "older", tmp_path / "p.h5")
    crash(tmp_path, "newer", None)
    for copy in tmp_path.glob("older*.h5"):
        make_older(copy, 1)
    found = find_recoverable(tmp_path)
    assert [item.copy.name.split("-")[0] for item in found] == ["newer", "older"]
    assert found[0].original is None


def test_a_running_program_s_copy_is_not_offered(tmp_path: Path) -> None:
    file = AutosaveFile(tmp_path, "abc")
    file.write(small_project(), None)
    assert file.path.exists()
    assert find_recoverable(tmp_path) == []
    script = (
        "import sys; from pathlib import Path\n"
        "from core.storage.autosave import find_recoverable\n"
        "print(len(find_recoverable(Path(sys.argv[1]))))"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, timeout=60)
    assert ended.stdout.strip() == b"0"
    file.discard()


def test_discarding_leaves_nothing_and_writing_goes_on(tmp_path: Path) -> None:
    file = AutosaveFile(tmp_path / "deep" / "folder", "abc")
    for seed in (1, 2):
        file.write(small_project(seed), tmp_path / "p.h5")
        assert_same(read_project(file.path).project, small_project(seed))
        file.discard()
        assert list((tmp_path / "deep" / "folder").iterdir()) == []
    file.discard()


def test_a_second_run_of_a_project_leaves_the_copy_of_the_first(tmp_path: Path) -> None:
    crash(tmp_path, "abc", None, seed=1)
    second = AutosaveFile(tmp_path, "abc")
    second.write(small_project(2), None)
    (found,) = find_recoverable(tmp_path)
    assert_same(read_project(found.copy).project, small_project(1))
    second.discard()


def test_the_note_follows_a_save_under_another_name(tmp_path: Path) -> None:
    file = AutosaveFile(tmp_path, "abc")
    for original in (None, tmp_path / "a long name of the first file.h5", tmp_path / "b.h5"):
        file.write(small_project(), original)
        expected = None if original is None else str(original)
        assert read_note(file.path.with_suffix(".lock")) == {"original": expected, "pid": os.getpid()}
    file.discard()


def test_a_declined_copy_is_kept_for_seven_days_and_not_offered(tmp_path: Path) -> None:
    crash(tmp_path, "abc", None)
    (found,) = find_recoverable(tmp_path)
    decline(found)
    assert find_recoverable(tmp_path) == []
    (kept,) = find_recoverable(tmp_path, declined=True)
    assert kept.declined
    assert_same(read_project(kept.copy).project, small_project())
    marker = kept.copy.with_suffix(".declined")
    make_older(marker, 6.9)
    assert len(find_recoverable(tmp_path, declined=True)) == 1
    make_older(marker, 7.1)
    assert find_recoverable(tmp_path, declined=True) == []
    assert list(tmp_path.iterdir()) == []


def test_a_removed_copy_is_gone(tmp_path: Path) -> None:
    crash(tmp_path, "abc", None)
    (found,) = find_recoverable(tmp_path)
    remove(found)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_copy_is_not_offered_and_goes_after_seven_days(tmp_path: Path) -> None:
    crash(tmp_path, "abc", None)
    (copy,) = tmp_path.glob("*.h5")
    copy.write_bytes(copy.read_bytes()[:-1])
    assert find_recoverable(tmp_path) == []
    assert copy.exists()
    make_older(copy, 8)
    assert find_recoverable(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_copy_without_its_lock_file_is_found(tmp_path: Path) -> None:
    crash(tmp_path, "abc", tmp_path / "p.h5")
    for lock in tmp_path.glob("*.lock"):
        lock.unlink()
    (found,) = find_recoverable(tmp_path)
    assert found.original is None


def test_a_lock_file_of_a_dead_program_without_a_copy_is_swept(tmp_path: Path) -> None:
    (tmp_path / "abc-00000000.lock").write_text("not json")
    assert find_recoverable(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_no_folder_means_nothing_to_recover(tmp_path: Path) -> None:
    assert find_recoverable(tmp_path / "gone") == []


def test_a_failed_write_leaves_the_copy_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = AutosaveFile(tmp_path, "abc")
    file.write(small_project(1), None)

    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(ProjectFileError, match="was not saved"):
            file.write(small_project(2), None)
    assert_same(read_project(file.path).project, small_project(1))
    file.discard()


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ProjectFileError, match=r"recovery copy cannot be written in '.*file"):
        AutosaveFile(tmp_path / "file", "abc").write(chain(2, 2), None)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "x" * 65, "a.b"])
def test_an_identity_that_is_no_part_of_a_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be part of a file name"):
        AutosaveFile(tmp_path, name)


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path / "x.lock")
    assert is_held(tmp_path / "x.lock")
    with pytest.raises(BlockingIOError):
        ProcessLock(tmp_path / "x.lock")
    lock.release()
    assert not is_held(tmp_path / "x.lock")
    ProcessLock(tmp_path / "x.lock").release()


@pytest.mark.skipif(os.name == "nt", reason="asking for a process would end it there")
def test_where_locks_do_not_work_the_process_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(handle: int) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    path = tmp_path / "x.lock"
    monkeypatch.setattr(process_lock, "_try_lock", unsupported)
    lock = ProcessLock(path)
    lock.write_note({})
    assert is_held(path)
    lock.release()
    for note, held in ((json.dumps({"pid": os.getpid()}), True), (json.dumps({"pid": dead.pid}), False), ("", False)):
        path.write_text(note)
        assert is_held(path) is held
