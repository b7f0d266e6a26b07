"""Numbers in formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tracing.writing import ALL_DIGITS
from core.tracing.writing.figures import full_text, number_box, shortest_single

_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")


def _read(text: str) -> float:
    mantissa, _, exponent = text.partition("·10")
    return float(f"{mantissa}e{exponent or 0}".translate(_PLAIN))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (1.0, 4, "1"),
        (-0.5, 4, "−0.5"),
        (0.1 + 0.2, 4, "0.3"),
        (0.213910, 4, "0.2139"),
        (-0.011049, 4, "−0.0110"),
        (0.008157550566723, 4, "8.158·10⁻³"),
        (0.008157550566723, 8, "0.00815755"),
        (-1.23456e-9, 4, "−1.235·10⁻⁹"),
        (1e-300, 4, "1·10⁻³⁰⁰"),
        (123456.78912, 4, "123456.7891"),
        (1234567.0, 4, "1.235·10⁶"),
        (math.inf, 4, "∞"),
        (-math.inf, 4, "−∞"),
        (math.nan, 4, "undefined"),
        (0.1 + 0.2, ALL_DIGITS, "0.30000000000000004"),
        (1e-07, ALL_DIGITS, "1·10⁻⁷"),
    ],
)
def test_numbers_are_written_with_a_true_minus_and_never_as_zero(value: float, digits: int, text: str) -> None:
    assert number_box(value, digits).plain() == text


def test_a_sign_is_written_where_it_is_wanted() -> None:
    assert number_box(0.25, 4, signed=True).plain() == "+0.25"
    assert number_box(0.0, 4, signed=True).plain() == "0"
    assert full_text(0.008157550566723, signed=True) == "+0.008157550566723"


def test_single_precision_is_written_as_it_reads_back() -> None:
    value = float(np.float32(0.1))
    assert number_box(value, ALL_DIGITS, shortest_single).plain() == "0.1"
    assert number_box(0.1, ALL_DIGITS, shortest_single).plain() == "0.1"
    between = 0.30000000000000004
    assert float(number_box(between, ALL_DIGITS, shortest_single).plain()) == between


@given(st.floats(-1e300, 1e300), st.sampled_from([4, 8, ALL_DIGITS]))
def test_a_written_number_is_close_and_all_digits_are_exact(value: float, digits: int) -> None:
    text = number_box(value, digits).plain()
    assert text.count("−") <= 1 + text.count("⁻") and "e" not in text
    if digits == ALL_DIGITS:
        assert _read(text) == value
    else:
        # At least half the digits are significant.
        assert _read(text) == pytest.approx(value, rel=10.0 ** (-digits / 2), abs=0.0)
