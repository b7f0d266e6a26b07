from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.compiler.problems import Severity
from core.project import edits
from core.project.model import Project
from designer.canvas.breadcrumb import Breadcrumb
from designer.canvas.empty_hint import EmptyHint
from designer.canvas.problem_tip import SHADOW
from designer.canvas.state_pill import StatePill
from tests.designer.canvas.conftest import LEFT, Hand, chain

Show = Callable[[Project], Hand]


def _loose() -> Project:
    return edits.add_node(chain(64, 3, 10), "activation", (248.0, 200.0), {"activation": "relu"})


def _wait_for_data(hand: Hand, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: hand.services.data.data is not None, timeout=20_000)


def test_a_badge_and_a_tip_say_what_is_wrong_with_a_card_under_the_pointer(show: Show, qtbot: QtBot) -> None:
    hand = show(_loose())
    assert hand.scene.card(hand.ids[4]).state.severity is Severity.WARNING
    assert hand.scene.card(hand.ids[1]).state.severity is None
    hand.move(hand.middle(4))
    assert hand.panel.tip.isVisible()
    assert hand.panel.tip.node_id == hand.ids[4]
    assert [b.text() for b in hand.panel.tip.buttons] == ["Insert after Dense 3", "Delete"]
    hand.move(hand.middle(1))
    qtbot.waitUntil(lambda: not hand.panel.tip.isVisible())


def test_the_tip_stays_while_the_pointer_is_on_it(show: Show) -> None:
    hand = show(_loose())
    hand.move(hand.middle(4))
    tip = hand.panel.tip
    hand.move(hand.middle(4) + QPoint(0, 90))
    assert tip.isVisible() and tip.going
    QTest.mouseMove(tip, tip.rect().center())
    assert tip.isVisible() and not tip.going


def test_the_words_on_the_buttons_of_the_tip_are_not_cut_off(show: Show) -> None:
    hand = show(_loose())
    hand.move(hand.middle(4))
    tip = hand.panel.tip
    for button in tip.buttons:
        assert button.width() >= button.sizeHint().width()
        assert tip.rect().contains(button.mapTo(tip, button.rect().bottomRight()))


def test_the_tip_covers_no_card_where_there_is_room_beside_it(show: Show) -> None:
    hand = show(_loose())
    hand.move(hand.middle(4))
    tip = hand.panel.tip.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    for box in hand.scene.boxes.values():
        card = QRect(hand.at((box.left, box.top)), hand.at((box.right, box.bottom)))
        assert not tip.intersects(card.translated(hand.view.pos()))


def test_a_button_of_the_tip_mends_the_network_in_one_step_of_undo(show: Show) -> None:
    hand = show(_loose())
    hand.click(hand.middle(4))
    assert hand.panel.tip.isVisible()
    QTest.mouseClick(hand.panel.tip.buttons[0], LEFT)
    assert sorted(hand.pairs) == [(0, 1), (1, 4), (2, 3), (4, 2)]
    assert not hand.panel.tip.isVisible()
    assert hand.services.document.undo_stack.count() == 1


def test_the_tip_gets_out_of_the_way_of_a_gesture(show: Show) -> None:
    hand = show(_loose())
    hand.move(hand.middle(4))
    assert hand.panel.tip.isVisible()
    hand.press(hand.middle(4))
    assert not hand.panel.tip.isVisible()
    hand.release(hand.middle(4))


def test_the_strip_says_the_first_problem_and_leads_to_it(show: Show, qtbot: QtBot) -> None:
    hand = show(_loose())
    _wait_for_data(hand, qtbot)
    strip = hand.panel.strip
    assert strip.isVisible()
    assert strip.accessibleName() == "1 problem: 'ReLU' has no input and no output. It is not part of the run."
    QTest.mouseClick(strip.button, LEFT)
    assert hand.services.selection.nodes == (hand.ids[4],)
    hand.key(Qt.Key.Key_Delete)
    assert not strip.isVisible()


