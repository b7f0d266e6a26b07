"""Steps that need no decision in between, several of them by one call of compiled loops."""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray

from core.compiler.plan import Plan
from core.loops.loop import Loop, Measured
from core.loops.steps import Steps, loops_of
from core.numerics.optimizers.optimizer import Update
from core.training.feed import Feed
from core.training.passes import Pass
from core.training.recorder import Recorder
from core.training.updater import Updater

WANTED_SECONDS = 0.001
"""A burst should take about so long: who waits for its end does not notice."""

LONGEST_BURST = 1_024
TRIALS = 5
"""So many bursts of two steps show how long a step takes."""

LEARNING_RATE = "learning_rate"


class Bursts:
    """Makes bursts of steps of one pass; the numbers are those of single steps.

    There is none where the pass, the update, or something between the two is not made of compiled loops: layers that
    draw at random, penalties, clipping.
    """

    def __init__(self, plan: Plan, run: Pass, feed: Feed, updater: Updater, recorder: Recorder) -> None:
        self._feed, self._updater, self._recorder, self._per_sample = feed, updater, recorder, plan.per_sample
        self.plan, self.update = plan, updater.update
        self._steps = self._bind(plan, run)
        self._length, self._trials, self._fastest = 2, TRIALS, math.inf

    def _bind(self, plan: Plan, run: Pass) -> Steps | None:
        updater, update = self._updater, self.update
        if not isinstance(update, Update) or not update.always or updater.penalise or updater.clip:
            return None
        loops, changes = loops_of(run.calls), loops_of(update.parts)
        if plan.settle or loops is None or changes is None or not plan.output.flags.c_contiguous:
            return None
        assert isinstance(run.loss, Loop) and isinstance(run.norm, Loop | Measured)
        return Steps(loops, run.loss, run.norm, run.rows, changes, update.pace().keys(), plan.output)

    def make(self, iteration: int, limit: int) -> list[float]:
        """Make up to `limit` steps after so many iterations, and return the mean loss of each.

        None is made where the next step must be made by itself: the first and the last of an epoch, the last before a
        row is recorded, and one that cannot be made.
        """
        recorder, feed = self._recorder, self._feed
        plain = min(feed.plain_batches, recorder.plain_steps(iteration, feed.batch_size))
        count = min(limit, self._length, plain)
        if self._steps is None or count < 2:
            return []
        started = time.perf_counter()
        rate, rows = self._updater.rate, feed.next_batches(count)
        updates = rate.updates
        constants = self._constants(self._steps, iteration, count)
        losses = self._steps(rows, constants, recorder.room_for(rows.size))
        made = len(losses)
        rate.updates = updates + made
        feed.skip(made)
        losses = [loss * self._per_sample for loss in losses]
        recorder.add_several(losses, rows[:made])
        self._adapt((time.perf_counter() - started) / count)
        return losses

    def _constants(self, steps: Steps, iteration: int, count: int) -> NDArray[np.float64]:
        updater = self._updater
        update = self.update
        assert isinstance(update, Update)
        if not updater.paced and set(steps.keys) <= {LEARNING_RATE}:
            return np.full((count, len(steps.keys)), updater.rate.value)
        paces = []
        for k in range(count):
            if updater.paced:
                updater.set_rate(iteration + k, self._feed.time_after(k))
            updater.rate.updates += 1
            paces.append(update.pace())
        return steps.constants(paces)

    def _adapt(self, seconds_per_step: float) -> None:
        # The fastest so far: what else the machine does must not make bursts short.
        self._fastest = min(self._fastest, seconds_per_step)
        self._trials -= 1
        if self._trials < 0:
            self._length = min(LONGEST_BURST, int(WANTED_SECONDS / self._fastest))
