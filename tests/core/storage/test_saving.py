"""A save leaves the old file or the new one, whatever happens, and says what kept it from saving."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core.errors import ProjectFileError
from core.storage import atomic_file
from core.storage.atomic_file import replace_file
from core.storage.header import HEADER_BYTES, parse_header
from core.storage.reader import read_project
from core.storage.writer import FileChangedError, digest_on_disk, write_project
from tests.core.storage.projects import assert_same, chain, small_project, trained

POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="modes, symbolic links and fork are those of POSIX")


class Disk(NamedTuple):
    total: int
    used: int
    free: int


def names(folder: Path) -> list[str]:
    """Everything that lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_saving_over_a_project_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    first = write_project(small_project(1), path)
    second = write_project(small_project(2), path)
    assert first != second == digest_on_disk(path)
    assert_same(read_project(path).project, small_project(2))
    assert names(tmp_path) == ["p.h5"]


@POSIX_ONLY
def test_the_order_is_write_sync_replace_sync_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def spied(name: str) -> None:
        real = getattr(os, name)

        def spy(*arguments: Any, **more: Any) -> Any:
            folder = name == "fsync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            calls.append(f"{name} folder" if folder else name)
            return real(*arguments, **more)

        monkeypatch.setattr(os, name, spy)

    for name in ("write", "fsync", "replace"):
        spied(name)
    replace_file(tmp_path / "file", b"content")
    assert calls == ["write", "fsync", "replace", "fsync folder"]


@POSIX_ONLY
def test_a_symbolic_link_is_kept_and_its_target_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "p.h5", tmp_path / "link.h5"
    link.symlink_to(target)
    write_project(small_project(), link)
    assert link.is_symlink()
    assert not target.is_symlink()
    assert_same(read_project(target).project, small_project())
    assert names(tmp_path / "real") == ["p.h5"]


@POSIX_ONLY
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o640])
def test_the_mode_of_the_old_file_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "p.h5"
    path.write_bytes(b"old")
    path.chmod(mode)
    write_project(small_project(), path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@POSIX_ONLY
def test_a_new_file_has_the_mode_that_the_user_wants_for_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_project(small_project(), tmp_path / "p.h5")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "p.h5").stat().st_mode) == 0o640


def test_every_step_may_fail_and_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.h5"
    write_project(small_project(1), path)
    before = path.read_bytes()
    steps = ["open", "write", "fsync", "replace"] + (["fchmod"] if hasattr(os, "fchmod") else [])
    for step in steps:
        with monkeypatch.context() as patch:
            patch.setattr(os, step, _raising(OSError(errno.EIO, "Input/output error")))
            with pytest.raises(ProjectFileError, match=r"'p\.h5' was not saved in .*Input/output error.*unchanged"):
                replace_file(path, b"new content")
        assert path.read_bytes() == before, step
        assert names(tmp_path) == ["p.h5"], step


def test_an_interrupt_while_saving_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        replace_file(tmp_path / "p.h5", b"content")
    assert names(tmp_path) == []


@pytest.mark.parametrize("room", [0, 1, 300, 5_000])
def test_a_disk_that_fills_while_saving_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    path = tmp_path / "p.h5"
    write_project(chain(2, 2), path)
    before = path.read_bytes()
    real_write, left = os.write, [room]

    def write(file: int, data: memoryview) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = real_write(file, data[: left[0]])
        left[0] -= count
        return count

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(ProjectFileError, match=r"'p\.h5' was not saved: it needs .*, and .* are free in '.*unchanged"):
        write_project(small_project(), path)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["p.h5"]


def test_a_disk_without_room_is_seen_before_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic_file.shutil, "disk_usage", lambda folder: Disk(10**9, 10**9 - 1234, 1234))
    with pytest.raises(ProjectFileError, match=r"it needs 5\.0 MB, and 1,234 bytes are free"):
        replace_file(tmp_path / "p.h5", bytes(5_000_000))
    assert names(tmp_path) == []


def test_a_short_write_is_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real_write(file, data[:7]))
    content = bytes(range(100))
    replace_file(tmp_path / "p.h5", content)
    assert (tmp_path / "p.h5").read_bytes() == content


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileError, match=r"'p\.h5' was not saved: the folder '.*gone' does not exist"):
        write_project(small_project(), tmp_path / "gone" / "p.h5")


def test_a_folder_in_the_file_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.h5").mkdir()
    with pytest.raises(ProjectFileError, match="no ordinary file"):
        write_project(small_project(), tmp_path / "p.h5")


def test_a_folder_without_the_right_to_write_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, expected in ((errno.EACCES, "write to"), (errno.EROFS, "you may not write to the folder")):
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", _raising(OSError(number, os.strerror(number))))
            with pytest.raises(ProjectFileError, match=expected):
                write_project(small_project(), tmp_path / "p.h5")


