from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.layers.catalog import LAYERS
from core.project import edits
from core.project.model import Project
from designer.inspector.inspector_panel import InspectorPanel
from designer.run.controller import RunStatus
from designer.shell.services import Services
from designer.widgets.activation_picker import ActivationPicker
from designer.widgets.number_editors import PlainNumberEditor, SliderEditor
from designer.widgets.problem_card import ProblemCard
from designer.widgets.simple_editors import ChoiceEditor
from tests.designer.inspector.builders import digit_network, type_into


def test_nothing_selected_shows_the_network_in_numbers(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network(skip=True))

    facts = dict(panel.facts.facts)

    # 784·15 + 15 + 15·10 + 784·10 + 10, as in the mock-ups of 784-15-10 with a link around the hidden layer.
    assert facts["Parameters"] == "19,775"
    assert facts["Multiply-adds per sample"] == "19,750"
    assert (facts["Layers"], facts["Wires"]) == ("4", "4")


def test_an_empty_project_says_what_to_do(panel: InspectorPanel) -> None:
    assert panel.facts.facts == ()
    assert "Drag an Input" in panel.hint


def test_a_layer_shows_its_shapes_and_its_parameters_as_a_sum(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network(skip=True))

    services.selection.select(("n2",))
    assert panel.layers.figures == "28 × 28 → 15 15 × 784 + 15 = 11,775"
    services.selection.select(("n3",))
    assert panel.layers.figures == "15 + 28 × 28 → 10 10 × 15 + 10 × 784 + 10 = 8,000"
    services.selection.select(("n1",))
    assert panel.layers.figures == "→ 28 × 28 no parameters"


def test_roles_are_told_by_the_place_in_the_network(panel: InspectorPanel, services: Services) -> None:
    project = edits.add_node(digit_network(), "activation", (0.0, 300.0))
    services.document.start(project)
    expected = {
        "n1": "the samples",
        "n2": "hidden layer",
        "n3": "output layer",
        "n4": "the loss",
        project.graph.nodes[-1].id: "not connected",
    }

    for node_id, role in expected.items():
        services.selection.select((node_id,))
        assert panel.head.second == role


def test_a_wire_shows_its_ends_its_width_and_its_kernel(panel: InspectorPanel, services: Services) -> None:
    project = digit_network(skip=True)
    services.document.start(project)
    skip = project.graph.links[-1]

    services.selection.select((), (skip.id,))

    assert dict(panel.facts.facts) == {
        "From": "Input",
        "To": "Dense 10",
        "Width": "28 × 28",
        "Kernel": "10 × 784",
        "Weights": "7,840",
    }


