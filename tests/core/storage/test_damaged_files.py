"""A damaged file is refused with the reason, never read wrongly; other files are told from projects."""

from __future__ import annotations

import collections
import errno
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import h5py
import pytest

from core.errors import ProjectFileError
from core.storage import migrations, reader, schema
from core.storage.header import HEADER_BYTES
from core.storage.migrations import Record, migrate
from core.storage.reader import read_project, read_summary
from core.storage.writer import project_bytes, write_project
from tests.core.storage import hostile
from tests.core.storage.projects import assert_same, small_project, with_moments

MUTANTS = 500


@pytest.fixture(scope="module")
def whole() -> bytes:
    """The bytes of a project file with all that one can hold."""
    return project_bytes(with_moments(small_project()))


def refusal(path: Path, data: bytes) -> str:
    """The text with which a file of these bytes is refused."""
    path.write_bytes(data)
    with pytest.raises(ProjectFileError) as refused:
        read_project(path)
    assert str(refused.value).startswith(f"'{path.name}' cannot be opened: ")
    return str(refused.value)


def test_a_cut_file_says_how_much_is_missing(tmp_path: Path, whole: bytes) -> None:
    chance = random.Random(3)
    saved = len(whole) - HEADER_BYTES
    for length in {HEADER_BYTES, HEADER_BYTES + 1, len(whole) - 1, *chance.sample(range(HEADER_BYTES, len(whole)), 60)}:
        text = refusal(tmp_path / "p.h5", whole[:length])
        assert f"{length - HEADER_BYTES:,} bytes are there, {saved:,} were saved" in text


def test_a_file_cut_within_its_header_is_refused(tmp_path: Path, whole: bytes) -> None:
    assert "is empty" in refusal(tmp_path / "p.h5", b"")
    assert "not a Layerloom project" in refusal(tmp_path / "p.h5", whole[:10])
    assert "first 512 bytes are damaged" in refusal(tmp_path / "p.h5", whole[:100])
    assert "first 512 bytes are damaged" in refusal(tmp_path / "p.h5", whole[: HEADER_BYTES - 1])


def test_bytes_after_the_end_are_refused(tmp_path: Path, whole: bytes) -> None:
    assert "were saved" in refusal(tmp_path / "p.h5", whole + b"x")


def test_every_flipped_bit_of_the_header_is_refused(tmp_path: Path, whole: bytes) -> None:
    for position in range(HEADER_BYTES):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        refusal(tmp_path / "p.h5", bytes(damaged))


def test_any_other_file_is_no_project(tmp_path: Path) -> None:
    assert "is not a Layerloom project" in refusal(tmp_path / "t.txt", b"some text\n" * 100)
    assert "is not a Layerloom project" in refusal(tmp_path / "i.idx", b"\0\0\x08\x03" + bytes(1000))
    image = hostile.image_with(hostile.nothing)
    assert "an HDF5 file, but not a Layerloom project" in refusal(tmp_path / "h.h5", image)


def test_a_file_that_is_not_there_or_may_not_be_read_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bytes
) -> None:
    with pytest.raises(ProjectFileError, match=r"'gone\.h5' cannot be opened: there is no such file"):
        read_project(tmp_path / "gone.h5")
    with pytest.raises(ProjectFileError, match="is a folder"):
        read_summary(tmp_path)
    path = tmp_path / "p.h5"
    path.write_bytes(whole)

    def denied(self: Path, mode: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(ProjectFileError, match="you are not allowed to read it"):
        read_project(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_its_other_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(ProjectFileError, match="no ordinary file"):
        read_project(tmp_path / "pipe.h5")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bytes
) -> None:
    monkeypatch.setattr(reader, "MAXIMUM_FILE_BYTES", 1000)
    assert "larger than a project file can be" in refusal(tmp_path / "p.h5", whole)


def test_a_file_longer_or_shorter_than_its_header_says_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bytes
) -> None:
    path = tmp_path / "p.h5"
    path.write_bytes(whole)
    monkeypatch.setattr(reader, "_checked_image", lambda data: pytest.fail("the file was read"))
    for size in (len(whole) - 1, 1_900_000_000):
        os.truncate(path, size)  # what is added takes no room on the disk
        with pytest.raises(ProjectFileError, match=f"damaged: {size - HEADER_BYTES:,} bytes are there"):
            read_project(path)


def test_a_newer_file_names_both_versions(tmp_path: Path, whole: bytes) -> None:
    newer = whole.replace(b"LAYERLOOM PROJECT 1\n", b"LAYERLOOM PROJECT 12\n", 1)
    text = refusal(tmp_path / "p.h5", newer)
    assert f"newer Layerloom, in format version 12; this one reads up to version {schema.VERSION}. Update" in text
    assert "version 12" in refusal(tmp_path / "p.h5", b"LAYERLOOM PROJECT 12\nin a way of its own")


def test_a_version_that_never_was_is_refused(tmp_path: Path, whole: bytes) -> None:
    text = refusal(tmp_path / "p.h5", whole.replace(b"PROJECT 1\n", b"PROJECT 0\n", 1))
    assert "different format versions" in text
    with pytest.raises(ProjectFileError, match="format version 0 is unknown"):
        migrate(Record({}, {}), 0)


