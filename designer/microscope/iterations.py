"""The iterations that the microscope looks at: made when they are wanted, forgotten when they take too much room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.data.dataset import PreparedData
from core.errors import LayerloomError
from core.project.model import Project
from core.tracing.recording import IterationRecorder
from core.tracing.trace import Array, Trace
from core.training.session import Session
from core.training.state import TrainedState

BUDGET = 256 * 1024**2
"""Bytes that traces may take; the newest is always kept."""


class Iterations:
    """Iterations after the state of a project, each traced from the real step.

    They are deterministic, so one that was forgotten comes out the same when it is made again.

    Raises
    ------
    NotTrainableError, DataError : the network cannot be trained, or the data do not fit it.
    """

    def __init__(self, project: Project, data: PreparedData) -> None:
        self.project, self.data = project, data
        self._traces: OrderedDict[int, Trace] = OrderedDict()
        self._recorder = self._fresh()
        self._made = 0
        self._state_before: tuple[int, TrainedState] | None = None

    def trace(self, number: int) -> Trace:
        """Return the iteration number `number`, counted from 0 after the state; raises NonFiniteError."""
        found = self._traces.get(number)
        if found is None:
            if number < self._made:
                self._recorder, self._made = self._fresh(), 0
            try:
                while self._made < number:
                    self._recorder.session.step()
                    self._made += 1
                self._state_before = number, self._recorder.session.state()
                found = self._recorder.next()
            except LayerloomError:
                # A session that failed is in the middle of a step: the next one begins anew.
                self._recorder, self._made = self._fresh(), 0
                raise
            self._made += 1
            self._keep(number, found)
        self._traces.move_to_end(number)
        return found

    def on_samples(self, rows: Sequence[int], number: int = 0, *, test: bool = False) -> Trace:
        """Return what the iteration of this number would be on these rows; it is no part of the sequence.

        The rows are of the training part, or of the `test` part.
        """
        project, data = self.project, self.data
        if test:
            data = replace(data, training=data.test, fingerprint=f"{data.fingerprint} test")
        session = Session(project.graph, project.training, data, self._before(number))
        return replace(IterationRecorder(session).on_samples(np.array(rows, dtype=np.int64)), of_test=test)

    def state_after(self, number: int) -> TrainedState:
        """Return the state after an iteration; -1 stands for the one before the first."""
        return self._before(number + 1)

    def _before(self, number: int) -> TrainedState:
        """Return the state before an iteration; it is worked out anew only for one that was not asked for last."""
        if self._made == number:
            return self._recorder.session.state()
        if self._state_before is None or self._state_before[0] != number:
            session = self._fresh().session
            for _ in range(number):
                session.step()
            self._state_before = number, session.state()
        return self._state_before[1]

    def _fresh(self) -> IterationRecorder:
        project = self.project
        return IterationRecorder(Session(project.graph, project.training, self.data, project.state))

    def _keep(self, number: int, trace: Trace) -> None:
        self._traces[number] = trace
        while len(self._traces) > 1 and sum(map(trace_bytes, self._traces.values())) > BUDGET:
            self._traces.popitem(last=False)


def trace_bytes(trace: Trace) -> int:
    """Return how much memory the arrays of a trace take; one that stands for several things counts once."""
    vectors = (trace.old, trace.new, trace.gradients, trace.penalised, trace.clipped, trace.buffers, trace.internals)
    held: list[Array | None] = [trace.rows, trace.target, trace.sample_weights, trace.sample_losses]
    for vector in (*vectors, *trace.slots.values(), *trace.new_slots.values()):
        held += vector.values()
    for layer in trace.layers.values():
        held += (layer.value, layer.pre_activation, layer.upstream, layer.delta)
    return sum({id(array): array.nbytes for array in held if array is not None}.values())
