"""How numbers are written."""

from __future__ import annotations

import math

import pytest

from core.errors import NonFiniteError
from designer import numbers
from designer.translation import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0826, "0.0826"),
        (0.10521, "0.1052"),
        (0.003124, "0.00312"),
        (12.34, "12.3"),
        (2.3, "2.30"),
        (1234.5, "1,234"),
        (-0.0147, "−0.0147"),
        (1.2e-7, "1.20e−7"),
        (-3.4e8, "−3.40e8"),
        (0.0, "0.0000"),
        (math.nan, "–"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_a_loss_is_written_with_enough_digits_and_a_true_minus(value: float, text: str) -> None:
    assert numbers.significant(value) == text


def test_rounding_to_zero_leaves_no_minus() -> None:
    assert numbers.decimals(-0.001, 2) == "0.00"
    assert numbers.decimals(-1234.5, 1) == "−1,234.5"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.29, "0.29"), (2.32, "2.32"), (0.0041, "0.0041"), (0.000031, "3e−5"), (0.0, "0.00"), (math.nan, "–")],
)
def test_a_short_number_never_hides_its_size(value: float, text: str) -> None:
    assert numbers.short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.05, "0.05"), (1000.0, "1,000"), (1e-5, "10⁻⁵"), (2e-4, "2·10⁻⁴"), (-0.6, "−0.6"), (2e6, "2·10⁶")],
)
def test_a_tick_is_written_as_shortly_as_possible(value: float, text: str) -> None:
    assert numbers.tick(value) == text


def test_shares_are_written_in_percent() -> None:
    assert numbers.percent(0.9196) == "92.0 %"
    assert numbers.percent(1.0) == "100.0 %"
    assert numbers.percent(math.nan) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0826, "0.0826"),
        (-2.5, "−2.5000"),
        (0.0004, "4.00e−4"),
        (12_345.0, "1.23e4"),
        (-0.0, "0.0000"),
        (math.nan, "–"),
        (-math.inf, "−∞"),
    ],
)
def test_a_measure_has_four_decimals_or_a_power_of_ten(value: float, text: str) -> None:
    assert numbers.measure(value) == text


@pytest.mark.parametrize(
    ("value", "digits", "signed", "text"),
    [
        (0.5, 4, False, "0.5"),
        (12.3456, 4, False, "12.35"),
        (-1e-7, 4, False, "−1e−7"),
        (0.25, 9, True, "+0.25"),
        (-0.25, 9, True, "−0.25"),
        (math.nan, 4, False, "–"),
    ],
)
def test_a_number_in_general_has_no_zeros_behind(value: float, digits: int, signed: bool, text: str) -> None:
    assert numbers.general(value, digits, signed=signed) == text


def test_powers_of_ten_have_no_zeros_before_them() -> None:
    assert numbers.scientific(3.24e-10, 1) == "3.2e−10"
    assert numbers.scientific(-5e-6, 0) == "−5e−6"
    assert numbers.scientific(math.nan, 1) == "–"


def test_whole_numbers_have_commas_and_a_true_minus() -> None:
    assert numbers.whole(18_250) == "18,250" and numbers.whole(-1_000) == "−1,000"
    assert numbers.percent(0.935, 2) == "93.50 %"


def test_a_sign_stands_before_what_is_not_written_as_nought() -> None:
    assert numbers.decimals(1234.5, 4, signed=True) == "+1,234.5000"
    assert numbers.decimals(-0.0113, 2, signed=True) == "−0.01"
    assert numbers.decimals(0.0001, 2, signed=True) == "0.00"
    assert numbers.scientific(5.69e-20, 3, signed=True) == "+5.690e−20"


@pytest.mark.parametrize(("value", "written"), [(math.inf, "∞"), (-math.inf, "−∞")])
def test_infinity_looks_the_same_in_a_figure_and_in_what_the_engine_says(value: float, written: str) -> None:
    assert numbers.measure(value) == written
    assert shown(NonFiniteError("The loss became {loss}, {other:g}.", loss=value, other=1.5)) == (
        f"The loss became {written}, 1.5."
    )