def test_several_layers_are_edited_in_one_step(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    services.selection.select(("n2", "n3"))
    units = panel.layers.form.editor("units")
    assert isinstance(units, SliderEditor)
    assert units.field.text() == "", "15 and 10 are not one number"

    type_into(units.field, "12")

    graph = services.document.project.graph
    assert [graph.node(node_id).options["units"] for node_id in ("n2", "n3")] == [12, 12]
    assert services.document.undo_stack.count() == 1
    services.document.undo_stack.undo()
    graph = services.document.project.graph
    assert [graph.node(node_id).options["units"] for node_id in ("n2", "n3")] == [15, 10]
    assert units.field.text() == ""


def test_layers_that_differ_show_no_activation_until_one_is_chosen(
    panel: InspectorPanel, services: Services
) -> None:
    services.document.start(edits.set_option(digit_network(), "n3", "activation", "softmax"))
    services.selection.select(("n2", "n3"))
    picker = panel.layers.form.editor("activation")
    assert isinstance(picker, ActivationPicker)
    assert not any(picker.button(key).isChecked() for key in ("sigmoid", "softmax"))

    QTest.mouseClick(picker.button("tanh"), Qt.MouseButton.LeftButton)

    graph = services.document.project.graph
    assert {graph.node(node_id).options["activation"] for node_id in ("n2", "n3")} == {"tanh"}


def test_different_kinds_show_what_they_have_in_common(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    services.selection.select(("n1", "n4"))

    assert panel.layers.form.keys == ()


def test_that_layers_have_nothing_in_common_is_said_as_far_from_the_head_as_from_the_line_below(
    qtbot: QtBot, panel: InspectorPanel, services: Services
) -> None:
    services.document.start(digit_network())
    services.selection.select(("n1", "n2"))
    said = "These layers have no options in common."
    qtbot.waitUntil(lambda: any(label.text() == said and label.isVisible() for label in panel.findChildren(QLabel)))
    (notice,) = [label for label in panel.findChildren(QLabel) if label.text() == said]

    def gaps() -> tuple[int, int]:
        inked = notice.contentsRect().translated(notice.mapTo(panel, QPoint()))
        end = panel.layers.mapTo(panel, QPoint(0, panel.layers.height())).y()
        return inked.top() - panel.head.geometry().bottom() - 1, end - inked.bottom() - 1

    qtbot.waitUntil(lambda: gaps() == (12, 12))


def test_the_loss_is_one_truth_in_both_forms(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    services.selection.select(("n4",))
    of_layer, of_training = panel.layers.form.editor("loss"), panel.training.form.editor("loss")
    assert isinstance(of_layer, ChoiceEditor) and isinstance(of_training, ChoiceEditor)

    of_training.box.setFocus()
    QTest.keyClick(of_training.box, Qt.Key.Key_Down)

    assert services.document.project.graph.node("n4").options["loss"] == "cross_entropy"
    assert of_layer.box.current == "cross_entropy"
    services.document.undo_stack.undo()
    assert of_training.box.current == of_layer.box.current == "squared_error"


def test_without_an_output_the_loss_says_why_it_cannot_be_set(panel: InspectorPanel, services: Services) -> None:
    services.document.start(edits.delete(digit_network(), ["n4"]))

    loss = panel.training.form.editor("loss")

    assert not loss.isEnabled()
    assert "Output" in loss.toolTip()
    services.document.start(digit_network())
    assert panel.training.form.editor("loss").isEnabled()


def test_another_optimiser_brings_its_own_options(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    assert "optimizer.momentum" not in panel.training.form.keys
    optimizer = panel.training.form.editor("training.optimizer")
    assert isinstance(optimizer, ChoiceEditor)

    optimizer.box.setFocus()
    QTest.keyClick(optimizer.box, Qt.Key.Key_Down)

    assert services.document.project.training.optimizer == "momentum"
    assert services.document.project.training.learning_rate == 0.05, "its usual rate comes with it"
    momentum = panel.training.form.editor("optimizer.momentum")
    assert isinstance(momentum, SliderEditor)
    type_into(momentum.field, "0.5")
    assert services.document.project.training.optimizer_options["momentum"] == 0.5
    services.document.undo_stack.undo()
    services.document.undo_stack.undo()
    assert "optimizer.momentum" not in panel.training.form.keys


def cards_of(panel: InspectorPanel) -> list[ProblemCard]:
    return [card for card in panel.findChildren(ProblemCard) if card.isVisible()]


def test_a_problem_of_the_layer_is_mended_by_its_button(
    qtbot: QtBot, panel: InspectorPanel, services: Services
) -> None:
    project = edits.add_node(digit_network(), "activation", (0.0, 300.0))
    services.document.start(project)
    loose = project.graph.nodes[-1].id
    services.selection.select((loose,))
    qtbot.waitUntil(lambda: len(cards_of(panel)) == 1)
    insert = cards_of(panel)[0].findChildren(QPushButton)[0]
    assert insert.text() == "Insert after Dense 15"

    QTest.mouseClick(insert, Qt.MouseButton.LeftButton)

    graph = services.document.project.graph
    assert graph.successors("n2") == (loose,)
    assert graph.successors(loose) == ("n3",)
    assert services.document.undo_stack.count() == 1
    assert cards_of(panel) == []


def test_the_only_way_out_is_offered_quietly_where_it_deletes(
    qtbot: QtBot, panel: InspectorPanel, services: Services
) -> None:
    project = edits.add_node(digit_network(), "input", (0.0, 300.0))
    services.document.start(project)
    extra = project.graph.nodes[-1].id
    services.selection.select((extra,))
    qtbot.waitUntil(lambda: bool(cards_of(panel)))
    (delete,) = [b for card in cards_of(panel) for b in card.findChildren(QPushButton) if b.text() == "Delete"][:1]
    theme, corner = services.theme.current, QPoint(12, 4)
    picture = delete.grab().toImage()
    assert picture.pixelColor(corner).name().upper() != theme.raised.upper()
    qtbot.mouseClick(delete, Qt.MouseButton.LeftButton)
    assert extra not in services.document.project.graph


def test_a_layer_that_is_deleted_leaves_the_network_in_sight(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    services.selection.select(("n2",))

    services.document.apply("Delete", edits.delete, ["n2"])

    assert panel.facts.isVisible()
    assert not panel.layers.isVisible()


def test_an_undone_deletion_of_the_selected_layer_shows_it_again(panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    services.selection.select(("n2",))
    services.document.apply("Delete", edits.delete, ["n2"])
    services.document.undo_stack.undo()
    services.selection.select(("n2",))

    assert panel.head.name.text() == "Dense 15"


def test_the_rate_that_another_optimiser_brings_leaves_the_run_in_progress_alone(
    qtbot: QtBot, panel: InspectorPanel, services: Services
) -> None:
    project = edits.set_training(digit_network(source="digits_28"), "epochs", 100_000)
    services.document.start(edits.set_training(project, "learning_rate", 0.25))
    qtbot.waitUntil(lambda: services.run.status is RunStatus.READY, timeout=20_000)
    services.run.run()
    qtbot.waitUntil(lambda: services.run.snapshot is not None and services.run.snapshot.iteration > 0)
    before = services.run.snapshot.serial

    services.document.apply("Set Optimiser", edits.set_training, "optimizer", "adam")

    assert services.document.project.training.learning_rate == 0.001 and services.run.stale
    # One picture may have been on its way.
    qtbot.waitUntil(lambda: services.run.snapshot.serial > before + 3)
    assert services.run.snapshot.learning_rate == 0.25
    services.document.undo_stack.undo()
    assert not services.run.stale
    services.run.pause()
    qtbot.waitUntil(lambda: not services.run.running)


def test_while_it_runs_the_rate_applies_at_once_and_all_else_later(
    qtbot: QtBot, panel: InspectorPanel, services: Services
) -> None:
    services.document.start(edits.set_training(digit_network(source="digits_28"), "epochs", 100_000))
    qtbot.waitUntil(lambda: services.run.status is RunStatus.READY, timeout=20_000)
    assert panel.training.hint == ""
    services.run.run()
    qtbot.waitUntil(lambda: services.run.snapshot is not None and services.run.snapshot.iteration > 0)
    assert panel.training.hint == "η applies at the next step"
    rate = panel.training.form.editor("training.learning_rate")
    batch = panel.training.form.editor("training.batch_size")
    assert isinstance(rate, SliderEditor) and isinstance(batch, PlainNumberEditor)

    type_into(rate.field, "0.125")
    qtbot.waitUntil(lambda: services.run.snapshot is not None and services.run.snapshot.learning_rate == 0.125)
    assert not services.run.stale
    type_into(batch.field, "20")

    assert services.run.stale
    assert panel.training.hint == "changes apply to the next run"
    assert "next run" in batch.toolTip()
    services.run.pause()
    qtbot.waitUntil(lambda: not services.run.running)
    assert panel.training.hint == ""


def test_the_bars_show_the_z_of_the_last_batch(qtbot: QtBot, panel: InspectorPanel, services: Services) -> None:
    services.document.start(digit_network())
    services.selection.select(("n2",))
    qtbot.waitUntil(lambda: services.run.status is RunStatus.READY, timeout=20_000)

    services.run.step_iteration()
    qtbot.waitUntil(lambda: services.run.snapshot is not None and services.run.snapshot.iteration == 1)

    qtbot.waitUntil(lambda: panel.layers.plot.shares is not None)
    shares = panel.layers.plot.shares
    assert shares is not None and shares.max() == 1.0
    services.selection.select(("n1",))
    assert not panel.layers.plot.isVisible()
    services.selection.select(("n3",))
    assert panel.layers.plot.isVisible()
    assert panel.layers.plot.shares is not None, "another layer shows the numbers that are there already"


def test_a_narrow_panel_cuts_nothing_off(panel: InspectorPanel, services: Services) -> None:
    services.document.start(edits.set_training(digit_network(), "optimizer", "momentum"))
    services.selection.select(("n2",))

    for width in (288, 216, 288):
        panel.resize(width, 760)
        for form in (panel.layers.form, panel.training.form):
            for key in form.keys:
                editor = form.editor(key)
                left = editor.mapTo(panel, editor.rect().topLeft()).x()
                assert left >= 0 and left + editor.width() <= width, f"{key} at {width} px"


def test_every_layer_kind_has_a_page_without_any_wire(panel: InspectorPanel, services: Services) -> None:
    for kind in LAYERS:
        services.document.start(edits.add_node(Project(), kind.key, (0.0, 0.0)))
        services.selection.select((services.document.project.graph.nodes[0].id,))
        assert panel.layers.form.keys == tuple(option.key for option in kind.options)
        assert panel.head.name.text() != ""


def test_what_is_being_typed_goes_to_the_layer_that_it_was_typed_for(
    panel: InspectorPanel, services: Services
) -> None:
    services.document.start(digit_network())
    services.selection.select(("n2",))
    units = panel.layers.form.editor("units")
    assert isinstance(units, SliderEditor)
    units.field.setFocus()
    units.field.selectAll()
    QTest.keyClicks(units.field, "23")

    services.selection.select(("n3",))

    graph = services.document.project.graph
    assert [graph.node(node_id).options["units"] for node_id in ("n2", "n3")] == [23, 10]
    shown = panel.layers.form.editor("units")
    assert isinstance(shown, SliderEditor) and shown.field.value == 10


def test_what_is_being_typed_for_a_layer_that_is_deleted_is_forgotten(
    panel: InspectorPanel, services: Services
) -> None:
    services.document.start(digit_network())
    services.selection.select(("n2",))
    units = panel.layers.form.editor("units")
    assert isinstance(units, SliderEditor)
    units.field.setFocus()
    units.field.selectAll()
    QTest.keyClicks(units.field, "23")

    services.document.apply("Delete", edits.delete, ["n2"])

    assert services.document.undo_stack.count() == 1
    services.document.undo_stack.undo()
    assert services.document.project.graph.node("n2").options["units"] == 15


@pytest.mark.parametrize("width", [216, 288])
def test_tab_walks_through_the_form_from_top_to_bottom(
    panel: InspectorPanel, services: Services, width: int
) -> None:
    services.document.start(digit_network())
    services.selection.select(("n2",))
    panel.resize(width, 1_600)  # so tall that nothing scrolls
    panel.head.name.setFocus()

    last = panel.training.form.tab_stops()[-1]
    walk: list[QWidget] = [panel.head.name]
    while walk[-1] is not last:
        QTest.keyClick(walk[-1], Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None and focused not in walk
        walk.append(focused)

    places = [stop.mapTo(panel, stop.rect().center()) for stop in walk]
    # Editors of one row differ by a pixel or two in height.
    rows = [(round(place.y() / 8), place.x()) for place in places]
    assert rows == sorted(rows)
    assert len(rows) >= 12
