from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.project import edits
from core.storage.reader import read_project
from designer.dialogs.unsaved import Answer
from designer.main_window import MainWindow
from designer.shell import project_files
from tests.designer.long_runs import train_without_end


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The folder of the recovery copies."""
    return tmp_path / "recovery"


def _copy(copies: Path) -> Path | None:
    found = list(copies.glob("*.h5")) if copies.is_dir() else []
    return found[0] if len(found) == 1 else None


def _set_seed(window: MainWindow, seed: int) -> None:
    window.services.document.apply("Seed", edits.set_training, "seed", seed)


def test_an_edit_is_kept_within_ten_seconds_however_many_follow(qtbot: QtBot, window: MainWindow) -> None:
    timer = window.autosave._edited
    assert not timer.isActive()
    _set_seed(window, 2)
    assert timer.isActive() and timer.interval() <= 9_000
    due = timer.id()
    for seed in range(3, 30):
        _set_seed(window, seed)
    # Still the timer of the first edit: a stream of edits must not put the copy off for ever.
    assert timer.id() == due


def test_the_copy_holds_the_document_as_it_is(qtbot: QtBot, window: MainWindow, copies: Path) -> None:
    _set_seed(window, 7)
    window.autosave._edited.timeout.emit()
    qtbot.waitUntil(lambda: _copy(copies) is not None, timeout=20_000)
    copy = _copy(copies)
    assert copy is not None
    assert read_project(copy).project.training.seed == 7


def test_training_is_kept_every_half_minute_without_stopping_it(
    qtbot: QtBot, window: MainWindow, copies: Path
) -> None:
    run, timer = window.services.run, window.autosave._training
    train_without_end(window.services.document)
    qtbot.waitUntil(lambda: run.snapshot is not None, timeout=20_000)
    run.run()
    assert timer.isActive() and timer.interval() <= 30_000
    qtbot.waitUntil(lambda: run.snapshot.iteration > 100, timeout=20_000)
    timer.timeout.emit()
    qtbot.waitUntil(lambda: _copy(copies) is not None, timeout=20_000)
    assert run.running
    copy = _copy(copies)
    assert copy is not None
    state = read_project(copy).project.state
    assert state is not None and state.position.iteration > 100
    run.pause()
    qtbot.waitUntil(lambda: not run.running, timeout=20_000)
    assert not timer.isActive()


def test_nothing_is_kept_of_a_document_without_changes(qtbot: QtBot, window: MainWindow, copies: Path) -> None:
    window.autosave.keep()
    window.background.shutdown()
    assert not copies.exists()


def test_the_copy_goes_when_another_project_is_shown(qtbot: QtBot, window: MainWindow, copies: Path) -> None:
    _set_seed(window, 7)
    window.autosave.keep()
    qtbot.waitUntil(lambda: _copy(copies) is not None, timeout=20_000)
    window.services.document.undo_stack.undo()
    window.start_template("empty")
    qtbot.waitUntil(lambda: not list(copies.iterdir()), timeout=20_000)


def test_the_copy_goes_when_the_window_is_closed_without_saving(
    qtbot: QtBot, window: MainWindow, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_files, "ask_unsaved", lambda *_arguments: Answer.DISCARD)
    _set_seed(window, 7)
    window.autosave.keep()
    qtbot.waitUntil(lambda: _copy(copies) is not None, timeout=20_000)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not list(copies.iterdir())


def test_a_copy_that_is_being_written_when_the_window_closes_is_deleted_too(
    qtbot: QtBot, window: MainWindow, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_files, "ask_unsaved", lambda *_arguments: Answer.DISCARD)
    _set_seed(window, 7)
    window.autosave.keep()
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not copies.is_dir() or not list(copies.iterdir())
