"""The order of an epoch holds every sample once; batches cover it with a rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.batches import batches_per_epoch, epoch_order


@given(st.integers(0, 500), st.integers(0, 2**32))
def test_a_shuffled_order_holds_every_row_once(count: int, seed: int) -> None:
    order = epoch_order(np.random.default_rng(seed), count)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(count))


def test_without_a_generator_the_order_is_as_given() -> None:
    assert epoch_order(None, 5).tolist() == [0, 1, 2, 3, 4]


def test_one_generator_gives_another_order_each_epoch_and_one_seed_the_same_orders() -> None:
    first, second = (np.random.default_rng(3) for _ in range(2))
    epochs = [epoch_order(first, 100).tolist() for _ in range(3)]
    assert epochs == [epoch_order(second, 100).tolist() for _ in range(3)]
    assert len({tuple(order) for order in epochs}) == 3


@pytest.mark.parametrize(
    ("count", "batch_size", "expected"), [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (60_000, 7, 8572)]
)
def test_the_rest_is_a_batch_of_its_own(count: int, batch_size: int, expected: int) -> None:
    assert batches_per_epoch(count, batch_size) == expected
