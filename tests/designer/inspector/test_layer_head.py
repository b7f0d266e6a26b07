from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from designer.inspector.inspector_panel import InspectorPanel
from designer.inspector.layer_head import LayerHead
from designer.shell.services import Services
from tests.designer.inspector.builders import digit_network


@pytest.fixture
def head(panel: InspectorPanel, services: Services) -> LayerHead:
    services.document.start(digit_network())
    services.selection.select(("n2",))
    return panel.head


def name_of(services: Services, node_id: str = "n2") -> str:
    return services.document.project.graph.node(node_id).name


def test_a_click_on_the_name_and_enter_rename_the_layer(head: LayerHead, services: Services) -> None:
    QTest.mouseClick(head.name, Qt.MouseButton.LeftButton)
    QTest.keyClicks(head.field, "hidden")
    QTest.keyClick(head.field, Qt.Key.Key_Return)

    assert name_of(services) == "hidden"
    assert head.name.text() == "hidden"
    assert head.second == "Dense · hidden layer"
    assert services.document.undo_stack.count() == 1
    services.document.undo_stack.undo()
    assert head.name.text() == "Dense 15"


def test_escape_leaves_the_name_as_it_was(head: LayerHead, services: Services) -> None:
    QTest.mouseClick(head.name, Qt.MouseButton.LeftButton)
    QTest.keyClicks(head.field, "oops")
    QTest.keyClick(head.field, Qt.Key.Key_Escape)

    assert name_of(services) == ""
    assert head.name.isVisible() and not head.field.isVisible()


def test_an_empty_name_brings_the_automatic_one_back(head: LayerHead, services: Services) -> None:
    head.edit()
    QTest.keyClicks(head.field, "hidden")
    QTest.keyClick(head.field, Qt.Key.Key_Return)
    head.edit()
    QTest.keyClick(head.field, Qt.Key.Key_Delete)
    QTest.keyClick(head.field, Qt.Key.Key_Return)

    assert head.name.text() == "Dense 15"
    assert name_of(services) == ""


def test_enter_without_a_change_does_not_fix_the_automatic_name(head: LayerHead, services: Services) -> None:
    head.edit()
    QTest.keyClick(head.field, Qt.Key.Key_Return)

    assert name_of(services) == ""
    assert services.document.undo_stack.count() == 0


def test_leaving_the_field_takes_the_name(head: LayerHead, panel: InspectorPanel, services: Services) -> None:
    head.edit()
    QTest.keyClicks(head.field, "hidden")
    panel.training.form.editor("training.seed").setFocus()

    assert name_of(services) == "hidden"


def test_a_name_in_the_making_never_reaches_another_layer(head: LayerHead, services: Services) -> None:
    head.edit()
    QTest.keyClicks(head.field, "hidden")
    services.selection.select(("n3",))

    assert name_of(services, "n3") == ""
    assert head.name.text() == "Dense 10"


def test_f2_works_on_the_focused_name_and_no_name_is_offered_for_several_layers(
    head: LayerHead, panel: InspectorPanel, services: Services
) -> None:
    head.name.setFocus()
    QTest.keyClick(head.name, Qt.Key.Key_F2)
    assert head.field.isVisible()
    QTest.keyClick(head.field, Qt.Key.Key_Escape)

    services.selection.select(("n2", "n3"))
    panel.edit_name()

    assert not head.field.isVisible()
