from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from pytestqt.qtbot import QtBot

from designer.main_window import MainWindow
from designer.shell.theme_choice import theme_name
from designer.theme import DARK, LIGHT


def _ground(window: MainWindow) -> str:
    """Colour of the toolbar as it is painted."""
    image = window.run_bar.grab().toImage()
    return image.pixelColor(2, 2).name().upper()


def test_the_menu_switches_the_whole_window_at_once_and_keeps_the_choice(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert _ground(window) == DARK.panel
    window.actions_table["view.light"].trigger()
    assert _ground(window) == LIGHT.panel
    assert window.palette().color(QPalette.ColorRole.WindowText).name().upper() == LIGHT.text
    assert window.settings.theme == "light"
    window.actions_table["view.dark"].trigger()
    assert _ground(window) == DARK.panel


def test_one_shortcut_switches_there_and_back(qtbot: QtBot, window: MainWindow) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_L, keys)
    assert _ground(window) == LIGHT.panel
    assert window.actions_table["view.light"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_L, keys)
    assert _ground(window) == DARK.panel


def test_the_start_page_offers_the_same_choice(qtbot: QtBot, window: MainWindow) -> None:
    window.show_welcome()
    qtbot.mouseClick(window.welcome._theme_choice.button("light"), Qt.MouseButton.LeftButton)
    assert window.services.theme.current is LIGHT
    assert window.actions_table["view.light"].isChecked()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_fixed_choice_does_not_ask_the_desktop(choice: str) -> None:
    assert theme_name(choice) == choice


def test_auto_follows_the_desktop(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Light

        def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802 (Qt's name)
            return self.scheme

    hints = Hints()
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: hints)
    assert theme_name("auto") == "light"
    hints.scheme = Qt.ColorScheme.Dark
    assert theme_name("auto") == "dark"