def test_a_problem_of_the_whole_project_offers_its_way_out_in_the_strip(show: Show, qtbot: QtBot) -> None:
    hand = show(edits.set_data_option(chain(64, 10), "source", ""))
    assert hand.panel.strip.button.text() == "Choose data"
    with qtbot.waitSignal(hand.services.problems.choose_data_requested):
        QTest.mouseClick(hand.panel.strip.button, LEFT)


def test_the_pill_says_whether_the_network_can_run(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 3, 10))
    _wait_for_data(hand, qtbot)
    (pill,) = hand.panel.findChildren(StatePill)
    assert pill.text == "64 → 10, ready"
    hand.services.document.apply("x", edits.delete, (), [hand.project.graph.links[0].id])
    assert len(hand.services.problems.problems) == 2
    assert pill.text == "2 problems", "as many as in the strip below"
    hand.click(QPoint(20, 300))
    QTest.mouseClick(pill, LEFT)
    assert hand.services.selection.nodes == (hand.ids[1],)


def test_path_and_pill_keep_clear_of_each_other_and_of_the_controls_of_open_layers(show: Show, qtbot: QtBot) -> None:
    hand = show(chain(64, 3, 10))
    _wait_for_data(hand, qtbot)
    (pill,), (path,) = hand.panel.findChildren(StatePill), hand.panel.findChildren(Breadcrumb)
    hand.panel.resize(700, 560)
    hand.services.document.apply("x", edits.rename, hand.ids[1], "A name that leaves no room for what stands beside it")
    hand.panel.toggle_units(hand.ids[1], hand.ids[2])
    bar = hand.panel.overlays.bar
    for width in (1000, 620, 1200):
        hand.panel.resize(width, 560)
        assert not path.geometry().intersects(pill.geometry())
        assert not bar.geometry().intersects(path.geometry()) and not bar.geometry().intersects(pill.geometry())
    # A longer text on the pill, and nothing else that changes.
    hand.services.document.apply("x", edits.delete, (), [link.id for link in hand.project.graph.links])
    assert pill.text.endswith("problems") and not bar.geometry().intersects(pill.geometry())
    assert pill.geometry().right() == hand.panel.view.geometry().right() - 12


def test_another_project_begins_with_closed_layers_and_nothing_selected(show: Show) -> None:
    hand = show(chain(64, 3, 10))
    hand.panel.toggle_units(hand.ids[1])
    assert hand.services.selection.nodes == (hand.ids[1],)
    hand.services.document.start(chain(64, 5, 4, 10))
    assert hand.panel.neurons.open_layers.ids == () and hand.services.selection.empty


def test_an_empty_canvas_says_what_to_do_and_no_more(hand: Hand) -> None:
    (hint,) = hand.panel.findChildren(EmptyHint)
    (pill,) = hand.panel.findChildren(StatePill)
    assert hint.isVisible() and not pill.isVisible() and not hand.panel.strip.isVisible()
    assert hint.accessibleName().startswith("Drag an Input from the left")
    hand.services.document.apply("Add", edits.add_node, "input", (0.0, 0.0))
    assert not hint.isVisible()


def test_a_shape_that_is_not_known_is_said_so(show: Show) -> None:
    hand = show(_loose())
    content = hand.scene.card(hand.ids[4]).content
    assert content.lower_left == "shape unknown"
    assert hand.scene.card(hand.ids[1]).content.lower_left == "→ 3"


def test_a_canvas_narrower_than_the_pill_leaves_no_room_for_the_path_and_gives_it_back(show: Show) -> None:
    hand = show(chain(64, 3, 10))
    (path,) = hand.panel.findChildren(Breadcrumb)
    width = path.width()
    hand.panel.resize(40, 560)
    assert path.width() == 0
    hand.panel.resize(1000, 560)
    assert path.width() == width
