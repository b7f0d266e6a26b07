"""Being asked to stop: Ctrl+C, or a polite kill, ends the work at the next place where it can end."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """A context in which Ctrl+C raises nothing but is noted.

    Attributes
    ----------
    number : the signal that came, or 0.
    """

    def __init__(self) -> None:
        self.number = 0
        self._before: dict[int, Any] = {}

    @property
    def status(self) -> int:
        """Exit status of a program that ends for it."""
        return 128 + self.number

    def __enter__(self) -> Self:
        # Python delivers signals to its main thread alone, and lets no other one say what they do.
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
