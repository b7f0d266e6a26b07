"""Somebody who presses anything at any time: nothing may raise, hang or be left behind."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QMenu, QMenuBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from designer.dialogs.unsaved import Answer
from designer.main_window import MainWindow
from designer.shell import project_files

KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right),
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_1, Qt.Key.Key_A, Qt.Key.Key_Delete, Qt.Key.Key_Backspace),
)
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 5,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
EVENTS = 200


class RandomHands:
    """Chooses actions, clicks, drags and keys; modal dialogs and popups are closed at once."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self._window, self._chance = window, random.Random(seed)
        self._actions = [key for key, _ in window.actions_table if key != "file.quit"]

    def do_something(self) -> None:
        """Make one move."""
        move = self._chance.choices((self._trigger, self._click, self._type), (7, 5, 5))[0]
        move()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible():
                widget.reject()
        if self._chance.random() < 0.2:
            QApplication.processEvents()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _trigger(self) -> None:
        self._window.actions_table[self._chance.choice(self._actions)].trigger()

    def _click(self) -> None:
        widget = self._chance.choice(self._targets())
        button = self._chance.choice((Qt.MouseButton.LeftButton,) * 4 + (Qt.MouseButton.RightButton,))
        start, end = self._place(widget), self._place(widget)
        if self._chance.random() < 0.3:
            QTest.mousePress(widget, button, pos=start)
            QTest.mouseMove(widget, end)
            QTest.mouseRelease(widget, button, pos=end)
        else:
            QTest.mouseClick(widget, button, pos=start)

    def _type(self) -> None:
        target = QApplication.focusWidget() or self._window
        QTest.keyClick(target, self._chance.choice(KEYS), self._chance.choice(MODIFIERS))

    def _targets(self) -> list[QWidget]:
        return [
            widget
            for widget in self._window.findChildren(QWidget)
            if widget.isVisible() and not widget.visibleRegion().isEmpty() and not _opens_a_popup(widget)
        ]

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(self._chance.randrange(widget.width()), self._chance.randrange(widget.height()))


def _opens_a_popup(widget: QWidget) -> bool:
    """Whether a click would wait for a choice from a list of its own."""
    with_menu = isinstance(widget, QToolButton) and widget.menu() is not None
    return with_menu or isinstance(widget, (QComboBox, QMenu, QMenuBar))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_hands_break_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    answers = random.Random(seed)
    other = tmp_path / "other.h5"
    monkeypatch.setattr(
        project_files, "ask_unsaved", lambda *_a: answers.choice((Answer.DISCARD, Answer.CANCEL))
    )
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_a: (answers.choice(("", str(other))), ""))
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: dialog.deleteLater())
    monkeypatch.setattr(QMenu, "exec", lambda *_a: None)
    qtbot.waitUntil(lambda: window.services.run.snapshot is not None, timeout=20_000)
    before = len(QApplication.allWidgets())
    hands = RandomHands(window, seed)
    for _ in range(EVENTS):
        hands.do_something()
    assert window.isVisible()
    assert sum(thread.name == "training" for thread in threading.enumerate()) <= 1
    window.services.run.shutdown()
    window.services.document.undo_stack.setClean()
    window.start_template("digit_reader")
    window.services.selection.select()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: window.services.run.snapshot is not None, timeout=20_000)
    # Menus, cards and forms that came and went are gone.
    assert len(QApplication.allWidgets()) < before + 250
