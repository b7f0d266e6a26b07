from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.theme import ThemeService
from designer.widgets.number_field import NumberField, format_number


def _field(qtbot: QtBot, **arguments: object) -> NumberField:
    field = NumberField(**{"minimum": 0, "maximum": 1_000_000, "value": 10, **arguments})  # type: ignore[arg-type]
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    field.selectAll()
    return field


@pytest.mark.parametrize(
    ("typed", "number"),
    [("250", 250), ("12,500", 12500), (" 7 ", 7), ("1000000", 1_000_000)],
)
def test_a_whole_number_is_taken_with_enter(
    qtbot: QtBot, theme: ThemeService, typed: str, number: int
) -> None:
    field = _field(qtbot, integer=True)
    with qtbot.waitSignal(field.changed) as sent:
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert sent.args == [number]
    assert isinstance(sent.args[0], int)


@pytest.mark.parametrize("typed", ["", "abc", "1.5", "1,5", "-1", "1000001", "1e3", "12,50", "nan", "inf"])
def test_what_is_no_whole_number_of_the_range_is_marked_and_never_sent(
    qtbot: QtBot, theme: ThemeService, typed: str
) -> None:
    field = _field(qtbot, integer=True)
    with qtbot.assertNotEmitted(field.changed):
        qtbot.keyClick(field, Qt.Key.Key_Delete)
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    if typed:
        assert field.property("invalid") is True
        assert "1,000,000" in field.toolTip()
    assert field.value == 10


@pytest.mark.parametrize(
    ("typed", "number"), [("0.05", 0.05), ("3", 3.0), ("1e-3", 0.001), ("1,234.5", 1234.5)]
)
def test_a_real_number_is_taken_as_it_is_written(
    qtbot: QtBot, theme: ThemeService, typed: str, number: float
) -> None:
    field = _field(qtbot)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == number


def test_a_decimal_comma_is_refused_and_not_read_as_thousands(qtbot: QtBot, theme: ThemeService) -> None:
    field = _field(qtbot)
    qtbot.keyClicks(field, "0,5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("invalid") is True
    assert "point" in field.toolTip()
    assert field.value == 10.0


def test_leaving_the_field_brings_the_last_good_number_back(qtbot: QtBot, theme: ThemeService) -> None:
    form = QWidget()
    qtbot.addWidget(form)
    row = QHBoxLayout(form)
    field, other = NumberField(0, 100, 10, integer=True), NumberField(0, 1)
    row.addWidget(field)
    row.addWidget(other)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "abc")
    assert field.property("invalid") is True
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    qtbot.waitUntil(other.hasFocus)
    assert field.text() == "10"
    assert field.property("invalid") is False


def test_escape_takes_back_what_was_typed(qtbot: QtBot, theme: ThemeService) -> None:
    field = _field(qtbot, integer=True)
    qtbot.keyClicks(field, "99")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "10"


def test_up_and_down_move_a_whole_number_by_one_and_with_shift_by_ten(
    qtbot: QtBot, theme: ThemeService
) -> None:
    field = _field(qtbot, integer=True)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == 11
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert field.value == 1
    qtbot.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert field.value == 0


@pytest.mark.parametrize(("start", "after"), [(3.0, 3.1), (0.05, 0.051), (40.0, 41.0)])
def test_up_moves_a_real_number_in_its_second_figure(
    qtbot: QtBot, theme: ThemeService, start: float, after: float
) -> None:
    field = _field(qtbot, value=start)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == after


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3.0, "3.0"),
        (0.1, "0.1"),
        (60000, "60,000"),
        (1e-05, "1e\N{MINUS SIGN}5"),
        (-0.5, "\N{MINUS SIGN}0.5"),
        (1 / 3, "0.3333333333333333"),
    ],
)
def test_numbers_are_shown_exactly(number: float, text: str) -> None:
    assert format_number(number) == text


def test_what_is_shown_can_be_typed_again(qtbot: QtBot, theme: ThemeService) -> None:
    field = _field(qtbot, minimum=-1e9, maximum=1e9)
    for number in (1e-05, -0.25, 123456.0, 0.1 + 0.2):
        field.set_value(number)
        assert field._parsed() == number
