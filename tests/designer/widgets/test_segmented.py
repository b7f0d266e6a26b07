from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from designer.theme import ThemeService
from designer.widgets.segmented import SegmentedControl


@pytest.fixture
def control(qtbot: QtBot, theme: ThemeService) -> SegmentedControl:
    control = SegmentedControl([("a", "weight"), ("b", "contribution"), ("c", "gradient")])
    qtbot.addWidget(control)
    with qtbot.waitActive(control):
        control.show()
        control.activateWindow()
    return control


def test_a_click_chooses_and_says_so_once(qtbot: QtBot, control: SegmentedControl) -> None:
    chosen: list[str] = []
    control.changed.connect(chosen.append)
    qtbot.mouseClick(control.button("c"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(control.button("c"), Qt.MouseButton.LeftButton)
    assert chosen == ["c"]
    assert control.current == "c"


def test_arrow_keys_move_the_choice(qtbot: QtBot, control: SegmentedControl) -> None:
    control.button("a").setFocus()
    with qtbot.waitSignal(control.changed):
        qtbot.keyClick(control.button("a"), Qt.Key.Key_Right)
    assert control.current == "b"


def test_choosing_from_the_program_announces_nothing(qtbot: QtBot, control: SegmentedControl) -> None:
    with qtbot.assertNotEmitted(control.changed):
        control.set_current("b")
    assert control.current == "b"


def test_an_unknown_key_is_refused(control: SegmentedControl) -> None:
    with pytest.raises(KeyError):
        control.set_current("z")
    with_signal: list[str] = []
    control.changed.connect(with_signal.append)
    control.button("c").click()
    assert with_signal == ["c"]


def test_short_labels_stand_where_the_full_ones_have_no_room(qtbot: QtBot, theme: ThemeService) -> None:
    items = [("kernel", "kernels"), ("bias", "biases"), ("both", "both")]
    control = SegmentedControl(items, short={"kernel": "w", "bias": "b", "both": "w, b"})
    room = QWidget()
    qtbot.addWidget(room)
    row = QHBoxLayout(room)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(control)
    row.addStretch(1)
    room.setMinimumWidth(40)
    full = control.sizeHint().width()
    room.show()
    for width, labels in ((300, ["kernels", "biases", "both"]), (full - 1, ["w", "b", "w, b"]), (full, ["kernels"])):
        room.resize(width, 40)
        QApplication.processEvents()
        buttons = [control.button(key) for key, _ in items]
        assert [button.text() for button in buttons][: len(labels)] == labels
        assert all(button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 4 for button in buttons)
        assert [button.accessibleName() for button in buttons] == ["kernels", "biases", "both"]
        assert bool(control.button("kernel").toolTip()) is (labels[0] == "w")
