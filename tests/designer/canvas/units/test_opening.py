"""Opening and closing layers in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from designer.canvas.targets import CardTarget
from designer.canvas.units.edge_item import EdgeItem
from designer.canvas.units.hit import part_at
from designer.canvas.units.numbers import NetworkNumbers, UnitNumbers
from designer.canvas.units.open_layers import OpenLayers
from designer.canvas.units.open_memory import OpenMemory
from designer.canvas.units.zoom_opener import OPEN_ABOVE
from designer.settings import Settings
from tests.designer.canvas.conftest import chain
from tests.designer.canvas.units.conftest import UnitHand

Key = Qt.Key


def _double_click(units: UnitHand, place: int) -> None:
    QTest.mouseDClick(units.hand.view.viewport(), Qt.MouseButton.LeftButton, pos=units.hand.middle(place))


def test_a_double_click_opens_a_layer_where_it_stands_and_neighbours_give_way(units: UnitHand) -> None:
    before = units.hand.project
    _double_click(units, 1)
    boxes = units.hand.scene.boxes
    assert list(units.hand.scene.opened.frames) == [units.ids[1]]
    own = boxes[units.ids[1]]
    assert own.height > 200.0
    assert not any(own.meets(boxes[id_]) for id_ in units.ids if id_ != units.ids[1])
    assert units.hand.project is before, "opening is no edit"
    assert not units.services.document.undo_stack.canUndo()
    assert not units.hand.scene.card(units.ids[1]).isVisible()


def test_a_second_double_click_beside_the_units_closes_it_again(units: UnitHand) -> None:
    places = dict(units.hand.scene.boxes)
    _double_click(units, 1)
    box = units.hand.scene.boxes[units.ids[1]]
    head = units.hand.at((box.left + 60.0, box.top + 12.0))
    QTest.mouseDClick(units.hand.view.viewport(), Qt.MouseButton.LeftButton, pos=head)
    assert not units.hand.scene.opened.frames
    assert dict(units.hand.scene.boxes) == places


def test_the_cross_and_escape_close_a_layer(units: UnitHand) -> None:
    units.open(1, 2)
    end = units.view.ends[units.ids[1]]
    centre = end.frame.close_button.center()
    units.click(units.hand.at((end.box.left + centre.x(), end.box.top + centre.y())))
    assert list(units.hand.scene.opened.frames) == [units.ids[2]]
    units.services.selection.select((units.ids[2],))
    units.key(Key.Key_Escape)
    assert not units.hand.scene.opened.frames
    assert units.services.selection.nodes == (units.ids[2],)


def test_the_menu_of_a_card_opens_and_freezes(units: UnitHand) -> None:
    card = CardTarget(units.ids[1])

    def choose(text: str) -> None:
        menu = units.panel.menu.menu_for(card, QPointF())
        (action,) = [action for action in menu.actions() if action.text() == text]
        action.trigger()
        menu.deleteLater()

    choose("Open into units")
    assert units.ids[1] in units.hand.scene.opened.frames
    choose("Freeze its weights")
    assert units.hand.project.graph.node(units.ids[1]).options["frozen"] is True
    assert units.services.document.undo_stack.undoText() == "Freeze Dense 4"
    choose("Let its weights train")
    assert units.hand.project.graph.node(units.ids[1]).options["frozen"] is False
    choose("Close units")
    assert not units.hand.scene.opened.frames
    menu = units.panel.menu.menu_for(CardTarget(units.ids[0]), QPointF())
    assert not [action for action in menu.actions() if "eeze" in action.text()], "an Input has no weights"
    menu.deleteLater()


def test_zooming_in_past_a_level_opens_what_is_under_the_pointer_and_far_out_closes_it(units: UnitHand) -> None:
    at = units.hand.middle(2)

    def zoom(steps: int) -> None:
        control = Qt.KeyboardModifier.ControlModifier
        view = units.hand.view.viewport()
        event = QWheelEvent(
            QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, steps),
            Qt.MouseButton.NoButton, control, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view, event)

    for _ in range(40):
        zoom(60)
        if units.hand.scene.opened.frames:
            break
    assert list(units.hand.scene.opened.frames) == [units.ids[2]]
    assert units.hand.view.zoom < OPEN_ABOVE, "it is shown as a whole"
    for _ in range(60):
        zoom(-60)
    assert not units.hand.scene.opened.frames


def test_zooming_out_leaves_open_what_was_opened_by_hand(units: UnitHand) -> None:
    units.open(2)
    units.hand.view.set_zoom(0.2)
    assert list(units.hand.scene.opened.frames) == [units.ids[2]]


def test_edges_take_the_place_of_the_wire_between_open_layers_and_lines_of_that_into_one(units: UnitHand) -> None:
    links = {link.target: link.id for link in units.hand.project.graph.links}
    units.open(2)
    assert not units.hand.scene.wire(links[units.ids[2]]).isVisible()
    assert units.hand.scene.wire(links[units.ids[3]]).isVisible()
    assert not units.view.link_items()
    units.open(1, 2)
    (item,) = units.view.link_items()
    assert item.edges is not None and item.edges.link_id == links[units.ids[2]] and len(item.edges) == 12
    units.layers.close(*units.ids)
    assert all(units.hand.scene.wire(id_).isVisible() for id_ in links.values())


def test_lines_into_an_open_layer_select_its_wire(units: UnitHand) -> None:
    units.open(2)
    link = units.hand.project.graph.links_into(units.ids[2])[0].id
    source, end = units.hand.scene.boxes[units.ids[1]], units.view.ends[units.ids[2]]
    start, stop = (source.right, source.centre[1]), (end.box.left + 8.0, end.box.top + end.frame.row_y(1))
    # The middle unit of three lies straight ahead.
    units.click(units.hand.at((0.5 * (start[0] + stop[0]), 0.5 * (start[1] + stop[1]))))
    assert units.hand.selection_links() == (link,)


def test_an_open_layer_is_moved_by_its_head_and_lies_in_the_project_where_it_was_put(units: UnitHand) -> None:
    units.open(1)
    box = units.hand.scene.boxes[units.ids[1]]
    before = units.hand.project.layout[units.ids[1]]
    start = units.hand.at((box.left + 70.0, box.top + 10.0))
    shift = QPoint(round(48 * units.hand.view.zoom), round(64 * units.hand.view.zoom))
    units.hand.drag(start, start + shift)
    after = units.hand.project.layout[units.ids[1]]
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((48.0, 64.0), abs=8.0)
    moved = units.hand.scene.boxes[units.ids[1]]
    assert (moved.left - box.left, moved.top - box.top) == pytest.approx((48.0, 64.0), abs=8.0)
    units.hand.undo()
    assert units.hand.scene.boxes[units.ids[1]] == box


def test_cards_beside_an_open_layer_are_moved_as_far_as_the_mouse(units: UnitHand) -> None:
    units.open(1)
    start, before = units.hand.middle(3), units.hand.project.layout[units.ids[3]]
    units.hand.drag(start, start + QPoint(0, round(80 * units.hand.view.zoom)))
    after = units.hand.project.layout[units.ids[3]]
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((0.0, 80.0), abs=8.0)


def test_deleting_an_open_layer_takes_its_units_away_and_undo_brings_the_card_back(units: UnitHand) -> None:
    units.open(1)
    units.services.document.apply("Delete", edits.delete, [units.ids[1]])
    assert not units.view.ends and not units.layers.ids
    units.hand.undo()
    assert units.hand.scene.card(units.ids[1]).isVisible()


def test_a_layer_with_many_units_shows_a_window_that_wheel_and_buttons_move(units: UnitHand) -> None:
    units.services.document.apply("Units", edits.set_option, units.ids[1], "units", 40)
    units.open(1)
    end = units.view.ends[units.ids[1]]
    assert (end.frame.first, end.frame.count) == (0, 15)

    def press(button: int) -> None:
        end = units.view.ends[units.ids[1]]
        centre = end.frame.pager[button].center()  # type: ignore[union-attr]
        units.click(units.hand.at((end.box.left + centre.x(), end.box.top + centre.y())))

    press(1)
    press(1)
    assert units.view.ends[units.ids[1]].frame.first == 25, "the last page is full"
    press(0)
    assert units.view.ends[units.ids[1]].frame.first == 10
    view, at = units.hand.view.viewport(), units.at(units.unit(1, 12))
    event = QWheelEvent(
        QPointF(at), view.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    assert units.view.ends[units.ids[1]].frame.first == 13


def test_the_canvas_is_drawn_before_other_panels_while_layers_are_open(units: UnitHand) -> None:
    refresher = units.services.run.refresher
    assert refresher.preferred is None
    units.open(1)
    assert refresher.preferred is units.panel
    units.layers.close(units.ids[1])
    assert refresher.preferred is None


def test_what_was_open_is_open_again_when_its_file_is_shown_again(
    units: UnitHand, own_settings: Settings, tmp_path: Path, qtbot: QtBot
) -> None:
    document, path = units.services.document, tmp_path / "net.h5"
    units.open(1, 3)
    document.save(path)
    units.layers.close(units.ids[3])
    document.start(units.hand.project)
    units.layers.show_only(())
    document.open(path)
    assert units.layers.ids == (units.ids[1],)
    again = OpenLayers()
    OpenMemory(document, again, own_settings, again)
    again.open("elsewhere")
    assert units.ids[1] in units.layers.ids


def test_a_bias_that_is_switched_off_is_no_longer_drawn_and_pointed_at(units: UnitHand) -> None:
    units.open(1, 2)
    part = units.bias(2, 1)
    arc = next(item for item in units.view.edge_items() if item.edges is not None and item.edges.find(part) is not None)
    place = arc.mapToScene(arc.middle(1))
    units.services.document.apply("No bias", edits.set_option, units.ids[2], "bias", False)
    assert arc.edges is None or not len(arc.edges)
    assert part_at(units.view, place, units.hand.view.zoom) != part
    units.hand.undo()
    assert arc.edges is not None and len(arc.edges) == 3


def test_what_was_open_in_a_file_is_opened_also_when_an_edited_project_with_other_layers_is_left(
    units: UnitHand, tmp_path: Path
) -> None:
    document, layers = units.services.document, units.layers
    units.open(1, 2)
    names = units.ids[1:3]
    document.save(tmp_path / "net.h5")
    document.start(Project())
    assert layers.ids == ()
    document.apply("Add", edits.add_node, "dense", (0.0, 0.0))
    assert document.modified and not set(names) & set(units.ids)
    document.open(tmp_path / "net.h5")
    assert list(layers.ids) == names
    assert set(units.view.ends) == set(names)


def test_two_unsaved_projects_in_a_row_leak_no_open_layer_and_nothing_of_it_is_painted(units: UnitHand) -> None:
    document = units.services.document
    for width in (5, 6):
        units.open(1, 2)
        document.apply("Rename", edits.rename, units.ids[1], "Edited")
        painted = set(units.view.edge_items())
        document.start(chain(64, width, 10))
        assert units.layers.ids == () and not units.view.ends and not units.view.edge_items()
        assert not painted & set(units.hand.scene.items())


def _inked(item: EdgeItem, zoom: float) -> np.ndarray:
    """Whether each pixel around an item is painted, (rows, columns), 150 pixels beyond its bounds on each side."""
    bounds = item.boundingRect().adjusted(-150.0 / zoom, -150.0 / zoom, 150.0 / zoom, 150.0 / zoom)
    picture = QImage(int(bounds.width() * zoom), int(bounds.height() * zoom), QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    painter.scale(zoom, zoom)
    painter.translate(-bounds.topLeft())
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    return rows[..., 3] > 0


@pytest.mark.parametrize("zoom", [0.6, 1.0, 2.0])
@pytest.mark.parametrize("widths", [(64, 4, 10), (64, 12, 10)])
def test_edges_and_biases_with_their_numbers_paint_nothing_that_would_stay_when_they_go(
    units_of: Callable[[Project], UnitHand], widths: tuple[int, ...], zoom: float
) -> None:
    units = units_of(chain(*widths))
    units.open(1, 2)
    layers = {
        id_: UnitNumbers(parameters={name: np.full_like(array, -8.8888e-5) for name, array in own.items()})
        for id_, own in ((id_, units.view.layer_numbers(id_).parameters) for id_ in units.ids[1:3])
    }
    units.neurons.show_numbers(NetworkNumbers(layers, "iteration 1"))
    for item in units.view.edge_items():
        seen = _inked(item, zoom)
        inside = seen[149:-149, 149:-149]
        assert inside.any() and seen.sum() == inside.sum()
