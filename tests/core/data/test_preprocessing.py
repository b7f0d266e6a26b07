"""Prepared data are scaled, coded and split exactly as the reference says, and the same every time."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.dataset import Dataset, PreparedData
from core.data.preprocessing import prepare, validation_mask
from core.data.reference import DataReference
from core.errors import DataError


def dataset_of(labels: list[int], classes: int = 3, largest: float = 255.0) -> Dataset:
    """Samples of 2 × 2 whose first value is their row number."""
    inputs = np.zeros((len(labels), 2, 2), dtype=np.int64)
    inputs[:, 0, 0] = np.arange(len(labels))
    return Dataset(
        name="Leaves",
        inputs=inputs,
        labels=np.array(labels, dtype=np.int64),
        test_inputs=np.array([[[0, 51], [102, 255]]], dtype=np.uint8),
        test_labels=np.array([2]),
        classes=tuple(f"kind {number}" for number in range(classes)),
        value_range=(0.0, largest),
        fingerprint="f" * 64,
        source_note="made by hand",
    )


def reference(percent: int = 0, scaling: str = "unit") -> DataReference:
    return DataReference("digits", scaling=scaling, validation_percent=percent)


def rows(part: object) -> list[int]:
    return part.inputs[:, 0, 0].astype(int).tolist()  # type: ignore[attr-defined]


def test_unit_scaling_divides_by_the_largest_possible_value() -> None:
    data = prepare(dataset_of([0, 1, 2]), reference(), "float64")
    assert data.test.inputs.tolist() == [[[0.0, 51 / 255], [102 / 255, 1.0]]]


def test_scaling_in_float32_rounds_the_exact_quotient_once() -> None:
    raw = dataset_of([0, 1] * 128)
    found = prepare(raw, reference(), "float32").training.inputs[:, 0, 0]
    exact = np.arange(256, dtype=np.longdouble) / 255
    np.testing.assert_array_equal(found, exact.astype(np.float32))


def test_without_scaling_the_values_stay_as_they_are() -> None:
    data = prepare(dataset_of([0, 1, 2]), reference(scaling="none"), "float32")
    assert data.test.inputs.tolist() == [[[0.0, 51.0], [102.0, 255.0]]]


def test_scaling_by_zero_is_refused_with_the_way_out() -> None:
    with pytest.raises(
        DataError, match=r"'Leaves' cannot be scaled.*largest possible value is 0.*Set 'Scaling' to none"
    ):
        prepare(dataset_of([0, 1], largest=0.0), reference(), "float32")


def test_targets_are_one_hot() -> None:
    data = prepare(dataset_of([2, 0, 1, 0]), reference(), "float32")
    assert data.training.targets.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]
    assert data.training.labels.tolist() == [2, 0, 1, 0]
    assert data.test.targets.tolist() == [[0, 0, 1]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("percent", [0, 40])
def test_arrays_are_contiguous_and_read_only_in_the_training_dtype(dtype: str, percent: int) -> None:
    data = prepare(dataset_of([0, 1, 2] * 5), reference(percent), dtype)
    for part in (data.training, data.validation, data.test):
        assert part.inputs.dtype == part.targets.dtype == np.dtype(dtype) and part.labels.dtype == np.int64
        assert part.inputs.shape == (len(part), 2, 2) and part.targets.shape == (len(part), 3)
        for array in (part.inputs, part.targets, part.labels):
            assert array.flags.c_contiguous and not array.flags.writeable


def test_a_data_set_is_not_changed_by_preparing_it() -> None:
    raw = dataset_of([0, 1, 2] * 5)
    raw.labels.flags.writeable = True
    prepare(raw, reference(), "float64")
    assert raw.labels.flags.writeable


def test_without_validation_everything_trains() -> None:
    data = unscaled(dataset_of([0, 1, 2] * 5), 0)
    assert rows(data.training) == list(range(15)) and len(data.validation) == 0
    assert data.validation.inputs.shape == (0, 2, 2) and data.validation.targets.shape == (0, 3)


def unscaled(raw: Dataset, percent: int) -> PreparedData:
    return prepare(raw, reference(percent, "none"), "float64")


label_lists = st.lists(st.integers(0, 4), min_size=10, max_size=200).filter(
    lambda labels: not np.any(np.bincount(labels) == 1)
)


@given(label_lists, st.integers(1, 90))
def test_the_split_is_a_stratified_partition_in_the_order_of_the_file(labels: list[int], percent: int) -> None:
    raw = dataset_of(labels, classes=5)
    data = unscaled(raw, percent)
    training, validation = rows(data.training), rows(data.validation)
    assert sorted(training + validation) == list(range(len(labels)))
    assert training == sorted(training) and validation == sorted(validation)
    for label, count in enumerate(np.bincount(labels, minlength=5)):
        held_back = int(np.sum(data.validation.labels == label))
        exact = count * percent / 100
        assert held_back == 0 if count == 0 else 1 <= held_back <= count - 1
        assert abs(held_back - exact) < 1 or held_back in (1, count - 1)


@given(label_lists, st.integers(1, 45))
def test_a_larger_share_holds_back_the_same_samples_and_more(labels: list[int], percent: int) -> None:
    raw = dataset_of(labels, classes=5)
    smaller, larger = validation_mask(raw, percent), validation_mask(raw, 2 * percent)
    assert not np.any(smaller & ~larger)


def test_the_parts_have_the_sizes_that_the_percentage_says() -> None:
    raw = dataset_of([0] * 333 + [1] * 333 + [2] * 334)
    assert [int(validation_mask(raw, percent).sum()) for percent in (1, 15, 50, 90)] == [10, 150, 500, 900]


def test_the_split_is_the_same_on_every_machine_and_in_every_run() -> None:
    # PCG64 by its definition (M. O'Neill, 2014) with numpy's seeding gives the same keys everywhere.
    raw = dataset_of([0, 1, 2] * 40)
    held_back = np.flatnonzero(validation_mask(raw, 10))
    assert held_back.tolist() == np.flatnonzero(validation_mask(dataset_of([0, 1, 2] * 40), 10)).tolist()
    keys = np.random.PCG64(1986).random_raw(120)
    expected = [label + 3 * place for label in range(3) for place in np.argsort(keys[label::3])[:4]]
    assert held_back.tolist() == sorted(expected)
    assert not np.array_equal(held_back, np.arange(12)) and not np.array_equal(held_back, np.arange(108, 120))


def test_a_class_of_one_sample_is_refused_with_the_way_out() -> None:
    raw = dataset_of([0, 0, 1, 2, 2])
    with pytest.raises(DataError) as raised:
        prepare(raw, reference(15), "float32")
    for part in ("'kind 1'", "'Leaves'", "1 training sample", "at least 2", "Set 'Validation %' to 0"):
        assert part in str(raised.value)
    assert len(prepare(raw, reference(0), "float32").training) == 5


def test_a_class_without_samples_is_no_obstacle() -> None:
    data = prepare(dataset_of([0, 0, 2, 2]), reference(50), "float32")
    assert data.validation.labels.tolist() == [0, 2] and data.training.targets.shape == (2, 3)


def test_the_fingerprint_tells_data_scaling_and_split_apart_but_not_the_dtype() -> None:
    raw = dataset_of([0, 1, 2] * 5)
    base = prepare(raw, reference(20), "float32").fingerprint
    others = [
        prepare(raw, reference(21), "float32").fingerprint,
        prepare(raw, reference(20, "none"), "float32").fingerprint,
    ]
    assert prepare(raw, reference(20), "float64").fingerprint == base
    assert len({base, *others}) == 3
    assert len(base) == len(hashlib.sha256().hexdigest())


def test_what_is_known_of_the_data_set_goes_along() -> None:
    data = prepare(dataset_of([0, 1, 2]), reference(), "float32")
    assert (data.name, data.sample_shape, data.source_note) == ("Leaves", (2, 2), "made by hand")
    assert data.classes == ("kind 0", "kind 1", "kind 2")
