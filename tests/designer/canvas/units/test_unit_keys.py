"""Open layers by keyboard alone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from core.project import edits
from designer.canvas.units.numbers import EdgeTarget
from tests.designer.canvas.units.conftest import UnitHand

Key = Qt.Key


def _enter(units: UnitHand, place: int) -> None:
    units.services.selection.select((units.ids[place],))
    units.hand.view.setFocus()
    units.key(Key.Key_Return)


def test_enter_goes_into_an_open_layer_and_arrows_go_from_unit_to_unit(units: UnitHand) -> None:
    units.open(1, 2)
    _enter(units, 1)
    assert units.view.emphasis.chosen == units.unit(1, 0)
    units.key(Key.Key_Down)
    units.key(Key.Key_Down)
    assert units.view.emphasis.chosen == units.unit(1, 2)
    assert units.panel.overlays.card.facts is not None, "the card is there without a mouse"
    units.key(Key.Key_Up)
    units.key(Key.Key_Right)
    assert units.view.emphasis.chosen == units.unit(2, 1)
    units.key(Key.Key_Right)
    assert units.view.emphasis.chosen == units.unit(2, 1), "nothing further is open"
    units.key(Key.Key_End)
    assert units.view.emphasis.chosen == units.unit(2, 2)
    units.key(Key.Key_Down)
    assert units.view.emphasis.chosen == units.unit(2, 2)
    units.key(Key.Key_Home)
    assert units.view.emphasis.chosen == units.unit(2, 0)


def test_left_goes_to_the_strongest_edge_and_on_to_where_it_comes_from(units: UnitHand) -> None:
    units.open(1, 2)
    units.view.choose(units.unit(2, 1))
    units.key(Key.Key_Left)
    chosen = units.view.emphasis.chosen
    edge = units.edge(2, 0, 1)
    kernel = units.view.layer_numbers(units.ids[2]).parameters[f"kernel.{edge.link_id}"]
    strongest = int(np.abs(kernel[:, 1]).argmax())
    assert chosen == units.edge(2, strongest, 1)
    units.key(Key.Key_Left)
    assert units.view.emphasis.chosen == units.unit(1, strongest)


def test_up_and_down_go_through_the_edges_of_a_unit_with_its_bias_last(units: UnitHand) -> None:
    units.open(1, 2)
    units.view.choose(units.edge(2, 0, 1))
    seen = []
    for _ in range(6):
        seen.append(units.view.emphasis.chosen)
        units.key(Key.Key_Down)
    assert seen[:5] == [*(units.edge(2, source, 1) for source in range(4)), units.bias(2, 1)]
    assert seen[5] == units.bias(2, 1)
    units.key(Key.Key_Right)
    assert units.view.emphasis.chosen == units.unit(2, 1)


def test_enter_types_the_bias_of_a_unit_and_the_weight_of_an_edge(units: UnitHand) -> None:
    units.open(1, 2)
    units.view.choose(units.unit(2, 1))
    units.key(Key.Key_Return)
    assert units.panel.editor.target == units.bias(2, 1)
    units.type("0.75", Key.Key_Return)
    state = units.hand.project.state
    assert state is not None and state.parameters[units.ids[2], "bias"][1] == 0.75
    edge = units.edge(2, 3, 1)
    units.wait_for_numbers()
    units.view.choose(edge)
    units.key(Key.Key_Return)
    assert units.panel.editor.target == edge
    units.type("-2", Key.Key_Return)
    state = units.hand.project.state
    assert state is not None and state.parameters[units.ids[2], f"kernel.{edge.link_id}"][3, 1] == -2.0


def test_a_layer_without_bias_offers_its_edges_instead(units: UnitHand) -> None:
    units.services.document.apply("No bias", edits.set_option, units.ids[2], "bias", False)
    units.open(1, 2)
    units.view.choose(units.unit(2, 1))
    units.key(Key.Key_Return)
    assert isinstance(units.view.emphasis.chosen, EdgeTarget)
    assert not units.panel.editor.field.isVisible()


def test_escape_goes_back_step_by_step_and_at_last_closes_the_layer(units: UnitHand) -> None:
    units.open(1, 2)
    units.view.choose(units.edge(2, 0, 1))
    units.services.selection.select((units.ids[2],))
    units.key(Key.Key_Escape)
    assert units.view.emphasis.chosen == units.unit(2, 1)
    units.key(Key.Key_Escape)
    assert units.view.emphasis.chosen is None and len(units.view.ends) == 2
    units.key(Key.Key_Escape)
    assert list(units.view.ends) == [units.ids[1]]


def test_paging_by_key_brings_the_unit_into_sight(units: UnitHand) -> None:
    units.services.document.apply("Units", edits.set_option, units.ids[1], "units", 100)
    units.open(1)
    units.view.choose(units.unit(1, 0))
    units.key(Key.Key_PageDown)
    assert units.view.emphasis.chosen == units.unit(1, 15)
    assert units.view.ends[units.ids[1]].frame.shows(15)
    units.key(Key.Key_End)
    assert units.view.ends[units.ids[1]].frame.first == 85
    units.key(Key.Key_PageUp)
    units.key(Key.Key_Up)
    assert units.view.emphasis.chosen == units.unit(1, 83)
    assert units.view.ends[units.ids[1]].frame.shows(83)


def test_arrows_in_a_picture_lead_where_they_point(units: UnitHand) -> None:
    units.open(0, 1)
    units.view.choose(units.unit(0, 8 * 2 + 3))
    for key, unit in ((Key.Key_Right, 20), (Key.Key_Down, 28), (Key.Key_Left, 27), (Key.Key_Up, 19)):
        units.key(key)
        assert units.view.emphasis.chosen == units.unit(0, unit)
    units.view.choose(units.unit(0, 7))
    units.key(Key.Key_Up)
    assert units.view.emphasis.chosen == units.unit(0, 7)
    units.key(Key.Key_Right)
    assert units.view.emphasis.chosen == units.unit(1, 0), "past the edge lies the next layer"
