"""The benchmark of the microscope's window runs, and a move by one term is painted in the time that it may take."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from core.tracing.cursor import Grain
from tests.benchmarks.microscope import measure


def test_a_move_by_one_term_on_784_15_10_is_painted_within_50_ms(qapp: QApplication) -> None:
    opening, figures = measure(qapp, [784, 15, 10], 10, moves=19, grains=(Grain.TERM,))
    # Of the processor's time: what else the machine does is no part of it.
    assert 0.0 < figures[Grain.TERM].processor <= 50.0
    assert opening.clock > 0.0
