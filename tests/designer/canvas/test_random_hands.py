from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.project import edits
from core.project.model import Project
from designer.canvas.card_item import CardItem
from designer.canvas.live_area import LiveArea
from designer.canvas.units.edge_item import EdgeItem
from designer.canvas.units.fan_item import FanItem
from designer.canvas.units.flow_pill import FlowPill
from designer.canvas.units.frame_item import FrameItem
from designer.canvas.units.units_item import UnitsItem
from designer.canvas.wire_item import LabelItem, WireItem
from designer.drag import layer_mime
from tests.designer.canvas.conftest import LEFT, NONE, Hand, chain

Show = Callable[[Project], Hand]
Key = Qt.Key
COPY = Qt.DropAction.CopyAction
KEYS = (
    *(Key.Key_Tab, Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Return, Key.Key_Escape),
    *(Key.Key_Delete, Key.Key_F, Key.Key_L, Key.Key_A, Key.Key_D, Key.Key_Space, Key.Key_0, Key.Key_Plus),
)
MODIFIERS = (*[NONE] * 4, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)


class RandomHand:
    """Does whatever comes to its mind, the same for the same seed."""

    def __init__(self, hand: Hand, seed: int) -> None:
        self._hand, self._chance = hand, random.Random(seed)
        self._held: Qt.MouseButton | None = None

    def act(self) -> None:
        hand, at = self._hand, self._place()
        viewport, stack = hand.view.viewport(), hand.services.document.undo_stack
        match self._chance.choices(range(9), (35, 15, 20, 5, 12, 5, 4, 2, 1))[0]:
            case 0:
                QTest.mouseMove(viewport, at)
            case 1:
                self._held = self._chance.choice((LEFT, LEFT, LEFT, Qt.MouseButton.MiddleButton))
                QTest.mousePress(viewport, self._held, self._chance.choice(MODIFIERS), at)
            case 2 if self._held is not None:
                QTest.mouseRelease(viewport, self._held, NONE, at)
                self._held = None
            case 3:
                QTest.mouseDClick(viewport, LEFT, NONE, at)
            case 4:
                QTest.keyClick(hand.view, self._chance.choice(KEYS), self._chance.choice(MODIFIERS))
            case 5:
                self._drag_in()
            case 6:
                self._chance.choice((stack.undo, stack.undo, stack.redo))()
            case 7:
                hand.services.theme.use(self._chance.choice(("dark", "light")))
            case 8:
                hand.panel.tidy()
        if len(hand.ids) > 16 or self._chance.random() < 0.01:
            hand.services.document.start(chain(9, 8, 7))
        if self._chance.random() < 0.2:
            QApplication.processEvents()

    def let_go(self) -> None:
        """Release what is held: Qt would take the next test's moves for drags."""
        for button in (LEFT, Qt.MouseButton.MiddleButton):
            QTest.mouseRelease(self._hand.view.viewport(), button, NONE, QPoint(3, 300))
        self._held = None

    def _drag_in(self) -> None:
        data = layer_mime(self._chance.choice(("dense", "input", "output", "activation")))
        viewport = self._hand.view.viewport()
        QApplication.sendEvent(viewport, QDragEnterEvent(self._place(), COPY, data, LEFT, NONE))
        QApplication.sendEvent(viewport, QDragMoveEvent(self._place(), COPY, data, LEFT, NONE))
        if self._chance.random() < 0.7:
            QApplication.sendEvent(viewport, QDropEvent(QPointF(self._place()), COPY, data, LEFT, NONE))
        else:
            QApplication.sendEvent(viewport, QDragLeaveEvent())

    def _place(self) -> QPoint:
        boxes = list(self._hand.scene.boxes.values())
        if boxes and self._chance.random() < 0.75:
            box = self._chance.choice(boxes)
            ports = ((box.right, box.top + 52), (box.left, box.top + 52), (box.left, box.top + 34))
            return self._hand.at(self._chance.choice((box.centre, *ports, (box.right + 40, box.top + 52))))
        return QPoint(self._chance.randrange(-20, 1020), self._chance.randrange(-20, 580))


