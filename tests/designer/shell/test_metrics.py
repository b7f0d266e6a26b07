"""The metrics panel in the window, on a real run: every count beside one that numpy makes of the weights alone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.data.dataset import Samples
from core.project import edits
from core.training.part_figures import Part
from core.training.state import Arrays
from designer.main_window import MainWindow
from designer.plots.metrics.matrix_grid import Cell
from designer.shell.dock_head import DockTab
from designer.shell.workbench import STATE_VERSION
from tests.designer.long_runs import train_without_end


class Bench:
    """A window with the digits, whose metrics are in front."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.run, self.examinations = window.services.run, window.services.examinations
        self.panel, self.classes = window.panels.metrics, window.panels.metrics.classes
        qtbot.waitUntil(lambda: self.run.snapshot is not None, timeout=20_000)

    def open(self) -> None:
        """Click the tab of the panel."""
        head = self.window.workbench.head("weights")
        self.qtbot.waitUntil(lambda: len([t for t in head.findChildren(DockTab) if t.isVisibleTo(head)]) == 2)
        (tab,) = [tab for tab in head.findChildren(DockTab) if tab.text() == "Metrics" and tab.isVisibleTo(head)]
        self.qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(self.panel.isVisible)

    def settle(self) -> None:
        """Wait until the picture in sight is examined and shown."""

        def settled() -> bool:
            found = self.classes.examination
            return not self.run.running and found is not None and found.request.snapshot is self.run.snapshot

        self.qtbot.waitUntil(settled, timeout=20_000)

    def train(self, iterations: int) -> None:
        self.run.run()
        goal = self.run.snapshot.iteration + iterations
        self.qtbot.waitUntil(lambda: self.run.snapshot.iteration >= goal, timeout=30_000)
        self.run.pause()
        self.settle()


@pytest.fixture
def bench(window: MainWindow, qtbot: QtBot) -> Bench:
    result = Bench(window, qtbot)
    result.open()
    result.settle()
    return result


def counted(bench: Bench, parameters: Arrays, samples: Samples) -> np.ndarray:
    """Return the matrix of 784-15-10 sigmoid units, counted sample by sample."""
    a = samples.inputs.reshape(len(samples), -1).astype(np.float64)
    for node in bench.window.services.document.project.graph.nodes[1:3]:
        kernel = next(v for (id_, name), v in parameters.items() if id_ == node.id and name.startswith("kernel"))
        a = 1.0 / (1.0 + np.exp(-(a @ kernel.astype(np.float64) + parameters[node.id, "bias"])))
    matrix = np.zeros((10, 10), dtype=int)
    for answer, label in zip(a, samples.labels, strict=True):
        matrix[label, int(np.argmax(answer))] += 1
    return matrix


def shown_matrix(bench: Bench) -> np.ndarray:
    found = bench.classes.examination
    assert found is not None and found.figures is not None
    return found.figures.confusion


def test_after_a_run_the_matrix_is_that_of_the_weights_at_which_it_rests(bench: Bench) -> None:
    test = bench.window.services.data.data.test
    assert (shown_matrix(bench) == counted(bench, bench.run.snapshot.parameters, test)).all()
    assert bench.classes.note.text().startswith("untrained")
    bench.train(3_000)
    expected = counted(bench, bench.run.snapshot.parameters, test)
    assert (shown_matrix(bench) == expected).all()
    assert np.trace(expected) > 0.3 * len(test), "it has learnt"
    assert bench.classes.note.text().startswith(f"iteration {bench.run.snapshot.iteration:,} ")
    table = bench.classes.table.figures
    recall = 100.0 * expected[3, 3] / expected[3].sum()
    assert table.data(table.index(3, 2)) == f"{recall:.1f} %"


def test_step_rewind_and_undo_are_examined_too(bench: Bench) -> None:
    test = bench.window.services.data.data.test
    untrained = shown_matrix(bench)
    bench.train(2_000)
    trained = shown_matrix(bench)
    assert (trained != untrained).any()
    bench.run.rewind()
    bench.qtbot.waitUntil(lambda: bench.run.snapshot.iteration == 0)
    bench.settle()
    assert (shown_matrix(bench) == untrained).all()
    bench.run.step_iteration()
    bench.qtbot.waitUntil(lambda: bench.run.snapshot.iteration == 1)
    bench.settle()
    assert (shown_matrix(bench) == counted(bench, bench.run.snapshot.parameters, test)).all()
    bench.window.services.document.undo_stack.undo()
    bench.window.services.document.undo_stack.undo()
    bench.qtbot.waitUntil(lambda: bench.run.snapshot.iteration >= 2_000)
    bench.settle()
    assert (shown_matrix(bench) == trained).all()


