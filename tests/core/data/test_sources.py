"""Every source in the table loads, and what cannot be loaded is refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data import preprocessing
from core.data.reference import DataReference
from core.data.sources import SOURCES, load_dataset, load_prepared
from core.errors import DataError
from tests.core.data.idx_files import small_set, write_set


def test_the_table_lists_what_menus_show() -> None:
    assert SOURCES.keys == ("digits", "digits_28", "mnist", "idx", "xor")
    assert [source.key for source in SOURCES if source.needs_location] == ["idx"]
    assert all(source.label and source.description.endswith(".") for source in SOURCES)


@pytest.mark.parametrize("key", ["digits", "digits_28"])
def test_built_in_data_are_ready_for_training_without_a_file(key: str) -> None:
    data = load_prepared(DataReference(key), "float32")
    assert data.sample_shape == SOURCES[key].sample_shape_hint
    assert len(data.training) + len(data.validation) == 1442 and len(data.test) == 355
    assert data.classes == tuple("0123456789")
    assert data.training.inputs.max() == 1.0
    assert "CC BY 4.0" in data.source_note


def test_a_folder_gives_its_name_to_the_data(tmp_path: Path) -> None:
    folder = tmp_path / "leaves and stems"
    folder.mkdir()
    write_set(folder, small_set(training=40))
    data = load_prepared(DataReference("idx", str(folder), validation_percent=25), "float64")
    assert data.name == "leaves and stems" and str(folder) in data.source_note
    assert (len(data.training), len(data.validation), len(data.test)) == (30, 10, 10)
    assert data.sample_shape == (3, 2)


def test_a_relative_folder_is_that_below_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, small_set())
    monkeypatch.chdir(tmp_path)
    assert load_dataset(DataReference("idx", ".")).name == tmp_path.name


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        (DataReference(), ("No data chosen", "Choose a data set")),
        (
            DataReference("iris"),
            ("Unknown data source 'iris'", "digits, digits_28, mnist, idx", "Choose the data again"),
        ),
        (DataReference("idx"), ("No folder is named", "four IDX files was expected", "Choose the folder")),
        (DataReference("idx", "a\0b"), ("cannot be read", "folder with four IDX files was expected", "Check")),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_with_the_way_out(
    reference: DataReference, parts: tuple[str, ...]
) -> None:
    with pytest.raises(DataError) as raised:
        load_prepared(reference, "float32")
    for part in parts:
        assert part in str(raised.value)


def test_data_that_do_not_fit_into_memory_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*arguments: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(preprocessing, "_part", exhausted)
    # 1,797 images of 784 values of 8 bytes
    with pytest.raises(DataError, match=r"'Digits 28 × 28' does not fit into memory: 11 MB.*Use float32"):
        load_prepared(DataReference("digits_28"), "float64")


def test_loading_twice_gives_the_same_bits() -> None:
    first, second = (load_prepared(DataReference("digits_28"), "float32") for _ in range(2))
    assert first.fingerprint == second.fingerprint
    np.testing.assert_array_equal(first.validation.inputs, second.validation.inputs)
