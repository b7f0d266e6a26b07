"""The live panels on a real run: digits that ship with the program, trained in the training thread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QGridLayout, QWidget
from pytestqt.qtbot import QtBot

from core.compiler.predictor import Predictor
from core.project.templates import TEMPLATES
from designer.plots.deltas_panel import DeltasPanel
from designer.plots.loss_panel import LossPanel
from designer.plots.predictions_panel import PredictionsPanel
from designer.plots.weights_panel import WeightsPanel
from designer.run.controller import RunStatus
from designer.settings import Settings
from designer.shell.services import Services
from designer.theme import ThemeService


class Bench:
    """A run and its four panels, side by side."""

    def __init__(self, settings: Settings, theme: ThemeService) -> None:
        self.services = Services(settings, theme)
        self.run = self.services.run
        self.loss, self.weights = LossPanel(self.run, theme), WeightsPanel(self.run, theme)
        self.deltas = DeltasPanel(self.run, theme)
        self.predictions = PredictionsPanel(self.run, self.services.data, theme)
        self.window = QWidget()
        grid = QGridLayout(self.window)
        for place, panel in enumerate((self.loss, self.weights, self.deltas, self.predictions)):
            grid.addWidget(panel, place // 2, place % 2)

    def close(self) -> None:
        self.services.shutdown()
        for panel in (self.loss, self.weights, self.deltas, self.predictions):
            panel.header_widget().deleteLater()


@pytest.fixture
def bench(qtbot: QtBot, own_settings: Settings, theme: ThemeService) -> Iterator[Bench]:
    """The sample project, loaded and ready."""
    result = Bench(own_settings, theme)
    qtbot.addWidget(result.window)
    result.window.resize(960, 580)
    result.window.show()
    qtbot.waitExposed(result.window)
    result.services.document.start(TEMPLATES["digit_reader"].build())
    qtbot.waitUntil(lambda: result.run.snapshot is not None, timeout=20_000)
    yield result
    result.close()


def train_until(bench: Bench, qtbot: QtBot, rows: int) -> None:
    """Run until so many rows are recorded, then pause."""
    bench.run.run()
    qtbot.waitUntil(lambda: len(bench.loss.chart.record.training) >= rows, timeout=30_000)
    bench.run.pause()
    qtbot.waitUntil(lambda: not bench.run.running, timeout=10_000)


def test_every_panel_follows_the_run_and_shows_where_it_stopped(bench: Bench, qtbot: QtBot) -> None:
    untrained = bench.run.snapshot
    assert untrained is not None
    assert untrained.iteration == 0
    assert bench.loss.chart.record.empty
    assert len(bench.deltas.strips) == 2, "what the next step would compute"
    train_until(bench, qtbot, 40)
    last = bench.run.snapshot
    assert last is not None
    assert bench.loss.chart.record.last_iteration == last.history.training["iteration"][-1]
    assert [strip.cells.tolist() for strip in bench.deltas.strips] == [
        last.layers[strip.node_id].delta.mean(axis=0).tolist() for strip in bench.deltas.strips
    ]
    for column in bench.weights.columns:
        assert column.now.iteration == last.iteration
        assert column.now.deviation == pytest.approx(float(np.std(last.parameters[column.name.key])), rel=1e-4)
    assert bench.predictions.bars.outputs.judged
    test = bench.services.data.data.test
    answers = Predictor(last.graph, "float32").predict(last.parameters, test.inputs[:20])
    expected = [
        f"{guess}{'=' if guess == truth else '≠'}{truth}"
        for guess, truth in zip(answers.argmax(axis=1), test.labels[:20], strict=True)
    ]
    assert [bench.predictions.wall.caption(place)[0] for place in range(20)] == expected


def test_rewinding_empties_curves_and_ridges_and_the_run_can_begin_anew(bench: Bench, qtbot: QtBot) -> None:
    train_until(bench, qtbot, 20)
    first = bench.loss.chart.record.training.loss[:5].tolist()
    bench.run.rewind()
    qtbot.waitUntil(lambda: bench.loss.chart.record.empty, timeout=10_000)
    assert [ridge.iteration for ridge in bench.weights.columns[0].history.ridges] == [0]
    assert not bench.predictions.bars.outputs.judged
    train_until(bench, qtbot, 20)
    assert bench.loss.chart.record.training.loss[:5].tolist() == first
    assert bench.run.status in (RunStatus.PAUSED, RunStatus.FINISHED)


def test_a_panel_shown_after_the_run_catches_up(bench: Bench, qtbot: QtBot) -> None:
    bench.weights.hide()
    train_until(bench, qtbot, 20)
    assert all(column.now.iteration == 0 for column in bench.weights.columns)
    bench.weights.show()
    assert all(column.now.iteration == bench.run.snapshot.iteration for column in bench.weights.columns)
