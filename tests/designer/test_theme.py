"""Shares of a scale, and the colours of numbers that are infinite, huge, tiny or missing."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from designer.theme import DARK, colour_table, diverging_colours, sequential_colours, shares

LARGEST = sys.float_info.max


@pytest.mark.parametrize(
    ("values", "end", "expected"),
    [
        ([-2.0, -1.0, 0.0, 0.5, 3.0], 2.0, [-1.0, -0.5, 0.0, 0.25, 1.0]),
        ([-np.inf, np.inf, np.nan, 1.0], 2.0, [-1.0, 1.0, np.nan, 0.5]),
        ([-np.inf, np.inf, np.nan, 1.0, 0.0], 0.0, [-1.0, 1.0, np.nan, 0.0, 0.0]),
        ([-LARGEST, LARGEST / 2, 1.0], LARGEST, [-1.0, 0.5, 0.0]),
        ([np.inf, -LARGEST, 1.0], np.inf, [1.0, -1.0, 0.0]),
        ([5e-324, -1e-320, 1.0], 1e-320, [5e-324 / 1e-320, -1.0, 1.0]),
    ],
)
def test_values_as_shares_of_an_end(values: list[float], end: float, expected: list[float]) -> None:
    np.testing.assert_allclose(shares(np.array(values), end), expected, atol=1e-300)


def test_single_precision_is_measured_by_an_end_beyond_it() -> None:
    values = np.array([3e38, -3e38, np.inf], dtype=np.float32)
    np.testing.assert_allclose(shares(values, 6e38), [0.5, -0.5, 1.0], rtol=1e-6)


@pytest.mark.parametrize("end", [0.0, 1.0, LARGEST])
def test_infinite_numbers_have_the_colours_of_the_ends_and_missing_ones_that_of_zero(end: float) -> None:
    values = np.array([-np.inf, np.nan, 0.0, np.inf])
    signed, sizes = colour_table(DARK.diverging, 255), colour_table(DARK.sequential, 256)
    np.testing.assert_array_equal(diverging_colours(DARK, values, end), signed[[0, 127, 127, 254]])
    np.testing.assert_array_equal(sequential_colours(DARK, values, end), sizes[[0, 0, 0, 255]])
