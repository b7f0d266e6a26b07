from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.errors import ProjectFileError
from core.project.templates import TEMPLATES
from core.storage.writer import write_project
from designer.app import picture_of_window, start
from designer.main_window import MainWindow
from designer.settings import Settings
from designer.theme import DARK, LIGHT, ThemeService


@pytest.fixture
def new_window(
    qtbot: QtBot, theme: ThemeService, own_settings: Settings, tmp_path: Path
) -> Iterator[MainWindow]:
    window = MainWindow(own_settings, theme, tmp_path / "recovery")
    window.show()
    yield window
    window.services.document.undo_stack.setClean()
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_first_start_shows_the_sample_ready_to_run(qtbot: QtBot, new_window: MainWindow) -> None:
    start(new_window, None)
    assert new_window.run_bar.isVisible()
    assert new_window.windowTitle() == "Digit reader – Layerloom"
    qtbot.waitUntil(new_window.run_bar.run_button.isEnabled, timeout=20_000)
    qtbot.waitUntil(lambda: new_window.status_line.texts()[0] == "Ready", timeout=20_000)
    assert not new_window.services.document.modified


def test_a_later_start_shows_the_start_page_if_that_was_chosen(new_window: MainWindow) -> None:
    new_window.settings.set_bytes("geometry", new_window.saveGeometry())
    new_window.settings.show_welcome = True
    start(new_window, None)
    assert new_window.welcome.isVisible() and not new_window.run_bar.isVisible()


def test_a_named_project_is_opened(new_window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "links.h5"
    write_project(TEMPLATES["skip_links"].build(), path)
    start(new_window, path)
    assert new_window.windowTitle() == "links.h5 – Layerloom"


def test_a_named_file_that_is_no_project_is_reported_in_the_window(
    new_window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.h5"
    path.write_text("nothing of ours")
    start(new_window, path)
    assert "wrong.h5" in new_window.notices.text
    assert new_window.run_bar.isVisible()


@pytest.mark.parametrize("theme_name", ["light", "dark"])
def test_the_picture_shows_the_whole_window_in_its_theme(
    qtbot: QtBot, tmp_path: Path, theme_name: str
) -> None:
    project, out = tmp_path / "mine.h5", tmp_path / "window.png"
    write_project(TEMPLATES["digit_reader"].build(), project)
    picture_of_window(project, out, theme=theme_name, size=(1280, 720))
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1280, 720)
    panel = LIGHT.panel if theme_name == "light" else DARK.panel
    assert image.pixelColor(600, 30).name().upper() == panel
    colours = {image.pixelColor(x, y).name() for x in range(0, 1280, 4) for y in range(0, 720, 4)}
    assert len(colours) > 30


def test_the_picture_of_a_file_that_is_no_project_is_refused(qtbot: QtBot, tmp_path: Path) -> None:
    project = tmp_path / "mine.h5"
    project.write_text("nothing of ours")
    with pytest.raises(ProjectFileError):
        picture_of_window(project, tmp_path / "window.png")


def test_the_picture_leaves_the_users_settings_alone(
    qtbot: QtBot, tmp_path: Path, own_settings: Settings
) -> None:
    project = tmp_path / "mine.h5"
    write_project(TEMPLATES["digit_reader"].build(), project)
    users = Settings()
    before = (users.recent_files, users.bytes("geometry"), users.theme)
    picture_of_window(project, tmp_path / "window.png", size=(1100, 700))
    assert (users.recent_files, users.bytes("geometry"), users.theme) == before
