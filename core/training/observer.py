"""Takes snapshots of a session."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from core.errors import LayerloomError
from core.layers.layer_type import as_matrix
from core.training.session import Session
from core.training.snapshot import LayerValues, RunPhase, Snapshot


class StepClock:
    """Measures the recent wall time per iteration, without the time that the training was parked."""

    def __init__(self) -> None:
        self._since = 0.0
        self._iteration = 0
        self._left_out = 0.0
        self._last = math.nan

    def start(self, iteration: int) -> None:
        """Begin to measure at this iteration."""
        self._since, self._iteration, self._left_out = time.perf_counter(), iteration, 0.0

    def leave_out(self, seconds: float) -> None:
        """Leave out a time in which nothing was trained."""
        self._left_out += seconds

    def microseconds_per_step(self, iteration: int) -> float:
        """Return the mean since the last call that had new iterations; NaN before there is one."""
        made = iteration - self._iteration
        if made > 0:
            spent = time.perf_counter() - self._since - self._left_out
            self._last = 1e6 * max(spent, 0.0) / made
            self.start(iteration)
        return self._last


class Observer:
    """Makes snapshots of one session between two of its iterations."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._serial = 0
        self.clock = StepClock()

    def snapshot(self, phase: RunPhase, error: LayerloomError | None = None) -> Snapshot:
        """Return a picture of the session as it is now."""
        session = self._session
        self._serial += 1
        history = session.history
        losses = history.training.get("loss", ())
        samples = session.samples.copy()
        samples.flags.writeable = False
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
            learning_rate=session.learning_rate,
            microseconds_per_step=self.clock.microseconds_per_step(session.iteration),
            history=history,
            parameters=session.parameters.copies(session.parameters.values),
            layers=self._layer_values() if len(samples) else MappingProxyType({}),
            samples=samples,
            error=error,
        )

    def _layer_values(self) -> Mapping[str, LayerValues]:
        plan = self._session.plan
        values: dict[str, LayerValues] = {}
        for node_id, tensor in plan.tensors.items():
            z, delta = tensor.pre_activation, tensor.pre_gradient
            arrays = (
                as_matrix(tensor.value).copy(),
                None if z is None else as_matrix(z).copy(),
                # The plan holds gradients of the batch's mean loss: δ of one sample's own loss is n times that.
                None if delta is None else as_matrix(delta) * np.asarray(plan.batch_size, delta.dtype),
            )
            for array in arrays:
                if array is not None:
                    array.flags.writeable = False
            values[node_id] = LayerValues(*arrays)
        return MappingProxyType(values)
