"""Every figure of a network on a whole part of its data, worked out apart from any run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.structure import loss_of
from core.data.dataset import PreparedData, Samples
from core.graph.model import Graph
from core.numerics.metrics import ClassFigures, class_figures
from core.training.data_fit import require_fit
from core.training.evaluation import Evaluator, Report
from core.training.state import Arrays

TOP = 5
"""k of the top-k accuracy, where there are more classes than that."""


class Part(Enum):
    """A part of the data."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"

    def of(self, data: PreparedData) -> Samples:
        """Return the samples of this part."""
        return {Part.TRAINING: data.training, Part.VALIDATION: data.validation, Part.TEST: data.test}[self]


@dataclass(frozen=True, slots=True, eq=False)
class PartFigures:
    """How good the answers to a part of the data are.

    Attributes
    ----------
    samples : how many there are.
    loss, accuracy : mean loss per sample, and the share whose class is named.
    top : share whose class is among the TOP largest outputs; None where there are no more classes than that.
    mean_absolute_error, root_mean_squared_error, r_squared : of the outputs beside their targets.
    of_distance : whether the loss measures how far outputs are from targets, so that these three tell of it.
    guesses : class that each answer names, (samples,).
    confusion : how often each class (row) was taken for each (column).
    classes : precision, recall, F1 and support of each class.
    """

    samples: int
    loss: float
    accuracy: float
    top: float | None
    mean_absolute_error: float
    root_mean_squared_error: float
    r_squared: float
    of_distance: bool
    guesses: NDArray[np.int64]
    confusion: NDArray[np.int64]
    classes: ClassFigures


class Examiner:
    """Answers whole parts of the data with parameters that are given from outside, and changes nothing by it.

    Parameters
    ----------
    dtype : ``float32`` or ``float64``.
    """

    def __init__(self, graph: Graph, dtype: str) -> None:
        self._graph, self._parameters = graph, Parameters(graph, dtype)
        self._evaluator = Evaluator(graph, self._parameters)
        self._fits: PreparedData | None = None

    def examine(
        self, parameters: Arrays, buffers: Arrays, data: PreparedData, part: Part, between: Callable[[], object]
    ) -> PartFigures:
        """Return the figures of a part; the rest is as for `report`."""
        report = self.report(parameters, buffers, data, part, between)
        between()
        return self._figures(report)

    @np.errstate(all="ignore")
    def report(
        self, parameters: Arrays, buffers: Arrays, data: PreparedData, part: Part, between: Callable[[], object]
    ) -> Report:
        """Return the answers to a part; `between` is called now and then, and may raise to end the work.

        `parameters` and `buffers` are those of a snapshot or state, by key. A function without a derivative is no
        fault: nothing goes backward.

        Raises
        ------
        NotTrainableError : the network has an error.
        DataError : the data do not fit the network.
        """
        self._parameters.adopt(self._parameters.values, parameters)
        self._parameters.adopt_buffers(buffers)
        if self._fits is not data:
            require_fit(compile_plan(self._graph, self._parameters, 1, training=False), data)
            self._fits = data
        return self._evaluator.report(part.of(data), between)

    def _figures(self, report: Report) -> PartFigures:
        confusion = report.confusion
        return PartFigures(
            samples=len(report.labels),
            loss=report.loss,
            accuracy=report.accuracy,
            top=report.top_k_accuracy(TOP) if len(confusion) > TOP else None,
            mean_absolute_error=report.mean_absolute_error,
            root_mean_squared_error=report.root_mean_squared_error,
            r_squared=report.r_squared,
            of_distance=loss_of(self._graph).measures_distance,
            guesses=_frozen(report.guesses),
            confusion=_frozen(confusion),
            classes=class_figures(confusion),
        )


def _frozen(array: NDArray[np.int64]) -> NDArray[np.int64]:
    array.flags.writeable = False
    return array
