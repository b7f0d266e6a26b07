"""Time travel in the real window, by mouse and keyboard: look at kept moments, go on from them, undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolTip
from pytestqt.qtbot import QtBot

from core.project import edits
from core.storage.reader import read_project
from core.training.session import Session
from core.training.state import TrainedState
from designer.main_window import MainWindow
from designer.run import time_travel
from designer.run.controller import RunStatus
from tests.core.training.digests import digest
from tests.designer.inspector.builders import type_into

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
EPOCHS = 3


class Traveller:
    """Works in the window as a user does."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.run, self.time = window.services.run, window.services.time
        self.document, self.slider = window.services.document, window.time_bar.slider

    def wait(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=30_000)

    def settle(self) -> None:
        """Wait until the panels show the document as it is."""
        self.wait(lambda: self.run.present is not None and self.run.present.iteration == self.iteration)

    @property
    def state(self) -> TrainedState:
        state = self.document.project.state
        assert state is not None
        return state

    @property
    def iteration(self) -> int:
        state = self.document.project.state
        return 0 if state is None else state.position.iteration

    def train(self) -> None:
        """Press Run and wait for the end."""
        QTest.mouseClick(self.window.run_bar.run_button, LEFT)
        self.wait(lambda: not self.run.running)
        self.settle()

    def click_at(self, position: int) -> None:
        QTest.mouseClick(self.slider, LEFT, pos=self.slider.place_of(position).toPoint())

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = CTRL) -> None:
        QTest.keyClick(self.window, key, modifier)

    def undo_texts(self) -> list[str]:
        stack = self.document.undo_stack
        return [stack.text(number) for number in range(stack.index())]

    def twin(self, iterations: int, **changes: Any) -> dict[str, Any]:
        """The state of an uninterrupted run without a window."""
        project, data = self.document.project, self.window.services.data.data
        assert data is not None
        session = Session(project.graph, project.training, data)
        for _ in range(iterations):
            session.step()
        return digest(session.state())


@pytest.fixture
def traveller(window: MainWindow, qtbot: QtBot) -> Traveller:
    """A window with the sample project, set to three epochs, before any training."""
    found = Traveller(window, qtbot)
    found.document.apply("Epochs", edits.set_training, "epochs", EPOCHS)
    found.document.undo_stack.clear()
    found.wait(lambda: found.run.status is RunStatus.READY and found.run.snapshot is not None)
    return found


def test_the_strip_says_that_there_are_no_moments_yet(traveller: Traveller) -> None:
    assert traveller.slider.marks == () and not traveller.slider.isEnabled()
    assert traveller.window.time_bar.texts == ("Time travel", "no moments yet: a run keeps them")
    traveller.document.apply("Off", edits.set_training, "keep_moments", "off")
    assert "see Training, Moments" in traveller.window.time_bar.texts[1]
    for key in ("earlier", "later", "back_to_now", "branch"):
        assert not traveller.window.actions_table[f"train.{key}"].isEnabled()


def test_moments_of_a_network_of_other_shapes_are_said_to_be_so_and_undo_brings_them_back(traveller: Traveller) -> None:
    t = traveller
    t.train()
    assert len(t.slider.marks) == EPOCHS
    t.document.apply("Units", edits.set_option, t.document.project.graph.nodes[1].id, "units", 20)
    assert t.slider.marks == () and t.window.time_bar.texts[1] == "moments are of the old network"
    t.document.apply("Wires", edits.delete, (), [t.document.project.graph.links[0].id])
    assert t.window.time_bar.texts[1] == "moments are of the old network"
    t.document.undo_stack.undo()
    t.document.undo_stack.undo()
    assert len(t.slider.marks) == EPOCHS


def test_a_save_says_which_moments_are_not_in_the_file(traveller: Traveller, tmp_path: Path) -> None:
    t, line, file = traveller, traveller.window.status_line, tmp_path / "mine.h5"
    t.document.save(file)
    assert line.texts()[-1] == "saved" and not line.toolTip()
    t.train()
    assert not line.texts()[-1].startswith("saved")
    t.key(Qt.Key.Key_S)
    assert len(read_project(file).project.timeline) == 0 and len(t.slider.marks) == EPOCHS
    assert line.texts()[-1] == "saved without 3 kept moments" and "“In the file”" in line.toolTip()
    t.document.apply("In the file", edits.set_training, "keep_in_file", True)
    assert not line.texts()[-1].startswith("saved") and not line.toolTip()
    t.key(Qt.Key.Key_S)
    assert len(read_project(file).project.timeline) == len(t.document.project.timeline) > 0
    assert line.texts()[-1] == "saved" and not line.toolTip()


