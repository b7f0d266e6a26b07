"""The table of the classes, the figures above it, and both as text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.training.part_figures import Part
from designer.plots.metrics.as_text import as_text
from designer.plots.metrics.class_table import F1, NAME, PRECISION, SUPPORT, ClassTable
from designer.plots.metrics.figure_strip import FigureStrip
from designer.theme import ThemeService
from tests.designer.plots.metrics.hand_figures import hand_figures, hand_named


@pytest.fixture
def table(theme: ThemeService, show: Callable[..., QWidget]) -> ClassTable:
    """The table of cats, dogs and cows."""
    result = ClassTable()
    result.figures.show_figures(hand_named())
    show(result, 320, 160)
    return result


def texts(table: ClassTable) -> list[list[str]]:
    model = table.figures
    return [[model.data(model.index(row, column)) for column in range(5)] for row in range(model.rowCount())]


def click_heading(table: ClassTable, qtbot: QtBot, column: int) -> None:
    heads = table.horizontalHeader()
    place = heads.rect().topLeft()
    place.setX(heads.sectionViewportPosition(column) + heads.sectionSize(column) // 2)
    place.setY(heads.height() // 2)
    qtbot.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_table_has_a_row_for_each_class(table: ClassTable) -> None:
    assert texts(table) == [
        ["cat", "100.0 %", "80.0 %", "88.9 %", "10"],
        ["dog", "83.3 %", "50.0 %", "62.5 %", "10"],
        ["cow", "0.0 %", "–", "0.0 %", "0"],
    ]


def test_a_click_on_a_heading_sorts_and_what_is_not_known_comes_last(table: ClassTable, qtbot: QtBot) -> None:
    click_heading(table, qtbot, F1)
    up = [row[NAME] for row in texts(table)]
    click_heading(table, qtbot, F1)
    down = [row[NAME] for row in texts(table)]
    assert (up, down) == (["cow", "dog", "cat"], ["cat", "dog", "cow"]) or (down, up) == (
        ["cow", "dog", "cat"],
        ["cat", "dog", "cow"],
    )
    for _ in range(2):
        click_heading(table, qtbot, 2)
        assert texts(table)[-1][NAME] == "cow", "its recall is not known"


def test_the_order_stays_when_other_figures_come(table: ClassTable, qtbot: QtBot) -> None:
    table.sortByColumn(PRECISION, Qt.SortOrder.AscendingOrder)
    table.figures.show_figures(hand_named(loss=0.5))
    assert [row[NAME] for row in texts(table)] == ["cow", "dog", "cat"]
    table.sortByColumn(SUPPORT, Qt.SortOrder.DescendingOrder)
    assert [row[SUPPORT] for row in texts(table)] == ["10", "10", "0"]


def test_the_strip_shows_distances_only_for_a_loss_that_measures_them(theme: ThemeService, qtbot: QtBot) -> None:
    strip = FigureStrip(theme)
    qtbot.addWidget(strip)
    strip.show_figures(hand_figures())
    assert [(f.name, f.value) for f in strip.figures] == [("Accuracy", "65.00 %"), ("Loss", "0.2500")]
    strip.show_figures(hand_figures(of_distance=True, top=0.9))
    assert [(f.name, f.value) for f in strip.figures[2:]] == [
        ("Top 5", "90.00 %"),
        ("MAE", "0.1250"),
        ("RMSE", "0.5000"),
        ("R²", "0.7500"),
    ]


def test_the_strip_takes_a_second_line_only_where_it_may(theme: ThemeService, show: Callable[..., QWidget]) -> None:
    strip = FigureStrip(theme)
    show(strip, 180, 40)
    strip.show_figures(hand_figures(of_distance=True, top=0.9))
    one = strip.height()
    strip.set_may_wrap(True)
    assert strip.height() == 2 * one
    strip.resize(900, strip.height())
    assert strip.height() == one


def test_the_text_has_every_figure_the_table_and_the_matrix() -> None:
    lines = as_text(hand_named(of_distance=True, top=0.9), Part.TEST, 1234).split("\n")
    assert lines == [
        "part\ttest",
        "samples\t20",
        "iteration\t1234",
        "loss\t0.25",
        "accuracy\t0.65",
        "top 5 accuracy\t0.9",
        "MAE\t0.125",
        "RMSE\t0.5",
        "R²\t0.75",
        "",
        "class\tprecision\trecall\tF1\tsamples",
        f"cat\t1.0\t0.8\t{16 / 18!r}\t10",
        f"dog\t{5 / 6!r}\t0.5\t0.625\t10",
        "cow\t0.0\t\t0.0\t0",
        "",
        "is \\ read as\tcat\tdog\tcow",
        "cat\t8\t1\t1",
        "dog\t0\t5\t5",
        "cow\t0\t0\t0",
        "",
    ]


def test_no_figure_is_cut_off_in_a_narrow_dock(table: ClassTable, qtbot: QtBot) -> None:
    table.resize(268, 160)
    qtbot.waitUntil(lambda: table.columnWidth(NAME) + table.columnWidth(PRECISION) < 140)
    for column in range(PRECISION, SUPPORT + 1):
        assert table.sizeHintForColumn(column) <= table.columnWidth(column)
    assert table.columnWidth(NAME) >= table.sizeHintForColumn(NAME)
