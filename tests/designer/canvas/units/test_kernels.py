"""The numbers of a convolution's kernels: shown at a click, typed one by one, taken back by undo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.data.reference import DataReference
from core.project import edits
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.session import initial_state
from designer.canvas.units.hit import kernel_at, place_of
from designer.canvas.units.kernel_grid import KernelGrid
from designer.canvas.units.numbers import EdgeTarget, NetworkNumbers
from designer.canvas.units.pictures import mosaic, slice_at
from designer.run.controller import RunStatus
from tests.designer.canvas.units.conftest import UnitHand

Key = Qt.Key
FIRST, SECOND = 1, 2
"""Places of the two convolutions in the network."""


def _project() -> Project:
    """8 × 8 digits, two convolutions of 4 and 3 channels with kernels of 3 × 2, and what answers."""
    project = Project(training=TrainingConfig(), data=DataReference(source="digits"))
    for kind, options in (
        ("input", {"shape": (8, 8, 1)}),
        ("convolution", {"filters": 4, "kernel": (3, 2), "activation": "tanh"}),
        ("convolution", {"filters": 3, "kernel": (3, 2), "activation": "tanh"}),
        ("flatten", {}),
        ("dense", {"units": 10, "activation": "softmax"}),
        ("output", {"loss": "cross_entropy"}),
    ):
        project = edits.append_layer(project, kind, options)
    return project


@pytest.fixture
def units(units_of: Callable[[Project], UnitHand]) -> UnitHand:
    made = units_of(_project())
    made.panel.resize(1300, 760)
    made.open(0, FIRST, SECOND)
    made.panel.fit()
    return made


def _grid(units: UnitHand) -> KernelGrid:
    return units.panel.overlays.kernel


def _kernel(units: UnitHand, place: int) -> np.ndarray:
    """The (rows, columns, channels, filters) numbers of a convolution in the document."""
    project = units.hand.project
    state = project.state or initial_state(project.graph, project.training)
    (found,) = (a for (node, _), a in state.parameters.items() if node == units.ids[place] and a.ndim == 4)
    return np.array(found)


def _click_thumb(units: UnitHand, place: int, row: int, across: float = 0.5, down: float = 0.5) -> None:
    end = units.view.ends[units.ids[place]]
    rect = end.frame.thumb_rect(row)
    at = QPointF(end.box.left + rect.left() + across * rect.width(), end.box.top + rect.top() + down * rect.height())
    units.click(units.hand.view.mapFromScene(at))


def _click_cell(units: UnitHand, row: int, column: int) -> None:
    grid = _grid(units)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell_rect(row, column).center())


def test_a_number_of_a_kernel_is_typed_where_it_stands_and_undo_takes_it_back(units: UnitHand) -> None:
    before = _kernel(units, FIRST)
    _click_thumb(units, FIRST, 2)
    grid = _grid(units)
    assert grid.isVisible() and units.panel.overlays.card.facts is None
    _click_cell(units, 1, 0)
    field = units.panel.editor.field
    assert float(field.text().replace("−", "-")) == pytest.approx(float(before[1, 0, 0, 2]), rel=1e-5)
    assert field.geometry().intersects(grid.cell_rect(1, 0).translated(grid.pos()))
    units.type("-1.25", Key.Key_Return)
    expected = before.copy()
    expected[1, 0, 0, 2] = -1.25
    np.testing.assert_array_equal(_kernel(units, FIRST), expected)
    stack = units.services.document.undo_stack
    assert stack.count() == 1 and stack.undoText() == "Set weight"
    assert grid.isVisible() and grid.hasFocus() and not field.isVisible()
    units.hand.undo()
    np.testing.assert_array_equal(_kernel(units, FIRST), before)


def test_what_was_typed_is_shown_and_trained_on(units: UnitHand, qtbot: QtBot) -> None:
    _click_thumb(units, FIRST, 0)
    _click_cell(units, 2, 1)
    units.type("3", Key.Key_Enter)
    grid, run = _grid(units), units.services.run
    name = f"row 3, column 2: {3.0:.2f}"
    qtbot.waitUntil(lambda: grid.accessibleDescription() == name, timeout=20_000)
    run.step_iteration()
    qtbot.waitUntil(lambda: run.status is RunStatus.PAUSED and run.snapshot.iteration == 1, timeout=20_000)
    assert abs(float(_kernel(units, FIRST)[2, 1, 0, 0]) - 3.0) < 0.5


def test_each_slice_of_a_kernel_can_be_reached_from_its_picture_and_by_paging(units: UnitHand) -> None:
    # Four channels of the layer before stand two by two.
    _click_thumb(units, SECOND, 1, across=0.75, down=0.25)
    grid = _grid(units)
    assert grid.target == EdgeTarget(units.ids[SECOND], grid.target.link_id, 1, 1)
    assert grid.accessibleName().endswith("kernel of channel 2 → channel 2")
    QTest.mouseClick(grid.next, Qt.MouseButton.LeftButton)
    QTest.keyClick(grid, Key.Key_PageDown)
    QTest.keyClick(grid, Key.Key_PageDown)
    assert grid.target.source_unit == 3, "there is no fifth"
    QTest.mouseClick(grid.previous, Qt.MouseButton.LeftButton)
    before = _kernel(units, SECOND)
    _click_cell(units, 0, 1)
    units.type("0.75", Key.Key_Return)
    before[0, 1, 2, 1] = 0.75
    np.testing.assert_array_equal(_kernel(units, SECOND), before)


def test_the_keyboard_alone_reaches_every_number_of_a_kernel(units: UnitHand) -> None:
    before = _kernel(units, SECOND)
    edges = next(item.edges for item in units.view.link_items() if item.edges.node_id == units.ids[SECOND])
    units.view.choose(edges.target(len(edges) - 1))
    source, unit = int(edges.source_units[-1]), int(edges.units[-1])
    units.key(Key.Key_Return)
    grid = _grid(units)
    assert grid.isVisible() and grid.hasFocus()
    for key in (Key.Key_Up, Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Left):
        QTest.keyClick(grid, key)
    QTest.keyClick(grid, Key.Key_Right)
    QTest.keyClick(grid, Key.Key_Return)
    units.type("−2", Key.Key_Return)
    before[2, 1, source, unit] = -2.0
    np.testing.assert_array_equal(_kernel(units, SECOND), before)
    QTest.keyClick(grid, Key.Key_Escape)
    assert not grid.isVisible() and units.hand.view.hasFocus()


def test_what_is_no_number_stays_in_the_field_and_escape_changes_nothing(units: UnitHand) -> None:
    _click_thumb(units, FIRST, 0)
    _click_cell(units, 0, 0)
    units.panel.editor.field.clear()
    units.type("x", Key.Key_Return)
    assert units.panel.editor.field.property("invalid") is True
    QTest.keyClick(units.panel.editor.field, Key.Key_Escape)
    assert _grid(units).isVisible() and _grid(units).hasFocus()
    assert not units.services.document.undo_stack.canUndo()


def test_the_grid_goes_when_something_else_is_looked_at(units: UnitHand) -> None:
    _click_thumb(units, FIRST, 0)
    units.click(units.hand.at((-2000.0, 2000.0)))
    assert not _grid(units).isVisible()
    _click_thumb(units, FIRST, 0)
    units.layers.close(units.ids[FIRST])
    assert not _grid(units).isVisible()
    units.open(0, FIRST, SECOND)
    _click_thumb(units, FIRST, 0)
    QTest.mouseClick(_grid(units).shut, Qt.MouseButton.LeftButton)
    assert not _grid(units).isVisible()


def test_numbers_that_were_handed_in_cannot_be_typed(units: UnitHand) -> None:
    numbers = units.view.numbers
    units.neurons.show_numbers(NetworkNumbers(numbers.layers, "iteration 1"))
    before = units.hand.project
    _click_thumb(units, FIRST, 0)
    assert _grid(units).isVisible(), "they can be read"
    assert not units.panel.note.text
    _click_cell(units, 1, 1)
    assert not units.panel.editor.field.isVisible()
    assert "recorded step" in units.panel.note.text and "microscope" in units.panel.note.text
    assert not units.panel.note.refusal
    cell = _grid(units).cell_rect(1, 1).translated(_grid(units).pos())
    assert units.panel.note.geometry().adjusted(-24, -24, 24, 24).contains(cell.center())
    QTest.keyClick(_grid(units), Key.Key_Escape)
    assert not _grid(units).isVisible()
    assert units.hand.project is before


def test_biases_of_pictures_stand_beside_them_and_are_typed_where_they_stand(units: UnitHand) -> None:
    for place, count in ((FIRST, 4), (SECOND, 3)):
        end = units.view.ends[units.ids[place]]
        pictures = [end.frame.picture_rect(row, second) for row in range(count) for second in (False, True)]
        left, top = end.box.left, end.box.top
        known = [item for item in units.view.edge_items() if item.edges is not None and not item.edges.link_id]
        (arcs,) = (item for item in known if item.edges is not None and item.edges.node_id == units.ids[place])
        assert len(arcs.labels()) == count
        for label in arcs.labels():
            assert not any(label.intersects(rect.translated(left, top)) for rect in pictures)
    target = units.bias(FIRST, 2)
    assert place_of(units.view, target) is not None
    units.view.choose(units.unit(FIRST, 2))
    QTest.keyClick(units.hand.view, Key.Key_Return)
    assert units.panel.editor.target == target
    units.type("0.125", Key.Key_Return)
    state = units.hand.project.state
    assert state is not None
    (bias,) = (a for (node, _), a in state.parameters.items() if node == units.ids[FIRST] and a.ndim == 1)
    assert bias[2] == 0.125


def test_the_kernel_lies_below_the_controls_inside_the_canvas(units: UnitHand) -> None:
    for size in ((1300, 760), (800, 420), (520, 330)):
        units.panel.resize(*size)
        units.panel.fit()
        units.view.choose(None)
        units.view.choose(units.unit(SECOND, 0))
        incoming = units.view.opened.anatomy(units.ids[SECOND]).incoming[0]
        assert units.panel.editor.open(EdgeTarget(units.ids[SECOND], incoming.link_id, 0, 0))
        room, bar = _grid(units).geometry(), units.panel.overlays.bar.geometry()
        assert units.hand.view.geometry().contains(room) and not room.adjusted(8, 8, -8, -8).intersects(bar)


def test_the_place_in_a_mosaic_is_the_channel_that_is_painted_there() -> None:
    for channels in (1, 2, 3, 4, 6, 9, 16, 40):
        # Every channel is painted in its own number.
        picture = mosaic(np.broadcast_to(np.arange(channels, dtype=float), (3, 3, channels)).copy())
        rows, columns = picture.shape
        for down, across in ((d, a) for d in range(rows) for a in range(columns)):
            if not np.isnan(picture[down, across]):
                share = QPointF((across + 0.5) / columns, (down + 0.5) / rows)
                assert slice_at(channels, share) == picture[down, across]


def test_a_double_click_on_a_kernel_does_not_ask_for_the_bias(units: UnitHand) -> None:
    end = units.view.ends[units.ids[FIRST]]
    middle = end.frame.thumb_rect(1).center() + QPointF(end.box.left, end.box.top)
    assert kernel_at(units.view, middle) is not None
    at: QPoint = units.hand.view.mapFromScene(middle)
    QTest.mouseDClick(units.hand.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert units.panel.editor.target is None
