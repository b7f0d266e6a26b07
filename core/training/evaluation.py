"""Loss, accuracy and every other figure of a network over a set of samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.compiler.structure import loss_of
from core.data.dataset import Samples
from core.graph.model import Graph
from core.layers.binding import Call
from core.numerics import metrics

BLOCK = 500
"""Samples that are evaluated at a time: small enough for the caches, large enough for the matrix products."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Mean loss per sample, weighted where samples have weights, and the share of samples whose class is named."""

    loss: float
    accuracy: float


def count_correct(answers: NDArray[Any], labels: NDArray[np.int64], threshold: float) -> int:
    """Return how many (samples, width) answers name their class: the largest output, or one above the threshold."""
    return int(np.count_nonzero(metrics.guessed_classes(answers, threshold) == labels))


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Answers to a set of samples beside what is right; each figure is worked out when it is asked for.

    Attributes
    ----------
    answers, targets : (samples, width).
    labels : (samples,), the class of each sample.
    threshold : a single output above this names class 1.
    loss : mean loss per sample, as of an Evaluation.
    """

    answers: NDArray[Any]
    targets: NDArray[Any]
    labels: NDArray[np.int64]
    threshold: float = metrics.THRESHOLD
    loss: float = math.nan

    @property
    def accuracy(self) -> float:
        """Share of the samples whose class is named."""
        return metrics.accuracy(self.answers, self.labels, self.threshold)

    def top_k_accuracy(self, k: int) -> float:
        """Return the share of the samples whose class is among the `k` largest outputs."""
        return metrics.top_k_accuracy(self.answers, self.labels, k, self.threshold)

    @property
    def guesses(self) -> NDArray[np.int64]:
        """The class that each answer names, (samples,)."""
        return metrics.guessed_classes(self.answers, self.threshold)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """How often each class (row) was taken for each (column)."""
        return metrics.confusion_matrix(self.guesses, self.labels, max(2, self.answers.shape[1]))

    @property
    def classes(self) -> metrics.ClassFigures:
        """Precision, recall and F1 of each class."""
        return metrics.class_figures(self.confusion)

    @property
    def mean_absolute_error(self) -> float:
        """Mean of |y − a|."""
        return metrics.mean_absolute_error(self.answers, self.targets)

    @property
    def root_mean_squared_error(self) -> float:
        """√ of the mean of (y − a)²."""
        return metrics.root_mean_squared_error(self.answers, self.targets)

    @property
    def r_squared(self) -> float:
        """1 − Σ(y − a)²/Σ(y − ȳ)², the mean over the outputs that vary."""
        return metrics.r_squared(self.answers, self.targets)


class Evaluator:
    """Evaluates a network in blocks, over the parameters that a session trains."""

    def __init__(self, graph: Graph, parameters: Parameters) -> None:
        self._graph, self._parameters = graph, parameters
        self._plans: dict[tuple[int, bool], Plan] = {}
        self._row_calls: dict[tuple[int, bool], tuple[Call, NDArray[Any]]] = {}

    def evaluate(self, samples: Samples, between: Callable[[], object]) -> Evaluation:
        """Return loss and accuracy over all `samples`; `between` is called after each block.

        The loss is Σ w L / Σ w over the samples, whether the network trains with their mean or with their sum: so it
        does not depend on the number of samples or of blocks. Accuracy counts every sample once. Both are NaN for an
        empty set.
        """
        count, loss, correct = len(samples), 0.0, 0
        if count == 0:
            return Evaluation(float("nan"), float("nan"))
        for rows, plan in self._blocks(samples, between):
            loss += plan.loss() * plan.sample_factor
            correct += count_correct(plan.output, samples.labels[rows], samples.threshold)
        return Evaluation(_mean_loss(loss, samples), correct / count)

    def report(self, samples: Samples, between: Callable[[], object]) -> Report:
        """Return the answers to all `samples`, from which every other figure can be worked out."""
        answers, loss = np.zeros_like(samples.targets, dtype=self._parameters.values.dtype), 0.0
        for rows, plan in self._blocks(samples, between):
            loss += plan.loss() * plan.sample_factor
            answers[rows] = plan.output
        return Report(answers, samples.targets, samples.labels, samples.threshold, _mean_loss(loss, samples))

    def row_losses(self, samples: Samples, between: Callable[[], object]) -> NDArray[np.float64]:
        """Return the loss of each of the `samples` without its weight, (samples,)."""
        losses = np.empty(len(samples))
        for rows, plan in self._blocks(samples, between):
            call, found = self._losses_of(plan)
            call()
            losses[rows] = found
        return losses

    def _blocks(self, samples: Samples, between: Callable[[], object]) -> Iterator[tuple[slice, Plan]]:
        """Yield, block by block, which samples it holds and a plan that has answered them."""
        count = len(samples)
        for start in range(0, count, BLOCK):
            rows = slice(start, min(start + BLOCK, count))
            plan = self._plan(rows.stop - start, samples.weights is not None)
            np.copyto(plan.input, samples.inputs[rows].reshape(plan.batch_size, -1))
            np.copyto(plan.target, samples.targets[rows])
            if plan.weights is not None and samples.weights is not None:
                np.copyto(plan.weights, samples.weights[rows])
            for call in plan.forward:
                call()
            yield rows, plan
            between()

    def _losses_of(self, plan: Plan) -> tuple[Call, NDArray[Any]]:
        """Return a call that computes the loss of each sample of a plan, and where it writes them."""
        key = plan.batch_size, plan.weights is not None
        if key not in self._row_calls:
            losses = np.empty(plan.batch_size, dtype=plan.output.dtype)
            call = loss_of(self._graph).bind_rows(plan.loss_arrays, losses)
            self._row_calls[key] = call, losses
        return self._row_calls[key]

    def _plan(self, size: int, weighted: bool) -> Plan:
        plan = self._plans.get((size, weighted))
        if plan is None:
            plan = compile_plan(self._graph, self._parameters, size, training=False, weighted=weighted)
            self._plans[size, weighted] = plan
        return plan


def _mean_loss(total: float, samples: Samples) -> float:
    """Return Σ w L / Σ w; NaN where there is nothing to divide by."""
    counted = len(samples) if samples.weights is None else float(samples.weights.sum(dtype=np.float64))
    return total / counted if counted else math.nan
