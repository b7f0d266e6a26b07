"""What all live panels have in common."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.data.dataset import PreparedData
from core.training.history import History
from core.training.snapshot import LayerValues
from designer.plots.deltas_panel import DeltasPanel
from designer.plots.loss_panel import LossPanel
from designer.plots.plot_panel import PlotPanel
from designer.plots.predictions_panel import PredictionsPanel
from designer.plots.weights_panel import WeightsPanel
from designer.theme import ThemeService
from tests.designer.plots.runs import HandData, HandRun, dense_network, history, parameters, prepared, snapshot, table

NETWORK = dense_network(64, 12, 10)


def some_digits() -> PreparedData:
    rng = np.random.default_rng(1)
    return prepared(rng.random((60, 8, 8)), rng.integers(0, 10, 60), 10)


MAKERS: dict[str, Callable[[HandRun, ThemeService], PlotPanel]] = {
    "loss": LossPanel,
    "weights": WeightsPanel,
    "deltas": DeltasPanel,
    "predictions": lambda run, theme: PredictionsPanel(run, HandData(some_digits()), theme),
}


@pytest.fixture(params=MAKERS)
def panel(request: pytest.FixtureRequest, run: HandRun, theme: ThemeService) -> PlotPanel:
    """Each of the panels."""
    return MAKERS[request.param](run, theme)


def taken(panel: PlotPanel, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows by every snapshot that the panel works on."""
    worked: list[object] = []
    work = panel._take
    monkeypatch.setattr(panel, "_take", lambda shot: worked.append(shot) or work(shot))
    return worked


def test_a_hidden_panel_does_no_work_and_catches_up_when_shown(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = taken(panel, monkeypatch)
    run.show(snapshot(NETWORK, 1))
    last = snapshot(NETWORK, 2)
    run.show(last)
    assert worked == []
    show(panel)
    assert worked == [last]


def test_a_snapshot_is_worked_on_once(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    show(panel)
    worked = taken(panel, monkeypatch)
    shot = snapshot(NETWORK, 1)
    assert run.show(shot)
    assert run.show(shot) == []
    assert worked == [shot]


def test_equal_serial_numbers_of_two_runs_are_two_pictures(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    show(panel)
    run.show(snapshot(NETWORK, 1))
    worked = taken(panel, monkeypatch)
    run.show(snapshot(NETWORK, 1, rows=80))
    assert len(worked) == 1


def test_a_panel_is_cleared_when_there_is_nothing_to_show_any_more(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    show(panel)
    empty = panel.grab().toImage()
    run.show(snapshot(NETWORK, 1))
    assert panel.grab().toImage() != empty
    run.show(None)
    assert panel.grab().toImage() == empty


def test_another_theme_repaints_everything(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget], theme: ThemeService
) -> None:
    show(panel)
    run.show(snapshot(NETWORK, 1))
    for name in ("light", "dark", "light"):
        theme.use(name)
        image = panel.grab().toImage()
        ground = QColor(theme.current.panel).rgb()
        share = np.mean([image.pixel(x, y) == ground for x in range(2, 468, 7) for y in range(2, 278, 7)])
        assert share > 0.3, name
        other = QColor("#1C1F25" if name == "light" else "#F8F9FA").rgb()
        assert not any(image.pixel(x, y) == other for x in range(2, 468, 3) for y in range(2, 278, 3))


@pytest.mark.parametrize("size", [(40, 30), (120, 90), (240, 160), (300, 460), (1500, 900), (900, 60), (60, 900)])
def test_any_size_can_be_painted(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget], size: tuple[int, int]
) -> None:
    show(panel, *size)
    for shot in (snapshot(NETWORK, 1, rows=0), snapshot(NETWORK, 2, rows=1), snapshot(NETWORK, 3, rows=400)):
        run.show(shot)
        panel.resize(size[0] + 5, size[1] + 5)
        assert not panel.grab().isNull()


def test_numbers_that_are_none_are_painted_as_gaps(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget]
) -> None:
    show(panel)
    columns = dict(history(60, graph=NETWORK).training)
    for name in columns.keys() - {"iteration"}:
        columns[name] = np.where(np.arange(60) % 3 == 0, np.nan, columns[name])
    run.show(snapshot(NETWORK, 1, history=History(table(**columns), history(60).validation)))
    panel.grab()
    nothing = {name: np.full(60, np.nan) for name in columns} | {"iteration": columns["iteration"]}
    run.show(
        snapshot(NETWORK, 2, history=History(table(**nothing), table(iteration=[100], loss=[0.0], accuracy=[0.0])))
    )
    panel.grab()
    hidden = next(node.id for node in NETWORK.nodes if node.kind == "dense")
    values = dict(snapshot(NETWORK, 3).layers)
    bad = np.full((10, 12), np.nan, dtype=np.float32)
    bad[0] = np.inf
    bad[1] = -np.inf
    values[hidden] = LayerValues(bad, bad, bad)
    weights = {key: np.full_like(array, np.nan) for key, array in parameters(NETWORK).items()}
    run.show(snapshot(NETWORK, 3, layers=values, parameters=weights))
    assert not panel.grab().isNull()


def test_another_network_takes_the_place_of_the_one_before(
    panel: PlotPanel, run: HandRun, show: Callable[..., QWidget]
) -> None:
    show(panel)
    for serial, widths in enumerate([(64, 12, 10), (64, 300, 40, 10), (64, 10), (4, 3)]):
        run.show(snapshot(dense_network(*widths), serial))
        assert not panel.grab().isNull()
