from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.project import edits
from designer.inspector.inspector_panel import InspectorPanel
from designer.shell.services import Services
from designer.widgets.number_editors import SliderEditor
from tests.designer.inspector.builders import digit_network, drag_slider, type_into


@pytest.fixture
def units(panel: InspectorPanel, services: Services) -> SliderEditor:
    services.document.start(digit_network())
    services.selection.select(("n2",))
    editor = panel.layers.form.editor("units")
    assert isinstance(editor, SliderEditor)
    return editor


def units_of(services: Services) -> object:
    return services.document.project.graph.node("n2").options["units"]


def test_dragging_a_slider_is_one_step_of_undo(units: SliderEditor, services: Services) -> None:
    drag_slider(units.slider, 0.7)

    assert units_of(services) != 15
    assert units.field.value == units_of(services)
    assert services.document.undo_stack.count() == 1
    services.document.undo_stack.undo()
    assert units_of(services) == 15


def test_two_drags_are_two_steps_of_undo(units: SliderEditor, services: Services) -> None:
    drag_slider(units.slider, 0.7)
    after_first = units_of(services)
    drag_slider(units.slider, 0.2)

    assert services.document.undo_stack.count() == 2
    services.document.undo_stack.undo()
    assert units_of(services) == after_first


def test_key_presses_on_a_slider_are_one_step_until_a_number_is_typed(
    units: SliderEditor, services: Services
) -> None:
    units.slider.setFocus()
    for _ in range(5):
        QTest.keyClick(units.slider, Qt.Key.Key_Right)
    assert services.document.undo_stack.count() == 1

    type_into(units.field, "40")
    units.slider.setFocus()
    QTest.keyClick(units.slider, Qt.Key.Key_Left)

    assert services.document.undo_stack.count() == 3


def test_a_slider_of_a_wide_range_has_equal_steps_per_factor(units: SliderEditor) -> None:
    # 1 … 1,024 over the whole way: half of it is their geometric mean, 32.
    drag_slider(units.slider, 0.5)

    assert units.field.value == pytest.approx(32, rel=0.1)


def test_the_field_goes_beyond_the_slider(units: SliderEditor, services: Services) -> None:
    type_into(units.field, "100,000")

    assert units_of(services) == 100_000
    assert units.slider.value() == units.slider.maximum()


def test_the_rate_can_be_dragged_over_powers_of_ten(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    editor = panel.training.form.editor("training.learning_rate")
    assert isinstance(editor, SliderEditor)

    drag_slider(editor.slider, 0.0)
    lowest = services.document.project.training.learning_rate
    drag_slider(editor.slider, 1.0)
    highest = services.document.project.training.learning_rate

    assert (lowest, highest) == (pytest.approx(1e-4), pytest.approx(100.0))


def test_what_is_being_typed_survives_a_change_of_something_else(units: SliderEditor, services: Services) -> None:
    units.field.setFocus()
    units.field.selectAll()
    QTest.keyClicks(units.field, "23")
    services.document.apply("Set Bias", edits.set_option, "n2", "bias", False)

    assert units.field.text() == "23"


def test_up_and_down_change_a_number(units: SliderEditor, services: Services) -> None:
    units.field.setFocus()
    QTest.keyClick(units.field, Qt.Key.Key_Up)
    assert units_of(services) == 16
    QTest.keyClick(units.field, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert units_of(services) == 6
