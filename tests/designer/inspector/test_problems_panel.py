from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from core.project import edits
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


def start_with_a_loose_layer(services: Services) -> str:
    project = edits.add_node(digit_network(), "activation", (0.0, 300.0))
    services.document.start(project)
    return project.graph.nodes[-1].id


def test_a_project_without_problems_says_so(problems: ProblemsPanel, services: Services) -> None:
    services.document.start(digit_network())

    assert problems.cards == ()
    assert problems.empty_text == "No problems"


def test_each_problem_has_a_card_errors_first(problems: ProblemsPanel, services: Services) -> None:
    loose = start_with_a_loose_layer(services)
    services.document.apply("Delete", edits.delete, ["n1"])

    shown = [card.accessibleName() for card in problems.cards]

    assert len(shown) == len(services.problems.problems)
    assert shown[0] == "No Input"
    assert shown[-1] == f"{services.problems.names[loose]}: Not connected"


def test_a_click_on_a_card_selects_its_layer(problems: ProblemsPanel, services: Services) -> None:
    loose = start_with_a_loose_layer(services)
    (card,) = problems.cards

    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 12))

    assert services.selection.nodes == (loose,)


def test_enter_on_a_card_selects_its_layer_and_arrows_move(problems: ProblemsPanel, services: Services) -> None:
    loose = start_with_a_loose_layer(services)
    services.document.apply("Delete", edits.delete, ["n1"])
    first, *_, last = problems.cards
    first.setFocus()

    for card in problems.cards[:-1]:
        QTest.keyClick(card, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is last
    QTest.keyClick(last, Qt.Key.Key_Return)

    assert services.selection.nodes == (loose,)


def test_a_way_out_is_one_step_of_undo(problems: ProblemsPanel, services: Services) -> None:
    loose = start_with_a_loose_layer(services)
    delete = next(b for b in problems.cards[0].findChildren(QPushButton) if b.text() == "Delete")

    QTest.mouseClick(delete, Qt.MouseButton.LeftButton)

    assert loose not in services.document.project.graph
    assert problems.cards == ()
    services.document.undo_stack.undo()
    assert len(problems.cards) == 1


def test_cards_stay_while_other_things_change(problems: ProblemsPanel, services: Services) -> None:
    start_with_a_loose_layer(services)
    before = problems.cards

    services.document.apply("Set Units", edits.set_option, "n2", "bias", False)

    assert problems.cards == before, "what is the same is not built anew under the pointer"


def test_the_way_to_data_asks_for_them(problems: ProblemsPanel, services: Services, qtbot: QtBot) -> None:
    services.document.start(digit_network(source=""))
    card = next(card for card in problems.cards if card.accessibleName() == "No data")

    with qtbot.waitSignal(services.problems.choose_data_requested):
        QTest.mouseClick(card.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