def _agrees_with_the_project(hand: Hand) -> None:
    graph, layout = hand.project.graph, hand.project.layout
    items = hand.scene.items()
    cards = {item.node_id: item for item in items if isinstance(item, CardItem)}
    opened = hand.scene.opened
    shown = {id_: opened.room.box(id_, place) for id_, place in layout.items()}
    assert {id_: (card.pos().x(), card.pos().y()) for id_, card in cards.items()} == {
        id_: (box.left, box.top) for id_, box in shown.items()
    }
    assert {id_ for id_, card in cards.items() if not card.isVisible()} == set(opened.frames)
    assert sorted(item.link_id for item in items if isinstance(item, WireItem)) == sorted(
        link.id for link in graph.links
    )
    assert len([i for i in items if isinstance(i, FrameItem)]) == len(opened.frames)
    kinds = (CardItem, LiveArea, WireItem, LabelItem, FrameItem, UnitsItem, EdgeItem, FanItem, FlowPill)
    strays = [i for i in items if not isinstance(i, kinds)]
    assert strays == [], "ghosts, drafts and guides go with their gesture"
    assert not any(i.isVisible() for i in items if isinstance(i, FlowPill)), "nothing flows outside the microscope"
    assert all(node in graph for node in hand.services.selection.nodes)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_canvas_is_a_view_of_the_project_whatever_a_hand_does(show: Show, seed: int) -> None:
    hand = show(chain(9, 8, 7))
    someone = RandomHand(hand, seed)
    for _ in range(8):
        for _ in range(50):
            someone.act()
        hand.key(Key.Key_Escape)
        someone.let_go()
        _agrees_with_the_project(hand)


def test_undoing_everything_leads_back_to_the_start(show: Show) -> None:
    hand = show(chain(9, 8, 7))
    stack = hand.services.document.undo_stack
    someone = RandomHand(hand, 5)
    for _ in range(150):
        someone.act()
    hand.key(Key.Key_Escape)
    someone.let_go()
    last, steps = hand.project, stack.index()
    while stack.canUndo():
        stack.undo()
    while stack.index() < steps:
        stack.redo()
    assert hand.project == last
    _agrees_with_the_project(hand)


@pytest.mark.parametrize("far", [1e6, 1e9, 1e15, 1e300])
def test_cards_at_absurd_places_do_no_harm(show: Show, far: float) -> None:
    project = chain(9, 8, 7)
    ids = [node.id for node in project.graph.nodes]
    project = edits.move_nodes(project, {ids[1]: (far, -far), ids[2]: (-far, far)})
    hand = show(project)
    hand.panel.fit()
    hand.view.viewport().grab()
    hand.panel.centre_on(ids[1])
    hand.view.viewport().grab()
    hand.panel.tidy()
    assert all(abs(x) < 2 * far + 1e4 for x, _ in hand.project.layout.values())
    hand.view.viewport().grab()


def test_a_gesture_that_ends_because_its_card_is_gone_leaves_nothing_selected(show: Show) -> None:
    hand = show(chain(9, 8, 7))
    hand.click(hand.middle(1))
    gone = hand.ids[1]
    hand.press(hand.at((200.0, -100.0)))
    hand.move(hand.at((500.0, 200.0)))
    hand.services.document.apply("Delete", edits.delete, [gone])
    assert gone not in hand.services.selection.nodes
    hand.key(Key.Key_Right)
    hand.release(hand.at((500.0, 200.0)))


def test_the_link_action_of_the_menu_starts_a_wire_from_a_single_card(show: Show) -> None:
    hand = show(chain(9, 8, 7, linked=False))
    hand.click(hand.middle(0))
    hand.panel.link_selected()
    hand.key(Key.Key_Right)
    hand.key(Key.Key_Return)
    assert hand.pairs == [(0, 1)]
