"""Numbers and lights that are handed in from outside, as an iteration is gone through step by step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from core.project.model import Project
from designer.canvas.units.hit import place_of
from designer.canvas.units.numbers import Direction, Highlight, NetworkNumbers, UnitNumbers
from designer.run.controller import RunStatus
from designer.theme import DARK, sequential_colours
from tests.designer.canvas.conftest import chain
from tests.designer.canvas.units.conftest import UnitHand


def _given(units: UnitHand, a: list[float]) -> NetworkNumbers:
    link = units.hand.project.graph.links_into(units.ids[2])[0].id
    kernel = np.array([[1.0, -2.0, 0.0]] * 4)
    return NetworkNumbers(
        {
            units.ids[1]: UnitNumbers(a=np.array([0.0, 0.25, 0.5, 1.0])),
            units.ids[2]: UnitNumbers(a=np.array(a), parameters={f"kernel.{link}": kernel}),
        },
        "iteration 7, stage 2",
    )


def _picture(units: UnitHand) -> QImage:
    return units.hand.view.viewport().grab().toImage()


def test_given_numbers_are_shown_in_place_of_those_of_the_run(units: UnitHand, qtbot: QtBot) -> None:
    units.open(1, 2)
    own = units.view.layer_numbers(units.ids[1]).a
    units.neurons.show_numbers(_given(units, [0.1, 0.2, 0.3]))
    assert units.neurons.caption == "iteration 7, stage 2"
    np.testing.assert_array_equal(units.view.layer_numbers(units.ids[1]).a, [0.0, 0.25, 0.5, 1.0])
    units.services.run.step_iteration()
    qtbot.waitUntil(lambda: units.services.run.status is RunStatus.PAUSED, timeout=20_000)
    assert units.neurons.caption == "iteration 7, stage 2", "a run does not push them away"
    units.neurons.show_numbers(None)
    assert units.neurons.caption.startswith("sample ")
    assert not np.array_equal(units.view.layer_numbers(units.ids[1]).a, own)


def test_units_have_the_colours_of_the_scale_and_unknown_ones_are_empty(units: UnitHand) -> None:
    units.open(1, 2)
    units.neurons.show_numbers(_given(units, [0.5, float("nan"), 1.0]))
    picture, expected = _picture(units), sequential_colours(DARK, np.array([0.5, 0.0, 1.0]))

    def colour(unit: int) -> tuple[int, int, int]:
        room = place_of(units.view, units.unit(2, unit))
        assert room is not None
        # Left of the number, inside the ring.
        inside = room.center().x() - 0.62 * room.width() / 2
        found = picture.pixelColor(units.hand.at((inside, room.center().y() - 0.35 * room.height() / 2)))
        return (found.red(), found.green(), found.blue())

    for unit in (0, 2):
        np.testing.assert_allclose(colour(unit), expected[unit], atol=3)
    card = QColor(DARK.card)
    np.testing.assert_allclose(colour(1), (card.red(), card.green(), card.blue()), atol=3)


def test_edges_are_orange_above_nothing_and_blue_below(units: UnitHand) -> None:
    units.open(1, 2)
    units.neurons.show_numbers(_given(units, [0.1, 0.2, 0.3]))
    (item,) = units.view.link_items()
    assert item.edges is not None and item.end == 2.0
    picture = _picture(units)

    def colour(source: int, unit: int) -> QColor:
        assert item.edges is not None
        index = item.edges.find(units.edge(2, source, unit))
        # Behind the number that stands on it.
        x, y = (0.15 * item.edges.starts[index] + 0.85 * item.edges.ends[index]).tolist()
        at = units.hand.at((x, y))
        near = [picture.pixelColor(at.x(), at.y() + step) for step in range(-2, 3)]
        return max(near, key=lambda colour: colour.saturation() * colour.value())

    orange, blue = colour(0, 0), colour(3, 1)
    assert orange.red() > orange.blue() + 20
    assert blue.blue() > blue.red() + 20


def test_numbers_of_another_width_are_left_out(units: UnitHand) -> None:
    units.open(1, 2)
    units.neurons.show_numbers(_given(units, [0.1, 0.2, 0.3, 0.4, 0.5]))
    assert units.view.layer_numbers(units.ids[2]).a is None
    _picture(units)


def test_a_number_that_is_handed_in_cannot_be_typed_but_a_click_says_what_was_meant(
    units: UnitHand, qtbot: QtBot
) -> None:
    units.open(1, 2)
    units.neurons.show_numbers(_given(units, [0.1, 0.2, 0.3]))
    with qtbot.waitSignal(units.neurons.edge_activated) as activated:
        units.click(units.at(units.edge(2, 1, 0)))
    assert activated.args[2:] == [1, 0]
    assert not units.panel.editor.field.isVisible()
    assert "recorded step" in units.panel.note.text, "why nothing can be typed"
    with qtbot.waitSignal(units.neurons.unit_activated) as activated:
        units.click(units.at(units.unit(1, 3)))
    assert activated.args == [units.ids[1], 3]
    assert not units.panel.note.text, "to choose a unit is not to set a number"
    with qtbot.waitSignal(units.neurons.bias_activated) as activated:
        units.view.choose(units.bias(2, 1))
    assert activated.args == [units.ids[2], 1]


def test_where_no_number_can_be_typed_none_is_offered(units: UnitHand) -> None:
    units.open(1, 2)
    part = units.edge(2, 1, 0)
    units.point_at(units.at(part))
    facts = units.panel.overlays.card.facts
    assert facts is not None and "type another number" in facts.hint
    units.neurons.show_numbers(_given(units, [0.1, 0.2, 0.3]))
    facts = units.panel.overlays.card.facts
    assert facts is not None and not facts.hint


def test_a_light_forward_falls_on_the_edges_into_a_unit(units: UnitHand) -> None:
    units.open(1, 2, 3)
    link = units.edge(2, 0, 0).link_id
    into, out = units.view.link_items()
    into, out = (into, out) if into.edges is not None and into.edges.link_id == link else (out, into)
    assert into.edges is not None and out.edges is not None
    units.neurons.highlight(Highlight(units.ids[2], 1))
    assert into.style.lit is not None and out.style.lit is None
    np.testing.assert_array_equal(into.style.lit, into.edges.units == 1)
    units.neurons.highlight(Highlight(units.ids[2], 1, (3,)))
    assert into.style.term and int(np.flatnonzero(into.style.lit)[0]) == into.edges.find(units.edge(2, 3, 1))
    units.neurons.highlight(None)
    assert into.style.lit is None


def test_a_light_backward_falls_on_the_edges_that_bring_delta_to_a_unit(units: UnitHand) -> None:
    units.open(1, 2, 3)
    units.neurons.highlight(Highlight(units.ids[2], 1, (0, 7), Direction.BACKWARD))
    lit = {}
    for item in units.view.link_items():
        assert item.edges is not None
        if item.style.lit is not None:
            ends = np.stack([item.edges.source_units, item.edges.units], axis=1)[item.style.lit]
            lit[item.edges.node_id] = {(int(source), int(unit)) for source, unit in ends}
    assert lit == {units.ids[3]: {(1, 0), (1, 7)}}


def test_a_light_shows_on_the_screen(units: UnitHand) -> None:
    units.open(1, 2)
    dark = _picture(units)
    units.neurons.highlight(Highlight(units.ids[2], 1, (0,), bias=True))
    lit = _picture(units)
    room = place_of(units.view, units.unit(2, 1))
    assert room is not None
    halo = units.hand.at((room.center().x(), room.top() - 4.0))
    assert lit.pixelColor(halo) != dark.pixelColor(halo)
    units.neurons.highlight(None)
    assert _picture(units) == dark


def test_the_output_card_shows_the_loss_that_was_handed_in(units: UnitHand) -> None:
    units.open(1, 2)
    live = units.hand.panel.live
    own = live.loss
    units.neurons.show_numbers(replace(_given(units, [0.1, 0.2, 0.3]), loss=math.nan))
    assert math.isnan(live.loss), "not yet worked out"
    units.neurons.show_numbers(replace(_given(units, [0.1, 0.2, 0.3]), loss=0.125))
    assert live.loss == 0.125
    units.neurons.show_numbers(None)
    assert live.loss == own or (math.isnan(own) and math.isnan(live.loss))


def test_what_flows_is_said_beside_the_edges_and_covers_no_number(units: UnitHand) -> None:
    units.open(1, 2)
    units.neurons.show_numbers(_given(units, [0.1, 0.2, 0.3]))
    lit = Highlight(units.ids[1], 2, (1,), Direction.BACKWARD, words="δ flows back")
    units.neurons.highlight(lit)
    pill = units.view.pill
    assert pill.words == "δ flows back"
    (item,) = units.view.link_items()
    assert item.labels() and not any(pill.rect.intersects(label) for label in item.labels())
    units.neurons.highlight(replace(lit, words=""))
    assert pill.words == ""
    units.neurons.highlight(None)
    assert pill.words == ""


def test_the_bar_takes_two_rows_where_one_does_not_fit_and_is_never_cut_off(units: UnitHand) -> None:
    units.open(1, 2)
    bar, panel = units.hand.panel.overlays.bar, units.hand.panel
    panel.resize(1000, 700)
    one_row = bar.height()
    assert all(control.width() >= control.sizeHint().width() for control in (bar.measure, bar.part))
    for width in (690, 560, 430):
        panel.resize(width, 700)
        assert bar.x() >= 0 and bar.geometry().right() < panel.width()
        bar.layout().activate()
        for widget in (bar.measure, bar.strongest, bar.part):
            assert widget.geometry().right() < bar.width() and widget.width() >= widget.minimumSizeHint().width()
        for control in (bar.measure, bar.part):
            assert control.width() >= control.sizeHint().width(), "every choice can be read"
        assert not bar.measure.geometry().intersects(bar.strongest.geometry())
    assert bar.height() > 1.5 * one_row
    units.hand.panel.fit()
    top = min(units.hand.view.mapFromScene(0.0, end.box.top).y() for end in units.view.ends.values())
    assert top >= bar.geometry().bottom(), "the network is fitted below it"


def test_a_step_shows_numbers_page_and_light_at_once(units_of: Callable[[Project], UnitHand]) -> None:
    units = units_of(chain(64, 40, 10))
    units.open(1, 2)
    numbers = NetworkNumbers({units.ids[1]: UnitNumbers(a=np.linspace(0.0, 1.0, 40))}, "stage 1")
    seen: list[tuple[str, bool, bool]] = []

    def note() -> None:
        frame, lit = units.view.ends[units.ids[1]].frame, units.view.emphasis.lit
        seen.append((units.neurons.caption, frame.shows(39), lit is not None and lit.unit == 39))

    units.view.changed.connect(note)
    units.neurons.show_step(numbers, Highlight(units.ids[1], 39))
    assert seen == [("stage 1", True, True)], "with another page"
    units.neurons.show_step(replace(numbers, caption="stage 2"), Highlight(units.ids[1], 39, (2,)))
    assert seen[1:] == [("stage 2", True, True)], "with the same page"
