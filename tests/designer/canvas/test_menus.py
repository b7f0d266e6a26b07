from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from core.layers.catalog import LAYERS
from core.project.model import Project
from designer.canvas.targets import CardTarget, Target, WireTarget
from tests.designer.canvas.conftest import Hand, chain

Show = Callable[[Project], Hand]


class Opened:
    """A context menu as it would open at a place, with its entries by text."""

    def __init__(self, hand: Hand, target: Target | None, at: QPointF) -> None:
        self.menu = hand.panel.menu.menu_for(target, at)

    def choose(self, *path: str) -> None:
        menu: QMenu = self.menu
        for text in path[:-1]:
            submenu = self._entry(menu, text).menu()
            assert isinstance(submenu, QMenu)
            menu = submenu
        self._entry(menu, path[-1]).trigger()
        self.menu.deleteLater()

    def texts(self, *path: str) -> list[str]:
        menu: QMenu = self.menu
        for text in path:
            submenu = self._entry(menu, text).menu()
            assert isinstance(submenu, QMenu)
            menu = submenu
        return [action.text() for action in menu.actions() if not action.isSeparator()]

    @staticmethod
    def _entry(menu: QMenu, text: str) -> QAction:
        (action,) = [action for action in menu.actions() if action.text() == text]
        return action


def _on_card(hand: Hand, place: int) -> Opened:
    return Opened(hand, CardTarget(hand.ids[place]), QPointF(*hand.scene.boxes[hand.ids[place]].centre))


def test_the_menu_of_a_card_links_it_to_what_it_can_be_linked_to(show: Show) -> None:
    hand = show(chain(4, 3, 2, linked=False))
    opened = _on_card(hand, 1)
    assert hand.services.selection.nodes == (hand.ids[1],)
    assert opened.texts("Link to") == ["Dense 2", "Output"]
    opened.choose("Link to", "Dense 2")
    assert hand.pairs == [(1, 2)]


def test_the_menu_of_a_card_reaches_its_wires_without_a_mouse(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    opened = _on_card(hand, 1)
    assert opened.texts("Select wire") == ["Input → Dense 3", "Dense 3 → Dense 2"]
    opened.choose("Select wire", "Dense 3 → Dense 2")
    assert hand.selection_links() == (hand.project.graph.links[1].id,)


def test_the_menu_of_a_card_copies_deletes_and_asks_for_options(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(4, 3, 2))
    _on_card(hand, 1).choose("Duplicate")
    assert len(hand.ids) == 5
    _on_card(hand, 4).choose("Delete")
    assert len(hand.ids) == 4
    with qtbot.waitSignal(hand.panel.options_requested) as asked:
        _on_card(hand, 2).choose("Options")
    assert asked.args == [hand.ids[2]]


def test_the_menu_of_a_wire_inserts_only_what_fits_on_it(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    link = hand.project.graph.links[1].id
    opened = Opened(hand, WireTarget(link), QPointF(448.0, 52.0))
    offered = opened.texts("Insert")
    assert {"Dense", "Activation"} <= set(offered)
    assert not {"Input", "Output"} & set(offered)
    assert len(set(offered)) == len(offered) == len(LAYERS) - 2
    opened.choose("Insert", "Dense")
    assert sorted(hand.pairs) == [(0, 1), (1, 4), (2, 3), (4, 2)]


def test_the_menu_of_a_wire_deletes_it(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    Opened(hand, WireTarget(hand.project.graph.links[1].id), QPointF(448.0, 52.0)).choose("Delete wire")
    assert hand.pairs == [(0, 1), (2, 3)]


def test_the_menu_of_the_ground_adds_a_layer_where_it_was_opened(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    Opened(hand, None, QPointF(476.0, 352.0)).choose("Add", "Activation")
    assert hand.project.layout[hand.ids[4]] == (400, 304)
    assert hand.services.selection.nodes == (hand.ids[4],)


def test_the_menu_of_an_empty_canvas_offers_only_to_add(hand: Hand) -> None:
    opened = Opened(hand, None, QPointF())
    assert opened.texts() == ["Add"]
    opened.menu.deleteLater()
