"""Threads that take a share of the work of a chain of loops.

The thread that trains runs the loops of a chain in order. Where some of them belong to one group, parts of one
operation that write to different places, others may take parts too: whoever comes first takes the next part. Nobody
waits for a helper that is not there, and which thread runs a part changes no bit.
"""

from __future__ import annotations

import threading
import time
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.loops.library import Library

PATIENCE = 60_000
"""Looks for work after which a helper sleeps: one or two milliseconds, longer than from one step to the next."""

IDLE_SECONDS = 0.3
"""A helper that has slept for so long ends; another begins when there is work again."""

TRIALS = 6
"""Each way is tried so many times; the first one does not count, as helpers that have slept are late then."""

RUNS_TOGETHER, RUNS_ALONE = 1_000, 200
"""So many runs after one way was chosen both are tried again. Alone sooner: what took the other cores may be over."""

WINDOW = 20
"""So many runs with helpers must not take longer, on the average, than those without took when these were tried."""


class Work:
    """Loops that some threads may share.

    Whether helpers make it faster depends on what else the machine does: a helper that is kept waiting keeps the others
    waiting. So again and again both ways are tried, and the faster one is used until the next trial, or until helpers
    turn out to be slower than none.

    Parameters
    ----------
    table : functions and blocks of the loops, (loops, 2).
    sizes : how many of the loops, in order, form a group.
    threads : how many may work on it.

    Attributes
    ----------
    address : where the table stands in memory.
    together : whether helpers are to be used the next time.
    """

    def __init__(self, table: NDArray[np.int64], sizes: NDArray[np.int64], threads: int) -> None:
        self.table, self.sizes, self.threads = table, sizes, threads
        self.address = int(table.__array_interface__["data"][0])
        self.together = False
        self._tries, self._alone = True, 0.0
        self._seconds: list[float] = []

    def observe(self, seconds: float) -> None:
        """Take in how long it took in the way that ``together`` says."""
        self._seconds.append(seconds)
        runs = len(self._seconds)
        if self._tries and runs == TRIALS:
            took = fmean(self._seconds[1:])
            if self.together:
                self._choose(together=took < self._alone)
            else:
                self._alone, self.together = took, True
                self._seconds.clear()
        elif self.together and not self._tries and runs % WINDOW == 0 and fmean(self._seconds[-WINDOW:]) > self._alone:
            self._choose(together=False)
        elif not self._tries and runs >= (RUNS_TOGETHER if self.together else RUNS_ALONE):
            self._choose(together=False)
            self._tries = True

    def _choose(self, *, together: bool) -> None:
        self.together, self._tries = together, False
        self._seconds.clear()


class Team:
    """Helpers for one library of loops; they end a while after nothing is trained any more."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._shared = np.zeros(library.shared_numbers, dtype=np.int64)
        self._helpers: list[_Helper] = []
        self._taken = threading.Lock()

    def run(self, work: Work) -> None:
        """Do some work, with helpers where these make it faster at the moment."""
        started = time.perf_counter()
        if not work.together or not self._run_with_helpers(work.table, work.address, work.sizes, work.threads):
            self._library.run(work.table)
        work.observe(time.perf_counter() - started)

    def _run_with_helpers(self, table: NDArray[np.int64], address: int, sizes: NDArray[np.int64], threads: int) -> bool:
        if not self._taken.acquire(blocking=False):
            return False  # someone else has the helpers
        try:
            while len(self._helpers) < threads - 1:
                self._helpers.append(_Helper(self._library, self._shared, len(self._helpers) + 1))
            for helper in self._helpers[: threads - 1]:
                if not helper.looks:
                    helper.call()
            self._library.run_groups(table, address, sizes, self._shared)
            return True
        finally:
            self._taken.release()


class _Helper:
    """A thread that takes parts.

    Attributes
    ----------
    looks : whether it is looking for work.
    """

    def __init__(self, library: Library, shared: NDArray[np.int64], number: int) -> None:
        self._help_out: Any = library.help_out
        self._shared, self._name = shared, f"loops {number}"
        self._called, self._ended = threading.Event(), threading.Lock()
        self._lives = self.looks = False

    def call(self) -> None:
        """Let it look for work."""
        with self._ended:
            self.looks = True
            self._called.set()
            if not self._lives:
                self._lives = True
                threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        while True:
            called = self._called.wait(IDLE_SECONDS)
            with self._ended:
                if not called and not self._called.is_set():
                    self._lives = False
                    return
                self._called.clear()
            self._help_out(self._shared, PATIENCE)
            self.looks = False
