"""A canvas beside services of its own, and hands to work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.data.reference import DataReference
from core.project import edits
from core.project.model import Project
from core.project.templates import layered_project
from core.training.config import TrainingConfig
from designer.canvas.canvas_panel import CanvasPanel
from designer.canvas.geometry import PORT_Y, Point
from designer.settings import Settings
from designer.shell.services import Services
from designer.theme import ThemeService

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


class Hand:
    """Works on the canvas with real mouse and key events."""

    def __init__(self, panel: CanvasPanel, services: Services) -> None:
        self.panel, self.services = panel, services
        self.scene, self.view = panel.scene, panel.view

    @property
    def project(self) -> Project:
        return self.services.document.project

    @property
    def ids(self) -> list[str]:
        return [node.id for node in self.project.graph.nodes]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The links, as places of their layers in the order of insertion."""
        return [(self.ids.index(link.source), self.ids.index(link.target)) for link in self.project.graph.links]

    def selection_links(self) -> tuple[str, ...]:
        return self.services.selection.links

    def undo(self) -> None:
        self.services.document.undo_stack.undo()

    def output(self, place: int) -> QPoint:
        box = self.scene.boxes[self.ids[place]]
        return self.at((box.right, box.top + PORT_Y))

    def input(self, place: int) -> QPoint:
        """Return the port for a further wire, or the only one."""
        box, ports = self.scene.boxes[self.ids[place]], self.scene.ground.plan.ports[self.ids[place]]
        height = ports.free if ports.free is not None else PORT_Y
        return self.at((box.left, box.top + height))

    def middle(self, place: int) -> QPoint:
        return self.at(self.scene.boxes[self.ids[place]].centre)

    def at(self, point: Point) -> QPoint:
        return self.view.mapFromScene(QPointF(*point))

    def press(self, at: QPoint, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseMove(self.view.viewport(), at)
        QTest.mousePress(self.view.viewport(), button, modifiers, at)

    def move(self, at: QPoint) -> None:
        # Qt sends nothing for a pointer that is there already.
        QTest.mouseMove(self.view.viewport(), at + QPoint(1, 1))
        QTest.mouseMove(self.view.viewport(), at)

    def release(self, at: QPoint, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseRelease(self.view.viewport(), button, modifiers, at)

    def drag(self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.press(start, modifiers=modifiers)
        for share in (0.2, 0.6, 1.0):
            self.move(start + (end - start) * share)
        self.release(end, modifiers=modifiers)

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.press(at, modifiers=modifiers)
        self.release(at, modifiers=modifiers)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view, key, modifiers)


@pytest.fixture
def services(theme: ThemeService, own_settings: Settings) -> Iterator[Services]:
    made = Services(own_settings, theme)
    yield made
    made.shutdown()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def hand(qtbot: QtBot, services: Services) -> Hand:
    s = services
    panel = CanvasPanel(s.document, s.selection, s.problems, s.run, s.data, s.theme, s.settings)
    qtbot.addWidget(panel)
    panel.resize(1000, 560)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    panel.view.setFocus()
    _let_go(panel)
    return Hand(panel, services)


def _let_go(panel: CanvasPanel) -> None:
    """Let the mouse begin with no button down: one that a test before held would make every move a drag.

    `QTest.mouseDClick` ends with the second press, so that its button stays down for the whole process.
    """
    for button in (LEFT, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
        if button & QApplication.mouseButtons():
            QTest.mouseRelease(panel.view.viewport(), button, NONE, QPoint(0, 0))
    assert not QApplication.mouseButtons()


def chain(*widths: int, linked: bool = True) -> Project:
    """Return Input, one Dense per further width, Output, in a row."""
    project = layered_project(
        widths,
        activation="sigmoid",
        loss="squared_error",
        initializer="glorot_normal",
        training=TrainingConfig(),
        data=DataReference(source="digits"),
    )
    if not linked:
        project = edits.delete(project, (), [link.id for link in project.graph.links])
    return project


@pytest.fixture
def show(hand: Hand) -> Callable[[Project], Hand]:
    """Show a project at 100 %, with its middle in the middle of the canvas."""

    def start(project: Project) -> Hand:
        hand.services.document.start(project)
        hand.panel.fit()
        hand.view.set_zoom(1.0)
        return hand

    return start
