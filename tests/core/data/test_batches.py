"""The order of an epoch holds every sample once; batches cover it with a rest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.batches import batches_per_epoch, epoch_order


def _unwanted() -> Any:
    raise AssertionError("only an order by difficulty needs losses")


@given(st.integers(0, 500), st.integers(0, 2**32))
def test_a_random_order_holds_every_row_once(count: int, seed: int) -> None:
    order = epoch_order("random", count, np.random.default_rng(seed), _unwanted)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(count))


def test_the_order_as_given_draws_nothing() -> None:
    generator = np.random.default_rng(3)
    before = generator.bit_generator.state
    assert epoch_order("given", 5, generator, _unwanted).tolist() == [0, 1, 2, 3, 4]
    assert generator.bit_generator.state == before


def test_one_generator_gives_another_order_each_epoch_and_one_seed_the_same_orders() -> None:
    first, second = (np.random.default_rng(3) for _ in range(2))
    epochs = [epoch_order("random", 100, first, _unwanted).tolist() for _ in range(3)]
    assert epochs == [epoch_order("random", 100, second, _unwanted).tolist() for _ in range(3)]
    assert len({tuple(order) for order in epochs}) == 3


def test_a_curriculum_begins_with_the_smallest_loss_and_keeps_equal_ones_by_row() -> None:
    losses = np.array([0.5, 0.1, 0.5, np.nan, 0.0, 0.1, np.inf])
    order = epoch_order("curriculum", 7, np.random.default_rng(1), lambda: losses)
    assert order.dtype == np.int64
    assert order.tolist() == [4, 1, 5, 0, 2, 6, 3]


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(ValueError, match="no order is called sorted"):
        epoch_order("sorted", 7, np.random.default_rng(1), _unwanted)


@pytest.mark.parametrize(
    ("count", "batch_size", "expected"), [(0, 10, 0), (1, 10, 1), (10, 10, 1), (11, 10, 2), (60_000, 7, 8572)]
)
def test_the_rest_is_a_batch_of_its_own(count: int, batch_size: int, expected: int) -> None:
    assert batches_per_epoch(count, batch_size) == expected
