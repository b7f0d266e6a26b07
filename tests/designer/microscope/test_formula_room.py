"""What of the formula panel can be seen without scrolling, at 1440 × 900, for the 2-3-1 network of the lectures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from core.tracing.cursor import Grain, Position
from core.tracing.notation import notations
from designer.main_window import MainWindow
from designer.microscope.formula_panel import FormulaPanel
from tests.designer.shell.conftest import OpenWindow, open_window  # noqa: F401 (a fixture)


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:  # noqa: F811
    window = open_window()
    window.start_template("xor")
    window.show_workbench()
    qtbot.waitUntil(lambda: window.services.run.blocked_reason is None, timeout=20_000)
    window.actions_table["microscope.open"].trigger()
    qtbot.waitUntil(lambda: window.microscope.microscope.is_open, timeout=20_000)
    window.microscope.microscope.place.grain = Grain.TERM
    return window


def _area(panel: FormulaPanel) -> QScrollArea:
    (area,) = panel.findChildren(QScrollArea)
    return area


def _cut(panel: FormulaPanel) -> list[str]:
    """Titles of the sections whose title or first line below it is out of sight."""
    view, cut = _area(panel).viewport(), []
    for label in panel.findChildren(QLabel):
        if label.text() in ("Gradient check", "Why", "Beside the slide") and label.isVisible():
            line = label.fontMetrics().lineSpacing() + 6
            foot = label.mapTo(view, QPoint(0, label.height() + line)).y()
            if foot > view.height():
                cut.append(label.text())
    return cut


@pytest.mark.parametrize("key", sorted(notations()))
def test_check_and_why_begin_above_the_fold_at_every_stage(window: MainWindow, key: str) -> None:
    panel, place = window.microscope.formula, window.microscope.microscope.place
    QTest.mouseClick(window.microscope.bar.notation.button(key), Qt.MouseButton.LeftButton)
    seen = set()
    for number in range(len(place.walk.stages)):
        place.go(Position(number, 0, 0))
        QApplication.processEvents()
        assert _cut(panel) == [], f"stage {number + 1}"
        assert not _area(panel).horizontalScrollBar().isVisible()
        seen |= {label.text() for label in panel.findChildren(QLabel) if label.isVisible()}
    assert {"Gradient check", "Why"} <= seen


def test_formulas_stand_below_each_other_where_the_panel_is_narrow(qtbot: QtBot, window: MainWindow) -> None:
    panel, place = window.microscope.formula, window.microscope.microscope.place
    place.go(Position(12, 0, 0))
    dock = next(dock for dock in window.workbench.findChildren(QDockWidget) if dock.isAncestorOf(panel))

    def is_level() -> bool:
        matrix, general = (line.mapTo(panel, QPoint(0, line.height() // 2)).y() for line in lines)
        return abs(matrix - general) < 15

    def is_whole() -> bool:
        hints = [line.sizeHint() for line in lines]
        return all(line.size().expandedTo(hint) == line.size() for line, hint in zip(lines, hints, strict=True))

    lines = (panel.matrix, panel.general)
    for width, level in ((392, False), (560, True), (392, False)):
        window.workbench.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        qtbot.waitUntil(lambda level=level: is_level() is level and is_whole())
