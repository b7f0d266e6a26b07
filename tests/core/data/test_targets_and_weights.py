"""Targets coded one way or the other, and what each sample counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.data.dataset import Dataset, PreparedData
from core.data.preprocessing import prepare
from core.data.reference import DataReference
from core.data.sources import load_prepared
from core.errors import DataError, OptionError

LABELS = [0, 0, 0, 1, 2, 2]


def _dataset(labels: list[int], weights: Any = None, test_weights: Any = None) -> Dataset:
    return Dataset(
        name="Leaves",
        inputs=np.arange(len(labels), dtype=np.float64)[:, None],
        labels=np.array(labels, dtype=np.int64),
        test_inputs=np.zeros((2, 1)),
        test_labels=np.array([1, 0]),
        classes=tuple("abc"[: max(labels) + 1]),
        value_range=(0.0, 1.0),
        fingerprint="f" * 64,
        weights=None if weights is None else np.array(weights),
        test_weights=None if test_weights is None else np.array(test_weights),
    )


def _prepared(dataset: Dataset | None = None, dtype: str = "float64", **options: Any) -> PreparedData:
    reference = DataReference("digits", **{"validation_percent": 0, **options})
    return prepare(dataset or _dataset(LABELS), reference, dtype)


def test_targets_are_0_and_1_or_minus_1_and_1() -> None:
    for options, low, middle in (({}, 0.0, 0.5), ({"targets": "signed"}, -1.0, 0.0)):
        data = _prepared(**options)
        expected = np.where(np.eye(3)[LABELS] == 1.0, 1.0, low)
        np.testing.assert_array_equal(data.training.targets, expected)
        np.testing.assert_array_equal(data.test.targets, np.where(np.eye(3)[[1, 0]] == 1.0, 1.0, low))
        assert data.training.threshold == data.test.threshold == middle
        assert not data.training.targets.flags.writeable


@pytest.mark.parametrize(("targets", "low"), [("binary", 0.0), ("signed", -1.0)])
def test_two_classes_may_share_one_output(targets: str, low: float) -> None:
    data = _prepared(_dataset([0, 1, 1, 0]), targets=targets, single_output=True)
    assert data.training.targets.tolist() == [[low], [1.0], [1.0], [low]]
    assert data.training.labels.tolist() == [0, 1, 1, 0]
    assert data.training.threshold == (low + 1.0) / 2


def test_more_classes_cannot_share_one_output() -> None:
    with pytest.raises(DataError, match=r"'Leaves' has 3 classes, and one output tells two apart. Switch 'One output'"):
        _prepared(single_output=True)


def test_without_weights_there_are_none() -> None:
    data = _prepared()
    assert data.training.weights is data.validation.weights is data.test.weights is None


def test_balanced_classes_count_the_same() -> None:
    weights = _prepared(class_weights="balanced").training.weights
    # 6 samples, 3 classes: 6/(3 · 3), 6/(3 · 1), 6/(3 · 2)
    np.testing.assert_allclose(weights, [2 / 3, 2 / 3, 2 / 3, 2.0, 1.0, 1.0], rtol=1e-15)


def test_given_weights_are_scaled_to_a_mean_of_1_and_missing_ones_count_1() -> None:
    data = _prepared(class_weights="given", class_weight_values=(1.0, 5.0))
    np.testing.assert_allclose(data.training.weights, np.array([1, 1, 1, 5, 1, 1]) * 0.6, rtol=1e-15)
    assert data.training.weights is not None and data.training.weights.mean() == pytest.approx(1.0)
    # The test part has one sample of class 1 and one of class 0: the same weights, whatever their mean.
    np.testing.assert_allclose(data.test.weights, [3.0, 0.6], rtol=1e-15)


def test_weights_of_samples_and_of_classes_multiply() -> None:
    dataset = _dataset(LABELS, weights=[1, 2, 3, 4, 0, 5], test_weights=[2, 0.5])
    own = np.array([1, 2, 3, 4, 0, 5]) * (6 / 15)
    np.testing.assert_allclose(_prepared(dataset).training.weights, own, rtol=1e-15)
    data = _prepared(dataset, class_weights="given", class_weight_values=(2.0, 1.0, 0.5))
    raw = np.array([2, 4, 6, 4, 0, 2.5])
    np.testing.assert_allclose(data.training.weights, raw * 6 / raw.sum(), rtol=1e-15)
    np.testing.assert_allclose(data.test.weights, np.array([2.0 * 1.0, 0.5 * 2.0]) * 6 / raw.sum(), rtol=1e-15)


def test_each_part_has_the_weights_of_its_rows_and_classes_are_balanced_by_the_training_part() -> None:
    labels = [0] * 30 + [1] * 10
    dataset = _dataset(labels, weights=np.arange(1.0, 41.0))
    data = _prepared(dataset, validation_percent=20, class_weights="balanced")
    held_back = data.validation.inputs[:, 0].astype(int)
    kept = np.setdiff1d(np.arange(40), held_back)
    counts = np.bincount(np.array(labels)[kept])
    raw = (np.arange(1.0, 41.0)) * np.array([32 / (2 * counts[0]), 32 / (2 * counts[1])])[labels]
    scale = 32 / raw[kept].sum()
    assert len(held_back) == 8
    np.testing.assert_allclose(data.validation.weights, raw[held_back] * scale, rtol=1e-14)
    np.testing.assert_allclose(data.training.weights, raw[kept] * scale, rtol=1e-14)


@pytest.mark.parametrize("weights", [[1, 1, 1, 1, 1, -0.1], [1, 1, 1, 1, 1, np.nan], [1, 1, 1, 1, 1, np.inf]])
def test_a_weight_that_is_none_is_refused(weights: list[float]) -> None:
    with pytest.raises(DataError, match="'Leaves' has a weight of a sample that is negative or no number"):
        _prepared(_dataset(LABELS, weights=weights))


def test_weights_that_leave_nothing_are_refused() -> None:
    with pytest.raises(DataError, match="weights of all training samples of 'Leaves' are 0"):
        _prepared(class_weights="given", class_weight_values=(0.0, 0.0, 0.0))
    with pytest.raises(DataError, match=r"'Leaves' has 3 classes, but 4 class weights are given. Give one per class"):
        _prepared(class_weights="given", class_weight_values=(1.0, 1.0, 1.0, 1.0))
    with pytest.raises(OptionError, match="'Per class' cannot be -1"):
        DataReference(class_weights="given", class_weight_values=(-1.0,))


def test_other_targets_and_weights_have_another_fingerprint() -> None:
    options: list[dict[str, Any]] = [
        {},
        {"targets": "signed"},
        {"class_weights": "balanced"},
        {"class_weights": "given"},
        {"class_weights": "given", "class_weight_values": (1.0, 2.0)},
    ]
    assert len({_prepared(**chosen).fingerprint for chosen in options}) == len(options)


def test_weights_have_the_dtype_of_training_and_cannot_be_written() -> None:
    weights = _prepared(dtype="float32", class_weights="balanced").training.weights
    assert weights is not None and weights.dtype == np.float32 and not weights.flags.writeable


def test_a_part_of_samples_keeps_what_belongs_to_them() -> None:
    samples = _prepared(targets="signed", class_weights="balanced").training
    part = samples.part(slice(2, 4))
    assert part.weights is not None and samples.weights is not None
    assert (len(part), part.labels.tolist(), part.threshold) == (2, [0, 1], 0.0)
    np.testing.assert_array_equal(part.weights, samples.weights[2:4])
    assert samples.part(slice(0)).weights is not None
    assert replace(samples, weights=None).part(slice(1)).weights is None


def test_the_digits_can_be_balanced_and_signed() -> None:
    data = load_prepared(DataReference("digits", targets="signed", class_weights="balanced"), "float32")
    sums = np.bincount(data.training.labels, weights=data.training.weights)
    np.testing.assert_allclose(sums, len(data.training) / 10, rtol=1e-6)
    assert set(np.unique(data.training.targets)) == {-1.0, 1.0}
