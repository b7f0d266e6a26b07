"""Feeds the samples of the training part into plans: in which order, in which batches, with which noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.plan import Plan
from core.data.batches import RowLosses, batches_per_epoch, epoch_order
from core.data.dataset import Samples
from core.layers.binding import Call
from core.loops.vectors import bind_row_copies
from core.training.config import TrainingConfig
from core.training.state import Position

NO_ROWS = np.empty(0, dtype=np.int64)


class Feed:
    """The samples of one epoch after the other.

    `noisy` says whether layers draw at random in every step.

    Attributes
    ----------
    batch_size : rows of a full batch.
    batches : batches per epoch; the last one holds the rest.
    epoch : epochs finished so far.
    sample : samples of the current epoch used so far.
    rows : row numbers of the batch that was chosen last.
    labels : labels of all samples.
    order : the order of the current epoch; empty before the first.
    chosen : rows to use next, out of turn; None for those whose turn it is.
    """

    def __init__(
        self,
        samples: Samples,
        config: TrainingConfig,
        generators: Mapping[str, np.random.Generator],
        row_losses: RowLosses,
        *,
        noisy: bool,
    ) -> None:
        self.count = len(samples)
        self.batch_size = config.rows_per_update(self.count)
        self.batches = batches_per_epoch(self.count, self.batch_size)
        self.epoch, self.sample = 0, 0
        self.rows: NDArray[np.int64] = NO_ROWS
        self.order: NDArray[np.int64] = NO_ROWS
        self.chosen: NDArray[np.int64] | None = None
        self._inputs = samples.inputs.reshape(self.count, -1)
        self._targets, self.labels, self._weights = samples.targets, samples.labels, samples.weights
        self._order_rule, self._row_losses = config.order, row_losses
        self._shuffle, self._noise_generator = generators["shuffle"], generators["input_noise"]
        self._deviation = config.input_noise
        self._noise: dict[int, NDArray[np.floating]] = {}
        self._generators, self._noisy = tuple(generators.values()), noisy or config.input_noise > 0.0
        self._marks: list[Any] = []

    @property
    def batch(self) -> int:
        """Batches used in the current epoch."""
        return math.ceil(self.sample / self.batch_size)

    @property
    def time(self) -> float:
        """Epochs done, with the part of the current one."""
        return self.epoch + self.sample / self.count

    def time_after(self, batches: int) -> float:
        """Return the time after so many more full batches of the current epoch."""
        return self.epoch + (self.sample + batches * self.batch_size) / self.count

    @property
    def plain_batches(self) -> int:
        """How many batches come next that only need to be taken: full ones, not the first of an epoch nor the last.

        None where something is drawn at random for each batch.
        """
        if self._noisy or self.sample == 0 or self.chosen is not None:
            return 0
        return (self.count - self.sample - 1) // self.batch_size

    def next_batches(self, count: int) -> NDArray[np.int64]:
        """Return the row numbers of that many plain batches, (count, batch)."""
        stop = self.sample + count * self.batch_size
        return self.order[self.sample : stop].reshape(count, self.batch_size)

    def skip(self, batches: int) -> None:
        """Count that many plain batches as used."""
        if batches:
            self.sample += batches * self.batch_size
            self.rows = self.order[self.sample - self.batch_size : self.sample]

    def restore(self, position: Position, same_data: bool) -> None:
        """Go to where a run was; on other data its epoch begins anew."""
        self.epoch = position.epoch
        if same_data and 0 < position.sample < len(position.order) == self.count:
            self.sample, self.order = position.sample, position.order

    def choose(self, plan: Plan, plan_for: Callable[[int], Plan]) -> Plan:
        """Choose the samples of the next batch and return the plan of their number, which may be `plan`.

        A new epoch draws its order. The numbers are left in `rows`.
        """
        begins = self.sample == 0 and self.chosen is None
        self._marks = [g.bit_generator.state for g in self._generators] if begins or self._noisy else []
        if begins:
            self.order = epoch_order(self._order_rule, self.count, self._shuffle, self._row_losses)
            self.order.flags.writeable = False
        rows = self.order[self.sample : self.sample + self.batch_size] if self.chosen is None else self.chosen
        self.rows = rows
        if len(rows) != plan.batch_size:
            plan = plan_for(len(rows))
        return plan

    def bind_loading(self, plan: Plan) -> tuple[NDArray[np.int64], list[Call]]:
        """Return an array for row numbers, and the calls that copy these samples into a plan, with noise."""
        copies = [(self._inputs, plan.input), (self._targets, plan.target)]
        if self._weights is not None and plan.weights is not None:
            copies.append((self._weights.reshape(-1, 1), plan.weights.reshape(-1, 1)))
        rows, calls = bind_row_copies(copies)
        if self._deviation:
            calls.append(lambda: self._add_noise(plan))
        return rows, calls

    def take_back(self) -> None:
        """Put the random streams where they were before the last `choose`: its step is to be tried again."""
        for generator, mark in zip(self._generators, self._marks, strict=False):
            generator.bit_generator.state = mark

    def advance(self) -> bool:
        """Count the batch as used, unless it came out of turn; returns whether it was the last of its epoch."""
        if self.chosen is not None:
            self.chosen = None
            return False
        self.sample += len(self.rows)
        if self.sample < self.count:
            return False
        self.sample = 0
        self.epoch += 1
        return True

    def _add_noise(self, plan: Plan) -> None:
        noise = self._noise.get(plan.batch_size)
        if noise is None:
            noise = self._noise[plan.batch_size] = np.empty_like(plan.input)
        self._noise_generator.standard_normal(dtype=noise.dtype.type, out=noise)
        np.multiply(noise, self._deviation, noise)
        np.add(plan.input, noise, plan.input)
