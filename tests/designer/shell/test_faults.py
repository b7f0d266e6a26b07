from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.project import edits
from designer.canvas.state_pill import StatePill
from designer.main_window import MainWindow
from designer.run.controller import RunStatus


def test_a_run_that_fails_says_so_in_place_until_it_is_mended(qtbot: QtBot, window: MainWindow) -> None:
    run, document = window.services.run, window.services.document
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    for node in document.project.graph.nodes[1:3]:
        document.apply("Activation", edits.set_option, node.id, "activation", "linear")
    document.apply("Rate", edits.set_training, "learning_rate", 1e6)
    qtbot.waitUntil(lambda: run.status is RunStatus.READY, timeout=20_000)
    run.run()
    qtbot.waitUntil(lambda: run.status is RunStatus.FAILED, timeout=20_000)
    assert window.notices.text
    assert window.run_bar.figures.texts()["State"] == "failed"
    assert window.status_line.texts()[0] == "Run failed"
    (pill,) = window.findChildren(StatePill)
    assert pill.text == "the last run failed" and pill.toolTip() == window.notices.text
    document.apply("Rate", edits.set_training, "learning_rate", 0.01)
    qtbot.waitUntil(lambda: not window.notices.text)
    assert pill.text == "784 → 10, ready"


def test_one_click_goes_on_with_a_smaller_rate(qtbot: QtBot, window: MainWindow) -> None:
    run, document = window.services.run, window.services.document
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    for node in document.project.graph.nodes[1:3]:
        document.apply("Activation", edits.set_option, node.id, "activation", "linear")
    document.apply("Rate", edits.set_training, "learning_rate", 30.0)
    qtbot.waitUntil(lambda: run.status is RunStatus.READY, timeout=20_000)
    run.run()
    qtbot.waitUntil(lambda: run.status is RunStatus.FAILED, timeout=20_000)
    (button,) = [b for b in window.notices.findChildren(QPushButton) if b.text() == "Divide η by 10 and go on"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert document.project.training.learning_rate == 3.0
    assert run.status is RunStatus.RUNNING
    run.pause()
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)


def test_data_that_cannot_be_read_are_reported_where_their_panel_is_closed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    document, folder = window.services.document, tmp_path / "nothing"
    folder.mkdir()
    window.settings.trust_folder(str(folder))
    window.workbench.docks["data"].close()
    wanted = document.project.data
    document.apply("Data", edits.set_data, replace(wanted, source="idx", location=str(folder)))
    qtbot.waitUntil(lambda: bool(window.notices.text), timeout=20_000)
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: not window.notices.text, timeout=20_000)


def test_a_fault_of_the_program_is_said_and_the_window_goes_on(window: MainWindow) -> None:
    window.faults.show_fault(RuntimeError("the number of legs is odd"))
    assert "RuntimeError: the number of legs is odd" in window.notices.text
    assert window.isVisible()


def test_a_recovery_folder_that_cannot_be_written_is_reported(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "recovery").write_text("in the way")
    window.services.document.apply("Seed", edits.set_training, "seed", 42)
    window.autosave.keep()
    qtbot.waitUntil(lambda: "recovery" in window.notices.text, timeout=20_000)
