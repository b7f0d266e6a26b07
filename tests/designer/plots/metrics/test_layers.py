"""The layers over the training: which curves there are, where they lie, and what the crosshair says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.training.history import History
from core.training.snapshot import Snapshot
from designer.plots.metrics.layer_record import LayerQuantity
from designer.plots.metrics.layers_view import LayersView
from designer.theme import ThemeService
from tests.designer.plots.runs import dense_network, snapshot, table

NETWORK = dense_network(6, 5, 4)
FIRST, SECOND = [node.id for node in NETWORK.nodes if node.kind == "dense"]


def record() -> History:
    """Return three rows: the first layer at 1, 10, 100, the second at 0.1, 0.01 and 0."""
    return History(
        table(iteration=[100, 200, 300], **{f"delta_norm__{FIRST}": [5.0, 6.0, 7.0]}),
        table(iteration=[]),
        table(
            iteration=[100, 600, 1100],
            **{
                f"weight_norm__{FIRST}": [1.0, 10.0, 100.0],
                f"weight_norm__{SECOND}": [0.1, 0.01, 0.0],
                f"dead__{FIRST}": [0.0, 0.2, 0.6],
            },
        ),
    )


def picture(**changes: object) -> Snapshot:
    values = {"history": record(), "iteration": 1150, "batches": 2000, "epoch": 0, "batch": 1150}
    return snapshot(NETWORK, rows=0, **{**values, **changes})


@pytest.fixture
def view(theme: ThemeService, show: Callable[..., QWidget]) -> LayersView:
    """The view with a run of three rows."""
    result = LayersView(theme)
    show(result, 460, 320)
    result.take(picture(), "")
    return result


def choose(view: LayersView, quantity: LayerQuantity) -> None:
    view.choice.setFocus()
    view.choice.setCurrentIndex(view.choice.findData(quantity.value))
    view.take(picture(), "")


def test_there_is_a_curve_for_each_layer_that_has_the_quantity(view: LayersView) -> None:
    assert view.chart.record is not None
    assert [(c.name, c.values.tolist()) for c in view.chart.record.curves] == [
        ("Dense 5", [1.0, 10.0, 100.0]),
        ("Dense 4", [0.1, 0.01, 0.0]),
    ]
    choose(view, LayerQuantity.DEAD)
    assert [c.name for c in view.chart.record.curves] == ["Dense 5"]


def test_deltas_come_from_the_finer_record(view: LayersView) -> None:
    choose(view, LayerQuantity.DELTAS)
    assert view.chart.record is not None
    assert view.chart.record.iterations.tolist() == [100, 200, 300]
    assert [c.values.tolist() for c in view.chart.record.curves] == [[5.0, 6.0, 7.0]]


def test_norms_lie_on_a_logarithmic_axis_and_zero_is_a_gap(view: LayersView) -> None:
    axes = view.chart.axes
    assert axes.logarithmic
    ys = axes.heights(np.array([0.01, 0.1, 1.0, 10.0, 0.0]))
    steps = np.diff(ys[:4])
    assert (steps < 0).all() and np.allclose(steps, steps[0]), "equal factors, equal distances, upwards"
    assert np.isnan(ys[4])
    assert axes.heights(np.array([100.0]))[0] >= axes.pane.top() - 1e-6


def test_shares_lie_on_a_straight_axis_from_zero(view: LayersView) -> None:
    choose(view, LayerQuantity.DEAD)
    axes = view.chart.axes
    assert not axes.logarithmic and axes.values.low == 0.0 and 0.6 <= axes.values.high <= 1.0
    ys = axes.heights(np.array([0.0, 0.3, 0.6]))
    assert ys[0] == pytest.approx(axes.pane.bottom())
    assert ys[0] - ys[1] == pytest.approx(ys[1] - ys[2])


def test_the_crosshair_reads_the_nearest_row(view: LayersView, qtbot: QtBot) -> None:
    chart = view.chart
    qtbot.mouseMove(chart, QPoint(round(chart.axes.across(640.0)), 80))
    assert chart.cursor_iteration == 600
    lines = ["|".join(text for text, _ in line) for line in chart.card_lines()]
    assert lines == ["iteration 600", "Dense 5|10.0", "Dense 4|0.0100"]
    assert "Dense 5 10.0" in chart.accessibleDescription()


def test_the_crosshair_moves_by_keys(view: LayersView, qtbot: QtBot) -> None:
    for key, iteration in ((Qt.Key.Key_Right, 1100), (Qt.Key.Key_Left, 600), (Qt.Key.Key_Left, 100)):
        qtbot.keyClick(view.chart, key)
        assert view.chart.cursor_iteration == iteration


def test_shares_are_said_as_percent_and_epochs_as_soon_as_there_is_one(view: LayersView, qtbot: QtBot) -> None:
    view.choice.setCurrentIndex(view.choice.findData(LayerQuantity.DEAD.value))
    view.take(picture(batches=1000, epoch=1, batch=150), "")
    qtbot.keyClick(view.chart, Qt.Key.Key_Right)
    lines = ["|".join(text for text, _ in line) for line in view.chart.card_lines()]
    assert lines[1:] == ["Dense 5|60.0 %"]


def test_of_many_layers_the_card_tells_those_near_the_pointer(
    theme: ThemeService, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    network = dense_network(*range(2, 42))
    ids = [node.id for node in network.nodes if node.kind == "dense"]
    layers = table(iteration=[50], **{f"weight_norm__{id_}": [10.0**place] for place, id_ in enumerate(ids)})
    view = LayersView(theme)
    show(view, 330, 200)
    view.take(snapshot(network, rows=0, iteration=60, history=History(layers=layers)), "")
    chart = view.chart
    y = chart.axes.heights(np.array([10.0**20]))[0]
    qtbot.mouseMove(chart, QPoint(round(chart.axes.across(50.0)), round(y)))
    told = [line[0][0] for line in chart.card_lines()[1:]]
    assert 2 < len(told) < 12
    assert "Dense 23" in told[len(told) // 2 - 1 : len(told) // 2 + 2], "the layer at 10^20 stands in the middle"
    assert view.legend.fitting < 39


def test_nothing_is_drawn_anew_for_the_same_rows(view: LayersView) -> None:
    assert view.take(picture(serial=2), "") == ()
    layers = table(iteration=[100], **{f"weight_norm__{FIRST}": [1.0]})
    assert view.take(picture(history=replace(record(), layers=layers)), "")


@pytest.mark.parametrize(
    ("changes", "quantity", "hint"),
    [
        ({"history": History(), "iteration": 0}, LayerQuantity.WEIGHTS, "No values yet"),
        ({"history": History(), "iteration": 3}, LayerQuantity.WEIGHTS, "drawn after iteration 100"),
        ({}, LayerQuantity.SATURATED, "could be dead or saturated"),
    ],
)
def test_an_empty_plot_says_why(
    view: LayersView, changes: dict[str, object], quantity: LayerQuantity, hint: str
) -> None:
    view.choice.setCurrentIndex(view.choice.findData(quantity.value))
    view.take(picture(**changes), "")
    assert view.chart.record is None
    assert hint in view.chart.hint
