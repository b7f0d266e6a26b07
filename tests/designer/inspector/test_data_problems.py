"""Problems of network and data together, and the ways out that change the data or the training."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from designer.datasets.service import DataStatus
from designer.problems.problems_panel import ProblemsPanel
from designer.shell.services import Services
from tests.designer.inspector.builders import digit_network


@pytest.fixture
def problems(qtbot: QtBot, services: Services) -> ProblemsPanel:
    made = ProblemsPanel(services.problems, services.selection, services.theme)
    qtbot.addWidget(made)
    made.resize(320, 400)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def _start(qtbot: QtBot, services: Services, loss: str, last: str, **data: Any) -> Project:
    project = digit_network()
    output, reader = project.graph.nodes[-1], project.graph.nodes[-2]
    project = edits.set_option(project, output.id, "loss", loss)
    project = edits.set_option(project, reader.id, "activation", last)
    for key, value in data.items():
        project = edits.set_data_option(project, key, value)
    services.document.start(project)
    qtbot.waitUntil(lambda: services.data.status is DataStatus.READY)
    return project


def _press(problems: ProblemsPanel, text: str) -> None:
    button = next(b for card in problems.cards for b in card.findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_hinge_on_targets_of_0_and_1_can_have_them_coded_otherwise(
    problems: ProblemsPanel, services: Services, qtbot: QtBot
) -> None:
    _start(qtbot, services, "hinge", "linear")
    assert [card.accessibleName().split(": ")[-1] for card in problems.cards] == ["Targets do not fit"]

    _press(problems, "Targets −1 and +1")

    assert services.document.project.data.targets == "signed"
    qtbot.waitUntil(lambda: services.data.status is DataStatus.READY and problems.cards == ())
    services.document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(problems.cards) == 1)


def test_signed_targets_keep_a_cross_entropy_from_running(
    problems: ProblemsPanel, services: Services, qtbot: QtBot
) -> None:
    _start(qtbot, services, "cross_entropy", "softmax", targets="signed")
    error = services.problems.first_error
    assert error is not None and error.code == "targets_no_probabilities"

    _press(problems, "Targets 0 and 1")

    qtbot.waitUntil(lambda: services.problems.first_error is None)


def test_batches_of_one_under_batch_normalisation_are_warned_of_as_they_are_set(
    problems: ProblemsPanel, services: Services, qtbot: QtBot
) -> None:
    project = _start(qtbot, services, "squared_error", "sigmoid")
    project = edits.add_node(project, "batch_normalization", (0.0, 200.0))
    link = project.graph.links_into(project.graph.nodes[-2].id)[0]
    services.document.start(edits.insert_existing(project, project.graph.nodes[-1].id, link.id))
    qtbot.waitUntil(lambda: services.data.status is DataStatus.READY)
    assert problems.cards == ()

    services.document.apply("Set Batch", edits.set_training, "batch_size", 1)

    assert [problem.code for problem in services.problems.problems] == ["small_batch"]
    services.document.apply("Set Update", edits.set_training, "mode", "batch")
    assert problems.cards == ()
    services.document.apply("Set Update", edits.set_training, "mode", "online")
    assert [problem.code for problem in services.problems.problems] == ["small_batch"]
