"""The metrics panel: what it asks for, when it shows what was found, and what it says where there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.data.dataset import PreparedData
from core.errors import DataError
from core.texts import text
from core.training.part_figures import Part
from core.training.snapshot import RunPhase, Snapshot
from designer.plots.metrics.matrix_grid import Cell
from designer.plots.metrics.metrics_panel import MetricsPanel
from designer.settings import Settings
from designer.theme import ThemeService
from tests.designer.plots.metrics.hand_figures import HandExaminer
from tests.designer.plots.runs import HandData, HandRun, dense_network, prepared, snapshot

NETWORK = dense_network(4, 3)
LABELS = np.repeat([0, 1], 10)
"""Those of the figures made by hand: ten of the first class, ten of the second."""


def made_data() -> PreparedData:
    made = prepared(np.arange(80.0).reshape(20, 4), LABELS, 3)
    return replace(made, classes=("cat", "dog", "cow"), validation=made.validation.part(slice(0)))


def picture(iteration: int, phase: RunPhase = RunPhase.PAUSED) -> Snapshot:
    return snapshot(NETWORK, serial=iteration + 1, rows=0, iteration=iteration, phase=phase)


class Bench:
    """A panel with a run, data and an examiner made by hand."""

    def __init__(self, settings: Settings, theme: ThemeService, show: Callable[..., QWidget], qtbot: QtBot) -> None:
        self.run, self.data, self.examiner = HandRun(), HandData(made_data()), HandExaminer()
        self.panel = MetricsPanel(self.run, self.data, self.examiner, settings, theme)
        show(self.panel, 332, 220)
        self.header = self.panel.header_widget()
        qtbot.addWidget(self.header)
        self.header.show()

    @property
    def matrix(self):
        return self.panel.classes.matrix

    @property
    def note(self) -> str:
        return self.panel.classes.note.text()

    def answer(self, **changes: object) -> None:
        self.examiner.answer(self.examiner.asked[-1], **changes)


@pytest.fixture
def bench(own_settings: Settings, theme: ThemeService, show: Callable[..., QWidget], qtbot: QtBot) -> Bench:
    return Bench(own_settings, theme, show, qtbot)


def click_view(bench: Bench, qtbot: QtBot, view: str) -> None:
    qtbot.mouseClick(bench.header.button(view), Qt.MouseButton.LeftButton)


def choose_part(bench: Bench, qtbot: QtBot, part: Part) -> None:
    """Choose a part by keyboard."""
    box = bench.panel.classes.choice
    box.setFocus()
    wanted = [each.value for each in Part].index(part.value)
    while box.currentIndex() != wanted:
        qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)


def test_a_result_at_rest_is_shown_at_once_and_says_what_it_is_of(bench: Bench) -> None:
    bench.run.show(picture(1_250))
    assert bench.matrix.grid is None and bench.matrix.hint == "Counting…"
    bench.answer()
    assert bench.matrix.grid is not None
    assert bench.note == "iteration 1,250 · 20 samples"
    assert [f.value for f in bench.panel.classes.strip.figures] == ["65.00 %", "0.2500"]


def test_a_result_of_a_run_that_goes_on_waits_for_its_next_picture(bench: Bench) -> None:
    bench.run.show(picture(10, RunPhase.RUNNING))
    bench.answer()
    assert bench.matrix.grid is None, "drawn only with the training parked"
    drawn = bench.run.show(picture(20, RunPhase.RUNNING))
    assert bench.matrix in drawn
    assert bench.note == "iteration 10 · 20 samples", "that of the result"
    assert bench.run.show(picture(30, RunPhase.RUNNING)) == [], "nothing new to draw"


def test_a_result_belongs_to_its_picture(bench: Bench) -> None:
    bench.run.show(picture(10))
    bench.answer()
    bench.run.show(picture(0))
    assert bench.note == "iteration 10 · counting… · 20 samples"
    bench.answer()
    assert bench.note == "untrained · 20 samples"
    bench.run.show(snapshot(dense_network(4, 3), serial=9, rows=0, iteration=4, phase=RunPhase.PAUSED))
    assert bench.matrix.grid is None, "figures of another network say nothing about this one"


def test_a_hidden_panel_asks_for_nothing(bench: Bench, qtbot: QtBot) -> None:
    bench.panel.hide()
    for iteration in range(1, 5):
        bench.run.show(picture(iteration, RunPhase.RUNNING))
    assert bench.examiner.asked == []
    bench.panel.show()
    qtbot.waitUntil(lambda: len(bench.examiner.asked) == 1)


def test_the_view_of_the_layers_asks_for_nothing_either(bench: Bench, qtbot: QtBot) -> None:
    click_view(bench, qtbot, "layers")
    bench.run.show(picture(5))
    assert bench.examiner.asked == []
    assert bench.panel.layers.chart.hint.startswith("The first point is drawn")


def test_part_and_view_are_remembered(
    bench: Bench, own_settings: Settings, theme: ThemeService, show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    bench.run.show(picture(5))
    choose_part(bench, qtbot, Part.TRAINING)
    assert bench.examiner.asked[-1].part is Part.TRAINING
    click_view(bench, qtbot, "classes")
    again = Bench(own_settings, theme, show, qtbot)
    assert again.panel.classes.part is Part.TRAINING
    assert again.header.current == "classes"


def test_matrix_and_table_stand_side_by_side_where_there_is_room(bench: Bench, qtbot: QtBot) -> None:
    bench.run.show(picture(5))
    bench.answer()
    parts = bench.panel.classes
    assert parts.matrix.isVisible() and not parts.table.isVisible()
    click_view(bench, qtbot, "classes")
    assert parts.table.isVisible() and not parts.matrix.isVisible()
    bench.panel.resize(760, 400)
    qtbot.waitUntil(lambda: parts.table.isVisible() and parts.matrix.isVisible())


def test_a_click_on_a_cell_tells_which_test_samples_are_in_it(bench: Bench, qtbot: QtBot) -> None:
    bench.run.show(picture(1_250))
    bench.answer()
    place = bench.matrix.grid.rect(Cell(1, 2)).center().toPoint()
    with qtbot.waitSignal(bench.panel.samples_chosen) as caught:
        qtbot.mouseClick(bench.matrix, Qt.MouseButton.LeftButton, pos=place)
    rows, what = caught.args
    assert rows.tolist() == [15, 16, 17, 18, 19], "counted in the guesses made by hand"
    assert what == "5 “dog” read as “cow”, iteration 1,250"
    empty = bench.matrix.grid.rect(Cell(1, 0)).center().toPoint()
    with qtbot.assertNotEmitted(bench.panel.samples_chosen):
        qtbot.mouseClick(bench.matrix, Qt.MouseButton.LeftButton, pos=empty)


def test_samples_of_another_part_cannot_be_shown_and_none_are_promised(bench: Bench, qtbot: QtBot) -> None:
    bench.run.show(picture(5))
    choose_part(bench, qtbot, Part.TRAINING)
    bench.answer()
    place = bench.matrix.grid.rect(Cell(1, 2)).center().toPoint()
    with qtbot.assertNotEmitted(bench.panel.samples_chosen):
        qtbot.mouseClick(bench.matrix, Qt.MouseButton.LeftButton, pos=place)
    assert len(bench.matrix.card_lines()) == 3


def test_button_and_key_copy_everything_as_text(bench: Bench, qtbot: QtBot) -> None:
    assert not bench.panel.classes.copy_button.isEnabled()
    bench.run.show(picture(7))
    bench.answer()
    QApplication.clipboard().clear()
    qtbot.mouseClick(bench.panel.classes.copy_button, Qt.MouseButton.LeftButton)
    copied = QApplication.clipboard().text().split("\n")
    assert "iteration\t7" in copied and "dog\t0\t5\t5" in copied
    for view, part in (("matrix", bench.matrix), ("classes", bench.panel.classes.table)):
        click_view(bench, qtbot, view)
        QApplication.clipboard().clear()
        # The head has a window of its own here, which the click brought to the front.
        bench.panel.activateWindow()
        part.setFocus()
        qtbot.waitUntil(part.hasFocus)
        qtbot.keyClick(part, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QApplication.clipboard().text().split("\n") == copied


def test_the_menu_of_every_part_offers_to_copy(bench: Bench, qtbot: QtBot) -> None:
    offered: list[list[str]] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        offered.append([action.text().split("\t")[0] for action in menu.actions()])
        menu.close()

    bench.run.show(picture(7))
    bench.answer()
    for view, part in (("matrix", bench.matrix), ("classes", bench.panel.classes.table.viewport())):
        click_view(bench, qtbot, view)
        place = part.rect().center()
        # The menu waits for a choice inside the event.
        QTimer.singleShot(0, look)
        QApplication.sendEvent(
            part, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, part.mapToGlobal(place))
        )
    assert offered == [["Copy as text"]] * 2


def test_a_network_that_cannot_answer_says_why(bench: Bench) -> None:
    bench.run.show(picture(5))
    bench.answer(figures=None, problem=text("The network gives 3 outputs."))
    assert bench.matrix.grid is None
    assert bench.matrix.hint == "The network gives 3 outputs."


def test_every_empty_state_says_what_to_do(bench: Bench, qtbot: QtBot) -> None:
    assert "Draw one that fits" in bench.matrix.hint
    bench.run.show(picture(5))
    choose_part(bench, qtbot, Part.VALIDATION)
    assert "no validation samples" in bench.matrix.hint
    bench.data.data = None
    bench.data.changed.emit()
    assert "Choose data" in bench.matrix.hint
    bench.data.loading = True
    bench.data.changed.emit()
    assert bench.matrix.hint == "Loading the data…"
    bench.data.error = DataError("The file is gone.")
    bench.data.changed.emit()
    assert bench.matrix.hint == "The file is gone."


def test_the_run_that_goes_away_takes_its_figures_with_it(bench: Bench) -> None:
    bench.run.show(picture(5))
    bench.answer()
    bench.run.show(None)
    assert bench.matrix.grid is None
    assert not bench.panel.classes.copy_button.isEnabled()


def test_it_can_be_as_narrow_as_a_small_dock(bench: Bench) -> None:
    bench.run.show(picture(5))
    bench.answer()
    assert bench.panel.minimumSizeHint().width() <= 280
