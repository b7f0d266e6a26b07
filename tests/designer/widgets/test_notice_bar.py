from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from designer.theme import ThemeService
from designer.widgets.notice_bar import NoticeBar, Tone


@pytest.fixture
def bar(qtbot: QtBot, theme: ThemeService) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.resize(900, 40)
    return bar


def test_a_choice_closes_the_bar_and_then_acts(qtbot: QtBot, bar: NoticeBar) -> None:
    seen: list[str] = []
    bar.show_notice("It went wrong.", Tone.ERROR, [("Try again", lambda: seen.append(bar.text))])
    (button,) = [b for b in bar.findChildren(QPushButton) if b.text() == "Try again"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert seen == [""]


def test_a_choice_may_show_the_next_notice(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_notice("First.", Tone.INFO, [("Next", lambda: bar.show_notice("Second.", Tone.WARNING))])
    (button,) = [b for b in bar.findChildren(QPushButton) if b.text() == "Next"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bar.text == "Second."


def test_escape_closes_it(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_notice("It went wrong.", Tone.ERROR)
    with qtbot.waitSignal(bar.closed):
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.text == ""


def test_only_the_matter_that_is_settled_is_withdrawn(bar: NoticeBar) -> None:
    bar.show_notice("The data cannot be read.", Tone.ERROR, key="data")
    bar.withdraw("run")
    assert bar.text
    bar.withdraw("data")
    assert not bar.text


def test_a_long_notice_wraps_and_is_not_cut_off(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_notice("word " * 80, Tone.ERROR, [("Save as…", lambda: None)])
    qtbot.waitExposed(bar)
    assert bar.heightForWidth(900) > 60


def test_text_with_angle_brackets_is_shown_as_text(bar: NoticeBar) -> None:
    bar.show_notice("<b>not</b> bold", Tone.INFO)
    assert bar._label.textFormat() is Qt.TextFormat.PlainText


def test_of_two_notices_in_a_row_only_the_buttons_of_the_second_are_in_sight(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_notice("First.", Tone.INFO, [("Recover", lambda: None)])
    QApplication.processEvents()
    bar.show_notice("Second.", Tone.INFO, [("Recover", lambda: None)])
    QApplication.processEvents()
    assert len([b for b in bar.findChildren(QPushButton) if b.text() == "Recover" and b.isVisible()]) == 1
