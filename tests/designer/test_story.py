"""The whole path in the real window, by mouse and keyboard: draw, choose data, train, step, undo, save, go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.storage.reader import read_project
from core.training.session import Session
from core.training.state import TrainedState
from designer.canvas.wiring import input_port, output_port
from designer.main_window import MainWindow
from designer.palette.entry_button import EntryButton
from designer.run.controller import RunStatus
from tests.designer.inspector.builders import type_into
from tests.designer.long_runs import ENDLESS_EPOCHS
from tests.designer.shell.conftest import open_window  # noqa: F401 (a fixture)

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 20_000


class Hand:
    """Works in the window as a user does: only with mouse and keyboard."""

    def __init__(self, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window, self.qtbot, self._monkeypatch = window, qtbot, monkeypatch
        self.run = window.services.run
        self.canvas = window.panels.canvas

    @property
    def node_ids(self) -> list[str]:
        return [node.id for node in self.window.services.document.project.graph.nodes]

    def drag_layer(self, label: str, x: float, y: float) -> None:
        """Drag an entry of the palette to a place of the canvas.

        The desktop's own part of a drag needs a window system; its events are sent in its place.
        """
        (button,) = [b for b in self.window.panels.palette.findChildren(EntryButton) if b.entry.label == label]
        place = self.in_view((x, y))
        self._monkeypatch.setattr(QDrag, "exec", lambda drag, *_actions: self._drop(drag.mimeData(), place))
        middle = button.rect().center()
        QTest.mousePress(button, LEFT, pos=middle)
        QTest.mouseMove(button, middle + QPoint(30, 30))
        QTest.mouseRelease(button, LEFT, pos=middle + QPoint(30, 30))

    def draw_wire(self, source: str, target: str, height: float | None = None) -> None:
        """Draw a wire with the mouse from the output of one card to an input of another."""
        boxes, ports = self.canvas.scene.boxes, self.canvas.scene.ground.plan.ports[target]
        free = ports.free if height is None else height
        assert free is not None
        self.drag(self.in_view(output_port(boxes[source])), self.in_view(input_port(boxes[target], free)))

    def drag(self, start: QPoint, end: QPoint) -> None:
        viewport = self.canvas.view.viewport()
        QTest.mouseMove(viewport, start)
        QTest.mousePress(viewport, LEFT, pos=start)
        for share in (0.25, 0.5, 0.75, 1.0):
            QTest.mouseMove(viewport, start + (end - start) * share)
        QTest.mouseRelease(viewport, LEFT, pos=end)

    def click_card(self, node_id: str) -> None:
        QTest.mouseClick(self.canvas.view.viewport(), LEFT, pos=self.in_view(self.canvas.scene.boxes[node_id].centre))

    def click(self, widget: QWidget) -> None:
        assert widget.isEnabled() and widget.isVisible()
        QTest.mouseClick(widget, LEFT)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
        QTest.keyClick(self.window, key, modifier)

    def type_epochs(self, epochs: int) -> None:
        """Type into the inspector after how many epochs a run ends."""
        editor = self.window.panels.inspector.training.form.editor("training.epochs")
        type_into(editor.findChild(QLineEdit), str(epochs))

    def choose_data(self, words: str) -> None:
        """Open the menu of the data panel and click the entry that begins with these words."""
        panel = self.window.panels.data
        menu: QMenu = panel.menu()
        menu.popup(panel.mapToGlobal(QPoint(0, 0)))
        (action,) = [a for a in menu.actions() if a.text().startswith(words)]
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        menu.close()
        menu.deleteLater()
        with self.qtbot.waitActive(self.window):  # a window system gives the keyboard back by itself
            self.window.activateWindow()

    def wait(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def in_view(self, point: tuple[float, float]) -> QPoint:
        return self.canvas.view.mapFromScene(QPointF(*point))

    def _drop(self, data: QMimeData, place: QPoint) -> Qt.DropAction:
        viewport = self.canvas.view.viewport()
        copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
        for kind in (QDragEnterEvent, QDragMoveEvent):
            event = kind(place, copy, data, LEFT, none)
            QApplication.sendEvent(viewport, event)
            assert event.isAccepted()
        QApplication.sendEvent(viewport, QDropEvent(QPointF(place), copy, data, LEFT, none))
        return copy


@pytest.fixture
def hand(
    open_window: Callable[[], MainWindow],  # noqa: F811
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Hand]:
    window = open_window()
    window.show_workbench()
    yield Hand(window, qtbot, monkeypatch)


def _build(hand: Hand) -> None:
    """Draw 784-15-10 with a direct link from the input to the output layer."""
    for place, label in enumerate(("Input", "Dense", "Dense", "Output")):
        hand.drag_layer(label, -320.0 + 208.0 * place, 0.0)
    first, hidden, last, output = hand.node_ids
    for source, target in ((first, hidden), (hidden, last), (last, output)):
        hand.draw_wire(source, target)
    hand.click_card(last)
    editor = hand.window.panels.inspector.layers.form.editor("units")
    type_into(editor.findChild(QLineEdit), "10")


def test_from_an_empty_canvas_to_a_run_that_goes_on_bit_for_bit(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, run = hand.window, hand.run
    document = window.services.document

    _build(hand)
    assert [node.kind for node in document.project.graph.nodes] == ["input", "dense", "dense", "output"]
    assert len(document.project.graph.links) == 3
    first, _hidden, last, _output = hand.node_ids
    assert document.project.graph.node(last).options["units"] == 10
    assert run.status is RunStatus.BLOCKED

    hand.type_epochs(ENDLESS_EPOCHS)
    hand.choose_data("Digits 28")
    hand.wait(lambda: run.status is RunStatus.READY)

    hand.draw_wire(first, last)
    assert len(document.project.graph.links) == 4
    hand.wait(lambda: run.snapshot is not None and run.snapshot.iteration == 0)
    hand.key(Qt.Key.Key_Z)
    assert len(document.project.graph.links) == 3
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(document.project.graph.links) == 4

    hand.wait(lambda: window.run_bar.run_button.isEnabled())
    hand.wait(lambda: run.snapshot is not None)
    before = window.panels.predictions.bars.grab().toImage()
    hand.click(window.run_bar.run_button)
    hand.wait(lambda: run.snapshot is not None and run.snapshot.epoch >= 2)
    hand.click(window.run_bar.run_button)
    hand.wait(lambda: run.status is RunStatus.PAUSED)
    assert run.snapshot is not None
    losses = run.snapshot.history.training["loss"]
    assert losses[-1] < 0.9 * losses[0]
    assert window.panels.predictions.bars.grab().toImage() != before

    stopped = run.snapshot.iteration
    hand.click(window.run_bar.step_button.step)
    hand.wait(lambda: run.status is RunStatus.PAUSED and run.snapshot.iteration == stopped + 1)
    hand.key(Qt.Key.Key_Z)
    assert _state(window).position.iteration == stopped
    hand.wait(lambda: run.snapshot is not None and run.snapshot.iteration == stopped)

    path = tmp_path / "drawn.h5"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
    hand.key(Qt.Key.Key_S)
    hand.wait(path.exists)
    assert window.windowTitle().startswith("drawn.h5 –")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    hand.key(Qt.Key.Key_O)
    hand.wait(lambda: run.status is RunStatus.PAUSED and run.snapshot is not None)

    hand.click(window.run_bar.run_button)
    hand.wait(lambda: run.snapshot is not None and run.snapshot.iteration > stopped + 200)
    hand.click(window.run_bar.run_button)
    hand.wait(lambda: run.status is RunStatus.PAUSED)
    _assert_equals_an_uninterrupted_run(window, path)


def _state(window: MainWindow) -> TrainedState:
    state = window.services.document.project.state
    assert state is not None
    return state


def _assert_equals_an_uninterrupted_run(window: MainWindow, path: Path) -> None:
    """Train the saved network from its seed, without a window and in one go, to where the window stands."""
    project, data = read_project(path).project, window.services.data.data
    assert data is not None
    session = Session(project.graph, project.training, data)
    reached = _state(window)
    while session.iteration < reached.position.iteration:
        session.step()
    for key, values in session.state().parameters.items():
        np.testing.assert_array_equal(values, reached.parameters[key], str(key))
    for column, numbers in session.history.training.items():
        np.testing.assert_array_equal(numbers, reached.history.training[column], column)


def test_a_wire_that_would_close_a_cycle_is_refused_with_the_reason_at_the_pointer(hand: Hand) -> None:
    _build(hand)
    _first, hidden, last, _output = hand.node_ids
    links = hand.window.services.document.project.graph.links
    boxes = hand.canvas.scene.boxes
    start, end = (hand.in_view(p) for p in (output_port(boxes[last]), boxes[hidden].centre))
    viewport = hand.canvas.view.viewport()
    QTest.mousePress(viewport, LEFT, pos=start)
    QTest.mouseMove(viewport, start + (end - start) * 0.5)
    QTest.mouseMove(viewport, end)
    assert hand.canvas.note.isVisible()
    assert "it would close the cycle Dense 10 → Dense 15 → Dense 10" in hand.canvas.note.text
    QTest.mouseRelease(viewport, LEFT, pos=end)
    assert hand.window.services.document.project.graph.links == links


def test_a_learning_rate_typed_in_during_a_run_applies_and_an_edited_network_is_only_marked(hand: Hand) -> None:
    window, run = hand.window, hand.run
    window.start_template("digit_reader")
    hand.type_epochs(ENDLESS_EPOCHS)
    hand.wait(lambda: run.status is RunStatus.READY and run.snapshot is not None)
    hand.click(window.run_bar.run_button)
    hand.wait(lambda: run.snapshot is not None and run.snapshot.iteration > 20)
    editor = window.panels.inspector.training.form.editor("training.learning_rate")
    type_into(editor.findChild(QLineEdit), "0.125")
    hand.wait(lambda: run.snapshot is not None and run.snapshot.learning_rate == 0.125)
    assert run.status is RunStatus.RUNNING and not run.stale

    hand.drag_layer("Dense", 0.0, 260.0)
    assert run.stale
    seen = run.snapshot.iteration
    hand.wait(lambda: run.snapshot is not None and run.snapshot.iteration > seen + 50)
    window.actions_table["edit.delete"].trigger()
    assert not run.stale, "the layer that was added is gone again"
    hand.click(window.run_bar.run_button)
    hand.wait(lambda: run.status is not RunStatus.RUNNING)
    assert _state(window).position.iteration > 20
