from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QPalette, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from designer.theme import DARK, LIGHT, ThemeService, theme_of
from designer.widgets.action_button import ActionButton
from designer.widgets.choice_box import ChoiceBox
from designer.widgets.elided_label import ElidedLabel
from designer.widgets.icon_button import IconButton
from designer.widgets.switch import Switch


def _ink(button: QAbstractButton) -> list[int]:
    """Lightness of the fully covered pixels of a button's icon."""
    image = button.icon().pixmap(16, 16).toImage()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return [colour.lightness() for colour in colours if colour.alpha() == 255]


@pytest.mark.parametrize("width", [400, 80, 20])
def test_a_label_paints_nothing_outside_and_ends_in_dots(qtbot: QtBot, theme: ThemeService, width: int) -> None:
    label = ElidedLabel("kernels, each on its own scale")
    qtbot.addWidget(label)
    label.resize(width, 20)
    shown = label.shown()
    assert label.fontMetrics().horizontalAdvance(shown) <= max(width, label.fontMetrics().horizontalAdvance("…"))
    assert shown == label.text() if width == 400 else shown.endswith("…")


def test_a_stump_is_not_shown(qtbot: QtBot, theme: ThemeService) -> None:
    label = ElidedLabel("kernels, each on its own scale", least_share=0.6)
    qtbot.addWidget(label)
    label.resize(40, 20)
    assert label.shown() == ""


def test_an_action_button_is_what_its_action_is(qtbot: QtBot, theme: ThemeService) -> None:
    action = QAction("Save as…")
    action.setToolTip("Save under another name (Ctrl+Shift+S)")
    button = ActionButton(action)
    qtbot.addWidget(button)
    assert button.text() == "Save as" and button.accessibleName() == "Save as…"
    assert button.toolTip() == action.toolTip()
    action.setEnabled(False)
    assert not button.isEnabled()
    action.setEnabled(True)
    with qtbot.waitSignal(action.triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("flat", [True, False])
def test_icons_of_buttons_follow_the_theme(qtbot: QtBot, theme: ThemeService, flat: bool) -> None:
    action = QAction("Undo")
    buttons = [ActionButton(action, "undo", flat=flat, icon_only=True), IconButton("undo", "Undo")]
    for button in buttons:
        qtbot.addWidget(button)
        button.show()
    assert all(min(_ink(button)) > 128 for button in buttons)
    theme.use("light")
    assert all(max(_ink(button)) < 128 for button in buttons)


def test_a_widget_knows_its_theme_whatever_ground_the_sheet_gives_it(qtbot: QtBot, theme: ThemeService) -> None:
    button = IconButton("undo", "Undo")
    button.setStyleSheet("background: transparent; color: red")
    qtbot.addWidget(button)
    button.ensurePolished()
    assert theme_of(button.palette()) is DARK
    theme.use("light")
    assert theme_of(button.palette()) is LIGHT
    assert theme_of(QPalette(QApplication.palette())) is LIGHT


def test_a_switch_is_moved_by_click_and_space(qtbot: QtBot, theme: ThemeService) -> None:
    switch = Switch("Shuffle")
    qtbot.addWidget(switch)
    switch.show()
    moved: list[bool] = []
    switch.toggled.connect(moved.append)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert moved == [True, False]


def test_the_wheel_over_a_list_scrolls_the_form_and_not_the_choice(qtbot: QtBot, theme: ThemeService) -> None:
    box = ChoiceBox([("a", "SGD"), ("b", "Momentum")])
    qtbot.addWidget(box)
    box.show()
    down = QWheelEvent(
        QPoint(5, 5).toPointF(),
        box.mapToGlobal(QPoint(5, 5)).toPointF(),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    box.clearFocus()
    QApplication.sendEvent(box, down)
    assert box.current == "a" and not down.isAccepted()


def test_a_list_announces_only_what_the_user_chooses(qtbot: QtBot, theme: ThemeService) -> None:
    box = ChoiceBox([("a", "SGD"), ("b", "Momentum"), ("c", "Adam")])
    qtbot.addWidget(box)
    box.show()
    chosen: list[str] = []
    box.changed.connect(chosen.append)
    box.set_current("c")
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert chosen == ["b"] and box.current == "b"
