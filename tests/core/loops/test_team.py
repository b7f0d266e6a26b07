"""Loops that several threads share: the same bits, whoever does which part, and nobody works when nothing is asked."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from core.loops.library import Library, library
from core.loops.loop import Call, Chain, Parts, chained, kept
from core.loops.products import bind_product
from core.loops.surroundings import binding, shares
from core.loops.team import RUNS_ALONE, RUNS_TOGETHER, TRIALS, WINDOW, Work
from core.loops.vectors import bind_row_copies, bind_square
from core.numerics.activations import ACTIVATIONS
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.graph.networks import chain
from tests.core.training.digests import digest
from tests.core.training.prepared import data_of, random_samples

PATIENCE_S = 20.0


@pytest.fixture
def compiled() -> Library:
    found = library()
    if found is None:
        pytest.skip("numba is not used here")
    return found


@pytest.mark.parametrize(("size", "count", "together"), [(7, 6, 8), (256, 6, 8), (100, 3, 1), (1, 1, 1), (97, 4, 16)])
def test_shares_cover_everything_once(size: int, count: int, together: int) -> None:
    found = shares(size, count, together)
    assert [k for start, stop in found for k in range(start, stop)] == list(range(size))
    assert len(found) <= count and all(start % together == 0 for start, _ in found)


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("turned", [(False, False), (True, False), (False, True)])
def test_a_shared_product_has_the_bits_of_one_thread(
    compiled: Library, turned: tuple[bool, bool], dtype: str, threads: int
) -> None:
    rng = np.random.default_rng(3)
    left = rng.normal(size=(300, 131) if turned[0] else (131, 300)).astype(dtype)
    right = rng.normal(size=(77, 300) if turned[1] else (300, 77)).astype(dtype)
    left, right = left.T if turned[0] else left, right.T if turned[1] else right
    alone, shared = np.empty((131, 77), dtype), np.empty((131, 77), dtype)
    with binding(compiled=True):
        bind_product(left, right, alone)()
    with binding(compiled=True, threads=threads):
        call = bind_product(left, right, shared)
    parts = call.loops if isinstance(call, Chain) else [call]
    assert any(isinstance(part, Parts) for part in parts), "the product is large enough to be shared"
    for _ in range(100):
        shared[:] = np.nan
        call()
        assert shared.tobytes() == alone.tobytes()
    assert np.allclose(alone, left @ right, rtol=1e-4, atol=1e-3 if dtype == "float32" else 1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("rows", "inner", "columns"), [(256, 784, 512), (130, 513, 400), (200, 1_000, 272), (129, 900, 233)]
)
def test_a_matrix_is_laid_out_for_the_tiles_without_losing_a_number(
    compiled: Library, rows: int, inner: int, columns: int, dtype: str
) -> None:
    rng = np.random.default_rng(5)
    left = rng.normal(size=(rows, inner)).astype(dtype)
    right = rng.normal(size=(inner, columns)).astype(dtype)
    wanted = left.astype("float64") @ right.astype("float64")
    for matrix in (right, np.ascontiguousarray(right.T).T):
        for threads in (1, 2):
            out = np.full((rows, columns), np.nan, dtype)
            with binding(compiled=True, threads=threads):
                bind_product(left, matrix, out)()
            assert np.allclose(out, wanted, rtol=0, atol=2e-3 if dtype == "float32" else 1e-11)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 65_536, 65_537, 300_001])
def test_a_shared_square_has_the_bits_of_one_thread(compiled: Library, size: int, dtype: str) -> None:
    vector = np.random.default_rng(6).normal(size=size).astype(dtype)
    found = []
    for threads in (1, 2, 4):
        with binding(compiled=True, threads=threads):
            square = kept(bind_square(vector))
        for _ in range(30):
            found.append((square(), square.total))
    assert set(found) == {(found[0][0], found[0][0])}
    assert found[0][0] == pytest.approx(float(np.sum(vector.astype("float64") ** 2)), rel=1e-5)
    vector[-1] = np.nan
    assert np.isnan(square())


@pytest.mark.parametrize("rows", [256, 1_001])
def test_rows_are_copied_by_several_threads(compiled: Library, rows: int) -> None:
    rng = np.random.default_rng(7)
    sources = [rng.normal(size=(500, width)).astype("float32") for width in (300, 10)]
    targets = [np.empty((rows, source.shape[1]), dtype="float32") for source in sources]
    with binding(compiled=True, threads=2):
        numbers, calls = bind_row_copies(list(zip(sources, targets, strict=True)))
    assert isinstance(calls[0], Parts)
    for _ in range(30):
        numbers[:] = rng.integers(500, size=rows)
        for call in calls:
            call()
        for source, target in zip(sources, targets, strict=True):
            np.testing.assert_array_equal(target, source[numbers])


@pytest.mark.parametrize("activation", ["relu", "tanh", "softmax", "log_softmax"])
def test_a_function_of_rows_is_shared_by_rows(compiled: Library, activation: str) -> None:
    rng = np.random.default_rng(8)
    given, bias = rng.normal(size=(301, 250)).astype("float32"), rng.normal(size=250).astype("float32")
    answers = []
    for threads in (1, 2, 4):
        z, value = given.copy(), np.empty_like(given)
        with binding(compiled=True, threads=threads):
            call = ACTIVATIONS[activation].bind_forward(z, value, bias)
        assert isinstance(call, Parts) == (threads > 1)
        for _ in range(30):
            z[:], value[:] = given, np.nan
            call()
            answers.append((z.tobytes(), value.tobytes()))
    assert len(set(answers)) == 1
    np.testing.assert_allclose(z, given + bias, rtol=1e-6)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rprop"])
def test_a_training_by_several_threads_has_the_bits_of_one(compiled: Library, optimizer: str) -> None:
    config = TrainingConfig(optimizer=optimizer, learning_rate=0.01, batch_size=40, dtype="float32")
    # Without a validation part: its evaluation uses the threads of the BLAS, whose bits depend on their number.
    data, ends = data_of(random_samples(200, (300,), 3, "float32")), []
    for threads in (1, 2, 4):
        session = Session(
            chain(300, 250, 200, 3, activation="relu", last="softmax", loss="cross_entropy"), config, data
        )
        session.sharing = threads
        while session.iteration < 24:
            session.steps(24 - session.iteration)
        ends.append(digest(replace(session.state(), run_conditions={})))
    assert ends[0] == ends[1] == ends[2]


def test_two_who_train_at_once_do_not_disturb_each_other(compiled: Library) -> None:
    rng = np.random.default_rng(4)

    def work(call: Call, out: np.ndarray, wanted: np.ndarray, wrong: list[int]) -> None:
        for _ in range(300):
            out[:] = np.nan
            call()
            wrong[0] += out.tobytes() != wanted.tobytes()

    threads, wrongs = [], []
    for _ in range(2):
        left, right = rng.normal(size=(160, 200)), rng.normal(size=(200, 160))
        out, wanted, wrong = np.empty((160, 160)), np.empty((160, 160)), [0]
        with binding(compiled=True):
            bind_product(left, right, wanted)()
        with binding(compiled=True, threads=2):
            (call,) = chained([bind_product(left, right, out)])
        wrongs.append(wrong)
        threads.append(threading.Thread(target=work, args=(call, out, wanted, wrong)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    assert wrongs == [[0], [0]]


def test_helpers_work_where_they_are_faster_and_no_longer_when_they_become_slower() -> None:
    work = Work(np.zeros((1, 2), np.int64), np.ones(1, np.int64), 2)

    def ways(runs: int, alone: float, together: float) -> list[bool]:
        ways = []
        for _ in range(runs):
            ways.append(work.together)
            work.observe(together if work.together else alone)
        return ways

    assert ways(2 * TRIALS, 2.0, 1.0) == [False] * TRIALS + [True] * TRIALS
    assert all(ways(WINDOW, 2.0, 1.0)), "they were faster"
    assert ways(WINDOW, 3.0, 5.0)[0] and not any(ways(RUNS_ALONE - 1, 3.0, 5.0)), "another program came"
    assert sum(ways(RUNS_ALONE + 2 * TRIALS, 3.0, 5.0)) == TRIALS, "tried again, in vain"
    assert not work.together
    assert any(ways(RUNS_ALONE, 2.0, 1.0)), "the other program has gone"
    assert work.together
    assert TRIALS <= RUNS_TOGETHER - sum(ways(RUNS_TOGETHER, 2.0, 1.0)) <= 2 * TRIALS, "seldom tried while it is well"


def test_helpers_end_when_nothing_is_trained(compiled: Library) -> None:
    left, out = np.ones((200, 200)), np.empty((200, 200))
    with binding(compiled=True, threads=2):
        (call,) = chained([bind_product(left, left, out)])
    for _ in range(2):
        # Each way is tried within this number of runs.
        for _ in range(RUNS_TOGETHER + 2 * TRIALS):
            call()
            helpers = [thread for thread in threading.enumerate() if thread.name.startswith("loops")]
            if helpers:
                break
        assert helpers
        for helper in helpers:
            helper.join(PATIENCE_S)
            assert not helper.is_alive()
    assert (out == 200.0).all()
