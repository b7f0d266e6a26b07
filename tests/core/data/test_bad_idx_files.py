"""Each bad file or folder is refused with its name, what was found, what was expected, and what to do."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core.data.idx_folder import load_idx_folder
from core.errors import DataError
from tests.core.data.idx_files import NAMES, idx, of, small_set, write_set

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = NAMES
GOOD = small_set()  # 30 + 10 samples of 3 × 2, labels 0 … 4
IMAGES_FILE, LABELS_FILE = of(GOOD[0]), of(GOOD[1])


@dataclass(frozen=True)
class Bad:
    """A file of a good set replaced by `content`, and what its refusal must say."""

    case: str
    file: str
    content: bytes
    found: str
    expected: str
    remedy: str


def labels(changes: dict[int, int]) -> bytes:
    array = GOOD[1].copy()
    for row, label in changes.items():
        array[row] = label
    return of(array)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


AGAIN, SWAPPED, CONVERT = "copy or download it again", "swapped or renamed", "Convert it to IDX"
START = "00 00 08 03"
PACKED = gzip.compress(IMAGES_FILE, mtime=0)

BAD_FILES = [
    Bad("empty", TRAIN_IMAGES, b"", "is empty", "an IDX file was expected", "download it again"),
    Bad("empty, packed", TRAIN_IMAGES, gzip.compress(b""), "is empty", "an IDX file was expected", "download it again"),
    Bad("labels as images", TRAIN_IMAGES, LABELS_FILE, "label file (2049)", "image file (2051)", SWAPPED),
    Bad("images as labels", TRAIN_LABELS, IMAGES_FILE, "image file (2051)", "label file (2049)", SWAPPED),
    Bad("test labels as images", TEST_IMAGES, of(GOOD[3]), "label file (2049)", "image file (2051)", SWAPPED),
    Bad("test images as labels", TEST_LABELS, of(GOOD[2]), "image file (2051)", "label file (2049)", SWAPPED),
    Bad("packed labels as images", TRAIN_IMAGES, gzip.compress(LABELS_FILE), "(2049)", "(2051)", SWAPPED),
    Bad("login page", TRAIN_IMAGES, b"<!DOCTYPE html><p>Sign in", "a web page", START, "download the file again"),
    Bad("page after blanks", TRAIN_IMAGES, b"\r\n  <html>", "a web page", START, "download the file again"),
    Bad("page with BOM", TRAIN_IMAGES, b"\xef\xbb\xbf<html>", "a web page", START, "download the file again"),
    Bad("packed page", TRAIN_IMAGES, gzip.compress(b"<html>"), "a web page", START, "download the file again"),
    Bad("packed twice", TRAIN_IMAGES, gzip.compress(PACKED), "a gzip file", START, "unpack it once"),
    Bad("ZIP", TRAIN_IMAGES, b"PK\x03\x04" + bytes(30), "a ZIP archive", START, "Unpack it"),
    Bad("bzip2", TRAIN_IMAGES, b"BZh91AY&SY" + bytes(30), "a bzip2 file", START, "Unpack it"),
    Bad("xz", TRAIN_IMAGES, b"\xfd7zXZ\x00" + bytes(30), "an xz file", START, "Unpack it"),
    Bad("7-Zip", TRAIN_IMAGES, b"7z\xbc\xaf\x27\x1c" + bytes(30), "a 7-Zip archive", START, "Unpack it"),
    Bad("Zstandard", TRAIN_IMAGES, b"\x28\xb5\x2f\xfd" + bytes(30), "a Zstandard file", START, "Unpack it"),
    Bad("HDF5", TRAIN_IMAGES, b"\x89HDF\r\n\x1a\n" + bytes(30), "an HDF5 file", START, CONVERT),
    Bad("NumPy", TRAIN_IMAGES, b"\x93NUMPY\x01\x00" + bytes(30), "a NumPy array", START, CONVERT),
    Bad("pickle", TRAIN_IMAGES, b"\x80\x04\x95" + bytes(30), "a Python pickle", START, CONVERT),
    Bad("PNG", TRAIN_IMAGES, b"\x89PNG\r\n\x1a\n" + bytes(30), "a PNG picture", START, CONVERT),
    Bad("JPEG", TRAIN_IMAGES, b"\xff\xd8\xff\xe0" + bytes(30), "a JPEG picture", START, CONVERT),
    Bad("PDF", TRAIN_LABELS, b"%PDF-1.7\n", "a PDF document", "00 00 08 01", CONVERT),
    Bad("Parquet", TRAIN_IMAGES, b"PAR1" + bytes(30), "a Parquet table", START, CONVERT),
    Bad("text", TRAIN_IMAGES, b"5,0,0,0,1\n", "35 2C 30 2C", START, "choose another one"),
    Bad("reversed header", TRAIN_IMAGES, IMAGES_FILE[3::-1] + IMAGES_FILE[4:], "03 08 00 00", START, "byte first"),
    Bad("one byte", TRAIN_IMAGES, IMAGES_FILE[:1], "after 1 bytes", "16 bytes", AGAIN),
    Bad("cut in the magic", TRAIN_LABELS, LABELS_FILE[:3], "after 3 bytes", "8 bytes", AGAIN),
    Bad("cut in the sizes", TRAIN_IMAGES, IMAGES_FILE[:11], "after 11 bytes", "16 bytes", AGAIN),
    Bad("header only", TRAIN_IMAGES, IMAGES_FILE[:16], "after 16 bytes", "196", AGAIN),
    Bad("one byte short", TRAIN_IMAGES, IMAGES_FILE[:-1], "after 195 bytes", "196", AGAIN),
    Bad("labels short", TRAIN_LABELS, LABELS_FILE[:-5], "after 33 bytes", "38", AGAIN),
    Bad("one byte more", TRAIN_IMAGES, IMAGES_FILE + b"x", "goes on", "196 bytes", AGAIN),
    Bad("labels twice", TRAIN_LABELS, LABELS_FILE * 2, "goes on", "38 bytes", AGAIN),
    Bad("packed, short", TRAIN_IMAGES, gzip.compress(IMAGES_FILE[:-1]), "after 195 bytes", "196", AGAIN),
    Bad("packed, more", TRAIN_IMAGES, gzip.compress(IMAGES_FILE + b"x"), "goes on", "196 bytes", AGAIN),
    Bad("gzip cut", TRAIN_IMAGES, PACKED[:-30], "breaks off after", "its end was expected", AGAIN),
    Bad("gzip without checksum", TRAIN_IMAGES, PACKED[:-8], "after 196 unpacked", "its end was expected", AGAIN),
    Bad("gzip header only", TRAIN_IMAGES, PACKED[:10], "after 0 unpacked", "its end was expected", AGAIN),
    Bad(
        "gzip bit",
        TRAIN_IMAGES,
        flipped(PACKED, 10),
        "damaged gzip file",
        "right checksum",
        "download it again",
    ),
    Bad("gzip checksum", TRAIN_IMAGES, flipped(PACKED, -8), "data check", "right checksum", "download it again"),
    Bad("gzip and rubbish", TRAIN_IMAGES, PACKED + b"xyz", "damaged gzip file", "right checksum", "download it again"),
    Bad("signed", TRAIN_IMAGES, idx((1, 1, 1), b"1", 0x09), "signed bytes (type 0x09)", "unsigned bytes", "Convert"),
    Bad("short", TRAIN_IMAGES, idx((1, 1, 1), b"12", 0x0B), "16-bit whole numbers", "unsigned bytes", "Convert"),
    Bad("int", TRAIN_LABELS, idx((1,), b"1234", 0x0C), "32-bit whole numbers", "unsigned bytes", "Convert"),
    Bad("float", TRAIN_IMAGES, idx((1, 1, 1), b"1234", 0x0D), "32-bit real numbers", "unsigned bytes", "Convert"),
    Bad("double", TRAIN_IMAGES, idx((1, 1, 1), bytes(8), 0x0E), "64-bit real numbers", "unsigned bytes", "Convert"),
    Bad("unknown type", TRAIN_IMAGES, idx((1, 1, 1), b"1", 0x0A), "type 0x0A", "unsigned bytes", "choose another one"),
    Bad("colour", TRAIN_IMAGES, idx((9, 2, 2, 3), bytes(108)), "4 dimensions", "3: images, rows", "convert it"),
    Bad("flat", TRAIN_IMAGES, idx((30, 6), bytes(180)), "2 dimensions", "3: images, rows", "convert it"),
    Bad("label matrix", TRAIN_LABELS, idx((30, 5), bytes(150)), "2 dimensions", "1: labels", "one label each"),
    Bad("no images", TRAIN_IMAGES, idx((0, 3, 2), b""), "0 samples", "at least 1", "not empty"),
    Bad("no labels", TRAIN_LABELS, idx((0,), b""), "0 samples", "at least 1", "not empty"),
    Bad("no columns", TRAIN_IMAGES, idx((30, 3, 0), b""), "3 × 0 pixels", "from 1 to 1,024", AGAIN),
    Bad("huge rows", TRAIN_IMAGES, idx((1, 2**31, 1), b""), "2,147,483,648 × 1", "from 1 to 1,024", AGAIN),
    Bad("huge count", TRAIN_IMAGES, idx((2**31, 3, 2), b""), "12,884,901,888 bytes", "1,073,741,824", "made smaller"),
    Bad("huge labels", TRAIN_LABELS, idx((2**32 - 1,), b""), "4,294,967,295", "1,073,741,824", "made smaller"),
    Bad("many images", TRAIN_IMAGES, idx((10**6, 28, 28), b"1"), "after 17 bytes", "784,000,016", AGAIN),
    Bad("bomb header", TRAIN_IMAGES, gzip.compress(idx((10**6, 28, 28), b"1")), "too few", "784,000,016", AGAIN),
    Bad("fewer labels", TRAIN_LABELS, of(GOOD[1][:29]), "holds 30 images", "holds 29 labels", "same part"),
    Bad("test labels as training labels", TRAIN_LABELS, of(GOOD[3]), "30 images", "10 labels", "same data set"),
    Bad("fewer test images", TEST_IMAGES, of(GOOD[2][:9]), "holds 9 images", "holds 10 labels", "same part"),
    Bad("other size", TEST_IMAGES, of(GOOD[2].reshape(10, 2, 3)), "have 2 × 3 pixels", "3 × 2", "same data set"),
    Bad(
        "stray label",
        TRAIN_LABELS,
        labels({7: 255}),
        "up to 255 (first at sample 8)",
        "0, 1, 2, …",
        "Correct the",
    ),
    Bad(
        "one class",
        TRAIN_LABELS,
        of(np.zeros(30, np.uint8)),
        "label 0 only",
        "at least two classes",
        "another",
    ),
    Bad(
        "test label",
        TEST_LABELS,
        of(GOOD[3] + np.uint8(3)),
        "5 (3), 6 (4), 7 (5)",
        "Labels from 0 to 4",
        "Correct them",
    ),
]


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.case)
def test_a_bad_file_is_named_with_what_was_found_expected_and_to_do(bad: Bad, tmp_path: Path) -> None:
    write_set(tmp_path, GOOD)
    (tmp_path / bad.file).write_bytes(bad.content)
    with pytest.raises(DataError) as raised:
        load_idx_folder(tmp_path)
    message = str(raised.value)
    assert f"'{bad.file}'" in message
    for part in (bad.found, bad.expected, bad.remedy):
        assert part in message, message


def absent(folder: Path) -> Path:
    return folder / "nowhere"


def a_file(folder: Path) -> Path:
    return folder / TRAIN_IMAGES


def empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def without(name: str) -> Callable[[Path], Path]:
    def remove(folder: Path) -> Path:
        (folder / name).unlink()
        return folder

    return remove


def a_folder_in_its_place(folder: Path) -> Path:
    (folder / TEST_LABELS).unlink()
    (folder / TEST_LABELS).mkdir()
    return folder


def two_sets(folder: Path) -> Path:
    (folder / "two").mkdir()
    for name in ("emnist-letters", "emnist-mnist"):
        write_set(folder / "two", GOOD, tuple(f"{name}-{file.replace('t10k', 'test')}" for file in NAMES))
    return folder / "two"


BAD_FOLDERS: list[tuple[Callable[[Path], Path], str, str, str]] = [
    (absent, "No such file", "a folder with four IDX files was expected", "Check that it is there"),
    (a_file, f"{TRAIN_IMAGES}' is a file", "the folder with the four IDX files was expected", "Choose the folder"),
    (empty, "Found: nothing", f"'{TRAIN_IMAGES}.gz' was expected", "choose another folder"),
    (without(TRAIN_IMAGES), "has no training images", f"'{TRAIN_IMAGES}' or", "Put the missing file there"),
    (without(TRAIN_LABELS), "has no training labels", f"'{TRAIN_LABELS}' or", "Put the missing file there"),
    (without(TEST_IMAGES), "has no test images", f"'{TEST_IMAGES}' or", "Put the missing file there"),
    (without(TEST_LABELS), "has no test labels", f"'{TEST_LABELS}' or", "Put the missing file there"),
    (a_folder_in_its_place, "has no test labels", f"'{TEST_LABELS}' or", "Put the missing file there"),
    (two_sets, "2 data sets (emnist-letters, emnist-mnist)", "one was expected", "into a folder of their own"),
]


@pytest.mark.parametrize(("make", "found", "expected", "remedy"), BAD_FOLDERS)
def test_a_bad_folder_is_named_with_what_was_found_expected_and_to_do(
    make: Callable[[Path], Path], found: str, expected: str, remedy: str, tmp_path: Path
) -> None:
    write_set(tmp_path, GOOD)
    folder = make(tmp_path)
    with pytest.raises(DataError) as raised:
        load_idx_folder(folder)
    for part in (str(folder), found, expected, remedy):
        assert part in str(raised.value), str(raised.value)


def test_an_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, GOOD)
    opened = Path.open

    def refuse(path: Path, *arguments: object, **options: object) -> object:
        if path.name == TEST_LABELS:
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=f"'{TEST_LABELS}' cannot be read .Permission denied.*you may read it"):
        load_idx_folder(tmp_path)


def test_sizes_are_big_endian_numbers_of_32_bits(tmp_path: Path) -> None:
    write_set(tmp_path, GOOD)
    little = struct.pack("<I", 2051)[::-1] + struct.pack("<III", 30, 3, 2) + bytes(180)
    (tmp_path / TRAIN_IMAGES).write_bytes(little)
    with pytest.raises(DataError, match="announces images of 50,331,648 × 33,554,432"):
        load_idx_folder(tmp_path)
