"""Loss and accuracy: crosshair, zoom, following, export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.training.history import History
from designer.plots.loss_marks import card_lines
from designer.plots.loss_panel import LossPanel
from designer.theme import DARK, ThemeService
from tests.designer.plots.conftest import turn_wheel
from tests.designer.plots.runs import HandRun, dense_network, snapshot, table

NETWORK = dense_network(4, 3)

KNOWN = History(
    table(iteration=[50, 100, 150, 200, 250], loss=[0.5, 0.2, 0.1, 0.08, 0.06], accuracy=[0.5, 0.8, 0.9, 0.92, 0.95]),
    table(iteration=[100, 200], loss=[0.21, 0.09], accuracy=[0.79, 0.915]),
)


@pytest.fixture
def panel(run: HandRun, theme: ThemeService, show: Callable[..., QWidget]) -> LossPanel:
    """The panel in its usual size."""
    result = LossPanel(run, theme)
    show(result)
    return result


def place(panel: LossPanel, iteration: float) -> QPoint:
    """Return the point of the loss pane at an iteration."""
    axes = panel.chart.axes
    return QPointF(axes.across(iteration), axes.loss_pane.center().y()).toPoint()


def card(panel: LossPanel) -> list[str]:
    """Return the text of the crosshair's card, line by line."""
    chart = panel.chart
    assert chart.cursor_iteration is not None
    lines = card_lines(DARK, chart.axes, chart.record, chart.cursor_iteration)
    return [" ".join(text for text, _ in line) for line in lines]


def test_the_crosshair_reads_both_curves_at_the_nearest_row(panel: LossPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(NETWORK, history=KNOWN))
    qtbot.mouseMove(panel.chart.viewport(), place(panel, 207))
    assert card(panel) == ["iteration 200 · epoch 2.00", "train 0.0800 92.0 %", "val 0.0900 91.5 %"]
    qtbot.mouseMove(panel.chart.viewport(), place(panel, 148))
    assert card(panel)[:2] == ["iteration 150 · epoch 1.50", "train 0.1000 90.0 %"]
    assert card(panel)[3] in ("val of iteration 100", "val of iteration 200")


def test_the_crosshair_goes_away_with_the_pointer(panel: LossPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(NETWORK, history=KNOWN))
    plain = panel.grab().toImage()
    qtbot.mouseMove(panel.chart.viewport(), place(panel, 200))
    assert panel.grab().toImage() != plain
    qtbot.mouseMove(panel.chart.viewport(), QPoint(3, 100))
    assert panel.chart.cursor_iteration is None
    assert panel.grab().toImage() == plain


def test_arrow_keys_move_the_crosshair_from_row_to_row(panel: LossPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(NETWORK, history=KNOWN))
    chart = panel.chart
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(chart, key)
        seen.append(chart.cursor_iteration)
    assert seen == [250, 200, 250, 250, 250]


def test_time_is_counted_in_iterations_until_the_first_epoch_is_over(panel: LossPanel, run: HandRun) -> None:
    run.show(snapshot(NETWORK, 1, rows=10, batches=100))
    assert panel.chart.axes.batches == 0
    run.show(snapshot(NETWORK, 2, rows=20, batches=100))
    assert panel.chart.axes.batches == 100


def test_a_changed_batch_size_leaves_no_false_epochs(panel: LossPanel, run: HandRun) -> None:
    run.show(snapshot(NETWORK, 1, rows=60, batches=100, epoch=1, batch=7))
    assert panel.chart.axes.batches == 0


def test_ranges_move_in_steps_and_hold_all_values(panel: LossPanel, run: HandRun) -> None:
    ranges = []
    for rows in range(1, 300):
        run.show(snapshot(NETWORK, rows, rows=rows))
        axes, record = panel.chart.axes, panel.chart.record
        assert axes.time.high >= record.last_iteration
        assert axes.loss.low <= np.log10(record.training.loss).min()
        assert axes.loss.high >= np.log10(record.training.loss).max()
        ranges.append((axes.time, axes.loss, axes.accuracy))
    changes = sum(one != other for one, other in pairwise(ranges))
    assert changes < 40


def test_the_wheel_zooms_around_the_pointer_and_a_double_click_follows_again(
    panel: LossPanel, run: HandRun, qtbot: QtBot
) -> None:
    run.show(snapshot(NETWORK, 1, rows=400))
    chart, whole = panel.chart, panel.chart.axes.time
    point = place(panel, 500)
    turn_wheel(chart.viewport(), point, 3)
    assert not chart.following
    assert chart.axes.time.length == pytest.approx(whole.length * 0.8**3)
    assert chart.axes.iteration_at(point.x()) == pytest.approx(500, abs=whole.length / 300)
    assert panel.findChild(QWidget, "follow").isVisible()
    zoomed = chart.axes.time
    run.show(snapshot(NETWORK, 2, rows=420))
    assert chart.axes.time == zoomed
    qtbot.mouseDClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert chart.following
    assert chart.axes.time.high >= chart.record.last_iteration
    assert not panel.findChild(QWidget, "follow").isVisible()