def test_header_and_description_must_name_one_version(tmp_path: Path) -> None:
    def newer(meta: dict[str, object]) -> None:
        meta["version"] = 2

    assert "different format versions" in refusal(tmp_path / "p.h5", hostile.file_with_meta(newer))


def test_an_older_record_is_migrated_version_by_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = {
        1: lambda record: Record({**record.meta, "steps": [1]}, record.arrays),
        2: lambda record: Record({**record.meta, "steps": [*record.meta["steps"], 2]}, record.arrays),
    }
    assert migrate(Record({"version": 1}, {}), 1, steps, newest=3).meta["steps"] == [1, 2]
    assert migrate(Record({"steps": []}, {}), 2, steps, newest=3).meta["steps"] == [2]
    with pytest.raises(ProjectFileError, match="format version 4; this one reads up to version 3"):
        migrate(Record({}, {}), 4, steps, newest=3)
    assert set(migrations.MIGRATIONS) == set(range(1, schema.VERSION)), "each older version has its migration"


def test_a_file_changed_by_another_hdf5_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.h5"
    write_project(small_project(), path)
    with h5py.File(path, "r+") as file:
        file["/weights/n2/bias"][0] = 99.0
    assert "changed by another program" in refusal(path, path.read_bytes())


def test_no_mutant_is_read(tmp_path: Path, whole: bytes) -> None:
    """Damage anywhere: found by checksum and length, without asking HDF5."""
    chance = random.Random(11)
    for _ in range(MUTANTS):
        damaged = mutated(whole, chance)
        if damaged != whole:
            refusal(tmp_path / "p.h5", damaged)


def test_mutants_with_a_fitting_checksum_never_harm(whole: bytes) -> None:
    """An attacker can seal anything. Many walks in one process, which is started again where one kills it."""
    outcomes: collections.Counter[str] = collections.Counter()
    number = 0
    while number < MUTANTS:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.core.storage.test_damaged_files", str(number), str(MUTANTS)],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[3],
            timeout=60,
        )
        found = ended.stdout.split("\n")[:-1]
        assert set(found) <= {"refused", "accepted", "same"}, found
        outcomes.update(found)
        number += len(found)
        if ended.returncode == 0:
            break
        assert not re.search(r"^\w*(Error|Exception)", ended.stderr, re.MULTILINE), ended.stderr
        outcomes["killed"] += 1
        number += 1
    assert outcomes.total() == MUTANTS
    assert outcomes["refused"] > MUTANTS / 4
    assert outcomes["killed"] <= MUTANTS / 100


def test_sealed_mutants_are_refused_or_whole_through_the_reading_process(tmp_path: Path, whole: bytes) -> None:
    chance = random.Random(23)
    path = tmp_path / "p.h5"
    for _ in range(25):
        path.write_bytes(hostile.sealed(mutated(whole[HEADER_BYTES:], chance)))
        try:
            write_project(read_project(path).project, tmp_path / "again.h5")
        except ProjectFileError as refused:
            assert str(refused).startswith("'p.h5' cannot be opened: ")


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Damage of one of eight sorts at a random place; most of it in the structure, where it hurts."""
    result = bytearray(data)
    place = chance.randrange(len(data))
    size = chance.choice([1, 2, 4, 8, 64, 512])
    other = chance.randrange(len(data))
    match chance.randrange(8):
        case 0:
            result[place] ^= 1 << chance.randrange(8)
        case 1:
            result[place : place + size] = chance.randbytes(len(result[place : place + size]))
        case 2:
            result[place : place + size] = bytes(len(result[place : place + size]))
        case 3:
            result[place : place + size] = b"\xff" * len(result[place : place + size])
        case 4:
            del result[place : place + size]
        case 5:
            result[place:place] = chance.randbytes(size)
        case 6:
            result[place : place + size] = data[other : other + len(result[place : place + size])]
        case _:
            aligned = place - place % 8
            result[aligned : aligned + 8] = chance.choice([0, 1, 2**31, 2**32, 2**63, 2**64 - 1]).to_bytes(8, "little")
    return bytes(result)


def walk_mutants(first: int, last: int) -> None:
    """Read sealed mutants without a process for each, and say what came of it, one line each."""
    from core.storage.safe_hdf5 import RefusedError, contents_of_image

    project = with_moments(small_project())
    image = project_bytes(project)[HEADER_BYTES:]
    reader.contents_of = contents_of_image
    for number in range(first, last):
        damaged = mutated(image, random.Random(number))
        try:
            found = reader._project_of(damaged, schema.VERSION)
        except (RefusedError, ProjectFileError):
            say("refused")
            continue
        # What is accepted is a project like any other.
        assert project_bytes(found)
        try:
            assert_same(found, project)
            say("same")
        except AssertionError:
            say("accepted")


def say(outcome: str) -> None:
    """Tell the test what came of a mutant, at once: the next one may end this process."""
    sys.stdout.write(outcome + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    walk_mutants(int(sys.argv[1]), int(sys.argv[2]))
