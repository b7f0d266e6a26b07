from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.compiler.problems import DeleteLayer, Problem, Severity
from core.texts import text
from designer.canvas.problem_tip import ProblemTip
from designer.theme import ThemeService


def _problem(words: str) -> Problem:
    fix = DeleteLayer(text("Delete"), "n1")
    return Problem(Severity.ERROR, "some_code", text("Not connected"), text(words), "n1", (fix,))


@pytest.fixture
def tip(qtbot: QtBot, theme: ThemeService) -> Iterator[ProblemTip]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    yield ProblemTip(theme, parent)


def test_what_it_said_before_takes_no_place_and_is_not_in_sight(tip: ProblemTip) -> None:
    one, two = _problem("It has no input."), _problem("It has no output.")
    tip.show_problems("n1", (one, two))
    size = tip.size()
    assert size.height() > 100
    for _ in range(5):
        tip.show_problems("n1", (one,))
        tip.show_problems("n1", (two, one))
        QApplication.processEvents()
    assert tip.size() == size
    assert len([b for b in tip.findChildren(QPushButton) if b.isVisible()]) == len(tip.buttons) == 2
