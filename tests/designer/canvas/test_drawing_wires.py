from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt

from core.project import edits
from core.project.model import Project
from designer.canvas.targets import PortTarget, Side
from tests.designer.canvas.conftest import Hand, chain

Show = Callable[[Project], Hand]
Key = Qt.Key


def test_a_drag_from_an_output_to_an_input_links_the_layers_and_undo_takes_it_back(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.drag(hand.output(0), hand.input(1))
    assert hand.pairs == [(0, 1)]
    assert hand.services.document.undo_stack.undoText() == "Link Input to Dense 3"
    hand.undo()
    assert hand.pairs == []


def test_a_drag_from_an_input_back_to_an_output_links_them_too(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.drag(hand.input(2), hand.output(1))
    assert hand.pairs == [(1, 2)]


def test_a_wire_snaps_to_a_port_that_the_pointer_comes_near(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    near = hand.input(1) - QPoint(18, 12)
    hand.press(hand.output(0))
    hand.move(hand.output(0) + QPoint(30, 0))
    hand.move(near)
    assert hand.scene.marks.hot == PortTarget(hand.ids[1], Side.INPUT, 52.0)
    hand.release(near)
    assert hand.pairs == [(0, 1)]


def test_a_wire_may_be_dropped_anywhere_on_a_card(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.drag(hand.output(0), hand.middle(2))
    assert hand.pairs == [(0, 2)]


def test_a_wire_that_is_let_go_over_the_ground_is_forgotten(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.drag(hand.output(0), hand.output(0) + QPoint(40, 120))
    assert hand.pairs == []
    assert hand.services.document.undo_stack.count() == 0


def test_escape_gives_up_a_wire(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.press(hand.output(0))
    hand.move(hand.middle(1))
    hand.key(Key.Key_Escape)
    hand.release(hand.middle(1))
    assert hand.pairs == []
    assert not hand.scene.marks.offered


def test_a_cycle_is_refused_with_the_reason_at_the_pointer(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    before = hand.project
    hand.press(hand.output(2))
    hand.move(hand.middle(1) + QPoint(10, 10))
    hand.move(hand.middle(1))
    note = hand.panel.note
    assert note.isVisible() and note.refusal
    assert note.text == ("Cannot link 'Dense 2' to 'Dense 3': it would close the cycle Dense 2 → Dense 3 → Dense 2.")
    pointer = hand.view.viewport().mapTo(hand.panel, hand.middle(1))
    assert (note.geometry().topLeft() - pointer).manhattanLength() < 60
    hand.release(hand.middle(1))
    assert hand.project is before
    assert note.isVisible(), "the reason can still be read after the mouse was let go"
    hand.click(hand.at((200.0, -120.0)))
    assert not note.isVisible()


def test_a_second_wire_into_a_layer_that_takes_one_is_refused_by_name(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.press(hand.output(0))
    hand.move(hand.middle(1))
    hand.move(hand.middle(3))
    assert hand.panel.note.text == "'Output' takes one input and has one from 'Dense 2'. Delete that wire first."
    hand.release(hand.middle(3))
    assert len(hand.pairs) == 3


def test_nothing_leads_into_the_input(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.press(hand.output(1))
    hand.move(hand.middle(0) + QPoint(5, 5))
    hand.move(hand.middle(0))
    assert "nothing can be linked into it" in hand.panel.note.text
    hand.release(hand.middle(0))


def test_possible_ends_are_offered_and_impossible_ones_fade(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.drag(hand.output(1), hand.input(2))
    hand.press(hand.output(2))
    hand.move(hand.output(2) + QPoint(30, 30))
    marks, ids = hand.scene.marks, hand.ids
    assert marks.offered == {ids[3]}
    assert marks.refused == {ids[0], ids[1]}
    assert hand.scene.card(ids[3]).state.offered is Side.INPUT
    assert hand.scene.card(ids[0]).state.refused
    hand.key(Key.Key_Escape)
    hand.release(hand.output(2))


def test_a_dense_layer_takes_several_wires_each_with_a_port_of_its_own(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.drag(hand.output(0), hand.input(2))
    assert hand.pairs == [(0, 1), (1, 2), (2, 3), (0, 2)]
    ports = hand.scene.ground.plan.ports[hand.ids[2]]
    assert len(set(ports.taken.values())) == 2
    skip = hand.scene.wire(hand.project.graph.links[-1].id)
    assert skip.content.caption == "skip link · own kernel 2 × 4"
    assert skip.content.label == "4"


def test_the_end_of_a_wire_can_be_led_to_another_layer_and_keeps_its_identity(show: Show) -> None:
    project = edits.add_node(chain(4, 3, 2), "dense", (496.0, 200.0), {"units": 5})
    hand = show(project)
    link = hand.project.graph.links[1]
    hand.drag(hand.at(hand.scene.routes[link.id][-1]), hand.middle(4))
    assert hand.project.graph.link(link.id).target == hand.ids[4]
    assert hand.selection_links() == (link.id,)
    hand.undo()
    assert hand.pairs == [(0, 1), (1, 2), (2, 3)]


def test_the_start_of_a_wire_can_be_led_to_another_layer(show: Show) -> None:
    project = edits.add_node(chain(4, 3, 2), "dense", (248.0, 200.0), {"units": 5})
    hand = show(project)
    link = hand.project.graph.links[1]
    x, y = hand.scene.routes[link.id][0]
    hand.drag(hand.at((x + 18.0, y)), hand.output(4))
    assert hand.project.graph.link(link.id).source == hand.ids[4]


def test_a_wire_that_is_led_to_the_ground_is_deleted_after_saying_so(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    link = hand.project.graph.links[1]
    start = hand.at(hand.scene.routes[link.id][-1])
    hand.press(start)
    hand.move(start + QPoint(-20, 90))
    hand.move(start + QPoint(-30, 140))
    assert hand.panel.note.text == "Let go here to delete the wire"
    hand.release(start + QPoint(-30, 140))
    assert hand.pairs == [(0, 1), (2, 3)]
    hand.undo()
    assert hand.pairs == [(0, 1), (1, 2), (2, 3)]


def test_a_click_on_the_end_of_a_wire_only_selects_it(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    link = hand.project.graph.links[1]
    hand.click(hand.at(hand.scene.routes[link.id][-1]))
    assert hand.selection_links() == (link.id,)
    assert hand.services.document.undo_stack.count() == 0


def test_a_wire_led_back_to_where_it_was_changes_nothing(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    link = hand.project.graph.links[1]
    end = hand.at(hand.scene.routes[link.id][-1])
    hand.press(end)
    hand.move(end + QPoint(-60, 60))
    hand.move(end)
    hand.release(end)
    assert hand.services.document.undo_stack.count() == 0


def test_a_selected_wire_is_deleted_by_key_and_comes_back_by_undo(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    link = hand.project.graph.links[1]
    (x0, y), (x1, _) = hand.scene.routes[link.id]
    hand.click(hand.at(((x0 + x1) / 2, y)))
    assert hand.selection_links() == (link.id,)
    hand.key(Key.Key_Delete)
    assert hand.pairs == [(0, 1), (2, 3)]
    hand.undo()
    assert hand.pairs == [(0, 1), (1, 2), (2, 3)]


def test_an_edit_from_elsewhere_ends_a_gesture_that_holds_on_to_what_was(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.press(hand.output(0))
    hand.move(hand.middle(2))
    hand.services.document.apply("Delete", edits.delete, [hand.ids[2]])
    hand.release(hand.at((700.0, 50.0)))
    assert hand.pairs == [(0, 1)]
