"""Threads that take a share of the work of a chain of loops.

The thread that trains runs the loops of a chain in order. Where some of them belong to one group, parts of one
operation that write to different places, others may take parts too: whoever comes first takes the next part. Nobody
waits for a helper that is not there, and which thread runs a part changes no bit.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from core.loops.library import Library

PATIENCE = 60_000
"""Looks for work after which a helper sleeps: one or two milliseconds, longer than from one step to the next."""

IDLE_SECONDS = 0.3
"""A helper that has slept for so long ends; another begins when there is work again."""


class Team:
    """Helpers for one library of loops; they end a while after nothing is trained any more."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._shared = np.zeros(library.shared_numbers, dtype=np.int64)
        self._helpers: list[_Helper] = []
        self._taken = threading.Lock()

    def run(self, table: NDArray[np.int64], address: int, sizes: NDArray[np.int64], threads: int) -> None:
        """Run the loops of a table.

        Parameters
        ----------
        table, address : functions and blocks, (loops, 2), and where that stands in memory.
        sizes : how many of the loops, in order, form a group.
        threads : how many may work on it, this one included.
        """
        if not self._taken.acquire(blocking=False):
            # Someone else has the helpers.
            self._library.run(table)
            return
        try:
            while len(self._helpers) < threads - 1:
                self._helpers.append(_Helper(self._library, self._shared, len(self._helpers) + 1))
            for helper in self._helpers[: threads - 1]:
                if not helper.looks:
                    helper.call()
            self._library.run_groups(table, address, sizes, self._shared)
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
