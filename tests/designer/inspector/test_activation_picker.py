from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from core.numerics.activations import ACTIVATIONS
from core.options import Choice, ChoiceOption
from designer.theme import ThemeService
from designer.widgets.activation_picker import ActivationPicker

KEYS = list(ACTIVATIONS.keys)


@pytest.fixture
def picker(qtbot: QtBot, theme: ThemeService) -> ActivationPicker:
    choices = tuple(Choice(activation.key, activation.label) for activation in ACTIVATIONS)
    made = ActivationPicker(ChoiceOption(key="activation", label="Activation", default=KEYS[0], choices=choices))
    qtbot.addWidget(made)
    made.resize(36 * len(KEYS), 24)
    made.set_value(KEYS[0])
    made.show()
    qtbot.waitExposed(made)
    return made


def visible(picker: ActivationPicker) -> list[QToolButton]:
    return [button for button in picker.findChildren(QToolButton) if button.isVisible()]


def test_all_functions_are_in_sight_where_there_is_room(picker: ActivationPicker) -> None:
    assert visible(picker) == [picker.button(key) for key in KEYS]


def test_a_click_and_arrow_keys_choose(picker: ActivationPicker, qtbot: QtBot) -> None:
    edited: list[object] = []
    picker.edited.connect(lambda value, _merge: edited.append(value))

    QTest.mouseClick(picker.button(KEYS[1]), Qt.MouseButton.LeftButton)
    QTest.keyClick(picker.button(KEYS[1]), Qt.Key.Key_Right)

    assert edited == [KEYS[1], KEYS[2]]
    assert picker.current == KEYS[2]


def test_a_second_click_on_the_chosen_function_changes_nothing(picker: ActivationPicker) -> None:
    edited: list[object] = []
    picker.edited.connect(lambda value, _merge: edited.append(value))

    QTest.mouseClick(picker.button(KEYS[0]), Qt.MouseButton.LeftButton)

    assert edited == []


def test_where_room_is_short_a_menu_holds_all(picker: ActivationPicker) -> None:
    picker.resize(3 * 36, 24)
    edited: list[object] = []
    picker.edited.connect(lambda value, _merge: edited.append(value))
    assert len(visible(picker)) == 3
    more = visible(picker)[-1]

    menu = picker.menu()
    assert [action.text() for action in menu.actions()] == [activation.label for activation in ACTIVATIONS]
    menu.actions()[-1].trigger()

    assert edited == [KEYS[-1]]
    assert more.isChecked(), "the menu's button stands for the chosen function"
    menu.deleteLater()


def test_the_menu_opens_at_its_button(picker: ActivationPicker, qtbot: QtBot) -> None:
    picker.resize(3 * 36, 24)
    more = visible(picker)[-1]

    QTest.mouseClick(more, Qt.MouseButton.LeftButton)

    menu = picker.open_menu
    assert menu is not None and menu.isVisible()
    assert not more.isChecked(), "opening the menu chooses nothing"
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: picker.open_menu is None)
