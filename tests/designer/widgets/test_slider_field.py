from __future__ import annotations

import math

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from designer.theme import ThemeService
from designer.widgets.slider_field import SliderField


def _shown(qtbot: QtBot, field: SliderField) -> SliderField:
    qtbot.addWidget(field)
    field.resize(300, 30)
    field.show()
    qtbot.waitExposed(field)
    return field


def test_the_middle_of_a_logarithmic_slider_is_the_geometric_mean(qtbot: QtBot, theme: ThemeService) -> None:
    field = _shown(qtbot, SliderField(0, 1e6, 1.0, logarithmic=True, slider_range=(1e-4, 100.0)))
    field.slider.setValue(field.slider.maximum() // 2)
    assert field.value == float(f"{math.sqrt(1e-4 * 100.0):.2g}")


def test_dragging_says_so_until_the_mouse_lets_go(qtbot: QtBot, theme: ThemeService) -> None:
    field = _shown(qtbot, SliderField(0, 100, 0, integer=True))
    sent: list[tuple[object, bool]] = []
    field.changed.connect(lambda value, dragging: sent.append((value, dragging)))
    slider = field.slider
    middle = slider.height() // 2
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(7, middle))
    for x in range(20, 180, 20):
        qtbot.mouseMove(slider, QPoint(x, middle))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(180, middle))
    values = [value for value, _ in sent]
    assert values == sorted(values) and values[-1] > 50  # type: ignore[operator, type-var]
    assert all(dragging for _, dragging in sent[:-1])
    assert sent[-1] == (field.value, False)


def test_a_number_beyond_the_slider_can_be_typed(qtbot: QtBot, theme: ThemeService) -> None:
    field = _shown(qtbot, SliderField(1, 100_000, 15, integer=True, slider_range=(1, 100)))
    field.field.setFocus()
    field.field.selectAll()
    with qtbot.waitSignal(field.changed) as sent:
        qtbot.keyClicks(field.field, "5000")
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert sent.args == [5000, False]
    assert field.slider.value() == field.slider.maximum()


def test_showing_a_number_announces_nothing(qtbot: QtBot, theme: ThemeService) -> None:
    field = _shown(qtbot, SliderField(0, 10, 5.0))
    with qtbot.assertNotEmitted(field.changed):
        field.set_value(7.25)
    assert field.value == 7.25
