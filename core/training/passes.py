"""From the samples of a batch to the loss and the gradients, in as few calls as possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.compiler.plan import Plan
from core.graph.model import Graph
from core.layers.binding import Call
from core.loops.loop import chained, kept
from core.loops.surroundings import binding
from core.loops.vectors import bind_square
from core.training.feed import Feed


class Pass:
    """One way forward and back through a plan.

    Parameters
    ----------
    rows, loading : an array for the numbers of the samples, and the calls that then copy these into the plan.
    gradients : the vector that the backward pass writes.

    Attributes
    ----------
    rows : where the numbers of the samples are written.
    square : computes ‖g‖² of the gradients as they are.
    calls : what is called, in order.
    loss, norm : those of the calls that come to the loss and to ‖g‖².
    """

    def __init__(self, plan: Plan, rows: NDArray[np.int64], loading: Sequence[Call], gradients: NDArray[Any]) -> None:
        self.rows = rows
        self.square = bind_square(gradients)
        self.loss, self.norm = kept(plan.loss), kept(self.square)
        self.calls = chained([*loading, *plan.forward, self.loss, *plan.backward, self.norm])

    def __call__(self, rows: NDArray[np.int64]) -> tuple[float, float]:
        """Return the loss C of the samples with these numbers, and ‖g‖² of its gradients, without penalties.

        Where the loss is not finite the gradients have no meaning.
        """
        self.rows[:] = rows
        for call in self.calls:
            call()
        return self.loss.total, self.norm.total


class Passes:
    """The plans of a session, one for each size of batch, and the passes through them.

    Attributes
    ----------
    compiled : whether they are made of compiled loops, where that is possible.
    """

    def __init__(self, graph: Graph, parameters: Parameters, noise: np.random.Generator, *, weighted: bool) -> None:
        self._graph, self._parameters, self._noise, self._weighted = graph, parameters, noise, weighted
        self._plans: dict[int, Plan] = {}
        self._passes: dict[int, Pass] = {}
        self.compiled, self._threads = False, 1

    def use_compiled_loops(self, threads: int) -> None:
        """Forget all plans, and make those that are asked for from now on of compiled loops for so many threads."""
        self.compiled, self._threads = True, threads
        self._plans.clear()
        self._passes.clear()

    def plan_for(self, size: int) -> Plan:
        """Return the plan for batches of so many samples."""
        plan = self._plans.get(size)
        if plan is None:
            plan = self._plans[size] = compile_plan(
                self._graph,
                self._parameters,
                size,
                training=True,
                generator=self._noise,
                weighted=self._weighted,
                compiled=self.compiled,
                threads=self._threads,
            )
        return plan

    def over(self, plan: Plan, feed: Feed) -> Pass:
        """Return the pass through a plan with samples of `feed`."""
        made = self._passes.get(plan.batch_size)
        if made is None:
            with binding(compiled=self.compiled, threads=self._threads):
                made = Pass(plan, *feed.bind_loading(plan), self._parameters.gradients)
            self._passes[plan.batch_size] = made
        return made
