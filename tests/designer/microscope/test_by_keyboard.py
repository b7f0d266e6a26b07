"""One whole iteration of a 2-3-1 network by keyboard in the real window, forwards to the end and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.formulas.quantities import Kind
from core.tracing.cursor import Position
from core.training.session import Session
from designer.main_window import MainWindow
from designer.microscope.service import MicroscopeService
from tests.designer.shell.conftest import OpenWindow, open_window  # noqa: F401 (a fixture)

CTRL = Qt.KeyboardModifier.ControlModifier
GRAINS = ("term", "unit", "stage", "layer", "iteration")
PATIENCE_MS = 20_000


@dataclass(frozen=True)
class Seen:
    """All that the window shows at one place of the iteration."""

    position: Position
    formula: Mapping[str, str]
    bar: Mapping[str, str]
    line: str
    strip: tuple[int, ...]
    batch: tuple[str, ...]
    canvas: Mapping[str, str]
    lit: str


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:  # noqa: F811
    """A window whose microscope is open on XOR by hand."""
    window = open_window()
    window.start_template("xor")
    qtbot.waitUntil(lambda: window.services.run.blocked_reason is None, timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_M, CTRL)
    assert window.microscope.microscope.is_open
    return window


@pytest.fixture
def microscope(window: MainWindow) -> MicroscopeService:
    return window.microscope.microscope


def _seen(window: MainWindow) -> Seen:
    mode, microscope = window.microscope, window.microscope.microscope
    walk, view = microscope.place.walk, window.panels.canvas.neurons.view
    model = mode.batch.model
    canvas = {node_id: _written(view.layer_numbers(node_id)) for node_id in microscope.trace.layers}
    return Seen(
        position=microscope.place.position,
        formula=mode.formula.texts(),
        bar=mode.bar.texts(),
        line=mode.algorithm.lines.current_text,
        strip=tuple(walk.known_units(microscope.place.position, stage) for stage in range(len(walk.stages))),
        batch=tuple(str(model.data(model.index(0, column))) for column in range(model.columnCount())),
        canvas=canvas,
        lit=repr(view.emphasis.lit),
    )


def _written(numbers: object) -> str:
    parts = [getattr(numbers, name) for name in ("a", "z", "delta", "back")]
    named = [*numbers.parameters.items(), *numbers.gradients.items()]
    return repr([None if part is None else part.tolist() for part in parts]) + repr(
        [(name, array.tolist()) for name, array in named]
    )


@pytest.mark.parametrize("grain", GRAINS)
def test_the_way_back_shows_the_same_at_every_place(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService, grain: str
) -> None:
    QTest.mouseClick(window.microscope.transport.grains.button(grain), Qt.MouseButton.LeftButton)
    window.panels.canvas.setFocus()
    forwards = [_seen(window)]
    while microscope.place.position != microscope.place.walk.last:
        qtbot.keyClick(window, Qt.Key.Key_Right)
        forwards.append(_seen(window))
    walked = [seen.position for seen in forwards]
    assert walked == sorted(set(walked)), "each place comes once, in order"
    expected = {seen.position: seen for seen in forwards}
    back = [microscope.place.position]
    while microscope.place.position != microscope.place.walk.first:
        qtbot.keyClick(window, Qt.Key.Key_Left)
        back.append(microscope.place.position)
        if microscope.place.position in expected:
            assert _seen(window) == expected[microscope.place.position]
    assert back == walked[::-1]
    assert _seen(window) == forwards[0]


def test_every_term_of_the_iteration_is_walked_through_and_is_on_its_ground(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    QTest.mouseClick(window.microscope.transport.grains.button("term"), Qt.MouseButton.LeftButton)
    window.panels.canvas.setFocus()
    panel, terms = window.microscope.formula, 0
    while microscope.place.position != microscope.place.walk.last:
        qtbot.keyClick(window, Qt.Key.Key_Right)
        terms += 1
        position, walk = microscope.place.position, microscope.place.walk
        if walk.terms(position.stage, position.unit) > 1:
            for line in (panel.indexed, panel.numbers):
                assert line.marked, (microscope.place.quantity, position.term)
    # z: 3 · 3 + 4 terms, a: 4, losses: 2; ∂C/∂a = a − y: 2, of hidden units 1 each; δ: 4; each of 13 weights twice.
    assert terms == 9 + 4 + 4 + 2 + (2 + 3) + 4 + 26


def test_units_are_filled_as_they_are_worked_out_and_the_numbers_are_those_of_the_step(
    qtbot: QtBot, window: MainWindow, microscope: MicroscopeService
) -> None:
    project, data = window.services.document.project, window.services.data.data
    assert data is not None
    session = Session(project.graph, project.training, data, project.state)
    session.step()
    new = session.parameters.views(session.parameters.values)
    view, trace = window.panels.canvas.neurons.view, microscope.trace
    hidden, output = list(trace.layers)[1:]
    QTest.mouseClick(window.microscope.transport.grains.button("unit"), Qt.MouseButton.LeftButton)
    window.panels.canvas.setFocus()
    while microscope.place.position != microscope.place.walk.last:
        qtbot.keyClick(window, Qt.Key.Key_Right)
        stage, unit = microscope.place.stage, microscope.place.position.unit
        numbers = view.layer_numbers(stage.node) if stage.node in trace.layers else None
        if stage.kind is Kind.OUTPUT and numbers is not None and numbers.a is not None:
            assert [math.isnan(a) for a in numbers.a] == [i > unit for i in range(stage.units)]
        if stage.kind is Kind.PRE_ACTIVATION and stage.node == hidden:
            assert numbers is not None and numbers.a is not None and np.isnan(numbers.a).all()
            later = view.layer_numbers(output)
            assert later.a is not None and np.isnan(later.a).all()
        if stage.kind is Kind.DELTA and numbers is not None and numbers.delta is not None:
            assert [math.isnan(d) for d in numbers.delta] == [i > unit for i in range(stage.units)]
    for (node_id, name), values in new.items():
        np.testing.assert_array_equal(view.layer_numbers(node_id).parameters[name], values)
