"""The confusion matrix: where its cells lie, what it says, and how it is used."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.numerics.metrics import class_figures
from designer.plots.metrics.matrix_grid import Cell, grid_for
from designer.plots.metrics.matrix_view import MatrixView
from designer.plots.metrics.wording import NamedFigures
from designer.theme import DARK, ThemeService, sequential_colours
from tests.designer.plots.metrics.hand_figures import hand_figures, hand_named

IS, READ_AS = "of all that are", "of all that were read as"


@pytest.fixture
def view(theme: ThemeService, show: Callable[..., QWidget]) -> MatrixView:
    """The matrix of cats, dogs and cows."""
    result = MatrixView(theme)
    result.show_figures(hand_named(), "iteration 5", "")
    show(result, 420, 300)
    return result


def centre(view: MatrixView, truth: int, guess: int) -> QPoint:
    assert view.grid is not None
    return view.grid.rect(Cell(truth, guess)).center().toPoint()


@pytest.mark.parametrize("size", [(280, 120), (332, 170), (700, 420)])
@pytest.mark.parametrize("classes", [2, 10, 26])
def test_every_cell_lies_in_the_widget_and_is_found_where_it_is_drawn(classes: int, size: tuple[int, int]) -> None:
    grid = grid_for(classes, QSizeF(*size), 12.0)
    for truth in range(classes):
        for guess in range(classes):
            rect = grid.rect(Cell(truth, guess))
            assert rect.left() > 12 and rect.right() <= size[0] and rect.top() > 20 and rect.bottom() <= size[1]
            assert grid.cell_at(rect.center()) == Cell(truth, guess)
        assert grid.cell_at(grid.rect(Cell(truth, -1)).center()) == Cell(truth, -1)
        assert grid.cell_at(grid.row_name(truth).center()) == Cell(truth, -1)
        assert grid.cell_at(grid.column_name(truth).center()) == Cell(-1, truth)
    assert grid.cell_at(QPointF(1.0, 1.0)) is None


def test_a_very_narrow_matrix_leaves_its_edges_out() -> None:
    grid = grid_for(10, QSizeF(180, 160), 12.0)
    assert grid.edge_width == grid.edge_height == 0.0
    assert grid.rect(Cell(9, 9)).right() <= 180


@pytest.mark.parametrize(
    ("truth", "guess", "lines"),
    [
        (1, 2, ["5 of 10 “dog” were read as “cow”", f"50.00 % {IS} “dog”", f"83.33 % {READ_AS} “cow”"]),
        (0, 0, ["8 of 10 “cat” were read rightly", f"80.00 % {IS} “cat”", f"100.00 % {READ_AS} “cat”"]),
        (2, 0, ["0 of 0 “cow” were read as “cat”", f"0.00 % {READ_AS} “cat”"]),
        (1, -1, ["Recall of “dog”: 50.00 %", "5 of the 10 that are “dog” were found"]),
        (2, -1, ["Recall of “cow”: –", "0 of the 0 that are “cow” were found"]),
        (-1, 1, ["Precision of “dog”: 83.33 %", "5 of the 6 that were read as “dog” are that"]),
    ],
)
def test_a_cell_says_in_words_what_it_counts(
    view: MatrixView, qtbot: QtBot, truth: int, guess: int, lines: list[str]
) -> None:
    qtbot.mouseMove(view, centre(view, truth, guess))
    assert view.card_lines() == lines
    assert view.accessibleDescription() == ". ".join(lines)


def test_large_counts_have_thousands_commas(theme: ThemeService, show: Callable[..., QWidget], qtbot: QtBot) -> None:
    matrix = np.array([[5_800, 41], [0, 1_010]])
    figures = hand_figures(confusion=matrix, classes=class_figures(matrix))
    view = MatrixView(theme)
    view.show_figures(NamedFigures(figures, ("4", "9")), "", "")
    show(view, 400, 250)
    qtbot.mouseMove(view, centre(view, 0, 1))
    assert view.card_lines()[0] == "41 of 5,841 “4” were read as “9”"


def test_a_cell_has_the_colour_of_the_root_of_its_share_of_the_row(view: MatrixView) -> None:
    image = view.grab().toImage()

    def painted(truth: int, guess: int) -> QColor:
        assert view.grid is not None
        return QColor(image.pixel((view.grid.rect(Cell(truth, guess)).topLeft() + QPointF(2, 2)).toPoint()))

    for truth, guess, share in ((0, 0, 0.8), (0, 1, 0.1), (1, 2, 0.5), (1, 0, 0.0), (2, 2, 0.0)):
        expected = sequential_colours(DARK, np.array(share**0.5))
        assert np.abs(np.array(painted(truth, guess).getRgb()[:3]) - expected).max() <= 1


def test_the_edges_are_recall_and_precision(view: MatrixView) -> None:
    assert [view.edge_text(Cell(row, -1)) for row in range(3)] == ["80.0", "50.0", "–"]
    assert [view.edge_text(Cell(-1, column)) for column in range(3)] == ["100.0", "83.3", "0.0"]


def test_a_click_chooses_a_cell_and_one_beside_the_cells_does_not(view: MatrixView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.chosen) as caught:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, 1, 2))
    assert caught.args == [1, 2]
    with qtbot.assertNotEmitted(view.chosen):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, 1, -1))


def test_what_a_click_does_is_said_where_there_is_something_to_show(view: MatrixView, qtbot: QtBot) -> None:
    view.set_more("Click: show them")
    qtbot.mouseMove(view, centre(view, 1, 2))
    assert view.card_lines()[-1] == "Click: show them"
    qtbot.mouseMove(view, centre(view, 1, 0))
    assert "Click: show them" not in view.card_lines()


def test_the_keyboard_moves_from_cell_to_cell_and_chooses(view: MatrixView, qtbot: QtBot) -> None:
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert view.cell == Cell(0, 0)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert view.cell == Cell(1, 1)
    with qtbot.waitSignal(view.chosen) as caught:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert caught.args == [1, 1]


def test_without_figures_it_says_why(view: MatrixView, qtbot: QtBot) -> None:
    qtbot.mouseMove(view, centre(view, 1, 2))
    view.show_figures(None, "", "No data yet.")
    assert view.card_lines() == []
    before = view.grab().toImage()
    view.show_figures(None, "", "")
    assert view.grab().toImage() != before, "the hint was painted"
