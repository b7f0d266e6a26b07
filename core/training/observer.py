"""Takes snapshots of a session."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from core.compiler.plan import Plan
from core.errors import LayerloomError
from core.layers.binding import Array, as_matrix
from core.training.session import Session
from core.training.snapshot import SHOWN_ROWS, LayerValues, RunPhase, Snapshot

SHORTEST_MEASURE_S = 0.05
"""A mean over less time says more about the machine's hiccups than about the step."""

_NO_ROWS: Array = np.empty(0)


class StepClock:
    """Measures the recent wall time per iteration, without evaluations and the time that training was parked.

    The first step of a session is left out: reading kept loops, binding them to arrays and touching these for the first
    time take hundreds of times as long as a step of a small network.

    Attributes
    ----------
    cold : whether that step is still to be left out.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last, self.cold = math.nan, True
        self.start()

    def leave_out_first_step(self) -> None:
        """Begin to measure now, after the first step."""
        self.cold = False
        self.start()

    def start(self) -> None:
        """Begin to measure now."""
        self._since, self._iteration = time.perf_counter(), self._session.iteration
        self._validation, self._left_out = self._session.validation_seconds, 0.0

    def leave_out(self, seconds: float) -> None:
        """Leave out a time in which nothing was trained."""
        self._left_out += seconds

    def microseconds_per_step(self) -> float:
        """Return a recent mean, over at least SHORTEST_MEASURE_S but for the first one; NaN before there is one."""
        made = self._session.iteration - self._iteration
        idle = self._left_out + self._session.validation_seconds - self._validation
        spent = time.perf_counter() - self._since - idle
        if made > 0 and not self.cold and (spent >= SHORTEST_MEASURE_S or math.isnan(self._last)):
            self._last = 1e6 * max(spent, 0.0) / made
            self.start()
        return self._last


class Observer:
    """Makes snapshots of one session between two of its iterations."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._serial = 0
        self.clock = StepClock(session)

    @np.errstate(all="ignore")
    def snapshot(self, phase: RunPhase, error: LayerloomError | None = None) -> Snapshot:
        """Return a picture of the session as it is now."""
        session = self._session
        self._serial += 1
        history = session.history
        losses = history.training.get("loss", _NO_ROWS)
        return Snapshot(
            serial=self._serial,
            phase=phase,
            graph=session.graph,
            iteration=session.iteration,
            epoch=session.epoch,
            epochs=session.config.epochs,
            batch=session.batch,
            batches=session.batches,
            loss=float(losses[-1]) if len(losses) else session.last_loss,
            batch_loss=session.last_loss,
            penalty=session.last_penalty,
            learning_rate=session.learning_rate,
            microseconds_per_step=self.clock.microseconds_per_step(),
            history=history,
            parameters=session.parameters.copies(session.parameters.values),
            buffers=session.parameters.buffer_copies(),
            layers=layer_values(session.plan) if len(session.samples) else MappingProxyType({}),
            samples=session.samples[:SHOWN_ROWS],
            error=error,
            reason=session.stop_reason,
        )


@np.errstate(all="ignore")
def layer_values(plan: Plan) -> Mapping[str, LayerValues]:
    """Return copies of what a plan has computed for its batch, by layer; of a large batch the first rows."""
    values: dict[str, LayerValues] = {}
    for node_id, tensor in plan.tensors.items():
        z, delta = tensor.pre_activation, tensor.pre_gradient
        values[node_id] = LayerValues(
            a=_frozen(as_matrix(tensor.value[:SHOWN_ROWS]).copy()),
            z=None if z is None else _frozen(as_matrix(z[:SHOWN_ROWS]).copy()),
            delta=None if delta is None else _frozen(plan.of_own_loss(as_matrix(delta[:SHOWN_ROWS]))),
        )
    return MappingProxyType(values)


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
