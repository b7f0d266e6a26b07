"""What the figures are called and said like, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.data.dataset import PreparedData
from core.training.part_figures import Part, PartFigures
from designer import numbers
from designer.plots.metrics.matrix_grid import Cell

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True, eq=False)
class NamedFigures:
    """The figures of a part of the data, with the names of its classes."""

    figures: PartFigures
    names: tuple[str, ...]


def named(figures: PartFigures, data: PreparedData) -> NamedFigures:
    """Return figures with a name for each row of their matrix."""
    count = len(figures.confusion)
    # A single output tells two classes apart, whether the data have both or not.
    spare = [translate("Metrics", "other") if count == 2 else str(index) for index in range(len(data.classes), count)]
    return NamedFigures(figures, (*data.classes[:count], *spare))


def part_name(part: Part) -> str:
    """Return what a part of the data is called."""
    return {
        Part.TRAINING: translate("Metrics", "Training"),
        Part.VALIDATION: translate("Metrics", "Validation"),
        Part.TEST: translate("Metrics", "Test"),
    }[part]


def sentences(shown: NamedFigures, cell: Cell) -> Sequence[str]:
    """Return what the cell under the pointer says, one sentence a line."""
    if cell.inner:
        return _of_cell(shown, cell)
    return _of_row(shown, cell.truth) if cell.truth >= 0 else _of_column(shown, cell.guess)


def _of_cell(shown: NamedFigures, cell: Cell) -> Sequence[str]:
    matrix = shown.figures.confusion
    found = int(matrix[cell.truth, cell.guess])
    row, column = int(matrix[cell.truth].sum()), int(matrix[:, cell.guess].sum())
    values = {
        "count": numbers.whole(found),
        "all": numbers.whole(row),
        "truth": shown.names[cell.truth],
        "guess": shown.names[cell.guess],
    }
    if cell.truth == cell.guess:
        first = translate("Metrics", "{count} of {all} “{truth}” were read rightly")
    else:
        first = translate("Metrics", "{count} of {all} “{truth}” were read as “{guess}”")
    lines = [first.format(**values)]
    if row:
        line = translate("Metrics", "{share} of all that are “{truth}”")
        lines.append(line.format(share=numbers.percent(found / row, 2), **values))
    if column:
        line = translate("Metrics", "{share} of all that were read as “{guess}”")
        lines.append(line.format(share=numbers.percent(found / column, 2), **values))
    return lines


def _of_row(shown: NamedFigures, row: int) -> Sequence[str]:
    classes, matrix = shown.figures.classes, shown.figures.confusion
    return [
        translate("Metrics", "Recall of “{name}”: {share}").format(
            name=shown.names[row], share=numbers.percent(float(classes.recall[row]), 2)
        ),
        translate("Metrics", "{right} of the {count} that are “{name}” were found").format(
            right=numbers.whole(int(matrix[row, row])),
            count=numbers.whole(int(matrix[row].sum())),
            name=shown.names[row],
        ),
    ]


def _of_column(shown: NamedFigures, column: int) -> Sequence[str]:
    classes, matrix = shown.figures.classes, shown.figures.confusion
    return [
        translate("Metrics", "Precision of “{name}”: {share}").format(
            name=shown.names[column], share=numbers.percent(float(classes.precision[column]), 2)
        ),
        translate("Metrics", "{right} of the {count} that were read as “{name}” are that").format(
            right=numbers.whole(int(matrix[column, column])),
            count=numbers.whole(int(matrix[:, column].sum())),
            name=shown.names[column],
        ),
    ]
