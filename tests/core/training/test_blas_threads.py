"""How many threads the matrix products use: few for small ones, all for large ones, and always the same for a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from core.compiler import products
from core.compiler.products import largest_product
from core.loops.small_products import shares_well
from core.training import blas_threads
from core.training.blas_threads import leave_free, threads_for, use_threads
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.graph.networks import chain, graph_of, row
from tests.core.training.prepared import data_of, random_samples


def _in_use() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def four_threads() -> Iterator[None]:
    """As on a machine with four cores, whatever this one has; afterwards as before."""
    with threadpool_limits(4, user_api="blas"):
        if not _in_use():
            pytest.skip("threadpoolctl knows no library behind numpy's products here")
        blas_threads._blas.cache_clear()
        blas_threads._blas()._pay = True
        yield
    blas_threads._blas.cache_clear()


@pytest.mark.parametrize(("multiply_adds", "threads"), [(0, 1), (999_999, 1), (2_500_000, 2), (10**9, 4)])
def test_there_is_a_thread_for_each_million_multiply_adds_up_to_all(multiply_adds: int, threads: int) -> None:
    assert threads_for(multiply_adds) == threads


@pytest.mark.parametrize(("with_all", "threads"), [(0.79, 4), (0.81, 1), (50.0, 1)])
def test_where_several_threads_are_not_faster_there_is_one(
    with_all: float, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0

    def product(left: object, right: object) -> None:
        nonlocal now
        (count,) = _in_use()
        now += 1.0 if count == 1 else with_all

    monkeypatch.setattr(blas_threads._blas(), "_pay", None)
    monkeypatch.setattr(blas_threads.np, "matmul", product)
    monkeypatch.setattr(blas_threads.time, "perf_counter", lambda: now)
    use_threads(2)
    assert (threads_for(10**9), _in_use()) == (threads, {2})
    assert threads_for(999_999) == 1


def test_a_core_is_left_free_on_demand_but_one_thread_remains() -> None:
    leave_free(1)
    assert (threads_for(10**9), _in_use()) == (3, {3})
    leave_free(9)
    assert (threads_for(10**9), _in_use()) == (1, {1})


def test_the_number_that_is_asked_for_is_set() -> None:
    for count in (2, 1, 3, 3):
        use_threads(count)
        assert _in_use() == {count}


def test_the_largest_product_is_that_of_the_layer_with_most_multiply_adds() -> None:
    assert largest_product(chain(784, 30, 10), 10) == 784 * 30 * 10
    unused = [row("x", "input", shape=(3,)), row("d", "dense", "x", units=2), row("far", "dense", "x", units=1_000)]
    assert largest_product(graph_of(*unused, row("out", "output", "d")), 7) == 3 * 2 * 7


@pytest.mark.parametrize(("compiled", "product"), [(True, 0), (False, 6 * 6 * 9 * 5 * 7)])
def test_where_loops_do_most_of_the_work_there_is_no_large_product(
    compiled: bool, product: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "may_compile", lambda: compiled)
    rows = [row("x", "input", shape=(8, 8)), row("c", "convolution", "x", filters=5), row("d", "dense", "c", units=2)]
    assert largest_product(graph_of(*rows, row("out", "output", "d")), 7) == product


def _sessions() -> tuple[Session, Session]:
    """A large and a small network."""
    data = data_of(random_samples(256, (400,), 3, "float32"))
    graphs = [(chain(400, units, 3, last="softmax", loss="cross_entropy"), 128) for units in (128, 4)]
    large, small = (Session(graph, TrainingConfig(batch_size=size), data) for graph, size in graphs)
    return large, small


def test_every_step_and_evaluation_uses_the_threads_of_its_own_session_which_are_stored() -> None:
    large, small = _sessions()
    assert (large.threads, small.threads) == (4, 1)
    # Loops that share their work between threads of ours leave one to the BLAS.
    by_blas = 1 if shares_well(400 * 128 * 128) else 4
    for session in (large, small, large):
        in_steps = by_blas if session is large else 1
        for work, wanted in (
            (session.step, in_steps),
            (lambda s=session: s.evaluate(s.data.training), session.threads),
        ):
            use_threads(2)
            work()
            assert _in_use() == {wanted}
        assert session.state().run_conditions["blas_threads"] == str(session.threads)


def test_equal_seeds_give_equal_bits_with_several_threads() -> None:
    weights = []
    for _ in range(5):
        large, small = _sessions()
        for _ in range(12):
            large.step()
            small.step()
        weights.append(large.parameters.values.copy())
    assert all(np.array_equal(weights[0], other) for other in weights[1:])
