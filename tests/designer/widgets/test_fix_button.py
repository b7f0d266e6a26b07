from __future__ import annotations

from typing import get_args

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.compiler.problems import (
    AddLink,
    ChooseData,
    DeleteLayer,
    Fix,
    InsertOnLink,
    Problem,
    SetDataOption,
    SetOption,
    Severity,
)
from core.texts import text
from designer.canvas.problem_tip import ProblemTip
from designer.theme import ThemeService
from designer.widgets.problem_card import ProblemCard

WAYS_OUT: tuple[Fix, ...] = (
    SetOption(text("Set units to 10"), "n1", "units", 10),
    InsertOnLink(text("Insert after Dense 15"), "n1", "l1"),
    AddLink(text("Link to Output"), "n1", "n2"),
    SetDataOption(text("One-hot targets"), "targets", "one_hot"),
    ChooseData(text("Choose data…")),
)
DELETE = DeleteLayer(text("Delete"), "n1")


@pytest.mark.parametrize("fixes", [(DELETE,), (*WAYS_OUT, DELETE), (DELETE, *WAYS_OUT)])
def test_what_destroys_something_is_offered_more_quietly_and_nothing_else_is(
    qtbot: QtBot, theme: ThemeService, fixes: tuple[Fix, ...]
) -> None:
    assert {type(fix) for fix in (*WAYS_OUT, DELETE)} == set(get_args(Fix))
    problem = Problem(Severity.ERROR, "one_too_many", text("Two inputs"), text("Delete one."), "n1", fixes)
    parent = QWidget()
    qtbot.addWidget(parent)
    tip, card = ProblemTip(theme, parent), ProblemCard(problem, parent=parent)
    tip.show_problems("n1", (problem,))
    expected = [(str(fix.label), fix is DELETE) for fix in fixes]
    for buttons in (tip.buttons, card.findChildren(QPushButton)):
        assert [(button.text(), button.property("flat")) for button in buttons] == expected
