"""Folds: every sample is held back once, classes are spread evenly, and nothing else is lost or shared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.folds import stratified_folds, without_rows
from core.errors import DataError
from tests.core.training.prepared import random_data

LABELS = st.lists(st.integers(0, 4), min_size=2, max_size=60)


@given(LABELS, st.integers(2, 10), st.integers(0, 2**31 - 1))
def test_every_sample_is_held_back_exactly_once_and_classes_evenly(labels: list[int], folds: int, seed: int) -> None:
    found = stratified_folds(np.array(labels), min(folds, len(labels)), seed)
    assert sorted(row for rows in found for row in rows.tolist()) == list(range(len(labels)))
    assert all(rows.tolist() == sorted(rows.tolist()) for rows in found)
    sizes = [len(rows) for rows in found]
    assert max(sizes) - min(sizes) <= 1
    for label in set(labels):
        shares = [sum(labels[row] == label for row in rows.tolist()) for rows in found]
        assert max(shares) - min(shares) <= 1


def test_the_seed_alone_decides_which_samples_a_fold_has() -> None:
    labels = np.arange(100) % 3
    first, again, other = (stratified_folds(labels, 5, seed) for seed in (1, 1, 2))
    assert [rows.tolist() for rows in first] == [rows.tolist() for rows in again]
    assert [rows.tolist() for rows in first] != [rows.tolist() for rows in other]


@pytest.mark.parametrize("folds", [0, 1, 7])
def test_too_few_and_too_many_folds_are_refused(folds: int) -> None:
    with pytest.raises(DataError, match=rf"^6 samples cannot be split into {folds} folds; 2 to 6 were expected\.$"):
        stratified_folds(np.zeros(6, np.int64), folds, 1)


def test_a_fold_leaves_all_other_samples_and_nothing_to_look_at_meanwhile() -> None:
    data = random_data(20, validation=5)
    weights = np.linspace(0.5, 1.5, 20)
    data = replace(data, training=replace(data.training, weights=weights, threshold=0.25))
    rows = stratified_folds(data.training.labels, 4, 1)[2]
    rest, held_back = without_rows(data, rows)
    others = [row for row in range(20) if row not in rows.tolist()]
    assert rest.training.threshold == held_back.threshold == 0.25
    for name in ("inputs", "targets", "labels", "weights"):
        whole = getattr(data.training, name)
        np.testing.assert_array_equal(getattr(held_back, name), whole[rows])
        np.testing.assert_array_equal(getattr(rest.training, name), whole[others])
        assert not getattr(rest.training, name).flags.writeable
    assert (len(rest.training), len(rest.validation), len(rest.test), len(held_back)) == (15, 0, 0, 5)
