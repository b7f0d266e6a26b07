from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from core.project.templates import TEMPLATES
from core.storage.reader import read_project
from core.storage.writer import write_project
from designer.main_window import MainWindow
from tests.designer.long_runs import train_without_end
from tests.designer.shell.conftest import OpenWindow


def _add_layer(window: MainWindow) -> None:
    window.services.document.apply("Add Dense", edits.add_node, "dense", (0.0, 300.0))


def _answer(qtbot: QtBot, button_text: str) -> list[str]:
    """Click this button of the next question; the list gets what the question was."""
    asked: list[str] = []

    def click() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, click)
            return
        asked.append(box.text())
        (button,) = [b for b in box.buttons() if b.text().replace("&", "") == button_text]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(20, click)
    return asked


def _notice_button(window: MainWindow, text: str) -> QPushButton:
    (button,) = [b for b in window.notices.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    return button


def _choose_name(monkeypatch: pytest.MonkeyPatch, kind: str, path: Path) -> None:
    """Let the file dialog of the desktop return this name."""
    monkeypatch.setattr(QFileDialog, kind, lambda *_arguments: (str(path), ""))


@pytest.fixture
def saved(window: MainWindow, tmp_path: Path) -> Path:
    """The file of the window's document."""
    path = tmp_path / "mine.h5"
    window.services.document.save(path)
    return path


def test_a_dot_marks_what_is_not_saved(window: MainWindow, saved: Path) -> None:
    assert window.windowTitle() == "mine.h5 – Layerloom"
    _add_layer(window)
    assert window.windowTitle() == "mine.h5 • – Layerloom"
    window.services.document.undo_stack.undo()
    assert window.windowTitle() == "mine.h5 – Layerloom"


def test_ctrl_s_saves_and_the_dot_goes(qtbot: QtBot, window: MainWindow, saved: Path) -> None:
    _add_layer(window)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert window.windowTitle() == "mine.h5 – Layerloom"
    assert read_project(saved).project.graph == window.services.document.project.graph


def test_closing_with_changes_asks_and_cancel_keeps_the_window_open(
    qtbot: QtBot, window: MainWindow, saved: Path
) -> None:
    _add_layer(window)
    asked = _answer(qtbot, "Cancel")
    window.close()
    assert asked and "mine.h5" in asked[0]
    assert window.isVisible()
    assert window.services.document.modified


def test_escape_means_cancel(qtbot: QtBot, window: MainWindow, saved: Path) -> None:
    _add_layer(window)

    def press_escape() -> None:
        box = QApplication.activeModalWidget()
        if box is None:
            QTimer.singleShot(20, press_escape)
        else:
            qtbot.keyClick(box, Qt.Key.Key_Escape)

    QTimer.singleShot(20, press_escape)
    window.close()
    assert window.isVisible()


def test_closing_with_dont_save_leaves_the_file_as_it_was(
    qtbot: QtBot, window: MainWindow, saved: Path
) -> None:
    before = saved.read_bytes()
    _add_layer(window)
    _answer(qtbot, "Don't save")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert saved.read_bytes() == before


def test_closing_with_save_writes_the_file_first(qtbot: QtBot, window: MainWindow, saved: Path) -> None:
    _add_layer(window)
    _answer(qtbot, "Save")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert len(read_project(saved).project.graph.nodes) == 5


def test_a_failed_save_keeps_the_window_open_and_says_why(
    qtbot: QtBot, window: MainWindow, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_layer(window)
    window.services.document.save(saved)
    _add_layer(window)
    saved.unlink()
    saved.mkdir()
    _answer(qtbot, "Save")
    window.close()
    qtbot.waitUntil(lambda: bool(window.notices.text))
    assert window.isVisible() and window.services.document.modified
    assert "mine.h5" in window.notices.text
    assert _notice_button(window, "Save as…")


def test_closing_an_unchanged_document_asks_nothing(qtbot: QtBot, window: MainWindow, saved: Path) -> None:
    window.close()
    assert not window.isVisible()


def test_closing_while_it_trains_stops_and_saves_all_that_was_learnt(
    qtbot: QtBot, window: MainWindow, saved: Path
) -> None:
    train_without_end(window.services.document)
    qtbot.waitUntil(lambda: window.services.run.snapshot is not None, timeout=20_000)
    qtbot.mouseClick(window.run_bar.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _iterations(window) > 100, timeout=20_000)
    _answer(qtbot, "Save")
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    state, held = read_project(saved).project.state, window.services.document.project.state
    assert state is not None and held is not None
    assert state.position.iteration == held.position.iteration > 100


def _iterations(window: MainWindow) -> int:
    snapshot = window.services.run.snapshot
    return 0 if snapshot is None else snapshot.iteration


def test_a_file_changed_by_another_program_is_not_overwritten_unasked(
    qtbot: QtBot, window: MainWindow, saved: Path
) -> None:
    write_project(Project(), saved)
    foreign = saved.read_bytes()
    _add_layer(window)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "changed by another program" in window.notices.text
    assert saved.read_bytes() == foreign
    qtbot.mouseClick(_notice_button(window, "Overwrite"), Qt.MouseButton.LeftButton)
    assert len(read_project(saved).project.graph.nodes) == 5
    assert not window.notices.text


def test_save_as_from_the_notice_leaves_the_foreign_file_alone(
    qtbot: QtBot, window: MainWindow, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(Project(), saved)
    foreign = saved.read_bytes()
    _add_layer(window)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    _choose_name(monkeypatch, "getSaveFileName", saved.with_name("other"))
    qtbot.mouseClick(_notice_button(window, "Save as…"), Qt.MouseButton.LeftButton)
    assert saved.read_bytes() == foreign
    assert len(read_project(saved.with_name("other.h5")).project.graph.nodes) == 5
    assert window.windowTitle() == "other.h5 – Layerloom"


def test_open_reads_the_file_and_remembers_it(
    qtbot: QtBot, window: MainWindow, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "links.h5"
    write_project(TEMPLATES["skip_links"].build(), other)
    _choose_name(monkeypatch, "getOpenFileName", other)
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window.windowTitle() == "links.h5 – Layerloom"
    assert len(window.services.document.project.graph.links) == 4
    assert window.settings.recent_files[0] == other


def test_open_recent_lists_the_newest_first_and_opens_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("a.h5", "b.h5")]
    for path in paths:
        write_project(TEMPLATES["skip_links"].build(), path)
        window.files.open(path)
    gone = tmp_path / "gone.h5"
    window.settings.add_recent_file(gone)
    menu = window._recent_menu
    menu.aboutToShow.emit()
    entries = {action.text().split("  ")[-1]: action for action in menu.actions()}
    assert list(entries) == ["gone.h5", "b.h5", "a.h5"]
    assert not entries["gone.h5"].isEnabled()
    entries["a.h5"].trigger()
    assert window.windowTitle() == "a.h5 – Layerloom"


def test_a_file_that_is_no_project_is_refused_in_place_and_the_document_stays(
    qtbot: QtBot, window: MainWindow, saved: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.h5"
    wrong.write_bytes(b"nothing of ours" * 100)
    window.files.open(wrong)
    assert "wrong.h5" in window.notices.text
    assert "not a Layerloom project" in window.notices.text
    assert _notice_button(window, "Open another…")
    assert window.windowTitle() == "mine.h5 – Layerloom"
    assert QApplication.activeModalWidget() is None


def _drag(window: MainWindow, *paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


@pytest.mark.parametrize("target", ["window", "canvas"])
def test_a_project_dropped_on_the_window_is_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, target: str
) -> None:
    path = tmp_path / "dropped.h5"
    write_project(TEMPLATES["skip_links"].build(), path)
    data, where = _drag(window, path), QPoint(700, 300)
    widget = window if target == "window" else window.childAt(where)
    assert widget is not None
    place = widget.mapFrom(window, where)
    left, no_keys, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(place, copy, data, left, no_keys)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(place, copy, data, left, no_keys))
    assert window.windowTitle() == "dropped.h5 – Layerloom"


@pytest.mark.parametrize("names", [["picture.png"], ["a.h5", "b.h5"], []])
def test_anything_else_is_not_taken(qtbot: QtBot, window: MainWindow, tmp_path: Path, names: list[str]) -> None:
    data = _drag(window, *(tmp_path / name for name in names))
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()


def test_new_starts_an_empty_canvas_after_asking(qtbot: QtBot, window: MainWindow, saved: Path) -> None:
    _add_layer(window)
    asked = _answer(qtbot, "Don't save")
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.services.document.project.graph.nodes)
    assert asked
    assert window.windowTitle() == "Untitled – Layerloom"


def test_what_a_dead_program_left_behind_is_offered_and_comes_back_unsaved(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    first = open_window()
    first.start_template("digit_reader")
    path = tmp_path / "mine.h5"
    first.services.document.save(path)
    _add_layer(first)
    first.autosave.keep()
    qtbot.waitUntil(lambda: len(list((tmp_path / "recovery").glob("*.h5"))) == 1)
    _die(first)

    second = open_window()
    second.show_welcome()
    second.recovery.look()
    qtbot.waitUntil(second.welcome.recovery.isVisible, timeout=20_000)
    (button,) = [b for b in second.welcome.recovery.findChildren(QPushButton) if b.text() == "Recover"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(second.services.document.project.graph.nodes) == 5, timeout=20_000)
    assert second.windowTitle() == "mine.h5 • – Layerloom"
    assert len(read_project(path).project.graph.nodes) == 4
    second.services.document.undo_stack.undo()
    assert len(second.services.document.project.graph.nodes) == 4


def test_a_start_without_the_start_page_offers_recovery_over_the_workbench(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    first = open_window()
    first.start_template("digit_reader")
    _add_layer(first)
    first.autosave.keep()
    qtbot.waitUntil(lambda: len(list((tmp_path / "recovery").glob("*.h5"))) == 1)
    _die(first)

    second = open_window()
    second.start_template("digit_reader")
    second.recovery.look()
    qtbot.waitUntil(lambda: "was not closed cleanly" in second.notices.text, timeout=20_000)
    second.show_welcome()
    assert not second.notices.text, "the start page offers it itself"
    assert second.welcome.recovery.isVisible()
    second.show_workbench()
    second.recovery.look()
    qtbot.waitUntil(lambda: bool(second.notices.text), timeout=20_000)
    (button,) = [b for b in second.notices.findChildren(QPushButton) if b.text() == "Recover" and b.isVisible()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(second.services.document.project.graph.nodes) == 5, timeout=20_000)
    assert not second.notices.text


def test_escape_leads_from_the_start_page_back_to_the_open_project(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    window.show_welcome()
    assert not window.welcome.back.isVisible(), "there is nothing to go back to"
    window.start_template("digit_reader")
    window.show_welcome()
    assert window.welcome.back.text() == "Back to Digit reader"
    qtbot.keyClick(window.welcome, Qt.Key.Key_Escape)
    assert window.workbench.isVisible() and not window.welcome.isVisible()
    window.show_welcome()
    qtbot.mouseClick(window.welcome.back, Qt.MouseButton.LeftButton)
    assert window.workbench.isVisible()


def _die(window: MainWindow) -> None:
    """End a window as a crash would: its recovery copy stays, its lock is released by the system."""
    lock = window.autosave._file._lock
    assert lock is not None
    window.autosave._file._lock = None
    os.close(lock._file)


def test_a_discarded_copy_is_not_offered_again(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    first = open_window()
    first.start_template("digit_reader")
    _add_layer(first)
    first.autosave.keep()
    qtbot.waitUntil(lambda: len(list((tmp_path / "recovery").glob("*.h5"))) == 1)
    _die(first)
    second = open_window()
    second.show_welcome()
    second.recovery.look()
    qtbot.waitUntil(second.welcome.recovery.isVisible, timeout=20_000)
    (button,) = [b for b in second.welcome.recovery.findChildren(QPushButton) if b.text() == "Discard"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not second.welcome.recovery.isVisible()
    looked: list[object] = []
    second.recovery.offered.connect(looked.append)
    second.recovery.look()
    qtbot.waitUntil(lambda: looked == [None], timeout=20_000)


def test_the_recovery_copy_goes_when_the_work_is_saved(
    qtbot: QtBot, window: MainWindow, saved: Path, tmp_path: Path
) -> None:
    _add_layer(window)
    window.autosave.keep()
    copies = tmp_path / "recovery"
    qtbot.waitUntil(lambda: len(list(copies.glob("*.h5"))) == 1)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not list(copies.iterdir()))
