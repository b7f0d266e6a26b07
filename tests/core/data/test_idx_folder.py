"""A folder is a data set when its four files are there under one of their usual names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.idx_folder import load_idx_folder
from tests.core.data.idx_files import NAMES, small_set, write_set


def dotted(name: str) -> str:
    return name.replace("-idx", ".idx")


NAMINGS = {
    "original": NAMES,
    "packed": tuple(name + ".gz" for name in NAMES),
    "dot before idx": tuple(map(dotted, NAMES)),
    "dot before idx, packed": tuple(dotted(name) + ".gz" for name in NAMES),
    "test instead of t10k": tuple(name.replace("t10k", "test") for name in NAMES),
    "capitals": tuple(name.upper() for name in NAMES),
    "with the name of the set": tuple(f"emnist-letters-{name}.gz".replace("t10k", "test") for name in NAMES),
    "mixed": (NAMES[0], NAMES[1] + ".gz", dotted(NAMES[2]), dotted(NAMES[3]) + ".GZ"),
}


@pytest.mark.parametrize("names", NAMINGS.values(), ids=NAMINGS.keys())
def test_the_usual_names_are_known(names: tuple[str, ...], tmp_path: Path) -> None:
    arrays = small_set()
    write_set(tmp_path, arrays, tuple(name.replace(".GZ", ".gz") for name in names))
    (tmp_path / "README.txt").write_text("other files do not matter")
    dataset = load_idx_folder(tmp_path)
    np.testing.assert_array_equal(dataset.inputs, arrays[0])
    np.testing.assert_array_equal(dataset.labels, arrays[1])
    np.testing.assert_array_equal(dataset.test_inputs, arrays[2])
    np.testing.assert_array_equal(dataset.test_labels, arrays[3])


def test_the_data_set_says_what_it_is_and_cannot_be_written_to(tmp_path: Path) -> None:
    write_set(tmp_path, small_set(rows=5, columns=7))
    dataset = load_idx_folder(tmp_path)
    assert (dataset.name, dataset.sample_shape, dataset.value_range) == (tmp_path.name, (5, 7), (0.0, 255.0))
    assert dataset.classes == ("0", "1", "2", "3", "4")
    assert dataset.labels.dtype == dataset.test_labels.dtype == np.int64
    for array in (dataset.inputs, dataset.labels, dataset.test_inputs, dataset.test_labels):
        assert not array.flags.writeable


def test_the_fingerprint_is_that_of_the_contents_not_of_the_packing(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("plain", "packed", "changed", "relabelled")]
    for folder in folders:
        folder.mkdir()
    arrays = small_set()
    write_set(folders[0], arrays)
    write_set(folders[1], arrays, NAMINGS["dot before idx, packed"])
    changed = [array.copy() for array in arrays]
    changed[2][9, 2, 1] ^= 1
    write_set(folders[2], changed)
    relabelled = [array.copy() for array in arrays]
    relabelled[1][[0, 1]] = relabelled[1][[1, 0]]
    write_set(folders[3], relabelled)
    plain, packed, other, moved = (load_idx_folder(folder).fingerprint for folder in folders)
    assert plain == packed
    assert len({plain, other, moved}) == 3


def test_an_unpacked_file_is_taken_before_a_packed_one(tmp_path: Path) -> None:
    arrays = small_set()
    write_set(tmp_path, arrays)
    (tmp_path / (NAMES[0] + ".gz")).write_bytes(b"a broken download")
    np.testing.assert_array_equal(load_idx_folder(tmp_path).inputs, arrays[0])


def test_a_set_without_a_prefix_is_taken_before_others(tmp_path: Path) -> None:
    arrays = small_set()
    write_set(tmp_path, arrays)
    write_set(tmp_path, small_set(training=20), tuple(f"other-{name}" for name in NAMES))
    assert len(load_idx_folder(tmp_path).inputs) == len(arrays[0])


@pytest.mark.parametrize("present", [[0, 9], [1, 2, 3], [0, 1, 9, 3]])
def test_a_small_set_may_leave_out_classes(present: list[int], tmp_path: Path) -> None:
    arrays = small_set()
    for place in (1, 3):
        arrays[place] = np.resize(np.array(present, dtype=np.uint8), len(arrays[place]))
    write_set(tmp_path, arrays)
    assert len(load_idx_folder(tmp_path).classes) == max(present) + 1
