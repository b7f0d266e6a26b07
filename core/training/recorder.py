"""The record of a run while it is being written: sums over an interval, then one row of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.plan import Plan
from core.data.dataset import Samples
from core.training.evaluation import Evaluation, count_correct
from core.training.history import GrowingTable, History
from core.training.layer_figures import LayerFigures
from core.training.state import Pending, TrainedState

ROWS_PER_EPOCH = 20
SHORTEST_INTERVAL = 10
ROWS_PER_LAYER_ROW = 5
"""The figures of the layers are worked out for one in so many rows, beginning with the first."""

LARGEST_STORE = 1_000_000
"""Outputs that are kept until they are counted; large batches are counted before the interval is full."""


def record_interval(batches: int) -> int:
    """Return after how many iterations a row is recorded: about 20 rows per epoch, never less than 10 iterations."""
    return max(SHORTEST_INTERVAL, batches // ROWS_PER_EPOCH)


def next_layer_row(iteration: int, interval: int) -> int:
    """Return the next iteration, after this one, at which the figures of the layers are recorded."""
    period = ROWS_PER_LAYER_ROW * interval
    return interval + max(0, iteration - interval + period) // period * period


class Recorder:
    """Collects losses and answers of an interval and appends a row to the history at its end.

    The answers are only copied at each step and counted at the end of the interval, all at once: counting at every
    step would cost a tenth of a small network's step.

    Attributes
    ----------
    interval : iterations per row.
    next_layer_row : number of the next update whose layers are recorded; `look_ahead` must be called before it.
    """

    def __init__(
        self,
        batches: int,
        batch_size: int,
        width: int,
        dtype: str,
        samples: Samples,
        state: TrainedState,
        figures: LayerFigures,
    ) -> None:
        history, pending = state.history, state.pending
        self._figures, self._data = figures, samples
        self.interval = record_interval(batches)
        self._training = GrowingTable(history.training)
        self._validation = GrowingTable(history.validation)
        self._layers = GrowingTable(history.layers)
        self._answers, self._rows = np.empty((0, width), dtype=dtype), np.empty(0, dtype=np.int64)
        self._filled = self._room = 0
        self._make_room(max(batch_size, min(self.interval * batch_size, LARGEST_STORE // max(1, width))))
        self._loss_sum, self._penalty_sum = pending.loss_sum, pending.penalty_sum
        self._correct, self._samples = pending.correct, pending.samples
        self.next_layer_row = next_layer_row(state.position.iteration, self.interval)

    def add_penalty(self, penalty: float, count: int) -> None:
        """Take in the penalty on the weights with which a batch of `count` samples was computed; before the batch."""
        self._penalty_sum += penalty * count

    def add(self, iteration: int, loss: float, plan: Plan, rows: NDArray[np.int64]) -> None:
        """Take in one batch and append the rows that are due after it.

        Parameters
        ----------
        iteration : number of the update that it made.
        loss : its mean loss.
        plan : what it was computed with.
        rows : the numbers of its samples, (batch,).
        """
        start = self._filled
        stop = start + len(rows)
        if stop > self._room:
            self._count()
            self._make_room(len(rows))
            start, stop = 0, len(rows)
        self._answers[start:stop] = plan.output
        self._rows[start:stop] = rows
        self._filled = stop
        self._loss_sum += loss * len(rows)
        if iteration % self.interval == 0:
            self._close_interval(iteration, self._figures.spreads(plan))
            if iteration == self.next_layer_row:
                self._layers.append({"iteration": iteration, **self._figures.sizes(plan)})
                self.next_layer_row = next_layer_row(iteration, self.interval)

    def plain_steps(self, iteration: int, batch_size: int) -> int:
        """Return how many steps after this iteration only have to be added at once: no row is due after them."""
        return min(self.interval - 1 - iteration % self.interval, self._room // batch_size)

    def room_for(self, samples: int) -> NDArray[Any]:
        """Return where the answers to so many samples go, (samples, width), before ``add_several``."""
        if self._filled + samples > self._room:
            self._count()
        return self._answers[self._filled : self._filled + samples]

    def add_several(self, losses: Sequence[float], rows: NDArray[np.int64]) -> None:
        """Take in plain batches whose answers are in their room: their mean losses and samples, (batches, batch)."""
        stop = self._filled + rows.size
        self._rows[self._filled : stop] = rows.reshape(-1)
        self._filled = stop
        for loss in losses:
            self._loss_sum += loss * rows.shape[1]

    def use_compiled_loops(self) -> None:
        """Work out the figures of the layers by compiled loops from now on, where that is possible."""
        self._figures.use_compiled_loops()

    def look_ahead(self) -> None:
        """Take down what the figures of the layers need of the moment before the update."""
        self._figures.look_ahead()

    def _make_room(self, rows: int) -> None:
        """Have room for so many answers at least; a batch out of turn may be larger than all that fit until now."""
        if rows > self._room:
            self._answers = np.empty((rows, self._answers.shape[1]), dtype=self._answers.dtype)
            self._rows = np.empty(rows, dtype=np.int64)
            self._room = rows

    def _close_interval(self, iteration: int, extra: Mapping[str, float]) -> None:
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

    def validation_due(self, iteration: int) -> bool:
        """Return whether an evaluation is to be recorded: the first one, then no more often than rows are."""
        iterations = self._validation.view()["iteration"]
        return not len(iterations) or iteration - int(iterations[-1]) >= self.interval

    def pending(self) -> Pending:
        """Return the sums over the interval that is not full yet."""
        self._count()
        return Pending(self._loss_sum, self._correct, self._samples, self._penalty_sum)

    def _count(self) -> None:
        """Count the answers that are stored, and forget them."""
        samples, filled = self._data, self._filled
        self._correct += count_correct(self._answers[:filled], samples.labels[self._rows[:filled]], samples.threshold)
        self._samples += self._filled
        self._filled = 0

    def history(self) -> History:
        """Return the record so far, without copying."""
        return History(self._training.view(), self._validation.view(), self._layers.view())
