from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from core.project import edits
from core.project.model import Project
from designer.canvas.overlays import GhostItem
from designer.drag import layer_mime
from tests.designer.canvas.conftest import LEFT, NONE, Hand, chain

Show = Callable[[Project], Hand]
COPY = Qt.DropAction.CopyAction


class Drag:
    """A drag from outside, as Qt delivers it to the view."""

    def __init__(self, hand: Hand, data: QMimeData) -> None:
        self._viewport, self.data = hand.view.viewport(), data

    def enter(self, at: QPoint) -> bool:
        return self._send(QDragEnterEvent(at, COPY, self.data, LEFT, NONE))

    def move(self, at: QPoint) -> bool:
        return self._send(QDragMoveEvent(at, COPY, self.data, LEFT, NONE))

    def drop(self, at: QPoint) -> bool:
        return self._send(QDropEvent(QPointF(at), COPY, self.data, LEFT, NONE))

    def leave(self) -> None:
        QApplication.sendEvent(self._viewport, QDragLeaveEvent())

    def _send(self, event: QDragMoveEvent | QDropEvent) -> bool:
        event.ignore()
        QApplication.sendEvent(self._viewport, event)
        return event.isAccepted()


def _ghosts(hand: Hand) -> list[GhostItem]:
    return [item for item in hand.scene.items() if isinstance(item, GhostItem)]


def test_a_layer_dropped_on_the_ground_is_added_where_the_ghost_was_and_selected(show: Show) -> None:
    hand = show(Project())
    drag = Drag(hand, layer_mime("dense", {"units": 32}))
    at = hand.at((203.0, 99.0))
    assert drag.enter(QPoint(100, 100))
    assert drag.move(at)
    (ghost,) = _ghosts(hand)
    place = (ghost.pos().x(), ghost.pos().y())
    assert place == (128.0, 48.0)
    assert drag.drop(at)
    assert hand.project.layout[hand.ids[0]] == place
    assert hand.project.graph.nodes[0].options["units"] == 32
    assert hand.services.selection.nodes == (hand.ids[0],)
    assert _ghosts(hand) == []
    assert hand.services.document.undo_stack.undoText() == "Add Dense 32"
    hand.undo()
    assert hand.project.graph.nodes == ()


def test_nothing_is_linked_that_the_user_did_not_draw(show: Show) -> None:
    hand = show(chain(4, 3))
    hand.drag(hand.at(hand.scene.routes[hand.project.graph.links[-1].id][-1]), hand.at((500.0, 300.0)))
    hand.click(hand.middle(1))
    drag = Drag(hand, layer_mime("dense"))
    drag.enter(hand.at((560.0, 250.0)))
    drag.drop(hand.at((560.0, 250.0)))
    assert hand.pairs == [(0, 1)]


def test_a_layer_dropped_on_a_wire_is_put_into_it_and_the_others_make_room(show: Show) -> None:
    before = chain(4, 3, 2)
    hand = show(before)
    boxes = hand.scene.boxes
    at = hand.at((boxes[hand.ids[1]].right + 40.0, 56.0))
    drag = Drag(hand, layer_mime("dense", {"units": 9}))
    drag.enter(QPoint(30, 400))
    drag.move(at)
    old = hand.scene.wire(hand.project.graph.links[1].id)
    assert not old.isVisible(), "two drafts through the ghost stand in its place"
    assert hand.scene.boxes[hand.ids[2]].left > before.layout[hand.ids[2]][0], "the others make room already"
    assert hand.project is before
    drag.drop(at)
    assert sorted(hand.pairs) == [(0, 1), (1, 4), (2, 3), (4, 2)]
    assert [hand.project.layout[hand.ids[i]][0] for i in (0, 1, 4, 2, 3)] == [0, 248, 496, 744, 992]
    assert len({hand.project.layout[id_][1] for id_ in hand.ids}) == 1
    assert hand.services.document.undo_stack.count() == 1
    hand.undo()
    assert hand.project == before


def test_an_output_over_a_wire_says_why_it_cannot_stand_there(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    at = hand.at((hand.scene.boxes[hand.ids[1]].right + 40.0, 52.0))
    drag = Drag(hand, layer_mime("output"))
    drag.enter(at)
    assert "cannot stand in the middle of a wire" in hand.panel.note.text
    drag.leave()
    assert _ghosts(hand) == []


def test_leaving_the_canvas_takes_the_ghost_away_and_puts_the_cards_back(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    at = hand.at((hand.scene.boxes[hand.ids[1]].right + 40.0, 52.0))
    before = dict(hand.scene.boxes)
    drag = Drag(hand, layer_mime("dense"))
    drag.enter(at)
    assert dict(hand.scene.boxes) != before
    drag.leave()
    assert dict(hand.scene.boxes) == before
    assert all(hand.scene.wire(link.id).isVisible() for link in hand.project.graph.links)
    assert _ghosts(hand) == []


@pytest.mark.parametrize("text", ["dense", "{}"])
def test_a_drag_of_something_else_is_not_for_the_canvas(show: Show, text: str) -> None:
    hand = show(chain(4, 3, 2))
    data = QMimeData()
    data.setText(text)
    drag = Drag(hand, data)
    assert not drag.enter(QPoint(50, 50))
    assert not drag.drop(QPoint(50, 50))
    assert len(hand.ids) == 4


def test_a_wire_with_room_enough_takes_a_card_without_moving_the_others(show: Show) -> None:
    project = chain(4, 3)
    ids = [node.id for node in project.graph.nodes]
    project = edits.move_nodes(project, {ids[1]: (600.0, 0.0), ids[2]: (848.0, 0.0)})
    hand = show(project)
    drag = Drag(hand, layer_mime("dense"))
    at = hand.at((376.0, 52.0))
    drag.enter(at)
    drag.drop(at)
    assert [hand.project.layout[id_] for id_ in ids] == [(0, 0), (600, 0), (848, 0)]
    assert hand.project.layout[hand.ids[3]] == (304, 0)
