"""A file made to do harm is refused with the reason; nothing but the file itself is ever opened."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5t

from core.errors import ProjectFileError
from core.storage import reading_process
from core.storage.header import HEADER_BYTES
from core.storage.reader import read_project
from tests.core.storage import hostile
from tests.core.storage.hostile import (
    attribute,
    bomb,
    chunked,
    external_data,
    file_with,
    huge,
    linked,
    of_type,
    renamed,
    sealed,
    virtual,
)
from tests.core.storage.projects import assert_same, small_project

CANARY = "canary.bin"

FILES: dict[str, tuple[hostile.Change, str]] = {
    "external link": (linked(h5py.ExternalLink(CANARY, "/secret")), "link to something else"),
    "soft link": (linked(h5py.SoftLink("/order")), "soft link to something else"),
    "soft loop": (linked(h5py.SoftLink("/weights/n2/bias")), "soft link to something else"),
    "second name": (linked(lambda file: file["/order"]), "stands elsewhere too"),
    "cycle of groups": (linked(lambda file: file["/weights"], "again"), "stands elsewhere too"),
    "data in another file": (external_data(CANARY), "lie in another file"),
    "view of another file": (virtual(CANARY), "stored as a view of other data"),
    "8 GiB claimed": (huge((2**31,)), "claims 8589934592 bytes"),
    "8 EiB claimed": (huge((2**31, 2**30)), "claims 9223372036854775808 bytes"),
    "claim beyond 64 bits": (huge((2**40, 2**40)), "cannot be read|claims"),
    "five dimensions": (huge((1, 1, 1, 2, 2)), "has 5 dimensions"),
    "no dimensions at all": (hostile.no_space, "has no dimensions"),
    "deflated": (bomb(1), "stored as chunks"),
    "deflated twice": (bomb(2), "stored as chunks"),
    "unknown filter": (chunked(hostile.unknown_filter), "stored as chunks"),
    "checksummed chunks": (chunked(lambda p: (p.set_chunk((4,)), p.set_fletcher32())), "stored as chunks"),
    "in a header": (hostile.compact, "part of a header"),
    "100,000 links": (hostile.many_links, "more than 50000 objects"),
    "100 levels": (hostile.deep, "more than 4 levels deep"),
    "group named ..": (renamed(b".."), r"the name '\.\.'"),
    "name of 60 KB": (renamed(b"x" * 60_000), "the name 'xxxx"),
    "name with a line feed": (renamed(b"a\nb"), r"the name 'a\\nb'"),
    "name in bad UTF-8": (renamed(b"\xff\xfe"), "the name"),
    "opaque type named O": (of_type(hostile.opaque(b"NUMPY:O")), "of the type Opaque"),
    "compound type": (of_type(hostile.compound()), "of the type Compound"),
    "texts": (hostile.texts, "of the type"),
    "references": (hostile.references, "of the type Reference"),
    "big-endian": (of_type(h5t.IEEE_F32BE), "of the type Float"),
    "half precision": (of_type(h5t.IEEE_F16LE), "of the type Float"),
    "bits of a byte": (of_type(h5t.STD_B8LE), "of the type Bitfield"),
    "a type as an object": (hostile.committed_type, "neither a group nor an array"),
    "an array of such a type": (hostile.array_of_committed_type, "of the type|elsewhere"),
    "attribute of an array": (attribute("/weights/n2/bias"), "carries attributes"),
    "attribute of a group": (attribute("/weights"), "carries attributes"),
    "attribute of the root": (attribute("/"), "carries attributes"),
    "array not listed": (
        lambda file: file.create_dataset("/weights/n2/more", data=[1.0]) and None,
        "there but not listed",
    ),
    "array missing": (lambda file: file.__delitem__("/weights/n2/bias"), "listed but missing"),
    "another shape": (huge((0,)), "as found"),
    "no description": (lambda file: file.__delitem__("/meta.json"), "holds no description"),
}


@contextmanager
def opened_files(folder: Path) -> Iterator[list[str]]:
    """Collect the names of the files in `folder` that any process opens (Linux only; elsewhere nothing)."""
    opened: list[str] = []
    if sys.platform != "linux":
        yield opened
        return
    system = ctypes.CDLL(ctypes.util.find_library("c"))
    watch = system.inotify_init1(os.O_NONBLOCK)
    in_open = 0x20
    assert system.inotify_add_watch(watch, os.fsencode(folder), in_open) >= 0
    try:
        yield opened
        try:
            events = os.read(watch, 1_000_000)
        except BlockingIOError:
            events = b""
        while events:
            length = struct.unpack_from("iIII", events)[3]
            opened.append(events[16 : 16 + length].rstrip(b"\0").decode())
            events = events[16 + length :]
    finally:
        os.close(watch)


def test_the_watch_sees_what_is_opened(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells which files are opened")
    (tmp_path / CANARY).write_bytes(b"x")
    with opened_files(tmp_path) as opened:
        (tmp_path / CANARY).read_bytes()
    assert opened == [CANARY]


def test_the_files_of_this_test_open_where_nothing_is_changed(tmp_path: Path) -> None:
    (tmp_path / "plain.h5").write_bytes(file_with(hostile.nothing))
    assert_same(read_project(tmp_path / "plain.h5").project, small_project())


@pytest.mark.parametrize("kind", FILES)
def test_a_hostile_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    change, reason = FILES[kind]
    canary, path = tmp_path / CANARY, tmp_path / "hostile.h5"
    with h5py.File(canary, "w") as other:
        other["secret"] = np.ones(4, dtype=np.float32)
    secret = canary.read_bytes()
    path.write_bytes(file_with(change))
    # Names in the file are relative: to this folder, and to the folder of the file.
    monkeypatch.chdir(tmp_path)
    started = time.monotonic()
    with opened_files(tmp_path) as opened, pytest.raises(ProjectFileError, match=reason) as refused:
        read_project(path)
    assert str(refused.value).startswith("'hostile.h5' cannot be opened: ")
    assert CANARY not in opened
    assert canary.read_bytes() == secret
    assert time.monotonic() - started < 20


def test_a_plugin_named_by_the_environment_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "libplugin.so").write_bytes(b"not loaded")
    monkeypatch.setenv("HDF5_PLUGIN_PATH", str(tmp_path))
    monkeypatch.setenv("HDF5_VOL_CONNECTOR", "evil")
    path = tmp_path / "p.h5"
    path.write_bytes(file_with(hostile.nothing))
    with opened_files(tmp_path) as opened:
        read_project(path)
    assert "libplugin.so" not in opened


def test_a_file_that_kills_hdf5_only_kills_the_reading_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = "import sys, os; sys.stdin.buffer.read(); os.abort()"
    _replace_child(monkeypatch, dying)
    _expect_unsafe(tmp_path, "ended with code")


def test_a_file_that_hangs_hdf5_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "WALL_SECONDS", 0.3)
    _replace_child(monkeypatch, "import threading; threading.Event().wait()")
    _expect_unsafe(tmp_path, "ended with code")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "null",
        "[" * 100_000,
        '{"arrays": [1]}',
        '{"arrays": {"/order": 3}}',
        '{"arrays": {"/order": ["int64", [3], 99999999]}}',
        '{"arrays": {"/order": ["int64", [99999999], 0]}}',
        '{"arrays": {"/order": ["int64", [-1], 0]}}',
        '{"arrays": {"/order": ["int64", [true], 0]}}',
        '{"arrays": {"/order": ["object", [1], 0]}}',
        '{"arrays": {"/a/../b": ["int64", [1], 0]}}',
        '{"arrays": {"order": ["int64", [1], 0]}}',
        '{"arrays": {"/a/b/c/d/e": ["int64", [1], 0]}}',
        '{"refused": "{place.__class__}", "place": "", "found": ""}',
        '{"refused": ["x"], "place": "", "found": ""}',
    ],
)
def test_an_answer_that_cannot_be_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    _replace_child(monkeypatch, f"import sys; sys.stdin.buffer.read(); print({answer!r})")
    _expect_unsafe(tmp_path, "could not be read safely")


def test_a_reading_process_that_cannot_start_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    _expect_unsafe(tmp_path, "could not be started")


def test_the_reading_process_may_open_and_write_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such limits")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from core.storage.reading_child import limit; "
        "sys.stdin.buffer.read(); limit(0)\n"
        "try: open(sys.argv[1]); print('opened')\n"
        'except OSError as error: print(\'{"refused": "unreadable", "place": "", "found": %d}\' % error.errno)'
    )
    _replace_child(monkeypatch, script)
    too_many_open_files = 24
    _expect_unsafe(tmp_path, rf"cannot be read \({too_many_open_files}\)")


def test_the_reading_process_ignores_modules_beside_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "core").mkdir()
    for name in ("core/__init__", "h5py", "json", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    (tmp_path / "p.h5").write_bytes(file_with(hostile.nothing))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert_same(read_project(tmp_path / "p.h5").project, small_project())


def test_an_image_that_is_no_hdf5_is_refused(tmp_path: Path) -> None:
    for image in (b"", b"x", os.urandom(5000), b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + bytes(5000)):
        (tmp_path / "p.h5").write_bytes(sealed(image))
        with pytest.raises(ProjectFileError, match="HDF5 structure cannot be read"):
            read_project(tmp_path / "p.h5")


def _replace_child(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(reading_process, "_BOOTSTRAP", script)


def _expect_unsafe(tmp_path: Path, reason: str) -> Any:
    path = tmp_path / "p.h5"
    path.write_bytes(file_with(hostile.nothing))
    assert path.stat().st_size > HEADER_BYTES
    with pytest.raises(ProjectFileError, match=reason):
        read_project(path)
