"""Being asked to stop: Ctrl+C, a polite kill or a terminal that is closed ends the work where it next can end."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Self

HANGUPS = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()
"""The terminal is closed; under nohup this is ignored, and stays so. There is none on Windows."""

SIGNALS = (signal.SIGINT, signal.SIGTERM, *HANGUPS)


def _is_ignored(number: int) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


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
            heeded = [number for number in SIGNALS if number not in HANGUPS or not _is_ignored(number)]
            self._before = {number: signal.signal(number, self._note) for number in heeded}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
