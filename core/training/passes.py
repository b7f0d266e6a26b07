"""From the samples of a batch to the loss and the gradients, in as few calls as possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.plan import Plan
from core.layers.layer_type import Call
from core.loops.loop import binding, chained, kept
from core.loops.vectors import bind_square


class Pass:
    """One way forward and back through a plan.

    Parameters
    ----------
    rows, loading : an array for the numbers of the samples, and the calls that then copy these into the plan.
    gradients : the vector that the backward pass writes.

    Attributes
    ----------
    square : computes ‖g‖² of the gradients as they are.
    """

    def __init__(
        self, plan: Plan, rows: NDArray[np.int64], loading: Sequence[Call], gradients: NDArray[Any]
    ) -> None:
        self._rows = rows
        with binding(compiled=True):
            self.square = bind_square(gradients)
        self._loss, self._square = kept(plan.loss), kept(self.square)
        self._calls = chained([*loading, *plan.forward, self._loss, *plan.backward, self._square])

    def __call__(self, rows: NDArray[np.int64]) -> tuple[float, float]:
        """Return the loss C of the samples with these numbers, and ‖g‖² of its gradients, without penalties.

        Where the loss is not finite the gradients have no meaning.
        """
        self._rows[:] = rows
        for call in self._calls:
            call()
        return self._loss.total, self._square.total