def test_train_look_back_go_on_branch_and_undo(traveller: Traveller) -> None:
    t, window = traveller, traveller.window
    t.train()
    first_end, state = t.state, digest(t.state)
    batches = t.iteration // EPOCHS
    assert [mark.iteration for mark in t.slider.marks] == [0, batches, 2 * batches]
    assert state == t.twin(EPOCHS * batches)

    # Slide back: every panel shows epoch 1, the document stays as it is.
    t.click_at(1)
    assert t.time.viewed is t.document.project.timeline[1]
    assert window.time_bar.texts[0] == f"Viewing epoch 1 of {EPOCHS}"
    assert digest(t.time.viewed.state) == t.twin(batches)
    assert t.state is first_end and t.undo_texts() == [f"Train {EPOCHS * batches} iterations"]
    shown = t.run.snapshot
    assert shown is not None and (shown.iteration, shown.epoch) == (batches, 1)
    for key, array in shown.parameters.items():
        np.testing.assert_array_equal(array, t.time.viewed.state.parameters[key])
    assert window.panels.canvas.live.snapshot is shown
    assert window.panels.loss.chart.record.moment == batches
    assert window.panels.loss.chart.record.last_iteration > batches
    chart = window.panels.loss.chart
    middle = QPoint(round(chart.axes.across(batches)), round(chart.axes.loss_pane.center().y()))
    assert chart.grab().toImage().pixelColor(middle).name() == window.services.theme.current.accent.lower()
    assert window.run_bar.figures.texts()["Iteration"] == str(batches)
    assert window.run_bar.figures.texts()["State"] == "viewing"

    # Run goes on from there, to the same end, bit for bit.
    t.train()
    assert t.time.viewed is None
    assert t.undo_texts()[1:] == ["Go back to epoch 1", f"Train {(EPOCHS - 1) * batches} iterations"]
    assert digest(t.state) == state
    assert t.state is not first_end

    # Back again, and on with another learning rate.
    t.click_at(1)
    editor = window.panels.inspector.training.form.editor("training.learning_rate")
    type_into(editor.findChild(QLineEdit), "1.5")
    assert t.time.viewed is not None, "another rate is for the branch"
    t.train()
    assert t.undo_texts()[3:] == ["Set Rate η", "Go back to epoch 1", f"Train {(EPOCHS - 1) * batches} iterations"]
    assert digest(t.state)["parameters"] != state["parameters"]

    # Undo brings back the end of the run before, and all of its moments.
    t.key(Qt.Key.Key_Z)
    assert t.iteration == batches
    t.key(Qt.Key.Key_Z)
    assert digest(t.state) == state
    t.settle()
    assert [mark.iteration for mark in t.slider.marks] == [0, batches, 2 * batches]
    for _ in range(3):
        t.key(Qt.Key.Key_Z)
    assert t.state is first_end
    t.key(Qt.Key.Key_Z)
    assert t.document.project.state is None, "undo undoes a run"


def test_a_step_while_a_moment_is_in_view_goes_on_from_there(traveller: Traveller) -> None:
    t = traveller
    t.train()
    batches = t.iteration // EPOCHS
    t.click_at(2)
    QTest.mouseClick(t.window.run_bar.step_button.step, LEFT)
    t.wait(lambda: not t.run.running)
    assert t.iteration == 2 * batches + 1
    assert digest(t.state) == t.twin(2 * batches + 1)
    assert t.undo_texts()[1:] == ["Go back to epoch 2", "Train 1 iteration"]
    assert [moment.iteration for moment in t.document.project.timeline] == [0, batches, 2 * batches]


def test_rewind_goes_to_the_same_initial_weights_and_undo_brings_the_run_back(traveller: Traveller) -> None:
    t = traveller
    initial = t.run.snapshot
    assert initial is not None
    t.train()
    end = t.state
    t.key(Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier)
    t.settle()
    again = t.run.snapshot
    assert again is not None and again.iteration == 0
    for key, array in initial.parameters.items():
        np.testing.assert_array_equal(again.parameters[key], array)
    assert t.slider.marks == ()
    t.key(Qt.Key.Key_Z)
    assert t.state is end and len(t.slider.marks) == EPOCHS


