"""Moments of a run that are kept, so that one can go back to them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiler.parameters import Parameters
from core.training.state import TrainedState

MAXIMUM_MOMENTS = 256
"""As many as a slider can tell apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A state that is kept.

    Attributes
    ----------
    iteration : updates made until then.
    own_bytes : memory of parameters, buffers and the optimiser's vectors, which it shares with no other moment.
    shared : arrays that neighbouring moments have in common: the order of the epoch, the best weights so far.
    """

    state: TrainedState
    iteration: int = field(init=False)
    own_bytes: int = field(init=False)
    shared: tuple[NDArray[Any], ...] = field(init=False)

    def __post_init__(self) -> None:
        state = self.state
        vectors = (state.parameters, state.buffers, *state.slots.values())
        own = sum(array.nbytes for arrays in vectors for array in arrays.values())
        object.__setattr__(self, "iteration", state.position.iteration)
        object.__setattr__(self, "own_bytes", own)
        object.__setattr__(self, "shared", (state.position.order, *state.best.values()))

    @property
    def epoch(self) -> int:
        """Epochs finished until then."""
        return self.state.position.epoch

    @property
    def between_epochs(self) -> bool:
        """Whether no epoch had begun that was not finished."""
        return self.state.position.sample == 0


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Moments of one run, oldest first; each has more iterations than the one before it, and the same parameters.

    The record is not copied either: each moment sees its first rows.

    Attributes
    ----------
    nbytes : memory of the moments, without that of the record.
    """

    moments: tuple[Moment, ...] = ()
    nbytes: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nbytes", _memory(self.moments))

    def __len__(self) -> int:
        return len(self.moments)

    def __iter__(self) -> Iterator[Moment]:
        return iter(self.moments)

    def __getitem__(self, number: int) -> Moment:
        return self.moments[number]

    def with_moment(self, moment: Moment, limit: int) -> Timeline:
        """Return the timeline with one moment more, thinned to `limit` bytes; those at and after its iteration go.

        While there are more than MAXIMUM_MOMENTS, or their memory is above the limit, that one goes whose neighbours
        are the fewest iterations apart (of several the earliest), so that what stays is spread evenly. The first and
        the last never go, whatever their size.
        """
        moments = [*self.until(moment.iteration - 1), moment]
        fits = self.nbytes + _memory((moment,)) <= limit
        while len(moments) > 2 and (len(moments) > MAXIMUM_MOMENTS or not (fits or _memory(moments) <= limit)):
            iterations = np.array([kept.iteration for kept in moments])
            del moments[int(np.argmin(iterations[2:] - iterations[:-2])) + 1]
        return Timeline(tuple(moments))

    def until(self, iteration: int) -> Timeline:
        """Return the moments up to an iteration, that of the iteration itself included."""
        count = bisect_right(self.moments, iteration, key=lambda moment: moment.iteration)
        return self if count == len(self.moments) else Timeline(self.moments[:count])

    def of(self, parameters: Parameters) -> Timeline:
        """Return the moments at which the network had exactly these parameters."""
        moments = tuple(moment for moment in self.moments if moment.state.is_of(parameters))
        return self if len(moments) == len(self.moments) else Timeline(moments)


def room_in(timeline: Timeline, limit: int) -> int:
    """Return how many moments like those of a timeline fit into `limit` bytes, at least 2; rather too few."""
    # The first one often has no order of samples yet.
    average = timeline.nbytes // max(1, len(timeline) - 1) + 1
    return max(2, min(MAXIMUM_MOMENTS, limit // average))


def _memory(moments: Sequence[Moment]) -> int:
    shared = {id(array): array.nbytes for moment in moments for array in moment.shared}
    return sum(moment.own_bytes for moment in moments) + sum(shared.values())
