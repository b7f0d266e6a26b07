from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from tests.designer.canvas.conftest import Hand, chain

Show = Callable[[Project], Hand]
Key = Qt.Key
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def test_tab_walks_through_the_cards_from_left_to_right_and_then_leaves(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    seen = []
    for _ in hand.ids:
        hand.key(Key.Key_Tab)
        seen.append(hand.services.selection.nodes)
    assert seen == [(id_,) for id_ in hand.ids]
    hand.key(Key.Key_Tab)
    assert not hand.view.hasFocus()
    assert hand.services.selection.nodes == (hand.ids[-1],)


def test_shift_tab_walks_back(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.click(hand.middle(2))
    QTest.keyClick(hand.view, Key.Key_Backtab, SHIFT)
    assert hand.services.selection.nodes == (hand.ids[1],)


def test_arrow_keys_choose_the_nearest_card_in_their_direction(show: Show) -> None:
    project = edits.add_node(chain(4, 3, 2), "activation", (248.0, 200.0))
    hand = show(project)
    hand.key(Key.Key_Right)
    assert hand.services.selection.nodes == (hand.ids[0],)
    for key, place in ((Key.Key_Right, 1), (Key.Key_Down, 4), (Key.Key_Up, 1), (Key.Key_Right, 2), (Key.Key_Left, 1)):
        hand.key(key)
        assert hand.services.selection.nodes == (hand.ids[place],)


@pytest.mark.parametrize("modifier", [SHIFT, ALT])
def test_arrows_with_shift_or_alt_move_cards_in_one_step_of_undo(show: Show, modifier: Qt.KeyboardModifier) -> None:
    hand = show(chain(4, 3, 2))
    hand.click(hand.middle(1))
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down):
        hand.key(key, modifier)
    assert hand.project.layout[hand.ids[1]] == (264, 8)
    assert hand.services.document.undo_stack.count() == 1
    hand.undo()
    assert hand.project.layout[hand.ids[1]] == (248, 0)


def test_delete_removes_the_selected_cards_with_their_wires(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    before = hand.project
    hand.click(hand.middle(1))
    hand.key(Key.Key_Delete)
    assert len(hand.ids) == 3
    assert hand.pairs == [(1, 2)]
    assert hand.services.selection.empty
    assert hand.services.document.undo_stack.undoText() == "Delete Dense 3"
    hand.undo()
    assert hand.project == before


def test_control_a_and_control_d_select_and_copy_everything(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.key(Key.Key_A, CONTROL)
    assert len(hand.services.selection.nodes) == 4
    assert len(hand.selection_links()) == 3
    hand.key(Key.Key_D, CONTROL)
    assert len(hand.ids) == 8
    assert hand.pairs[3:] == [(4, 5), (5, 6), (6, 7)]
    assert hand.services.selection.nodes == tuple(hand.ids[4:])


def test_control_l_links_the_selected_cards_in_the_order_of_their_selection(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    for place in (0, 2, 3):
        hand.click(hand.middle(place), SHIFT)
    hand.key(Key.Key_L, CONTROL)
    assert hand.pairs == [(0, 2), (2, 3)]
    assert hand.services.document.undo_stack.count() == 1


def test_control_l_says_why_it_cannot_and_then_changes_nothing(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    before = hand.project
    for place in (2, 1):
        hand.click(hand.middle(place), SHIFT)
    hand.key(Key.Key_L, CONTROL)
    assert hand.project is before
    assert "would close the cycle" in hand.panel.note.text


def test_a_wire_can_be_drawn_with_arrow_keys_alone(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.key(Key.Key_Tab)
    hand.key(Key.Key_L, CONTROL)
    assert hand.panel.note.text.startswith("Link Input to")
    hand.key(Key.Key_Right)
    assert hand.panel.note.text == "Enter links to Dense 3."
    hand.key(Key.Key_Right)
    hand.key(Key.Key_Return)
    assert hand.pairs == [(0, 2)]
    assert not hand.panel.note.isVisible()


def test_a_keyboard_wire_that_is_refused_says_why(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.click(hand.middle(2))
    hand.key(Key.Key_L, CONTROL)
    hand.key(Key.Key_Left)
    assert hand.panel.note.refusal
    hand.key(Key.Key_Return)
    assert len(hand.pairs) == 3
    assert "would close the cycle" in hand.panel.note.text


def test_escape_gives_up_a_keyboard_wire_and_then_the_selection(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    hand.click(hand.middle(0))
    hand.key(Key.Key_L, CONTROL)
    hand.key(Key.Key_Right)
    hand.key(Key.Key_Escape)
    assert not hand.panel.note.isVisible()
    assert hand.services.selection.nodes == (hand.ids[0],)
    hand.key(Key.Key_Escape)
    assert hand.services.selection.empty
    assert hand.pairs == []


def test_enter_and_double_click_open_a_card_and_alt_enter_leads_to_its_options(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(4, 3, 2))
    hand.click(hand.middle(1))
    with qtbot.waitSignal(hand.panel.options_requested) as asked:
        hand.key(Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert asked.args == [hand.ids[1]]
    assert not hand.scene.opened.frames
    hand.key(Key.Key_Return)
    assert list(hand.scene.opened.frames) == [hand.ids[1]]
    QTest.mouseDClick(hand.view.viewport(), Qt.MouseButton.LeftButton, pos=hand.middle(2))
    assert list(hand.scene.opened.frames) == hand.ids[1:3]


def test_what_is_selected_is_said_in_words(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.click(hand.middle(1))
    words = hand.view.accessibleDescription()
    assert words == "Dense 3, sigmoid, → 3, 15 par., reads Input, leads to Dense 2"
    link = hand.project.graph.links[0].id
    hand.services.selection.select((), (link,))
    assert hand.view.accessibleDescription() == "wire from Input to Dense 3"


def test_tidy_puts_cards_into_columns_in_one_step_of_undo(show: Show) -> None:
    project = chain(4, 3, 2)
    ids = [node.id for node in project.graph.nodes]
    project = edits.move_nodes(project, {ids[1]: (10.0, 400.0), ids[3]: (-300.0, 77.0)})
    hand = show(project)
    hand.panel.tidy()
    places = [hand.project.layout[id_] for id_ in ids]
    assert len({y for _, y in places}) == 1
    assert [x - places[0][0] for x, _ in places] == [0, 248, 496, 744]
    hand.undo()
    assert hand.project == project


def test_keys_that_are_not_the_canvas_s_go_to_the_window(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    heard: list[int] = []
    hand.panel.keyPressEvent = lambda event: heard.append(event.key())  # type: ignore[method-assign]
    hand.key(Key.Key_F5)
    hand.key(Key.Key_Right)
    QApplication.processEvents()
    assert heard == [Key.Key_F5]
