from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from core.project.templates import TEMPLATES
from core.storage.writer import write_project
from designer.settings import Settings
from designer.theme import ThemeService
from designer.welcome.recent_card import RecentCard
from designer.welcome.side_entry import SideEntry
from designer.welcome.welcome_page import WelcomePage


@pytest.fixture
def page(qtbot: QtBot, theme: ThemeService, own_settings: Settings) -> Iterator[WelcomePage]:
    page = WelcomePage(own_settings, theme)
    qtbot.addWidget(page)
    page.resize(1440, 860)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    yield page
    page.shutdown()


def _recent(page: WelcomePage, name: str) -> RecentCard:
    (card,) = [card for card in page.recents.cards if card.text() == name]
    assert isinstance(card, RecentCard)
    return card


def test_there_is_a_card_for_each_template_and_a_click_asks_for_it(qtbot: QtBot, page: WelcomePage) -> None:
    assert [card.text() for card in page.templates.cards] == [template.label for template in TEMPLATES]
    with qtbot.waitSignal(page.template_requested) as asked:
        qtbot.mouseClick(page.templates.cards[1], Qt.MouseButton.LeftButton)
    assert asked.args == [TEMPLATES.keys[1]]


def test_cards_are_reached_with_tab_and_opened_with_enter(qtbot: QtBot, page: WelcomePage) -> None:
    first = next(entry for entry in page.findChildren(SideEntry) if entry.isVisible())
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    reached = []
    for _ in range(12):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        reached.append(page.focusWidget())
    card = page.templates.cards[2]
    assert card in reached
    card.setFocus()
    with qtbot.waitSignal(page.template_requested):
        qtbot.keyClick(card, Qt.Key.Key_Return)


def test_a_recent_project_shows_what_it_holds(
    qtbot: QtBot, page: WelcomePage, own_settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "links.h5"
    write_project(TEMPLATES["skip_links"].build(), path)
    own_settings.add_recent_file(path)
    page.refresh()
    card = _recent(page, "links.h5")
    qtbot.waitUntil(lambda: "not trained yet" in card.accessibleName(), timeout=20_000)
    with qtbot.waitSignal(page.file_requested) as asked:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert asked.args == [path]


def test_a_project_that_is_gone_is_grey_and_says_so(
    qtbot: QtBot, page: WelcomePage, own_settings: Settings, tmp_path: Path
) -> None:
    own_settings.add_recent_file(tmp_path / "gone.h5")
    page.refresh()
    card = _recent(page, "gone.h5")
    qtbot.waitUntil(lambda: not card.isEnabled(), timeout=20_000)
    assert "not found" in card.accessibleName()


def test_a_damaged_project_is_grey_and_the_tooltip_says_why(
    qtbot: QtBot, page: WelcomePage, own_settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "broken.h5"
    write_project(TEMPLATES["digit_reader"].build(), path)
    os.truncate(path, path.stat().st_size - 100)
    own_settings.add_recent_file(path)
    page.refresh()
    card = _recent(page, "broken.h5")
    qtbot.waitUntil(lambda: not card.isEnabled(), timeout=20_000)
    assert "damaged" in card.toolTip()


def test_without_recent_projects_their_heading_is_not_shown(page: WelcomePage) -> None:
    page.refresh()
    assert not page._recent_head.isVisible()


def test_an_answer_for_a_card_that_is_gone_is_dropped(
    qtbot: QtBot, page: WelcomePage, own_settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "links.h5"
    write_project(TEMPLATES["skip_links"].build(), path)
    own_settings.add_recent_file(path)
    for _ in range(3):
        page.refresh()
    qtbot.waitUntil(lambda: "not trained yet" in _recent(page, "links.h5").accessibleName(), timeout=20_000)


def test_whether_the_page_opens_at_the_start_is_kept(
    qtbot: QtBot, page: WelcomePage, own_settings: Settings
) -> None:
    (box,) = page.findChildren(QCheckBox)
    before = own_settings.show_welcome
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() * 0.1)
    assert own_settings.show_welcome is not before


@pytest.mark.parametrize("width", [960, 1100, 1280, 1440, 1920])
def test_cards_stay_inside_the_page(qtbot: QtBot, page: WelcomePage, width: int) -> None:
    page.resize(width, 700)
    qtbot.waitUntil(lambda: page.templates.width() > 0 and page.width() == width)
    for card in page.templates.cards:
        assert card.geometry().right() < page.templates.width()
        assert card.width() >= 190
        assert card.geometry().bottom() < page.templates.height()
