from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt

from core.project import edits
from core.project.model import Project
from designer.canvas.geometry import Box
from designer.canvas.tools.move_cards import aligned
from tests.designer.canvas.conftest import Hand, chain

Show = Callable[[Project], Hand]
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_card_follows_the_mouse_on_the_grid_and_lands_in_one_step_of_undo(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    before = hand.project.layout[hand.ids[1]]
    hand.drag(hand.middle(1), hand.middle(1) + QPoint(43, 118))
    x, y = hand.project.layout[hand.ids[1]]
    assert (x - before[0], y - before[1]) == (40, 120)
    assert hand.services.document.undo_stack.count() == 1
    hand.undo()
    assert hand.project.layout[hand.ids[1]] == before


def test_wires_follow_a_card_while_it_is_dragged_and_the_project_does_not_change_yet(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    before, link = hand.project, hand.project.graph.links[0].id
    route, far = hand.scene.routes[link], hand.scene.routes[hand.project.graph.links[2].id]
    hand.press(hand.middle(1))
    hand.move(hand.middle(1) + QPoint(0, 60))
    hand.move(hand.middle(1) + QPoint(0, 160))
    assert hand.project is before
    assert hand.scene.card(hand.ids[1]).pos().y() == hand.scene.boxes[hand.ids[1]].top > 0
    assert hand.scene.routes[link] != route
    assert hand.scene.routes[hand.project.graph.links[2].id] is far
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.middle(1))
    assert hand.project is before
    assert hand.scene.routes[link] == route


def test_all_selected_cards_move_together(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.click(hand.middle(0))
    hand.click(hand.middle(2), SHIFT)
    hand.drag(hand.middle(2), hand.middle(2) + QPoint(0, 80))
    assert [hand.project.layout[id_][1] for id_ in hand.ids] == [80, 0, 80, 0]


def test_a_click_selects_a_card_and_shift_adds_and_takes_away(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    selection = hand.services.selection
    hand.click(hand.middle(1))
    assert selection.nodes == (hand.ids[1],)
    hand.click(hand.middle(2), SHIFT)
    assert selection.nodes == (hand.ids[1], hand.ids[2])
    hand.click(hand.middle(1), CONTROL)
    assert selection.nodes == (hand.ids[2],)
    hand.click(hand.at((300.0, -150.0)))
    assert selection.empty


def test_a_click_on_one_of_several_selected_cards_selects_it_alone(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.panel.select_all()
    hand.click(hand.middle(1))
    assert hand.services.selection.nodes == (hand.ids[1],)


def test_a_rubber_band_selects_the_cards_it_meets_and_the_wires_between_them(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    boxes = hand.scene.boxes
    start = hand.at((boxes[hand.ids[0]].left - 10.0, -40.0))
    hand.drag(start, hand.at((boxes[hand.ids[1]].left + 20.0, 150.0)))
    assert hand.services.selection.nodes == (hand.ids[0], hand.ids[1])
    assert hand.selection_links() == (hand.project.graph.links[0].id,)


def test_a_rubber_band_that_is_given_up_leaves_the_selection_as_it_was(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.click(hand.middle(3))
    hand.press(hand.at((-10.0, -60.0)))
    hand.move(hand.at((400.0, 150.0)))
    assert len(hand.services.selection.nodes) == 2
    hand.key(Qt.Key.Key_Escape)
    hand.release(hand.at((400.0, 150.0)))
    assert hand.services.selection.nodes == (hand.ids[3],)


def test_a_loose_card_dropped_on_a_wire_is_put_into_it_and_the_others_make_room(show: Show) -> None:
    project = edits.add_node(chain(4, 3, 2), "activation", (248.0, 200.0), {"activation": "relu"})
    hand = show(project)
    boxes = hand.scene.boxes
    wire = hand.at((boxes[hand.ids[1]].right + 48.0, 52.0))
    hand.drag(hand.middle(4), wire)
    assert sorted(hand.pairs) == [(0, 1), (1, 4), (2, 3), (4, 2)]
    places = [hand.project.layout[hand.ids[i]] for i in (0, 1, 4, 2, 3)]
    assert places == [(0, 0), (248, 0), (496, 0), (744, 0), (992, 0)]
    assert hand.services.document.undo_stack.count() == 1
    hand.undo()
    assert hand.project == project


def test_a_linked_card_moved_over_a_wire_is_only_moved(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    links = hand.project.graph.links
    boxes = hand.scene.boxes
    hand.drag(hand.middle(3), hand.at((boxes[hand.ids[0]].right + 40.0, 52.0)))
    assert hand.project.graph.links == links


def test_a_press_without_a_move_makes_no_step(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.press(hand.middle(1))
    hand.move(hand.middle(1) + QPoint(2, 1))
    hand.release(hand.middle(1) + QPoint(2, 1))
    assert hand.services.document.undo_stack.count() == 0


def test_a_card_settles_level_with_its_neighbour_and_a_guide_shows_it() -> None:
    place, lines = aligned((300.0, 9.0), [Box(3.0, 5.0)])
    assert place == (304.0, 5.0)
    assert lines == [((79.0, 57.0), (380.0, 57.0))]
    assert aligned((300.0, 41.0), [Box(3.0, 5.0)]) == ((304.0, 40.0), [])