def test_a_kept_moment_in_view_has_the_figures_of_its_weights(bench: Bench) -> None:
    bench.train(2_000)
    travel = bench.window.services.time
    moment = travel.timeline[0]
    travel.view(moment)
    bench.settle()
    test = bench.window.services.data.data.test
    assert bench.run.snapshot.iteration == moment.iteration
    assert (shown_matrix(bench) == counted(bench, moment.state.parameters, test)).all()


def test_every_part_is_counted_by_itself(bench: Bench) -> None:
    data = bench.window.services.data.data
    box = bench.classes.choice
    box.setFocus()
    for part in (Part.VALIDATION, Part.TRAINING):
        bench.qtbot.keyClick(box, Qt.Key.Key_Up)
        assert bench.classes.part is part
        bench.settle()
        assert bench.classes.examination.request.part is part
        assert (shown_matrix(bench) == counted(bench, bench.run.snapshot.parameters, part.of(data))).all()


def test_a_click_on_a_cell_shows_its_samples_in_predictions_until_all_are_wanted(bench: Bench) -> None:
    bench.train(3_000)
    bench.window.workbench.show_panel("problems")
    matrix, wall = shown_matrix(bench), bench.window.panels.predictions.wall
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    truth, guess = (int(place) for place in np.unravel_index(wrong.argmax(), wrong.shape))
    view = bench.classes.matrix
    place = view.grid.rect(Cell(truth, guess)).center().toPoint()
    bench.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    predictions = bench.window.panels.predictions
    bench.qtbot.waitUntil(predictions.isVisible)
    labels = bench.window.services.data.data.test.labels
    samples = wall.visible_samples()
    assert len(samples) == min(matrix[truth, guess], wall.columns * wall.rows)
    assert (labels[samples] == truth).all()
    bench.qtbot.waitUntil(lambda: wall._guesses is not None)
    assert {wall.caption(place)[0] for place in range(len(samples))} == {f"{guess}≠{truth}"}
    assert wall.note.startswith(f"{matrix[truth, guess]} “{truth}” read as “{guess}”")
    wall.setFocus()
    bench.qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert wall.visible_samples()[:3].tolist() == [0, 1, 2]
    assert not wall.note.startswith(str(matrix[truth, guess]))


def test_behind_its_tab_it_examines_nothing_and_its_thread_is_not_there(window: MainWindow, qtbot: QtBot) -> None:
    bench = Bench(window, qtbot)
    found = []
    bench.examinations.finished.connect(found.append)
    train_without_end(window.services.document)
    bench.run.run()
    qtbot.waitUntil(lambda: bench.run.snapshot.iteration > 500, timeout=30_000)
    assert not bench.examinations.busy
    bench.run.pause()
    qtbot.waitUntil(lambda: not bench.run.running)
    assert found == []
    bench.open()
    bench.settle()
    assert len(found) == 1


def test_another_network_takes_the_figures_away(bench: Bench) -> None:
    document = bench.window.services.document
    document.apply("Set units", edits.set_option, document.project.graph.nodes[1].id, "units", 8)
    bench.qtbot.waitUntil(lambda: bench.run.snapshot.graph.nodes[1].options["units"] == 8)
    bench.settle()
    parameters, test = bench.run.snapshot.parameters, bench.window.services.data.data.test
    assert (shown_matrix(bench) == counted(bench, parameters, test)).all()


def test_it_is_a_tab_beside_the_weights_that_the_menu_and_the_keyboard_open(bench: Bench) -> None:
    bench.window.workbench.show_panel("weights")
    bench.qtbot.waitUntil(lambda: not bench.panel.isVisible())
    assert "panels.show_metrics" in bench.window._panel_actions.keys
    bench.qtbot.keyClick(bench.window, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
    bench.qtbot.waitUntil(bench.panel.isVisible)
    assert not bench.window.panels.weights.isVisible()


def test_places_kept_before_there_was_this_panel_leave_it_where_it_stands_at_first(bench: Bench) -> None:
    workbench = bench.window.workbench
    dock = workbench.docks["metrics"]
    dock.setObjectName("")
    places = workbench.saveState(STATE_VERSION)
    dock.setObjectName("metrics")
    assert workbench.restore_places(places)
    bench.qtbot.waitUntil(lambda: dock in workbench.tabifiedDockWidgets(workbench.docks["weights"]))
