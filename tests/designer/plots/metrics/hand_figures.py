"""Figures made by hand, and someone who gives them out instead of a network."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.numerics.metrics import ClassFigures
from core.training.part_figures import PartFigures
from designer.plots.metrics.wording import NamedFigures
from designer.run.examination import Examination, Request

NAN = float("nan")

MATRIX = np.array([[8, 1, 1], [0, 5, 5], [0, 0, 0]])
"""Ten of the first class, ten of the second, none of the third."""

CLASSES = ClassFigures(
    precision=np.array([8 / 8, 5 / 6, 0 / 6]),
    recall=np.array([8 / 10, 5 / 10, NAN]),
    f1=np.array([16 / 18, 10 / 16, 0.0]),
    support=np.array([10, 10, 0]),
)
"""Worked out from the matrix by hand."""


def hand_figures(**changes: Any) -> PartFigures:
    """Return the figures of the matrix above."""
    values: dict[str, Any] = {
        "samples": 20,
        "loss": 0.25,
        "accuracy": 13 / 20,
        "top": None,
        "mean_absolute_error": 0.125,
        "root_mean_squared_error": 0.5,
        "r_squared": 0.75,
        "of_distance": False,
        "guesses": np.repeat([0, 1, 2, 1, 2], [8, 1, 1, 5, 5]),
        "confusion": MATRIX,
        "classes": CLASSES,
    }
    return PartFigures(**{**values, **changes})


def hand_named(**changes: Any) -> NamedFigures:
    """Return the same with names."""
    return NamedFigures(hand_figures(**changes), ("cat", "dog", "cow"))


class HandExaminer(QObject):
    """Remembers what it is asked and answers when the test says so."""

    finished = Signal(object)
    busy = False

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self.known: list[Examination] = []

    def ask(self, request: Request) -> Examination | None:
        self.asked.append(request)
        return next((each for each in self.known if each.request.is_for(request)), None)

    def answer(self, request: Request, **changes: Any) -> None:
        """Find out about one request."""
        found = Examination(request, **{"figures": hand_figures(), **changes})
        self.known.append(found)
        self.finished.emit(found)
