from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.project import edits
from core.project.model import Project
from designer.canvas.minimap import Minimap
from designer.canvas.zoom_control import ZoomControl
from tests.designer.canvas.conftest import LEFT, NONE, Hand, chain

Show = Callable[[Project], Hand]
Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def _wheel(hand: Hand, at: QPoint, angle: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    viewport = hand.view.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        angle,
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def test_the_wheel_with_control_zooms_around_the_pointer(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    at = QPoint(700, 180)
    under = hand.view.mapToScene(at)
    _wheel(hand, at, QPoint(0, 240), CONTROL)
    assert hand.view.zoom == pytest.approx(1.0015**240)
    moved = hand.view.mapToScene(at) - under
    assert moved.manhattanLength() < 3.0


def test_the_wheel_alone_pans_and_shift_pans_sideways(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    start = hand.at((0.0, 0.0))
    _wheel(hand, QPoint(50, 50), QPoint(0, -120))
    assert hand.at((0.0, 0.0)) - start == QPoint(0, -60)
    _wheel(hand, QPoint(50, 50), QPoint(0, -120), SHIFT)
    assert hand.at((0.0, 0.0)) - start == QPoint(-60, -60)
    assert hand.view.zoom == 1.0


@pytest.mark.parametrize("space", [False, True])
def test_middle_button_or_space_and_drag_pan(show: Show, space: bool) -> None:
    hand = show(chain(4, 3, 2))
    before = hand.at((0.0, 0.0))
    button = LEFT if space else Qt.MouseButton.MiddleButton
    if space:
        QTest.keyPress(hand.view, Key.Key_Space)
    start = hand.middle(1)
    hand.press(start, button)
    for step in (20, 50, 80):
        hand.move(start + QPoint(step, -step))
    hand.release(start + QPoint(80, -80), button)
    if space:
        QTest.keyRelease(hand.view, Key.Key_Space)
    assert hand.at((0.0, 0.0)) - before == QPoint(80, -80)
    assert hand.services.document.undo_stack.count() == 0


def test_keys_and_buttons_zoom_and_the_percentage_resets(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    (control,) = hand.panel.findChildren(ZoomControl)
    hand.key(Key.Key_Plus, CONTROL)
    assert hand.view.zoom == pytest.approx(1.25)
    assert control.value.text() == "125 %"
    hand.key(Key.Key_Minus, CONTROL)
    assert hand.view.zoom == pytest.approx(1.0)
    QTest.mouseClick(control.smaller, LEFT)
    assert hand.view.zoom == pytest.approx(0.8)
    QTest.mouseDClick(control.value, LEFT)
    assert hand.view.zoom == 1.0
    QTest.mouseClick(control.larger, LEFT)
    hand.key(Key.Key_0, CONTROL)
    assert hand.view.zoom == 1.0


def test_zoom_stays_within_its_bounds(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    for _ in range(40):
        hand.panel.zoom_out()
    assert hand.view.zoom == pytest.approx(0.1)
    for _ in range(60):
        hand.panel.zoom_in()
    assert hand.view.zoom == pytest.approx(4.0)


def test_fit_brings_every_card_into_sight_and_never_enlarges(show: Show) -> None:
    project = edits.add_node(chain(4, 3, 2), "activation", (3000.0, 2000.0))
    hand = show(project)
    hand.key(Key.Key_F)
    seen = hand.view.seen
    for box in hand.scene.boxes.values():
        assert seen.contains(QPointF(box.left, box.top)) and seen.contains(QPointF(box.right, box.bottom))
    hand.services.document.start(chain(4))
    hand.panel.fit()
    assert hand.view.zoom == 1.0


def test_a_fitted_network_stays_fitted_when_the_canvas_changes_its_size(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.panel.fit()
    hand.panel.resize(560, 400)
    seen = hand.view.seen
    last = hand.scene.boxes[hand.ids[-1]]
    assert seen.contains(QPointF(last.right, last.bottom))


def test_the_map_shows_itself_only_while_something_is_out_of_sight_and_goes_where_it_is_clicked(show: Show) -> None:
    hand = show(edits.add_node(chain(4, 3, 2), "activation", (2400.0, 0.0)))
    (minimap,) = hand.panel.findChildren(Minimap)
    assert minimap.isVisible()
    QTest.mouseClick(minimap, LEFT, pos=QPoint(minimap.width() - 14, minimap.height() // 2))
    far = hand.scene.boxes[hand.ids[4]]
    assert hand.view.seen.contains(QPointF(*far.centre))
    hand.panel.fit()
    assert not minimap.isVisible()


def test_centre_on_selects_a_card_and_brings_it_into_the_middle(show: Show) -> None:
    hand = show(edits.add_node(chain(4, 3, 2), "activation", (2400.0, 900.0)))
    hand.panel.centre_on(hand.ids[4])
    assert hand.services.selection.nodes == (hand.ids[4],)
    away = hand.middle(4) - hand.view.viewport().rect().center()
    assert away.manhattanLength() < 4


def test_a_card_added_out_of_sight_comes_into_sight(show: Show) -> None:
    hand = show(chain(4, 3, 2))
    hand.services.document.apply("Add", edits.add_node, "dense", (2400.0, 0.0))
    assert hand.view.seen.contains(QPointF(*hand.scene.boxes[hand.ids[-1]].centre))


def test_a_large_network_opens_as_a_whole(hand: Hand) -> None:
    project = Project()
    for i in range(30):
        project = edits.add_node(project, "dense", (248.0 * i, 0.0))
    hand.services.document.start(project)
    seen = hand.view.seen
    assert all(seen.contains(QPointF(*box.centre)) for box in hand.scene.boxes.values())


def test_a_layer_that_was_opened_stays_in_the_middle_when_the_canvas_grows_until_it_is_moved_by_hand(
    show: Show,
) -> None:
    hand = show(chain(64, 15, 10))
    place = hand.middle(1)
    hand.click(place)
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, place)
    hand.release(place)
    box = hand.scene.boxes[hand.ids[1]]
    assert hand.panel.neurons.open_layers.ids == (hand.ids[1],)
    small = hand.view.zoom
    hand.panel.resize(1600, 1000)
    assert hand.view.zoom > small
    seen = hand.view.seen
    assert seen.contains(QRectF(box.left, box.top, box.width, box.height))
    assert abs(seen.center().x() - box.centre[0]) < 0.35 * seen.width()
    hand.view.pan(40, 30)
    corner = hand.view.mapToScene(0, 0)
    hand.panel.resize(1200, 800)
    assert hand.view.mapToScene(0, 0) == corner, "what was placed by hand stays where it is"
