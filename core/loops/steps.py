"""Training steps one after the other, without the interpreter in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.loops.loop import Chain, Loop, Measured

Array: TypeAlias = NDArray[Any]


def loops_of(calls: Sequence[object]) -> tuple[Loop, ...] | None:
    """Return the loops that these calls consist of, or None where there is something else, or shared work, in them."""
    found = [part for call in calls for part in (call.loops if isinstance(call, Chain) else (call,))]
    loops = tuple(part for part in found if isinstance(part, Loop))
    return loops if len(loops) == len(found) else None


class Steps:
    """Forward, backward and update as loops, made for several batches by one call.

    A step whose loss or ‖g‖² is not finite is not made, nor are those after it: the parameters are those of before.

    Parameters
    ----------
    run, loss, square : the loops up to the gradients, and which of them come to the loss and to ‖g‖².
    row : where a batch's row numbers are written before them, (batch,).
    update : the loops of the update.
    changing : names of the constants that are others for each update.
    answer : what a batch's answers are copied from, (batch, width), contiguous.

    Attributes
    ----------
    keys : names of the changing constants, in the order in which they are given.
    """

    def __init__(
        self,
        run: Sequence[Loop],
        loss: Loop,
        square: Loop | Measured,
        row: NDArray[np.int64],
        update: Sequence[Loop],
        changing: Collection[str],
        answer: Array,
    ) -> None:
        self._library, self._kept = loss.library, (*run, *update, answer)
        self._tables = _table(run), _table(update)
        self._row, self._factor = row, loss.factor
        self._totals = np.array([loss.total_address, square.total_address], dtype=np.int64)
        self._answer = _bytes(answer).reshape(-1)
        places = [(key, place) for loop in update for key, place in loop.constant_addresses() if key in changing]
        self.keys = tuple(key for key, _ in places)
        self._places = np.array([place for _, place in places], dtype=np.int64)

    def constants(self, paces: Iterable[Mapping[str, float]]) -> NDArray[np.float64]:
        """Return the changing constants of updates, (steps, constants), from what the optimiser says of each."""
        return np.array([[pace[key] for key in self.keys] for pace in paces], dtype=np.float64)

    def __call__(self, rows: NDArray[np.int64], constants: NDArray[np.float64], answers: Array) -> list[float]:
        """Make steps and return the loss of each that was made.

        Parameters
        ----------
        rows : row numbers of each batch, (steps, batch).
        constants : see ``constants``.
        answers : where the answers of each batch go, (steps · batch, width), contiguous.
        """
        losses = np.empty(len(rows))
        made: int = self._library.run_steps(
            *self._tables,
            rows,
            self._row,
            self._totals,
            self._factor,
            self._places,
            constants,
            self._answer,
            _bytes(answers).reshape(len(rows), -1),
            losses,
        )
        return [float(loss) for loss in losses[:made]]


def _table(loops: Sequence[Loop]) -> NDArray[np.int64]:
    return np.array([loop.entry for loop in loops], dtype=np.int64)


def _bytes(array: Array) -> NDArray[np.uint8]:
    return array.reshape(-1).view(np.uint8)
