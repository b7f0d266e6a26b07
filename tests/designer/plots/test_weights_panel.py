"""Weights and biases: which columns there are, and their ridges over a run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from core.training.snapshot import RunPhase
from designer.plots.ridges import MOST_RIDGES
from designer.plots.weights_panel import WeightsPanel
from designer.theme import ThemeService
from designer.widgets.segmented import SegmentedControl
from tests.designer.plots.runs import HandRun, dense_network, history, parameters, snapshot

NETWORK = dense_network(20, 15, 10, skip=True)


@pytest.fixture
def panel(run: HandRun, theme: ThemeService, show: Callable[..., QWidget]) -> WeightsPanel:
    """The panel in its usual size."""
    result = WeightsPanel(run, theme)
    show(result)
    return result


def titles(panel: WeightsPanel) -> list[str]:
    return [column.name.titles[0] for column in panel.columns]


def choose(panel: WeightsPanel, qtbot: QtBot, key: str) -> None:
    header = panel.header_widget()
    assert isinstance(header, SegmentedControl)
    qtbot.addWidget(header)
    qtbot.mouseClick(header.button(key), Qt.MouseButton.LeftButton)


def test_kernels_come_in_the_order_of_the_layers_and_a_shortcut_says_where_it_comes_from(
    panel: WeightsPanel, run: HandRun, qtbot: QtBot
) -> None:
    run.show(snapshot(NETWORK))
    assert titles(panel) == ["Dense 15", "Dense 10", "Dense 10 from Input"]
    choose(panel, qtbot, "bias")
    assert titles(panel) == ["Dense 15 bias", "Dense 10 bias"]
    choose(panel, qtbot, "both")
    assert titles(panel) == ["Dense 15", "Dense 15 bias", "Dense 10", "Dense 10 from Input", "Dense 10 bias"]


def test_a_column_tells_the_deviation_of_its_weights(panel: WeightsPanel, run: HandRun) -> None:
    values = parameters(NETWORK, seed=3, scale=0.25)
    run.show(snapshot(NETWORK, parameters=values))
    for column in panel.columns:
        assert column.now is not None
        assert column.now.deviation == pytest.approx(float(np.std(values[column.name.key])), rel=1e-4)


def test_earlier_moments_stand_behind_and_stay_few(panel: WeightsPanel, run: HandRun) -> None:
    for serial in range(200):
        run.show(snapshot(NETWORK, serial, rows=0, iteration=serial * 37))
    older = panel.columns[0].history.before(199 * 37)
    assert MOST_RIDGES // 2 - 1 <= len(older) < MOST_RIDGES
    assert older[0].iteration == 0
    assert [ridge.iteration for ridge in older] == sorted(ridge.iteration for ridge in older)


def test_rewinding_forgets_the_ridges_of_what_is_undone(panel: WeightsPanel, run: HandRun) -> None:
    for serial in range(20):
        run.show(snapshot(NETWORK, serial, rows=0, iteration=serial * 100))
    assert len(panel.columns[0].history.ridges) > 5
    run.show(snapshot(NETWORK, 21, rows=0, iteration=0))
    assert [ridge.iteration for ridge in panel.columns[0].history.ridges] == [0]


def test_new_weights_before_any_training_replace_the_old_ones(panel: WeightsPanel, run: HandRun) -> None:
    run.show(snapshot(NETWORK, 1, rows=0, iteration=0, parameters=parameters(NETWORK, scale=1.0)))
    run.show(snapshot(NETWORK, 1, rows=0, iteration=0, parameters=parameters(NETWORK, scale=0.01)))
    run.show(snapshot(NETWORK, 2, rows=0, iteration=100, parameters=parameters(NETWORK, scale=0.01)))
    column = panel.columns[0]
    assert [ridge.deviation < 0.02 for ridge in column.history.ridges] == [True, True]
    assert column.end < 0.1


def test_deviations_over_time_come_from_the_history(panel: WeightsPanel, run: HandRun) -> None:
    run.show(snapshot(NETWORK, history=history(30, graph=NETWORK)))
    expected = history(30, graph=NETWORK).training
    for column in panel.columns:
        assert column.trend.last == expected[column.name.column][-1]


def test_many_layers_scroll_instead_of_shrinking(panel: WeightsPanel, run: HandRun, qtbot: QtBot) -> None:
    deep = dense_network(8, *[6] * 20, 3)
    run.show(snapshot(deep))
    area = panel.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 300)
    assert all(column.rect.width() >= 80 and column.rect.height() >= 110 for column in panel.columns)
    first, last = panel.columns[0], panel.columns[-1]
    before = last.now
    run.show(snapshot(deep, 2, rows=70))
    assert not panel.canvas.is_in_sight(last)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: panel.canvas.is_in_sight(last))
    run.show(snapshot(deep, 3, rows=71))
    assert last.now is not before
    assert last.now.iteration == 355
    assert not panel.canvas.is_in_sight(first)


def test_columns_never_overlap_and_stay_inside(panel: WeightsPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(NETWORK))
    choose(panel, qtbot, "both")
    for size in ((220, 200), (320, 226), (470, 280), (720, 300), (1400, 500)):
        panel.resize(*size)
        qtbot.waitUntil(lambda width=size[0]: panel.canvas.width() <= width)
        rects = [column.rect for column in panel.columns]
        assert all(rect.left() >= 0 and rect.right() <= panel.canvas.width() for rect in rects)
        assert not any(one.intersects(other) for i, one in enumerate(rects) for other in rects[:i])


def test_hovering_a_ridge_tells_its_moment_and_numbers(panel: WeightsPanel, run: HandRun, qtbot: QtBot) -> None:
    for serial in range(4):
        run.show(snapshot(NETWORK, serial, rows=0, iteration=serial * 100))
    column = panel.columns[0]
    foot = column.rect.bottom() - 20
    assert column.ridge_at(foot).iteration == 300
    assert column.ridge_at(foot - 30).iteration in (100, 200)
    assert column.ridge_at(column.rect.top()).iteration == 0
    plain = panel.grab().toImage()
    qtbot.mouseMove(panel.canvas, column.rect.center().toPoint())
    assert panel.grab().toImage() != plain


def test_every_value_counts_as_soon_as_the_run_stops(panel: WeightsPanel, run: HandRun) -> None:
    large = dense_network(784, 120, 10)
    run.show(snapshot(large, 1, rows=10))
    assert panel.columns[0].now.stride == 2
    run.show(snapshot(large, 2, rows=10, phase=RunPhase.PAUSED))
    assert panel.columns[0].now.stride == 1


def test_a_network_without_biases_says_so(panel: WeightsPanel, run: HandRun, qtbot: QtBot) -> None:
    project = Project(dense_network(4, 3))
    dense = next(node.id for node in project.graph.nodes if node.kind == "dense")
    graph = edits.set_option(project, dense, "bias", False).graph
    kernel_only = {key: value for key, value in parameters(graph).items() if key[1] != "bias"}
    run.show(snapshot(graph, parameters=kernel_only))
    assert titles(panel) == ["Dense 3"]
    choose(panel, qtbot, "bias")
    assert panel.columns == ()
    assert not panel.grab().isNull()


def test_a_column_without_a_finite_number_says_so_and_has_its_ridge_again_afterwards(
    panel: WeightsPanel, run: HandRun
) -> None:
    values = {key: np.array(array) for key, array in parameters(NETWORK).items()}
    run.show(snapshot(NETWORK, 1, rows=0, parameters=values))
    first = panel.columns[0]
    assert first.now is not None and not first.hint
    whole = panel.canvas.grab().toImage()
    run.show(snapshot(NETWORK, 2, rows=0, parameters={**values, first.name.key: np.full((20, 15), np.nan)}))
    first = panel.columns[0]
    assert first.now is None and "finite" in first.hint
    assert all(column.now is not None for column in panel.columns[1:])
    assert panel.canvas.grab().toImage() != whole
    run.show(snapshot(NETWORK, 3, rows=0, parameters=values))
    assert panel.columns[0].now is not None
    assert panel.canvas.grab().toImage() == whole


def test_a_bias_says_of_which_layer_it_is_however_narrow_its_column(
    panel: WeightsPanel, run: HandRun, qtbot: QtBot
) -> None:
    run.show(snapshot(NETWORK))
    choose(panel, qtbot, "both")
    for width in (1200, 420, 230):
        panel.resize(width, 300)
        panel.canvas.grab()
        assert all("Dense 1" in column.title for column in panel.columns if column.name.role == "bias")
