"""Keeps moments of a session while it trains, as its configuration says."""

from __future__ import annotations

import sys

from core.training.session import Session
from core.training.timeline import Moment, Timeline, room_in

MEGABYTE = 1024**2
NEVER = sys.maxsize


class Keeper:
    """Decides at which iterations a moment is kept, and holds the timeline.

    A moment is due at the end of each epoch, or after each n-th iteration. Once they do not all fit into the memory,
    only every second one is taken, then every fourth and so on, so that a long run makes few copies in vain: of N
    moments, with room for R of them, about R + R/2 · log₂(N/R).

    Attributes
    ----------
    due : the iteration from which on ``look`` must be called after each step.
    timeline : what is kept; an immutable value, which any thread may read.
    """

    def __init__(self, session: Session, timeline: Timeline) -> None:
        config = session.config
        self._session, self._grain, self._every = session, config.keep_moments, config.keep_every
        self._limit = config.keep_memory * MEGABYTE
        self.timeline = timeline.until(session.iteration).of(session.parameters)
        self.due = NEVER

    def begin(self) -> None:
        """Keep where the run begins, unless earlier moments of it are there, and find out what is due next."""
        if self._grain == "off":
            return
        if not len(self.timeline):
            self._keep()
        self._plan()

    def look(self) -> None:
        """Keep this moment if it is one of those that are due; between two steps."""
        if self._grain == "iterations" or self._session.at_epoch_start:
            self._keep()
        self._plan()

    def _keep(self) -> None:
        self.timeline = self.timeline.with_moment(Moment(self._session.state()), self._limit)

    def _plan(self) -> None:
        session, stride = self._session, self._stride()
        if self._grain == "iterations":
            step = self._every * stride
            self.due = (session.iteration // step + 1) * step
        else:
            further = stride - session.epoch % stride - 1
            # After another batch size in the middle of an epoch its end can be later than that, never earlier.
            self.due = session.iteration + max(1, session.batches * (1 + further) - session.batch)

    def _stride(self) -> int:
        """Return 1 while all moments fit, else the power of 2 that leaves as many as there is room for."""
        first = self.timeline[0]
        grain = self._every if self._grain == "iterations" else self._session.batches
        moments, room = (self._session.iteration - first.iteration) // grain + 1, room_in(self.timeline, self._limit)
        stride = 1
        while moments > stride * room:
            stride *= 2
        return stride
