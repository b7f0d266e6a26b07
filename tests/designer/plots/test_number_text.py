"""How numbers are written."""

from __future__ import annotations

import math

import pytest

from designer.plots import number_text


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
    assert number_text.significant(value) == text


def test_rounding_to_zero_leaves_no_minus() -> None:
    assert number_text.decimals(-0.001, 2) == "0.00"
    assert number_text.decimals(-1234.5, 1) == "−1,234.5"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.29, "0.29"), (2.32, "2.32"), (0.0041, "0.0041"), (0.000031, "3e−5"), (0.0, "0.00"), (math.nan, "–")],
)
def test_a_short_number_never_hides_its_size(value: float, text: str) -> None:
    assert number_text.short(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.05, "0.05"), (1000.0, "1,000"), (1e-5, "10⁻⁵"), (2e-4, "2·10⁻⁴"), (-0.6, "−0.6"), (2e6, "2·10⁶")],
)
def test_a_tick_is_written_as_shortly_as_possible(value: float, text: str) -> None:
    assert number_text.tick(value) == text


def test_shares_are_written_in_percent() -> None:
    assert number_text.percent(0.9196) == "92.0 %"
    assert number_text.percent(1.0) == "100.0 %"
    assert number_text.percent(math.nan) == "–"
