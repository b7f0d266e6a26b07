"""δ of every unit: cells, scale, the card of a unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from core.training.snapshot import LayerValues, Snapshot
from designer.plots.deltas_panel import DeltasPanel
from designer.theme import DARK, ThemeService
from designer.widgets.choice_box import ChoiceBox
from tests.designer.plots.runs import HandRun, dense_network, layer_values, snapshot

NETWORK = dense_network(20, 15, 10)
HIDDEN, LAST = [node.id for node in NETWORK.nodes if node.kind == "dense"]


@pytest.fixture
def panel(run: HandRun, theme: ThemeService, show: Callable[..., QWidget]) -> DeltasPanel:
    """The panel in its usual size."""
    result = DeltasPanel(run, theme)
    show(result)
    return result


def known(serial: int = 1) -> Snapshot:
    """Return a snapshot with a few δ that stand out."""
    values = dict(layer_values(NETWORK))
    delta = np.zeros((10, 15), dtype=np.float32)
    delta[6, 3] = -0.0147
    delta[0, 3] = 0.0007
    delta[:, 14] = 0.02
    z, a = np.zeros((10, 15)), np.full((10, 15), 0.5)
    z[6, 3], a[6, 3] = -2.71, 0.06
    values[HIDDEN] = LayerValues(a, z, delta)
    return snapshot(NETWORK, serial, layers=MappingProxyType(values))


def point_at(panel: DeltasPanel, qtbot: QtBot, strip: int, cell: int) -> None:
    qtbot.mouseMove(panel.canvas, panel.strips[strip].cell_box(cell).center().toPoint())


def choose(panel: DeltasPanel, qtbot: QtBot, row: int) -> None:
    """Choose a row of the list by keyboard."""
    box = panel.header_widget()
    assert isinstance(box, ChoiceBox)
    qtbot.addWidget(box)
    box.show()
    box.setFocus()
    key = Qt.Key.Key_Down if row > box.currentIndex() else Qt.Key.Key_Up
    for _ in range(abs(row - box.currentIndex())):
        qtbot.keyClick(box, key)


def test_layers_come_from_the_output_back(panel: DeltasPanel, run: HandRun) -> None:
    run.show(known())
    assert [(strip.name, strip.units, strip.first) for strip in panel.strips] == [
        ("Dense 10", 10, 0),
        ("Dense 15", 15, 1),
    ]
    assert panel.strips[0].rect.bottom() < panel.strips[1].rect.top()


def test_the_card_tells_the_mean_and_the_sample_of_largest_delta(
    panel: DeltasPanel, run: HandRun, qtbot: QtBot
) -> None:
    run.show(known())
    point_at(panel, qtbot, 1, 3)
    assert panel.canvas.card_lines() == ["unit 4 · mean of 10: −0.00140", "sample 7: δ −0.0147  z −2.71  a 0.06"]
    point_at(panel, qtbot, 0, 0)
    assert panel.canvas.card_lines()[0].startswith("unit 0 · mean of 10:")
    qtbot.mouseMove(panel.canvas, QPoint(2, 2))
    assert panel.canvas.card_lines() == []


def test_cells_have_the_colours_of_the_scale(panel: DeltasPanel, run: HandRun) -> None:
    run.show(known())
    strip = panel.strips[1]
    assert strip.scale_end == pytest.approx(0.02)
    image = panel.grab().toImage()
    origin = panel.canvas.mapTo(panel, QPoint(0, 0))

    def colour(cell: int) -> QColor:
        return QColor(image.pixel(origin + strip.cell_box(cell).center().toPoint()))

    assert colour(14).name().upper() == DARK.diverging[4].upper()
    assert colour(5).name().upper() == DARK.diverging[2].upper()
    assert colour(3).blue() > colour(5).blue()


def test_one_sample_can_be_shown_instead_of_the_mean(panel: DeltasPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(known())
    choose(panel, qtbot, 7)
    strip = panel.strips[1]
    assert strip.cells[3] == pytest.approx(-0.0147)
    point_at(panel, qtbot, 1, 3)
    assert panel.canvas.card_lines() == ["unit 4 · sample 7 of 10", "δ −0.0147  z −2.71  a 0.06"]
    choose(panel, qtbot, 0)
    assert strip.cells[3] == pytest.approx(-0.0014)


def test_a_smaller_last_batch_shows_the_last_sample_it_has(panel: DeltasPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(known())
    choose(panel, qtbot, 9)
    run.show(snapshot(NETWORK, 2, layers=layer_values(NETWORK, batch=4), samples=np.arange(4)))
    point_at(panel, qtbot, 1, 0)
    assert panel.canvas.card_lines()[0] == "unit 1 · sample 4 of 4"
    assert not panel.grab().isNull()


def test_norms_over_time_come_from_the_history(panel: DeltasPanel, run: HandRun) -> None:
    shot = known()
    run.show(shot)
    for strip in panel.strips:
        assert strip.trend.last == shot.history.training[f"delta_norm.{strip.node_id}"][-1]


def test_the_norm_in_print_is_that_of_the_cells(panel: DeltasPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(NETWORK, 2, rows=0, layers=layer_values(NETWORK)))
    for strip in panel.strips:
        assert np.isnan(strip.trend.last), "no row is recorded yet"
        assert strip.norm == pytest.approx(float(np.sqrt(np.sum(strip.cells**2))))
    choose(panel, qtbot, 3)
    for strip in panel.strips:
        assert strip.norm == pytest.approx(float(np.sqrt(np.sum(strip.cells**2))))


def test_the_norm_of_huge_deltas_is_their_size_and_not_infinite(panel: DeltasPanel, run: HandRun) -> None:
    layers = {
        id_: values if values.delta is None else replace(values, delta=np.full_like(values.delta, 1e30))
        for id_, values in layer_values(NETWORK).items()
    }
    run.show(snapshot(NETWORK, 2, rows=0, layers=layers))
    for strip in panel.strips:
        assert strip.norm == pytest.approx(1e30 * np.sqrt(strip.units), rel=1e-6)


def test_before_the_first_iteration_there_is_a_hint(panel: DeltasPanel, run: HandRun) -> None:
    run.show(snapshot(NETWORK, 1, rows=0))
    assert panel.strips == ()
    run.show(known(2))
    assert len(panel.strips) == 2
    run.show(snapshot(NETWORK, 3, rows=0))
    assert panel.strips == ()


def test_wide_layers_wrap_and_very_wide_ones_say_what_a_cell_stands_for(
    panel: DeltasPanel, run: HandRun, qtbot: QtBot
) -> None:
    wide = dense_network(4, 512, 3_000, 10)
    run.show(snapshot(wide))
    last, binned, wrapped = panel.strips
    assert (last.grid.rows, wrapped.grid.rows > 3, wrapped.grid.per_cell) == (1, True, 1)
    assert binned.grid.per_cell > 1
    area = panel.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    point_at(panel, qtbot, 1, 7)
    first = 7 * binned.grid.per_cell + 1
    assert panel.canvas.card_lines()[-1] == f"largest δ of units {first} to {first + binned.grid.per_cell - 1}"


def test_strips_stay_inside_and_apart_in_any_size(panel: DeltasPanel, run: HandRun, qtbot: QtBot) -> None:
    run.show(snapshot(dense_network(20, 100, 30, 10)))
    for size in ((220, 200), (320, 226), (720, 300), (1400, 700)):
        panel.resize(*size)
        qtbot.waitUntil(lambda width=size[0]: panel.canvas.width() <= width)
        for one, other in zip(panel.strips, panel.strips[1:], strict=False):
            assert one.rect.bottom() < other.rect.top()
        assert all(s.rect.right() <= panel.canvas.width() for s in panel.strips)
        assert panel.strips[-1].rect.bottom() <= panel.canvas.height()


def test_where_only_the_cells_fit_the_lines_over_time_make_way_and_nothing_is_cut_off(
    panel: DeltasPanel, run: HandRun, qtbot: QtBot
) -> None:
    run.show(known())
    (area,) = panel.findChildren(QScrollArea)
    for width in (220, 296, 470):
        panel.resize(width, 168)  # of a window of 1280 × 720
        qtbot.waitUntil(lambda now=width: area.width() == now and area.verticalScrollBar().maximum() == 0)
        assert all(area.viewport().rect().contains(strip.rect.toAlignedRect()) for strip in panel.strips)
        # ‖δ‖ still stands beside the name: 10 samples of (…, 0.02) and two others, by hand.
        mean = np.zeros(15)
        mean[3], mean[14] = (0.0007 - 0.0147) / 10, 0.02
        assert panel.strips[1].scale_line().startswith(f"‖δ‖ {np.sqrt((mean**2).sum()):.3f} · scale ±0.02")
    panel.resize(296, 320)
    qtbot.waitUntil(lambda: all(strip.has_trend for strip in panel.strips))
    assert "‖δ‖" not in panel.strips[1].scale_line()
    panel.resize(296, 110)  # where not even the cells fit, there is something to scroll in any case
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert all(strip.has_trend for strip in panel.strips)
