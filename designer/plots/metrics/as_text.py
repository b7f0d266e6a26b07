"""The figures as text with tabs, for a table of another program."""

from __future__ import annotations

import math

from core.training.part_figures import TOP, Part
from designer.plots.metrics.wording import NamedFigures


def as_text(shown: NamedFigures, part: Part, iteration: int) -> str:
    """Return every figure, the table of the classes and the matrix; numbers with all their digits and a point.

    Rows of the matrix are the right classes, columns those that were read.
    """
    figures, names = shown.figures, shown.names
    lines: list[list[object]] = [
        ["part", part.value],
        ["samples", figures.samples],
        ["iteration", iteration],
        ["loss", figures.loss],
        ["accuracy", figures.accuracy],
    ]
    if figures.top is not None:
        lines.append([f"top {TOP} accuracy", figures.top])
    if figures.of_distance:
        lines += [
            ["MAE", figures.mean_absolute_error],
            ["RMSE", figures.root_mean_squared_error],
            ["R²", figures.r_squared],
        ]
    classes = figures.classes
    lines += [[], ["class", "precision", "recall", "F1", "samples"]]
    columns = (classes.precision, classes.recall, classes.f1, classes.support)
    lines += [[name, *row] for name, *row in zip(names, *(column.tolist() for column in columns), strict=True)]
    lines += [[], ["is \\ read as", *names]]
    lines += [[name, *row] for name, row in zip(names, figures.confusion.tolist(), strict=True)]
    return "".join("\t".join(map(_written, line)) + "\n" for line in lines)


def _written(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    # A name with a tab or a line break would come apart.
    return " ".join(str(value).split())
