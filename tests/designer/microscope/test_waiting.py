"""The first iteration of a network may take seconds to be made: the window lives on, and says what it waits for."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.errors import DataError
from designer.main_window import MainWindow
from designer.microscope import service
from designer.microscope.iterations import Iterations
from designer.microscope.waiting import awaited
from tests.designer.shell.conftest import OpenWindow, open_window  # noqa: F401 (a fixture)

PATIENCE_MS = 20_000


def test_the_window_lives_on_while_long_work_is_done(qapp: QApplication) -> None:
    go_on, told = threading.Event(), []
    QTimer.singleShot(0, go_on.set)
    assert awaited(lambda: go_on.wait(10.0), lambda: told.append("begin"), lambda: told.append("end"))
    assert told == ["begin", "end"], "only an event loop that runs can have set it"


def test_short_work_is_simply_done_and_errors_come_through(qapp: QApplication) -> None:
    told: list[str] = []
    assert awaited(lambda: 7, lambda: told.append("begin"), lambda: told.append("end")) == 7

    def fails() -> None:
        raise DataError("no rows")

    with pytest.raises(DataError, match="no rows"):
        awaited(fails, lambda: told.append("begin"), lambda: told.append("end"))
    assert told == []


def test_it_is_said_what_is_waited_for(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    window: MainWindow = open_window()
    window.start_template("xor")
    qtbot.waitUntil(lambda: window.services.run.blocked_reason is None, timeout=PATIENCE_MS)
    go_on, seen = threading.Event(), []

    class Slow(Iterations):
        def trace(self, number: int):  # type: ignore[no-untyped-def]
            go_on.wait(10.0)
            return super().trace(number)

    def look() -> None:
        seen.append(window.notices.text)
        go_on.set()

    monkeypatch.setattr(service, "Iterations", Slow)
    window.microscope.microscope.prepares.connect(lambda waits: QTimer.singleShot(0, look) if waits else None)
    window.microscope.microscope.open()
    assert window.microscope.microscope.is_open
    assert len(seen) == 1 and "first time only" in seen[0]
    assert "first time only" not in window.notices.text
