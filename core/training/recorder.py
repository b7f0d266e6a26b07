"""The record of a run while it is being written: sums over an interval, then one row of the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.training.evaluation import Evaluation, count_correct
from core.training.history import GrowingTable, History
from core.training.state import Pending

ROWS_PER_EPOCH = 20
SHORTEST_INTERVAL = 10
LARGEST_STORE = 1_000_000
"""Outputs that are kept until they are counted; large batches are counted before the interval is full."""


def record_interval(batches: int) -> int:
    """Return after how many iterations a row is recorded: about 20 rows per epoch, never less than 10 iterations."""
    return max(SHORTEST_INTERVAL, batches // ROWS_PER_EPOCH)


class Recorder:
    """Collects losses and answers of an interval and appends a row to the history at its end.

    The answers are only copied at each step and counted at the end of the interval, all at once: counting at every
    step would cost a tenth of a small network's step.
    """

    def __init__(
        self,
        batches: int,
        batch_size: int,
        width: int,
        dtype: str,
        history: History,
        pending: Pending,
    ) -> None:
        self.interval = record_interval(batches)
        self._training = GrowingTable(history.training)
        self._validation = GrowingTable(history.validation)
        rows = max(batch_size, min(self.interval * batch_size, LARGEST_STORE // max(1, width)))
        self._answers = np.empty((rows, width), dtype=dtype)
        self._labels = np.empty(rows, dtype=np.int64)
        self._filled = 0
        self._loss_sum, self._penalty_sum = pending.loss_sum, pending.penalty_sum
        self._correct, self._samples = pending.correct, pending.samples

    def add(self, loss: float, answers: NDArray[Any], labels: NDArray[np.int64]) -> None:
        """Take in one batch: its mean loss, its answers (batch, width) and labels (batch,)."""
        count = len(labels)
        if self._filled + count > len(self._labels):
            self._count()
        start = self._filled
        stop = start + count
        self._answers[start:stop] = answers
        self._labels[start:stop] = labels
        self._filled = stop
        self._loss_sum += loss * count

    def add_penalty(self, penalty: float, count: int) -> None:
        """Take in the penalty on the weights with which a batch of `count` samples was computed."""
        self._penalty_sum += penalty * count

    def close_interval(self, iteration: int, extra: Mapping[str, float]) -> None:
        """Append the row of the interval that ends with `iteration`."""
        pending = self.pending()
        if pending.samples:
            row = {
                "iteration": iteration,
                "loss": pending.loss_sum / pending.samples,
                "accuracy": pending.correct / pending.samples,
            }
            if pending.penalty_sum:
                row["total_loss"] = (pending.loss_sum + pending.penalty_sum) / pending.samples
            self._training.append({**row, **extra})
        self._loss_sum, self._penalty_sum, self._correct, self._samples = 0.0, 0.0, 0, 0

    def add_validation(self, iteration: int, result: Evaluation) -> None:
        """Append an evaluation on the validation part."""
        self._validation.append({"iteration": iteration, "loss": result.loss, "accuracy": result.accuracy})

    @property
    def last_validation(self) -> int:
        """Iteration of the newest evaluation, or −1."""
        iterations = self._validation.view()["iteration"]
        return int(iterations[-1]) if len(iterations) else -1

    def pending(self) -> Pending:
        """Return the sums over the interval that is not full yet."""
        self._count()
        return Pending(self._loss_sum, self._correct, self._samples, self._penalty_sum)

    def _count(self) -> None:
        """Count the answers that are stored, and forget them."""
        self._correct += count_correct(self._answers[: self._filled], self._labels[: self._filled])
        self._samples += self._filled
        self._filled = 0

    def history(self) -> History:
        """Return the record so far, without copying."""
        return History(self._training.view(), self._validation.view())


def layer_statistics(plan: Plan, parameters: Parameters) -> dict[str, float]:
    """Return ‖mean δ‖ of every layer and the standard deviation of every parameter, by column name."""
    row: dict[str, float] = {}
    for node_id, tensor in plan.tensors.items():
        if tensor.pre_gradient is not None:
            # The gradients of the batch's mean loss sum to the mean δ of its samples.
            mean = tensor.pre_gradient.sum(axis=0).ravel()
            row[f"delta_norm.{node_id}"] = float(np.sqrt(np.dot(mean, mean)))
    for (node_id, name), view in parameters.views(parameters.values).items():
        row[f"deviation.{node_id}.{name}"] = float(view.std())
    return row
