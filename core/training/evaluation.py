"""Loss and accuracy of a network over a set of samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.compiler.structure import outputs_of
from core.data.dataset import Samples
from core.graph.model import Graph
from core.layers.catalog import LAYERS
from core.layers.output_layer import OutputLayer
from core.numerics.losses import LossCall

BLOCK = 500
"""Samples that are evaluated at a time: small enough for the caches, large enough for the matrix products."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Mean loss per sample, and the share of samples whose largest output is the right class."""

    loss: float
    accuracy: float


def count_correct(answers: NDArray[Any], labels: NDArray[np.int64]) -> int:
    """Return how many (samples, width) answers name their class: the largest output, or one output above ½."""
    guesses = answers[:, 0] > 0.5 if answers.shape[1] == 1 else answers.argmax(axis=1)
    return int(np.count_nonzero(guesses == labels))


class Evaluator:
    """Evaluates a network in blocks, over the parameters that a session trains."""

    def __init__(self, graph: Graph, parameters: Parameters) -> None:
        self._graph, self._parameters = graph, parameters
        self._plans: dict[int, Plan] = {}
        self._row_calls: dict[int, list[LossCall]] = {}

    def evaluate(self, samples: Samples, between: Callable[[], object]) -> Evaluation:
        """Return loss and accuracy over all `samples`; `between` is called after each block.

        Both are NaN for an empty set.
        """
        count = len(samples)
        if count == 0:
            return Evaluation(float("nan"), float("nan"))
        inputs = samples.inputs.reshape(count, -1)
        loss, correct = 0.0, 0
        for start in range(0, count, BLOCK):
            stop = min(start + BLOCK, count)
            plan = self._plan(stop - start)
            np.copyto(plan.input, inputs[start:stop])
            np.copyto(plan.target, samples.targets[start:stop])
            for call in plan.forward:
                call()
            loss += plan.loss() * (stop - start)
            correct += count_correct(plan.output, samples.labels[start:stop])
            between()
        return Evaluation(loss / count, correct / count)

    def row_losses(self, samples: Samples, between: Callable[[], object]) -> NDArray[np.float64]:
        """Return the loss of each of the `samples`, (samples,)."""
        count = len(samples)
        inputs, losses = samples.inputs.reshape(count, -1), np.empty(count)
        for start in range(0, count, BLOCK):
            stop = min(start + BLOCK, count)
            plan = self._plan(stop - start)
            np.copyto(plan.input, inputs[start:stop])
            np.copyto(plan.target, samples.targets[start:stop])
            for call in plan.forward:
                call()
            losses[start:stop] = [call() for call in self._losses_of(plan)]
            between()
        return losses

    def _losses_of(self, plan: Plan) -> list[LossCall]:
        """Return a call for each row of a plan that computes its loss alone."""
        calls = self._row_calls.get(plan.batch_size)
        if calls is None:
            (output,) = outputs_of(self._graph)
            kind = LAYERS[output.kind]
            assert isinstance(kind, OutputLayer)
            loss = kind.loss(output.options)
            rows = [slice(row, row + 1) for row in range(plan.batch_size)]
            calls = [loss.bind_value(plan.output[row], plan.target[row]) for row in rows]
            self._row_calls[plan.batch_size] = calls
        return calls

    def _plan(self, size: int) -> Plan:
        plan = self._plans.get(size)
        if plan is None:
            plan = compile_plan(self._graph, self._parameters, size, training=False)
            self._plans[size] = plan
        return plan