def test_dragging_chooses_a_stretch_of_time_and_the_button_follows_again(
    panel: LossPanel, run: HandRun, qtbot: QtBot
) -> None:
    run.show(snapshot(NETWORK, 1, rows=400))
    chart = panel.chart
    start, end = place(panel, 800), place(panel, 400)
    qtbot.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(chart.viewport(), (start + end) / 2)
    qtbot.mouseMove(chart.viewport(), end)
    qtbot.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert (chart.axes.time.low, chart.axes.time.high) == pytest.approx((400, 800), abs=8)
    qtbot.mouseClick(panel.findChild(QWidget, "follow"), Qt.MouseButton.LeftButton)
    assert chart.following


def test_shift_and_dragging_moves_along_the_time(panel: LossPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(NETWORK, 1, rows=400))
    chart = panel.chart
    turn_wheel(chart.viewport(), place(panel, 1000), 6)
    before, point = chart.axes.time, chart.axes.loss_pane.center().toPoint()
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(chart.viewport(), Qt.MouseButton.LeftButton, shift, point)
    qtbot.mouseMove(chart.viewport(), point - QPoint(20, 0))
    qtbot.mouseMove(chart.viewport(), point - QPoint(40, 0))
    qtbot.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, shift, point - QPoint(40, 0))
    assert chart.axes.time.length == pytest.approx(before.length)
    assert chart.axes.time.low > before.low


def test_a_plain_click_zooms_nothing(panel: LossPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(NETWORK, 1, rows=400))
    before = panel.chart.axes
    qtbot.mouseClick(panel.chart.viewport(), Qt.MouseButton.LeftButton, pos=place(panel, 500))
    assert panel.chart.axes == before


def test_a_rewound_run_is_shown_from_its_beginning(panel: LossPanel, run: HandRun) -> None:
    run.show(snapshot(NETWORK, 1, rows=400))
    turn_wheel(panel.chart.viewport(), place(panel, 1000), 4)
    run.show(snapshot(NETWORK, 2, rows=5))
    assert panel.chart.following
    assert panel.chart.axes.time.high <= 50


def test_a_loss_of_zero_is_a_gap_and_no_error(panel: LossPanel, run: HandRun) -> None:
    record = History(table(iteration=[10, 20, 30], loss=[1.0, 0.0, 0.5], accuracy=[0.1, 1.0, 1.0]))
    run.show(snapshot(NETWORK, history=record))
    panel.grab()
    assert panel.chart.axes.loss.low > -2


def test_the_table_has_every_row_once_in_order(panel: LossPanel, run: HandRun, tmp_path: Path) -> None:
    run.show(snapshot(NETWORK, history=KNOWN))
    panel.save_table(tmp_path / "loss.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "loss.csv").read_text(encoding="utf-8"))))
    assert [int(row["iteration"]) for row in rows] == [50, 100, 150, 200, 250]
    assert [row["validation_loss"] for row in rows] == ["", "0.21", "", "0.09", ""]
    assert [float(row["training_accuracy"]) for row in rows] == [0.5, 0.8, 0.9, 0.92, 0.95]
    assert rows[0]["epoch"] == "0.5"


def test_the_picture_is_that_of_the_plot(panel: LossPanel, run: HandRun, tmp_path: Path) -> None:
    run.show(snapshot(NETWORK, history=KNOWN))
    panel.save_picture(tmp_path / "loss.png")
    assert QImage(str(tmp_path / "loss.png")).size() == panel.chart.size()


def test_a_file_that_cannot_be_written_is_said_in_the_plot(panel: LossPanel, run: HandRun, tmp_path: Path) -> None:
    run.show(snapshot(NETWORK, history=KNOWN))
    plain = panel.grab().toImage()
    panel.save_table(tmp_path / "no such folder" / "loss.csv")
    assert panel.grab().toImage() != plain
    panel.save_picture(tmp_path / "loss.nonsense")
    assert panel.grab().toImage() != plain
    assert list(tmp_path.iterdir()) == []


def test_the_menu_offers_export_only_where_there_is_something(panel: LossPanel, run: HandRun) -> None:
    enabled = {action.text(): action.isEnabled() for action in panel.context_menu().actions() if action.text()}
    assert list(enabled.values()) == [False, False, False]
    run.show(snapshot(NETWORK, history=KNOWN))
    turn_wheel(panel.chart.viewport(), place(panel, 100), 2)
    assert all(action.isEnabled() for action in panel.context_menu().actions() if action.text())
