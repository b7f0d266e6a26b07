"""The gate: lets the window take the interpreter lock for as long as it draws."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Parks the training thread between two iterations while the window refreshes.

    Drawing is hundreds of short Qt calls; each gives the interpreter lock away and must win it back from a thread
    that makes calls of microseconds. Parking the training for the few milliseconds of a refresh costs it less than
    it costs the window to fight for the lock.
    """

    def __init__(self) -> None:
        self.closed = False
        self._opened = threading.Event()
        self._opened.set()

    def pass_through(self) -> None:
        """Training thread: wait here while the gate is closed."""
        if self.closed:
            self._opened.wait()

    @contextmanager
    def parked(self) -> Iterator[None]:
        """Window: keep the training thread parked inside the ``with`` block."""
        self._opened.clear()
        self.closed = True
        try:
            yield
        finally:
            self.closed = False
            self._opened.set()
