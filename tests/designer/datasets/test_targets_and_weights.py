"""Targets and weights in the data panel: set by hand, said in words, and mended where they do not fit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.data.reference import DATA_OPTIONS, DataReference
from core.options import ChoiceOption
from core.project import edits
from core.project.model import Project
from designer.datasets.data_panel import DataPanel
from designer.datasets.service import DataService, DataStatus
from designer.document import Document
from designer.settings import Settings
from designer.theme import ThemeService
from designer.widgets.simple_editors import FlagEditor, NumbersEditor
from tests.designer.inspector.builders import type_into
from tests.designer.inspector.test_every_option import choose


@pytest.fixture
def panel(
    qtbot: QtBot, document: Document, data: DataService, theme: ThemeService, own_settings: Settings
) -> DataPanel:
    made = DataPanel(document, data, theme, own_settings)
    qtbot.addWidget(made)
    made.resize(300, 520)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    document.start(edits.set_data(Project(), DataReference("digits")))
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)
    return made


def _choose(panel: DataPanel, key: str, value: str) -> None:
    option = next(option for option in DATA_OPTIONS if option.key == key)
    assert isinstance(option, ChoiceOption)
    choose(panel.form.editor(key), option, value)


def test_targets_can_be_signed(panel: DataPanel, document: Document, data: DataService, qtbot: QtBot) -> None:
    _choose(panel, "targets", "signed")

    qtbot.waitUntil(lambda: data.data is not None and data.data.training.threshold == 0.0)
    assert "x / 16 · one-hot −1/+1 · shuffled each epoch" in panel.summary.text
    document.undo_stack.undo()
    assert "x / 16 · one-hot · shuffled each epoch" in panel.summary.text


def test_classes_can_be_given_weights(panel: DataPanel, document: Document, data: DataService, qtbot: QtBot) -> None:
    editor = panel.form.editor("class_weight_values")
    assert isinstance(editor, NumbersEditor) and not editor.isVisible()
    _choose(panel, "class_weights", "given")
    assert editor.isVisible()

    type_into(editor.field, "1, 2.5;0")

    assert document.project.data.class_weight_values == (1.0, 2.5, 0.0)
    assert editor.field.text() == "1, 2.5, 0"
    assert "classes weighted" in panel.summary.text
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)
    weights, labels = data.data.training.weights, data.data.training.labels  # type: ignore[union-attr]
    assert weights is not None and (weights[labels == 2] == 0.0).all() and (weights[labels == 3] > 0.0).all()


@pytest.mark.parametrize("wrong", ["1, x", "-1", "1e7", "nan"])
def test_a_wrong_list_of_weights_is_refused_in_place(panel: DataPanel, document: Document, wrong: str) -> None:
    _choose(panel, "class_weights", "given")
    editor = panel.form.editor("class_weight_values")
    assert isinstance(editor, NumbersEditor)

    type_into(editor.field, wrong)

    assert editor.field.property("invalid") is True
    assert "numbers from 0 to 1e+06, such as 1, 2.5, 1" in panel.form.complaint("class_weight_values")
    assert document.project.data.class_weight_values == ()
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert editor.field.text() == "" and panel.form.complaint("class_weight_values") == ""


def test_what_does_not_fit_the_data_can_be_set_back_in_the_form(
    panel: DataPanel, document: Document, data: DataService, qtbot: QtBot
) -> None:
    switch = panel.form.editor("single_output")
    assert isinstance(switch, FlagEditor)

    QTest.mouseClick(switch.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: data.status is DataStatus.FAILED)

    assert "has 10 classes, and one output tells two apart" in panel.state.text
    assert switch.isVisible() and switch.switch.isChecked()
    QTest.mouseClick(switch.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: data.status is DataStatus.READY)
    assert panel.summary.isVisible()
