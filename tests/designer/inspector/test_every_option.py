"""Every option that is declared anywhere goes through the same trial: entered, refused, undone, shown again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from core.layers.catalog import LAYERS
from core.options import ChoiceOption, FlagOption, IntegerOption, Option, OptionValue, RealOption, ShapeOption
from core.project import edits
from core.project.model import Project
from core.training.settings import CHOICES_WITH_OPTIONS, TRAINING_OPTIONS
from designer.inspector.inspector_panel import InspectorPanel
from designer.shell.services import Services
from designer.widgets.activation_picker import ActivationPicker
from designer.widgets.number_editors import PlainNumberEditor, SliderEditor
from designer.widgets.option_editor import OptionEditor
from designer.widgets.simple_editors import ChoiceEditor, FlagEditor, ShapeEditor
from tests.designer.inspector.builders import digit_network, type_into

LAYER_OPTIONS = [(kind.key, option) for kind in LAYERS for option in kind.options]
OWN_OPTIONS = [
    (key, choice.key, option)
    for key, choices in CHOICES_WITH_OPTIONS.items()
    for choice in choices
    for option in choice.options
]


def named(values: list[tuple[str, Option]]) -> list[str]:
    return [f"{owner}-{option.key}" for owner, option in values]


@pytest.mark.parametrize(("kind", "option"), LAYER_OPTIONS, ids=named(LAYER_OPTIONS))
def test_an_option_of_a_layer_is_set_by_hand_undone_and_shown(
    panel: InspectorPanel, services: Services, kind: str, option: Option
) -> None:
    node_id = _one_layer(services, kind, option)
    editor = panel.layers.form.editor(option.key)
    assert editor.isVisible()

    wanted = enter_another_value(editor, option)

    assert services.document.project.graph.node(node_id).options[option.key] == wanted
    assert services.document.undo_stack.count() == 1
    services.document.undo_stack.undo()
    assert services.document.project.graph.node(node_id).options[option.key] == option.initial
    assert shown_value(editor) == option.initial


@pytest.mark.parametrize(("kind", "option"), LAYER_OPTIONS, ids=named(LAYER_OPTIONS))
def test_a_wrong_value_of_a_layer_is_refused_in_place(
    panel: InspectorPanel, services: Services, kind: str, option: Option
) -> None:
    _one_layer(services, kind, option)
    field = text_field(panel.layers.form.editor(option.key))
    if field is None:
        return

    for wrong in wrong_texts(option):
        type_into(field, wrong)
        panel.training.form.editor("training.seed").setFocus()

        assert field.text() == wrong, "what was typed stays until it is mended"
        assert field.property("invalid") is True
        assert panel.layers.form.complaint(option.key) != ""
        assert services.document.undo_stack.count() == 0

    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert shown_value(panel.layers.form.editor(option.key)) == option.initial
    assert field.property("invalid") is not True
    assert panel.layers.form.complaint(option.key) == ""


@pytest.mark.parametrize("option", TRAINING_OPTIONS, ids=[option.key for option in TRAINING_OPTIONS])
def test_an_option_of_training_is_set_by_hand_undone_and_shown(
    panel: InspectorPanel, services: Services, option: Option
) -> None:
    services.document.start(digit_network())
    key = f"training.{option.key}"

    wanted = enter_another_value(panel.training.form.editor(key), option)

    assert services.document.project.training.value(option.key) == wanted
    assert services.document.undo_stack.count() == 1
    services.document.undo_stack.undo()
    assert shown_value(panel.training.form.editor(key)) == option.initial


@pytest.mark.parametrize(
    ("key", "choice", "option"), OWN_OPTIONS, ids=[f"{choice}-{option.key}" for _, choice, option in OWN_OPTIONS]
)
def test_an_option_of_an_optimiser_or_schedule_is_set_by_hand_undone_and_shown(
    panel: InspectorPanel, services: Services, key: str, choice: str, option: Option
) -> None:
    services.document.start(edits.set_training(digit_network(), key, choice))
    editor = panel.training.form.editor(f"{key}.{option.key}")

    wanted = enter_another_value(editor, option)

    assert services.document.project.training.options_of(key)[option.key] == wanted
    services.document.undo_stack.undo()
    assert shown_value(editor) == option.initial


def test_an_option_without_effect_is_out_of_sight(panel: InspectorPanel, services: Services) -> None:
    for kind in LAYERS:
        _one_layer(services, kind.key)
        options = services.document.project.graph.nodes[0].options
        for option in kind.options:
            assert panel.layers.form.editor(option.key).isVisible() == option.matters(options), option.key


def test_a_constant_comes_into_sight_with_its_function(panel: InspectorPanel, services: Services) -> None:
    _one_layer(services, "dense")
    form = panel.layers.form
    assert not form.editor("slope").isVisible()
    picker = form.editor("activation")
    assert isinstance(picker, ActivationPicker)

    menu = picker.menu()
    next(action for action in menu.actions() if action.text() == "Leaky ReLU").trigger()

    assert form.editor("slope").isVisible()
    services.document.undo_stack.undo()
    assert not form.editor("slope").isVisible()
    menu.deleteLater()


def _one_layer(services: Services, kind: str, option: Option | None = None) -> str:
    """Start a project of one layer of this kind in which `option` has an effect, and select it."""
    needed = {option.only_with[0]: option.only_with[1][0]} if option is not None and option.only_with else {}
    project = edits.add_node(Project(), kind, (0.0, 0.0), needed)
    services.document.start(project)
    node_id = project.graph.nodes[0].id
    services.selection.select((node_id,))
    return node_id


def enter_another_value(editor: OptionEditor, option: Option) -> OptionValue:
    """Set a value that is not the initial one with mouse or keyboard; returns it."""
    match option:
        case IntegerOption():
            wanted = option.default + 1 if option.default < option.maximum else option.default - 1
            field = text_field(editor)
            assert field is not None
            type_into(field, f"{wanted:,}")
            return wanted
        case RealOption():
            value = option.minimum + (option.default - option.minimum) / 4 or (option.minimum + option.maximum) / 3
            field = text_field(editor)
            assert field is not None
            type_into(field, repr(value))
            return value
        case FlagOption():
            assert isinstance(editor, FlagEditor)
            QTest.mouseClick(editor.switch, Qt.MouseButton.LeftButton)
            return not option.default
        case ShapeOption():
            field = text_field(editor)
            assert field is not None
            type_into(field, "3x5")
            return (3, 5)
        case ChoiceOption():
            other = next(choice.key for choice in option.choices if choice.key != option.default)
            choose(editor, option, other)
            return other
    raise AssertionError(f"no way to enter a {type(option).__name__}")


def choose(editor: OptionEditor, option: ChoiceOption, key: str) -> None:
    """Choose with the mouse by a curve, or with the arrow keys in a list."""
    if isinstance(editor, ActivationPicker):
        QTest.mouseClick(editor.button(key), Qt.MouseButton.LeftButton)
        return
    assert isinstance(editor, ChoiceEditor)
    keys = [choice.key for choice in option.choices]
    steps = keys.index(key) - keys.index(editor.box.current)
    editor.box.setFocus()
    for _ in range(abs(steps)):
        QTest.keyClick(editor.box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def text_field(editor: OptionEditor) -> QLineEdit | None:
    """Return the field of an editor in which text is typed, or None."""
    return editor.field if isinstance(editor, (SliderEditor, PlainNumberEditor, ShapeEditor)) else None


def wrong_texts(option: Option) -> tuple[str, ...]:
    match option:
        case IntegerOption():
            return (str(option.maximum + 1), "1.5", "many", "")
        case RealOption():
            return (repr(option.maximum * 2 + 1), "nan", "1,5", "")
        case ShapeOption():
            return ("0", "28 × ", "2 × 2 × 2 × 2", "-3", "1.5", "wide", "")
    raise AssertionError(f"no wrong text for a {type(option).__name__}")


def shown_value(editor: OptionEditor) -> OptionValue:
    """Return the value that an editor shows."""
    match editor:
        case SliderEditor() | PlainNumberEditor() | ShapeEditor():
            return editor.field.value
        case FlagEditor():
            return editor.switch.isChecked()
        case ChoiceEditor():
            return editor.box.current
        case ActivationPicker():
            return editor.current
    raise AssertionError(f"no value of a {type(editor).__name__}")
