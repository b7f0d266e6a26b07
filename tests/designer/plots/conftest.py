"""What the tests of the live panels share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.designer.plots.runs import HandRun

Shown = Callable[..., QWidget]


@pytest.fixture
def run() -> Iterator[HandRun]:
    """A run that shows what the test gives it."""
    yield HandRun()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[QWidget, int, int], QWidget]:
    """Show a panel in a size, and wait until it is there."""

    def shown(panel: QWidget, width: int = 470, height: int = 280) -> QWidget:
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return shown


def turn_wheel(widget: QWidget, place: QPoint, notches: int) -> None:
    """Turn the mouse wheel over a widget; away from the user is positive."""
    event = QWheelEvent(
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
