"""Products, sums of columns, squares and copies of rows, compiled and not, against numpy's own operators."""

from __future__ import annotations

import numpy as np
import pytest

from core.loops.blas import product_routine
from core.loops.library import library
from core.loops.loop import Chain, Loop, chained, kept
from core.loops.products import bind_column_sums, bind_product
from core.loops.surroundings import binding
from core.loops.vectors import bind_centred_square, bind_row_copies, bind_square

WAYS = [False, pytest.param(True, marks=pytest.mark.skipif(library() is None, reason="needs numba"))]
SIZES = [
    *((3, 4, 5), (1, 1, 1), (1, 7, 1), (5, 1, 3), (4, 3, 1), (2, 0, 3), (0, 3, 2)),
    *((33, 65, 17), (40, 9, 34), (7, 5, 100), (64, 1, 50), (64, 50, 1), (35, 16, 32)),
]


def random(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("adds", [False, True])
@pytest.mark.parametrize(("rows", "inner", "columns"), SIZES)
def test_products_of_matrices_and_transposed_matrices(
    rows: int, inner: int, columns: int, adds: bool, dtype: str, compiled: bool
) -> None:
    for turned_left in (False, True):
        for turned_right in (False, True):
            left = random((inner, rows), dtype).T if turned_left else random((rows, inner), dtype)
            right = random((columns, inner), dtype).T if turned_right else random((inner, columns), dtype)
            out = random((rows, columns), dtype)
            expected = left @ right + (out if adds else 0.0)
            with binding(compiled=compiled):
                bind_product(left, right, out, adds=adds)()
            np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-5 if dtype == "float32" else 1e-13)


@pytest.mark.skipif(library() is None or product_routine("float32") is None, reason="needs numba and a known BLAS")
def test_a_product_and_what_follows_are_one_call() -> None:
    left, right = random((3, 4), "float32"), random((4, 5), "float32")
    out, sums = np.zeros((3, 5), dtype=np.float32), np.zeros(5, dtype=np.float32)
    with binding(compiled=True):
        calls = [bind_product(left, right, out), bind_column_sums(out, sums), bind_square(sums)]
    (whole,) = chained(calls)
    assert isinstance(whole, Chain)
    whole()
    np.testing.assert_allclose(sums, (left @ right).sum(axis=0), rtol=1e-5)
    square = kept(calls[2])
    assert square.total == pytest.approx(float(sums @ sums), rel=1e-6)


def test_loops_are_joined_across_other_calls_only_where_they_touch() -> None:
    notes: list[str] = []
    calls = chained([lambda: notes.append("a"), lambda: notes.append("b")])
    for call in calls:
        call()
    assert notes == ["a", "b"]


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("shape", [(4, 7), (1, 1), (3, 1), (0, 2), (256, 33)])
def test_sums_of_columns(shape: tuple[int, int], compiled: bool) -> None:
    matrix, sums = random(shape, "float64"), np.full(shape[1], np.nan)
    with binding(compiled=compiled):
        bind_column_sums(matrix, sums)()
    np.testing.assert_allclose(sums, matrix.sum(axis=0), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize(
    ("values", "expected"),
    [([3.0, 4.0], 25.0), ([], 0.0), ([1e20, 1.0], np.inf), ([np.nan, 1.0], np.nan), ([np.inf], np.inf)],
)
def test_a_square_that_the_type_cannot_hold_is_not_finite(values: list[float], expected: float, compiled: bool) -> None:
    with binding(compiled=compiled), np.errstate(all="ignore"):
        assert bind_square(np.array(values, dtype=np.float32))() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("compiled", WAYS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 2, 17, 1_000, 100_003])
def test_a_centred_square_loses_no_digits_to_a_large_mean(size: int, dtype: str, compiled: bool) -> None:
    vector = (1_000.0 + np.random.default_rng(1).normal(size=size)).astype(dtype)
    exact = vector.astype(np.longdouble)
    with binding(compiled=compiled):
        found = bind_centred_square(vector)()
    expected = float(((exact - exact.mean()) ** 2).sum())
    assert found == pytest.approx(expected, rel=1e-3 if dtype == "float32" else 1e-12, abs=1e-6)


@pytest.mark.parametrize("place", [0, 1, 63, 997])
@pytest.mark.skipif(library() is None, reason="needs numba")
def test_a_single_nan_is_found_wherever_it_stands(place: int) -> None:
    vector = np.ones(1000, dtype=np.float32)
    vector[place] = np.nan
    with binding(compiled=True):
        assert np.isnan(bind_square(vector)())


@pytest.mark.parametrize("compiled", WAYS)
def test_rows_are_copied_by_their_numbers(compiled: bool) -> None:
    inputs, targets, weights = random((9, 5), "float32"), random((9, 2), "float32"), random((9, 1), "float32")
    into = [np.zeros((4, width), dtype=np.float32) for width in (5, 2, 1)]
    with binding(compiled=compiled):
        rows, calls = bind_row_copies(list(zip((inputs, targets, weights), into, strict=True)))
    assert isinstance(calls[0], Loop) == compiled
    for numbers in ([8, 0, 3, 3], [1, 2, 4, 7]):
        rows[:] = numbers
        for call in calls:
            call()
        for source, copy in zip((inputs, targets, weights), into, strict=True):
            np.testing.assert_array_equal(copy, source[numbers])