@POSIX_ONLY
def test_a_write_protected_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    path.write_bytes(b"mine")
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("the superuser may write to it all the same")
    with pytest.raises(ProjectFileError, match="write-protected"):
        write_project(small_project(), path)
    assert path.read_bytes() == b"mine"


def test_windows_gets_ten_tries_while_another_program_holds_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries, pauses = os.replace, [0], []

    def replace(source: Any, target: Any) -> None:
        tries[0] += 1
        if tries[0] < 4:
            raise PermissionError(errno.EACCES, "held")
        real(source, target)

    monkeypatch.setattr(atomic_file, "ON_WINDOWS", True)
    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(time, "sleep", pauses.append)
    replace_file(tmp_path / "p.h5", b"content")
    assert (tmp_path / "p.h5").read_bytes() == b"content"
    assert pauses == [0.1] * 3


def test_a_file_that_stays_held_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(atomic_file, "ON_WINDOWS", True)
    monkeypatch.setattr(os, "replace", _raising(PermissionError(errno.EACCES, "held")))
    monkeypatch.setattr(time, "sleep", pauses.append)
    with pytest.raises(ProjectFileError, match="another program holds it"):
        replace_file(tmp_path / "p.h5", b"content")
    assert len(pauses) == 9
    assert names(tmp_path) == []


def test_temporary_files_of_killed_saves_are_swept_after_an_hour(tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (".nn-0123abcd.tmp", ".nn-89abcdef.tmp", ".nn-mine.tmp"))
    for path in (old, young, other):
        path.write_bytes(b"x")
    for path in (old, other):
        os.utime(path, (time.time() - 4000, time.time() - 4000))
    write_project(small_project(), tmp_path / "p.h5")
    assert names(tmp_path) == [".nn-89abcdef.tmp", ".nn-mine.tmp", "p.h5"]


def test_the_second_of_two_writers_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    opened_by_both = write_project(small_project(1), path)
    first = write_project(small_project(2), path, expected=opened_by_both)
    with pytest.raises(FileChangedError, match=r"'p\.h5' was changed by another program or another window"):
        write_project(small_project(3), path, expected=opened_by_both)
    assert_same(read_project(path).project, small_project(2))
    assert names(tmp_path) == ["p.h5"]
    write_project(small_project(3), path, expected=first)
    assert_same(read_project(path).project, small_project(3))


def test_reading_while_another_window_saves_gives_one_of_the_projects(tmp_path: Path) -> None:
    path, over = tmp_path / "p.h5", threading.Event()
    projects = [small_project(1), trained(chain(40, 30, 2))]
    digests = {write_project(project, path) for project in projects}

    def save() -> None:
        while not over.is_set():
            for project in projects:
                write_project(project, path)

    other = threading.Thread(target=save)
    other.start()
    try:
        found = {read_project(path).digest for _ in range(8)}
    finally:
        over.set()
        other.join()
    assert found <= digests


def test_a_change_inside_the_file_counts_too(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    digest = write_project(small_project(), path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileChangedError):
        write_project(small_project(), path, expected=digest)
    assert path.read_bytes() == bytes(data)


def test_a_file_that_was_deleted_meanwhile_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    digest = write_project(small_project(), path)
    path.unlink()
    assert write_project(small_project(), path, expected=digest) == digest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a saving process many times over")
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_project(tmp_path: Path) -> None:
    """In a process of its own, which forks: this one may have threads."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.core.storage.test_saving", str(tmp_path), "40"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    found = ended.stdout.split()
    assert len(found) == 40
    assert set(found) == {"old", "new"}
    assert_same(read_project(tmp_path / "p.h5").project, small_project(int(found[-1] == "new")))


def kill_while_saving(folder: Path, times: int) -> list[str]:
    """Kill a process that saves two projects in turn, again and again; return which of them was found each time."""
    path = folder / "p.h5"
    started = time.perf_counter()
    known = {write_project(small_project(seed), path): name for seed, name in enumerate(("old", "new"))}
    # Two saves take 10 ms on a free machine, and many times that on a busy one.
    pace = time.perf_counter() - started
    chance = random.Random(5)
    found = []
    for _ in range(times):
        child = os.fork()
        if child == 0:
            while True:
                for seed in (0, 1):
                    write_project(small_project(seed), path)
        # The moment is what is tried out here, so this waits for no condition.
        time.sleep(chance.uniform(0.05, 3.0) * pace)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        data = path.read_bytes()
        header = parse_header(data)
        whole = header is not None and header.length == len(data) - HEADER_BYTES
        digest = digest_on_disk(path)
        found.append(known.get(digest, "lost") if whole and header and header.digest == digest else "lost")
    return found


def _raising(error: BaseException) -> Callable[..., Any]:
    def fail(*arguments: Any, **more: Any) -> Any:
        raise error

    return fail


if __name__ == "__main__":
    sys.stdout.write(" ".join(kill_while_saving(Path(sys.argv[1]), int(sys.argv[2]))))
