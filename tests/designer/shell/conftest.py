"""A real window with services of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.main_window import MainWindow
from designer.settings import Settings
from designer.theme import ThemeService

OpenWindow = Callable[[], MainWindow]


@pytest.fixture
def open_window(
    qtbot: QtBot, theme: ThemeService, own_settings: Settings, tmp_path: Path
) -> Iterator[OpenWindow]:
    """Open windows that share settings and recovery folder, as starts one after the other do."""
    windows: list[MainWindow] = []

    def open_one() -> MainWindow:
        window = MainWindow(own_settings, theme, tmp_path / "recovery")
        windows.append(window)
        window.resize(1440, 900)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    yield open_one
    for window in windows:
        close_unasked(window)
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    """A window with the sample project."""
    window = open_window()
    window.start_template("digit_reader")
    return window


def close_unasked(window: MainWindow) -> None:
    """Close a window without the question whether to save."""
    window.services.run.shutdown()
    window.services.document.undo_stack.setClean()
    window.close()
