from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QToolTip
from pytestqt.qtbot import QtBot

from core.project import edits
from designer.main_window import MainWindow
from designer.plots.loss_chart import LossChart
from designer.plots.loss_panel import LossLegend
from designer.plots.plot_scroll import PlotScroll
from designer.shell.dock_head import DockTab
from designer.theme import DARK
from designer.widgets.elided_label import ElidedLabel
from tests.designer.shell.conftest import OpenWindow, close_unasked

BOTTOM = ("loss", "weights", "deltas", "predictions")
BEHIND = ("problems", "metrics")
"""Panels that stand behind the tab of another one at first, where Qt gives them no size."""


def _tabs(window: MainWindow, key: str) -> list[str]:
    head = window.workbench.head(key)
    return [tab.text() for tab in head.findChildren(DockTab) if tab.isVisibleTo(head)]


def _click_tab(qtbot: QtBot, window: MainWindow, key: str, title: str) -> None:
    head = window.workbench.head(key)
    (tab,) = [tab for tab in head.findChildren(DockTab) if tab.text() == title and tab.isVisibleTo(head)]
    qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)


def _wait_for_places(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the docks have the sizes of the first start."""
    docks = window.workbench.docks
    widths = [docks[key].width for key in BOTTOM]
    qtbot.waitUntil(lambda: docks["layers"].width() == 216 and docks["inspector"].width() == 288)
    # The wall of digits and its pad need more room than a curve: 3 : 3 : 3 : 4.
    parts = (window.workbench.width() - 3) / 13
    qtbot.waitUntil(lambda: all(abs(w() - n * parts) <= 1 for w, n in zip(widths, (3, 3, 3, 4), strict=True)))


def _in_front(dock: QDockWidget) -> bool:
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def test_at_the_first_start_every_panel_is_where_the_mock_up_has_it(qtbot: QtBot, window: MainWindow) -> None:
    docks = window.workbench.docks
    _wait_for_places(qtbot, window)
    assert docks["layers"].x() == docks["data"].x() == 0
    assert docks["data"].y() > docks["layers"].y()
    assert docks["inspector"].geometry().right() == window.workbench.width() - 1
    assert sum(docks[key].width() for key in BOTTOM) + 3 == window.workbench.width()
    heads = {dock.titleBarWidget().height() for dock in docks.values() if _in_front(dock)}
    assert heads == {32}


def test_panels_of_one_place_have_their_tabs_in_the_head(qtbot: QtBot, window: MainWindow) -> None:
    docks = window.workbench.docks
    qtbot.waitUntil(lambda: _tabs(window, "predictions") == ["Predictions", "Problems"])
    assert _in_front(docks["predictions"]) and not _in_front(docks["problems"])
    _click_tab(qtbot, window, "predictions", "Problems")
    qtbot.waitUntil(lambda: _in_front(docks["problems"]))
    assert not _in_front(docks["predictions"])
    assert _tabs(window, "problems") == ["Predictions", "Problems"]


def test_the_tab_of_the_problems_says_how_many_there_are(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: _tabs(window, "predictions") == ["Predictions", "Problems"])
    document, head = window.services.document, window.workbench.head("predictions")
    (tab,) = [tab for tab in head.findChildren(DockTab) if tab.text() == "Problems"]
    width = tab.width()
    document.apply("Add", edits.add_node, "dense", (0.0, 300.0))
    assert tab.accessibleName() == "Problems, 1" and tab.width() > width
    document.undo_stack.undo()
    assert tab.accessibleName() == "Problems" and tab.width() == width


def test_a_panel_behind_a_tab_is_hidden_so_that_the_run_does_not_draw_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    predictions, problems = window.panels.predictions, window.panels.problems
    qtbot.waitUntil(lambda: predictions.isVisible() and not problems.isVisible())
    window.workbench.show_panel("problems")
    qtbot.waitUntil(lambda: problems.isVisible() and not predictions.isVisible())


def test_panels_come_back_where_they_were(qtbot: QtBot, open_window: OpenWindow) -> None:
    first = open_window()
    first.start_template("digit_reader")
    docks = first.workbench.docks
    _wait_for_places(qtbot, first)
    first.workbench.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks["weights"])
    docks["loss"].setFloating(True)
    docks["loss"].setGeometry(200, 150, 500, 320)
    docks["deltas"].close()
    first.workbench.show_panel("problems")
    first.workbench.resizeDocks([docks["layers"]], [260], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: docks["layers"].width() == 260 and _in_front(docks["problems"]))
    close_unasked(first)

    second = open_window()
    second.start_template("digit_reader")
    docks = second.workbench.docks
    qtbot.waitUntil(lambda: docks["layers"].width() == 260)
    area = second.workbench.dockWidgetArea
    assert area(docks["weights"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert docks["loss"].isFloating()
    assert docks["loss"].size().width() == 500 and docks["loss"].size().height() == 320
    assert docks["deltas"].isHidden()
    qtbot.waitUntil(lambda: _in_front(docks["problems"]))
    assert not _in_front(docks["predictions"])


def test_panels_have_the_sizes_of_before_after_each_visit_to_the_start_page(qtbot: QtBot, window: MainWindow) -> None:
    def sizes() -> dict[str, QRect]:
        return {key: dock.geometry() for key, dock in window.workbench.docks.items() if dock.isVisible()}

    qtbot.waitUntil(lambda: window.workbench.docks["data"].height() > 100)
    before = sizes()
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert window.welcome.isVisible()
        QTest.keyClick(window.welcome, Qt.Key.Key_Escape)
        assert window.workbench.isVisible()
        QApplication.processEvents()
        assert sizes() == before


def test_reset_brings_the_places_of_the_first_start_back(qtbot: QtBot, window: MainWindow) -> None:
    docks = window.workbench.docks
    _wait_for_places(qtbot, window)
    before = {key: dock.geometry() for key, dock in docks.items() if key not in BEHIND}
    docks["loss"].setFloating(True)
    docks["inspector"].close()
    window.workbench.tabifyDockWidget(docks["weights"], docks["deltas"])
    window.actions_table["panels.reset"].trigger()
    qtbot.waitUntil(lambda: {k: d.geometry() for k, d in docks.items() if k not in BEHIND} == before)


def test_folding_gives_the_canvas_the_room_and_unfolding_gives_it_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    docks, canvas = window.workbench.docks, window.panels.canvas
    _wait_for_places(qtbot, window)
    before = {key: docks[key].geometry() for key in BOTTOM}
    height = canvas.height()
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: canvas.height() > height + 150)
    assert all(docks[key].isHidden() for key in BOTTOM)
    assert window.actions_table["panels.fold"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: {key: docks[key].geometry() for key in BOTTOM} == before)
    assert not window.actions_table["panels.fold"].isChecked()


def test_panels_that_were_folded_when_the_window_closed_are_open_next_time(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    first = open_window()
    first.start_template("digit_reader")
    first.workbench.set_folded(True)
    close_unasked(first)
    second = open_window()
    second.start_template("digit_reader")
    qtbot.waitUntil(lambda: all(_in_front(second.workbench.docks[key]) for key in BOTTOM))


def test_the_head_offers_float_and_close_only_under_the_pointer(qtbot: QtBot, window: MainWindow) -> None:
    dock, head = window.workbench.docks["weights"], window.workbench.head("weights")
    assert not head._close.isVisible() and not head._float.isVisible()
    qtbot.mouseMove(window, QPoint(1, 1))
    qtbot.mouseMove(head, head.rect().center())
    qtbot.waitUntil(head._close.isVisible)
    qtbot.mouseClick(head._float, Qt.MouseButton.LeftButton)
    assert dock.isFloating()
    qtbot.mouseClick(head._close, Qt.MouseButton.LeftButton)
    assert dock.isHidden()
    assert not window.actions_table["panels.show_weights"].isChecked()


def test_the_panels_menu_shows_raises_and_closes(qtbot: QtBot, window: MainWindow) -> None:
    docks = window.workbench.docks
    alt = Qt.KeyboardModifier.AltModifier
    keys = {key: getattr(Qt.Key, f"Key_{n}") for n, key in enumerate(docks, start=1)}
    qtbot.keyClick(window, keys["problems"], alt)
    qtbot.waitUntil(lambda: _in_front(docks["problems"]))
    qtbot.keyClick(window, keys["problems"], alt)
    assert docks["problems"].isHidden()
    qtbot.keyClick(window, keys["layers"], alt)
    assert docks["layers"].isHidden()
    qtbot.keyClick(window, keys["layers"], alt)
    qtbot.waitUntil(lambda: _in_front(docks["layers"]))
    focused = QApplication.focusWidget()
    assert focused is not None and window.panels.palette.isAncestorOf(focused)


def test_nothing_is_cut_off_in_a_small_window(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: window.width() == 1100)
    assert window.height() == 700
    docks = window.workbench.docks
    right_most = max(dock.geometry().right() for dock in docks.values() if _in_front(dock))
    assert right_most == window.workbench.width() - 1
    assert window.panels.canvas.width() > 400 and window.panels.canvas.height() > 200
    (legend,) = window.workbench.docks["loss"].findChildren(LossLegend)
    assert legend.names == ("train", "validation")
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: legend.names == ("train", "val"))


def test_in_a_narrow_window_the_head_names_the_loss_and_nothing_is_left_of_the_rest(
    qtbot: QtBot, window: MainWindow
) -> None:
    (title,) = [label for label in window.workbench.head("loss").findChildren(ElidedLabel) if label.text()]
    qtbot.waitUntil(lambda: title.shown() == "Loss and accuracy")
    window.resize(960, 720)
    qtbot.waitUntil(lambda: title.shown() == "Loss")
    place = title.rect().center()
    QApplication.sendEvent(title, QHelpEvent(QEvent.Type.ToolTip, place, title.mapToGlobal(place)))
    qtbot.waitUntil(lambda: QToolTip.text() == "Loss and accuracy")
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_tab_comes_through_the_head_of_a_dock_before_its_panel(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: _tabs(window, "predictions") == ["Predictions", "Problems"])
    chart = window.panels.loss.findChild(LossChart)
    assert chart is not None
    chart.setFocus()
    met = []
    for _ in range(9):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        met.append(now.accessibleName() or now.text())  # type: ignore[attr-defined]
    assert met[:4] == ["Weights", "Metrics", "kernels", "Distributions of the weights"]
    assert met[4:6] == ["Samples whose δ are shown", "δ of every unit"]
    assert met[6:] == ["Predictions", "Problems", "wrong first"]


def test_a_tab_says_what_it_does(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: _tabs(window, "weights") == ["Weights", "Metrics"])
    head = window.workbench.head("weights")
    (tab,) = [tab for tab in head.findChildren(DockTab) if tab.text() == "Metrics"]
    place = tab.rect().center()
    QApplication.sendEvent(tab, QHelpEvent(QEvent.Type.ToolTip, place, tab.mapToGlobal(place)))
    qtbot.waitUntil(lambda: QToolTip.text() == "Show Metrics")
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


@pytest.mark.parametrize("key", ["weights", "deltas"])
def test_a_plot_that_scrolls_shows_that_it_has_the_keyboard_and_scrolls_by_arrow_keys(
    qtbot: QtBot, window: MainWindow, key: str
) -> None:
    window.resize(1100, 700)
    project = window.services.document.project
    window.services.document.apply("Wide", edits.set_option, project.graph.nodes[1].id, "units", 400)
    docks = window.workbench.docks
    (area,) = docks[key].findChildren(PlotScroll)
    qtbot.waitUntil(lambda: area.isVisible() and bool(getattr(area.widget(), "figures", ())), timeout=20_000)
    corner = QRect(area.width() // 2, 0, 1, 4)  # the upper edge of the ring
    assert not _near(area.grab(corner), DARK.accent)
    area.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert QApplication.focusWidget() is area
    qtbot.waitUntil(lambda: _near(area.grab(corner), DARK.accent))
    bar = area.verticalScrollBar()
    if bar.maximum() > 0:
        qtbot.keyClick(area, Qt.Key.Key_Down)
        assert bar.value() > 0
    qtbot.keyClick(area, Qt.Key.Key_Tab)
    assert not area.hasFocus()
    assert not _near(area.grab(corner), DARK.accent)


def _near(picture: QPixmap, colour: str) -> bool:
    """Return whether any pixel is closer to a colour than lines that are not crisp make it."""
    image, wanted = picture.toImage(), QColor(colour)
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    channels = [(p.red() - wanted.red(), p.green() - wanted.green(), p.blue() - wanted.blue()) for p in pixels]
    return any(sum(map(abs, pixel)) < 40 for pixel in channels)