def test_the_keyboard_walks_along_the_moments(traveller: Traveller) -> None:
    t = traveller
    t.train()
    batches = t.iteration // EPOCHS
    t.slider.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for key in ("Left", "Left", "Right", "Home", "End", "Home", "Escape"):
        QTest.keyClick(t.slider, getattr(Qt.Key, f"Key_{key}"))
        viewed = t.time.viewed
        seen.append(None if viewed is None else viewed.iteration // batches)
    assert seen == [2, 1, 2, 0, None, 0, None]
    # From anywhere in the window.
    walked = []
    for key in ("PageUp", "PageUp", "PageUp", "PageDown", "End"):
        t.key(getattr(Qt.Key, f"Key_{key}"))
        viewed = t.time.viewed
        walked.append(None if viewed is None else viewed.iteration // batches)
    assert walked == [2, 1, 0, 1, None]


def test_dragging_snaps_to_the_moments_and_hovering_tells_their_figures(traveller: Traveller) -> None:
    t = traveller
    t.train()
    batches = t.iteration // EPOCHS
    start, end = t.slider.place_of(3).toPoint(), t.slider.place_of(1).toPoint() + QPoint(9, 0)
    QTest.mousePress(t.slider, LEFT, pos=start)
    seen = set()
    for share in range(11):
        QTest.mouseMove(t.slider, start + (end - start) * (share / 10))
        viewed = t.time.viewed
        seen.add(None if viewed is None else viewed.iteration // batches)
    QTest.mouseRelease(t.slider, LEFT, pos=end)
    assert seen == {None, 2, 1}
    assert t.time.viewed is not None and t.time.viewed.epoch == 1
    QTest.mouseMove(t.slider, t.slider.place_of(2).toPoint())
    history = t.document.project.timeline[2].state.history
    text = QToolTip.text()
    assert text.startswith(f"Epoch 2 · iteration {2 * batches:,}")
    assert f"training: loss {history.training['loss'][-1]:.4f}, " in text
    assert f"accuracy {100 * history.validation['accuracy'][-1]:.2f} %" in text
    assert t.time.viewed.epoch == 1, "hovering chooses nothing"
    QToolTip.hideText()


def test_back_to_now_shows_the_present_with_all_that_was_there(traveller: Traveller) -> None:
    t = traveller
    t.train()
    panels = t.window.panels
    before = [panel.grab().toImage() for panel in (panels.loss, panels.weights, panels.deltas)]
    t.click_at(1)
    changed = [panel.grab().toImage() for panel in (panels.loss, panels.weights, panels.deltas)]
    assert all(one != two for one, two in zip(before, changed, strict=True))
    QTest.mouseClick(t.window.time_bar.back_button, LEFT)
    assert t.time.viewed is None and not t.run.holding
    after = [panel.grab().toImage() for panel in (panels.loss, panels.weights, panels.deltas)]
    assert [one == two for one, two in zip(before, after, strict=True)] == [True] * 3


def test_branch_from_here_makes_the_moment_the_present_without_training(traveller: Traveller) -> None:
    t = traveller
    t.train()
    end, kept = t.state, t.document.project.timeline[1].state
    t.click_at(1)
    QTest.mouseClick(t.window.time_bar.branch_button, LEFT)
    assert t.state is kept and t.time.viewed is None
    assert t.undo_texts()[-1] == "Go back to epoch 1"
    t.settle()
    assert [mark.epoch for mark in t.slider.marks] == [0]
    # The Output card shows C of the batch whose a and δ the other cards show: that of the step that comes.
    project, data = t.document.project, t.window.services.data.data
    assert data is not None
    step = Session(project.graph, project.training, data, kept).step()
    assert t.window.panels.canvas.live.loss == pytest.approx(step, rel=1e-6)
    t.key(Qt.Key.Key_Z)
    assert t.state is end


def test_a_run_goes_on_while_an_earlier_moment_is_in_view(traveller: Traveller) -> None:
    t = traveller
    t.document.apply("Epochs", edits.set_training, "epochs", 1_000)
    t.settle()
    QTest.mouseClick(t.window.run_bar.run_button, LEFT)
    t.wait(lambda: len(t.slider.marks) >= 3)
    t.click_at(1)
    viewed, shown = t.time.viewed, t.run.snapshot
    assert viewed is not None and t.run.running
    seen = t.time.now
    t.wait(lambda: t.time.now > seen + 300)
    assert t.run.snapshot is shown and t.time.viewed is viewed
    marks = len(t.slider.marks)
    t.wait(lambda: len(t.slider.marks) > marks)
    t.window.actions_table["train.branch"].trigger()
    t.wait(lambda: not t.run.running)
    assert t.state is viewed.state
    assert t.undo_texts()[-1] == "Go back to epoch 1" and t.undo_texts()[-2].startswith("Train ")


def test_an_edit_of_the_network_leads_back_to_now_and_keeps_what_does_not_fit_out_of_the_way(
    traveller: Traveller,
) -> None:
    t = traveller
    t.train()
    t.click_at(1)
    hidden = t.document.project.graph.nodes[1]
    t.document.apply("Units", edits.set_option, hidden.id, "units", 7)
    assert t.time.viewed is None
    t.wait(lambda: t.slider.marks == ())
    t.key(Qt.Key.Key_Z)
    t.wait(lambda: len(t.slider.marks) == EPOCHS)


def test_what_takes_long_is_worked_out_beside_the_window(
    traveller: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    t = traveller
    t.train()
    monkeypatch.setattr(time_travel, "WORK_AT_ONCE", 0)
    present = t.run.snapshot
    t.click_at(1)
    t.click_at(2)
    assert t.run.snapshot is present, "not yet"
    t.wait(lambda: t.run.snapshot is not None and t.run.snapshot.epoch == 2)
    assert t.time.viewed is not None and t.time.viewed.epoch == 2
    t.click_at(1)
    t.train()
    assert digest(t.state) == t.twin(t.iteration), "a run does not wait for the picture"


def test_moments_saved_with_the_project_are_there_when_it_is_opened(
    traveller: Traveller, tmp_path: Any
) -> None:
    t, path = traveller, tmp_path / "kept.h5"
    t.train()
    t.document.save(path)
    t.document.open(path)
    t.settle()
    assert t.slider.marks == (), "not asked for"
    t.document.open(path)
    t.document.apply("Rewind", edits.set_state, None)
    t.document.apply("Keep", edits.set_training, "keep_in_file", True)
    t.settle()
    t.train()
    kept = [digest(moment.state) for moment in t.document.project.timeline]
    t.document.save(path)
    t.document.open(path)
    t.settle()
    assert len(t.slider.marks) == EPOCHS
    assert [digest(moment.state) for moment in t.document.project.timeline] == kept
    t.click_at(1)
    t.train()
    assert digest(t.state) == t.twin(t.iteration)


def test_the_microscope_moves_with_the_slider_and_keeping_branches(traveller: Traveller) -> None:
    t, microscope = traveller, traveller.window.microscope.microscope
    t.train()
    batches = t.iteration // EPOCHS
    t.window.actions_table["microscope.open"].trigger()
    t.wait(lambda: microscope.is_open)
    assert microscope.trace.iteration == EPOCHS * batches + 1
    t.click_at(1)
    assert microscope.trace.iteration == batches + 1
    project, data, viewed = t.document.project, t.window.services.data.data, t.time.viewed
    assert data is not None and viewed is not None
    session = Session(project.graph, project.training, data, viewed.state)
    assert microscope.trace.loss == session.step()
    t.click_at(2)
    assert microscope.trace.iteration == 2 * batches + 1
    microscope.place.go(microscope.place.walk.last)
    trace = microscope.trace
    QTest.mouseClick(t.window.time_bar.branch_button, LEFT)
    assert microscope.trace is trace and microscope.place.position == microscope.place.walk.last
    assert t.window.panels.canvas.live.loss == pytest.approx(trace.loss, rel=1e-6)
    t.window.actions_table["microscope.keep"].trigger()
    assert digest(t.state)["parameters"] == t.twin(2 * batches + 1)["parameters"]
    assert t.undo_texts()[1:] == ["Go back to epoch 2", "Train 1 iteration"]
