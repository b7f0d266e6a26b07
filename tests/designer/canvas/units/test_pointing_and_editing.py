"""The mouse on units and edges: numbers beside what is pointed at, and a weight set by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.canvas.units.facts import exact, facts_of
from designer.canvas.units.numbers import EdgeTarget
from designer.canvas.units.units_item import circle_text
from designer.canvas.units.weight_editor import parsed
from designer.run.controller import RunStatus
from tests.designer.canvas.units.conftest import UnitHand
from tests.designer.long_runs import train_without_end

Key = Qt.Key


def _lines(units: UnitHand) -> dict[str, str]:
    facts = units.panel.overlays.card.facts
    assert facts is not None
    return {fact.label: fact.value for fact in facts.lines}


def _weight(units: UnitHand, edge: EdgeTarget) -> float:
    state = units.hand.project.state
    assert state is not None
    if not edge.link_id:
        return float(state.parameters[edge.node_id, "bias"][edge.unit])
    return float(state.parameters[edge.node_id, f"kernel.{edge.link_id}"][edge.source_unit, edge.unit])


def test_pointing_at_a_unit_gives_its_numbers_and_brings_its_edges_forward(units: UnitHand) -> None:
    units.open(1, 2, 3)
    units.point_at(units.at(units.unit(2, 1)))
    facts, numbers = units.panel.overlays.card.facts, units.view.layer_numbers(units.ids[2])
    assert facts is not None and facts.title == "Dense 3 · unit 2"
    lines = _lines(units)
    assert lines["z"] == exact(float(numbers.z[1]))
    assert lines["a = sigmoid(z)"] == exact(float(numbers.a[1]))
    assert lines["bias b"] == exact(float(numbers.parameters["bias"][1]))
    assert lines["δ = ∂C/∂a · g′(z)"] == exact(float(numbers.delta[1]))
    assert lines["g′(z)"] == exact(float(numbers.a[1] * (1 - numbers.a[1])))
    for item in units.view.link_items():
        assert item.edges is not None and item.style.front is not None
        own = item.edges.units if item.edges.node_id == units.ids[2] else item.edges.source_units
        np.testing.assert_array_equal(item.style.front, own == 1)
    units.point_at(units.hand.at((-400.0, 400.0)))
    assert units.panel.overlays.card.facts is None
    assert all(item.style.front is None for item in units.view.link_items())


def test_pointing_at_an_edge_gives_weight_contribution_and_gradient(units: UnitHand) -> None:
    units.open(1, 2)
    edge = units.edge(2, 0, 2)
    units.point_at(units.at(edge))
    numbers, before = units.view.layer_numbers(units.ids[2]), units.view.layer_numbers(units.ids[1])
    kernel = f"kernel.{edge.link_id}"
    weight = float(numbers.parameters[kernel][0, 2])
    lines = _lines(units)
    assert lines["w"] == exact(weight)
    assert lines["w · a"] == exact(weight * float(before.a[0]))
    assert lines["∂C/∂w"] == exact(float(numbers.gradients[kernel][0, 2]))


def test_pointing_at_a_pixel_of_the_input_gives_its_value(units: UnitHand) -> None:
    units.open(0)
    assert units.view.ends[units.ids[0]].frame.anatomy.picture == (8, 8)
    units.point_at(units.at(units.unit(0, 8 * 3 + 4)))
    facts = units.panel.overlays.card.facts
    assert facts is not None and facts.title == "Input · row 4, column 5"
    assert _lines(units) == {"x": exact(float(units.view.layer_numbers(units.ids[0]).a[28]))}


def test_a_click_on_an_edge_lets_its_weight_be_typed_and_enter_sets_it_as_one_step(
    units: UnitHand, qtbot: QtBot
) -> None:
    units.open(1, 2)
    edge = units.edge(2, 1, 0)
    with qtbot.waitSignal(units.neurons.edge_activated) as activated:
        units.click(units.at(edge))
    assert activated.args == [units.ids[2], edge.link_id, 1, 0]
    shown = units.panel.editor.field.text()
    kernel = units.view.layer_numbers(units.ids[2]).parameters[f"kernel.{edge.link_id}"]
    assert np.float32(shown.replace("−", "-")) == kernel[1, 0]
    units.type("−1.25", Key.Key_Return)
    assert _weight(units, edge) == -1.25
    stack = units.services.document.undo_stack
    assert stack.count() == 1 and stack.undoText() == "Set weight"
    assert not units.panel.editor.field.isVisible() and units.hand.view.hasFocus()
    state = units.hand.project.state
    assert state is not None and state.edited_by_hand
    name = f"kernel.{edge.link_id}"
    qtbot.waitUntil(lambda: float(units.view.layer_numbers(units.ids[2]).parameters[name][1, 0]) == -1.25)
    units.hand.undo()
    assert units.hand.project.state is None


def test_a_bias_is_typed_after_a_double_click_on_its_unit(units: UnitHand) -> None:
    units.open(1, 2)
    QTest.mouseDClick(units.hand.view.viewport(), Qt.MouseButton.LeftButton, pos=units.at(units.unit(2, 2)))
    assert units.panel.editor.target == units.bias(2, 2)
    units.type("0.5", Key.Key_Enter)
    assert _weight(units, units.bias(2, 2)) == 0.5
    assert units.services.document.undo_stack.undoText() == "Set bias"


@pytest.mark.parametrize("text", ["abc", "", "1e", "inf", "nan", "1.2.3"])
def test_what_is_no_number_is_refused_at_the_field_and_stays_there(units: UnitHand, text: str) -> None:
    units.open(1, 2)
    units.click(units.at(units.edge(2, 1, 0)))
    units.panel.editor.field.clear()
    units.type(text, Key.Key_Return)
    field = units.panel.editor.field
    assert field.isVisible() and field.property("invalid") is True
    assert units.panel.note.refusal and "not a finite number" in units.panel.note.text
    assert not units.services.document.undo_stack.canUndo()
    QTest.keyClick(field, Key.Key_Escape)
    assert not field.isVisible() and not units.panel.note.text


def test_a_number_too_large_for_the_precision_says_how_large_it_may_be(units: UnitHand) -> None:
    units.open(1, 2)
    units.click(units.at(units.edge(2, 1, 0)))
    units.type("1e39", Key.Key_Return)
    assert "3.4e+38" in units.panel.note.text and "float32" in units.panel.note.text
    units.panel.editor.field.selectAll()
    units.type("1e30", Key.Key_Return)
    assert _weight(units, units.edge(2, 1, 0)) == pytest.approx(1e30)


def test_escape_and_a_click_elsewhere_leave_the_weight_as_it_was(units: UnitHand) -> None:
    units.open(1, 2)
    units.click(units.at(units.edge(2, 1, 0)))
    units.type("7", Key.Key_Escape)
    assert not units.services.document.undo_stack.canUndo()
    units.click(units.at(units.edge(2, 1, 0)))
    QTest.keyClicks(units.panel.editor.field, "7")
    units.click(units.hand.at((-300.0, 300.0)))
    assert not units.panel.editor.field.isVisible()
    assert not units.services.document.undo_stack.canUndo()


def test_the_same_number_again_makes_no_step_of_undo(units: UnitHand) -> None:
    units.open(1, 2)
    units.click(units.at(units.edge(2, 1, 0)))
    QTest.keyClick(units.panel.editor.field, Key.Key_Return)
    assert not units.services.document.undo_stack.canUndo()


def test_a_weight_that_is_set_during_a_run_stops_it_and_counts_from_there(units: UnitHand, qtbot: QtBot) -> None:
    train_without_end(units.services.document)
    units.open(1, 2)
    run = units.services.run
    run.run()
    qtbot.waitUntil(lambda: run.snapshot is not None and run.snapshot.iteration > 5, timeout=20_000)
    edge = units.edge(2, 1, 0)

    def opened() -> bool:
        # The network moves down a little when the controls say for the first time after which iteration.
        units.click(units.at(edge))
        return units.panel.editor.target == edge

    qtbot.waitUntil(opened, timeout=20_000)
    units.type("2.5", Key.Key_Return)
    qtbot.waitUntil(lambda: run.status is RunStatus.PAUSED, timeout=20_000)
    assert _weight(units, edge) == 2.5
    state = units.hand.project.state
    assert state is not None and state.position.iteration > 5


def test_units_lie_above_the_canvas_but_ports_and_closed_cards_lie_above_edges(units: UnitHand) -> None:
    units.open(1, 2)
    units.click(units.at(units.unit(1, 2)))
    assert units.view.emphasis.chosen == units.unit(1, 2)
    assert units.services.selection.nodes == (units.ids[1],)
    units.click(units.hand.middle(3))
    assert units.view.emphasis.chosen is None
    assert units.services.selection.nodes == (units.ids[3],)


@pytest.mark.parametrize(
    ("typed", "value"), [("0.25", 0.25), (" -3 ", -3.0), ("−1.5e−3", -1.5e-3), ("1,000.5", 1000.5), ("x", None)]
)
def test_numbers_are_read_as_they_are_written(typed: str, value: float | None) -> None:
    assert parsed(typed) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0000"),
        (1.5, "+1.5000"),
        (-0.0113, "−0.0113"),
        (5.69e-20, "+5.690e−20"),
        (math.nan, "–"),
        (-math.inf, "−∞"),
    ],
)
def test_numbers_of_the_card_have_a_sign(value: float, text: str) -> None:
    assert exact(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9181, "0.918"), (-1.26, "−1.26"), (12.36, "12.36"), (-0.0004, "0.00"), (2e5, "2e5"), (math.inf, "∞")],
)
def test_the_number_in_a_circle_fits_into_it(value: float, text: str) -> None:
    assert circle_text(value, 3) == text


def test_a_unit_that_is_no_longer_there_has_nothing_to_say(units: UnitHand) -> None:
    units.open(1)
    assert facts_of(units.view, units.unit(1, 400)) is None
