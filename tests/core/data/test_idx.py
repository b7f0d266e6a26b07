"""The IDX reader gives back exactly what was written, or a DataError, whatever it is given."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.data.idx import IMAGES, LABELS, MAXIMUM_BYTES, IdxKind, idx_sha256, read_idx, read_images, read_labels
from core.errors import DataError
from tests.core.data.idx_files import idx, of

images = arrays(np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5)))


def read(data: bytes, kind: IdxKind = IMAGES) -> np.ndarray:
    return read_idx(io.BytesIO(data), "file", kind)


@given(images, st.booleans())
def test_images_come_back_as_they_were_written(array: np.ndarray, packed: bool) -> None:
    data = gzip.compress(of(array)) if packed else of(array)
    found = read(data)
    assert found.dtype == np.uint8 and not found.flags.writeable and found.flags.c_contiguous
    np.testing.assert_array_equal(found, array)


@given(arrays(np.uint8, st.integers(1, 300)), st.booleans())
def test_labels_come_back_as_they_were_written(array: np.ndarray, packed: bool) -> None:
    np.testing.assert_array_equal(read(gzip.compress(of(array)) if packed else of(array), LABELS), array)


@given(st.binary(max_size=200), st.sampled_from([IMAGES, LABELS]))
def test_any_bytes_give_an_array_or_a_data_error(data: bytes, kind: IdxKind) -> None:
    try:
        found = read(data, kind)
    except DataError as error:
        assert "'file'" in str(error)
    else:
        assert of(found) == data


@settings(max_examples=400)
@given(images, st.booleans(), st.data())
def test_a_file_with_changed_bytes_gives_what_it_says_or_a_data_error(
    array: np.ndarray, packed: bool, data: st.DataObject
) -> None:
    changed = bytearray(gzip.compress(of(array)) if packed else of(array))
    for _ in range(data.draw(st.integers(1, 3))):
        match data.draw(st.sampled_from(["set", "cut", "insert"])):
            case "set" if changed:
                changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
            case "cut":
                del changed[data.draw(st.integers(0, len(changed))) :]
            case _:
                changed[data.draw(st.integers(0, len(changed))) : 0] = data.draw(st.binary(max_size=4))
    try:
        found = read(bytes(changed))
    except DataError:
        return
    # Python's own gzip is the witness of what a packed file holds.
    assert of(found) == (gzip.decompress(changed) if changed[:2] == b"\x1f\x8b" else bytes(changed))


def test_members_of_a_gzip_file_and_its_padding_are_joined_as_gzip_does() -> None:
    array = np.arange(40, dtype=np.uint8).reshape(2, 4, 5)
    data = of(array)
    joined = b"".join(gzip.compress(part) for part in (data[:3], b"", data[3:20], data[20:])) + bytes(100_000)
    np.testing.assert_array_equal(read(joined), array)


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    # 400 MB of zeros in 400 kB; the header promises one image of 2 × 2.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    million = bytes(1_000_000)
    bomb = (
        packer.compress(idx((1, 2, 2), b"")) + b"".join(packer.compress(million) for _ in range(400)) + packer.flush()
    )
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="goes on after the 20 bytes"):
            read(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("packed", [False, True])
def test_a_header_that_promises_a_gigabyte_takes_no_memory(packed: bool) -> None:
    data = idx((MAXIMUM_BYTES >> 20, 1024, 1024), bytes(1000))
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            read(gzip.compress(data) if packed else data)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_the_checksum_is_that_of_the_unpacked_file() -> None:
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    data = struct.pack(">IIII", 2051, 2, 3, 4) + bytes(range(24))
    assert idx_sha256(array) == hashlib.sha256(data).hexdigest()
    assert idx_sha256(array[:, ::-1]) == hashlib.sha256(of(np.ascontiguousarray(array[:, ::-1]))).hexdigest()


def test_a_packed_file_is_known_by_its_contents_not_its_name(tmp_path: Path) -> None:
    array = np.array([1, 2, 3], dtype=np.uint8)
    (tmp_path / "labels.gz").write_bytes(of(array))
    (tmp_path / "labels").write_bytes(gzip.compress(of(array)))
    np.testing.assert_array_equal(read_labels(tmp_path / "labels.gz"), array)
    np.testing.assert_array_equal(read_labels(tmp_path / "labels"), array)


def test_a_file_that_is_not_there_or_a_folder_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'absent' cannot be read \(No such file"):
        read_images(tmp_path / "absent")
    with pytest.raises(DataError, match=r"is a folder; an IDX file was expected\. Choose the file inside it"):
        read_images(tmp_path)
