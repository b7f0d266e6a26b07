from __future__ import annotations

import math
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFontMetricsF
from pytestqt.qtbot import QtBot

from core.graph.model import Graph
from core.training.history import History
from core.training.snapshot import RunPhase, Snapshot
from designer.shell.run_figures import EPOCH_WIDTH, RunFigures
from designer.theme import ThemeService


def _snapshot(**changes: object) -> Snapshot:
    validation = {
        "iteration": np.array([10_000, 15_000]),
        "loss": np.array([0.09, 0.0608]),
        "accuracy": np.array([0.9, 0.935]),
    }
    values: dict[str, object] = {
        "serial": 1,
        "phase": RunPhase.RUNNING,
        "graph": Graph(),
        "iteration": 18_250,
        "epoch": 3,
        "epochs": 30,
        "batch": 3_250,
        "batches": 5_000,
        "loss": 0.0631,
        "learning_rate": 3.0,
        "microseconds_per_step": 6.83,
        "history": History(validation=MappingProxyType(validation)),
        "parameters": {},
        "layers": {},
        "samples": np.empty(0, dtype=np.int64),
    }
    return Snapshot(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def figures(qtbot: QtBot, theme: ThemeService) -> RunFigures:
    figures = RunFigures(theme)
    qtbot.addWidget(figures)
    figures.resize(760, 46)
    figures.show()
    return figures


def test_the_state_of_the_run_is_read_in_one_line(figures: RunFigures) -> None:
    figures.refresh(_snapshot())
    assert figures.texts() == {
        "Iteration": "18,250",
        "Loss": "0.0631",
        "Validation": "0.0608",
        "Accuracy": "93.50 %",
        "µs per step": "6.8",
        "State": "",
    }


@pytest.mark.parametrize(
    ("loss", "text"),
    [(0.0, "0.0000"), (2.302585, "2.3026"), (1234.5, "1.23e3"), (4.2e-7, "4.20e−7"), (math.nan, "–"), (math.inf, "∞")],
)
def test_a_loss_of_any_size_can_be_read(figures: RunFigures, loss: float, text: str) -> None:
    figures.refresh(_snapshot(loss=loss))
    assert figures.texts()["Loss"] == text


def test_before_any_evaluation_validation_is_a_dash(figures: RunFigures) -> None:
    figures.refresh(_snapshot(history=History()))
    assert figures.texts()["Validation"] == figures.texts()["Accuracy"] == "–"


def _bar_length(figures: RunFigures, theme: ThemeService) -> int:
    image = figures.grab().toImage()
    accent = QColor(theme.current.accent)
    return sum(image.pixelColor(x, 31) == accent for x in range(image.width()))


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ({"batch": 0, "epoch": 0}, 0.0),
        ({"batch": 2_500}, 0.5),
        ({"batch": 0, "epoch": 4}, 1.0),
    ],
)
def test_the_bar_is_as_long_as_the_part_of_the_epoch_that_is_done(
    figures: RunFigures, theme: ThemeService, changes: dict[str, int], share: float
) -> None:
    figures.refresh(_snapshot(**changes))
    assert _bar_length(figures, theme) == pytest.approx(share * EPOCH_WIDTH[1], abs=4)


def test_refreshing_lays_nothing_out_and_repaints_nothing_else(qtbot: QtBot, figures: RunFigures) -> None:
    hint = figures.sizeHint()
    for iteration in (1, 999_999_999):
        figures.refresh(_snapshot(iteration=iteration, microseconds_per_step=float(iteration)))
        assert figures.sizeHint() == hint
    assert list(figures.surfaces()) == [figures]


@pytest.mark.parametrize("width", [300, 420, 560, 760, 900])
def test_figures_that_have_no_room_are_left_out_and_never_cut_off(figures: RunFigures, width: int) -> None:
    figures.resize(width, 46)
    figures.refresh(_snapshot())
    shown = [figure for figure in figures._figures if figure.left >= 0.0]
    assert all(figure.left + figure.width <= width for figure in shown)
    lefts = [figure.left for figure in shown]
    assert lefts == sorted(lefts)
    figures.grab()


def test_every_figure_fits_into_the_width_that_is_kept_for_it(figures: RunFigures) -> None:
    metrics = QFontMetricsF(figures._value_font)
    figures.refresh(_snapshot(iteration=9_999_999, loss=8.88e-88, microseconds_per_step=999_999.0))
    for figure in figures._figures:
        assert metrics.horizontalAdvance(figure.value) <= figure.width
