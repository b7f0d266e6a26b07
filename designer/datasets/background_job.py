"""One piece of long work in a thread of its own, which the window asks how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from core.errors import CancelledError

Result = TypeVar("Result")


class JobControl:
    """What the work sees of the outside: where to say how far it is, and whether to go on."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self.progress: float | None = None

    def is_set(self) -> bool:
        """Whether nobody wants the result any more (named as in ``threading.Event``)."""
        return self._stop.is_set()

    def report(self, progress: float | None) -> None:
        """Say how far the work is, 0 to 1, or None where that is unknown; raises CancelledError to end it."""
        if self.is_set():
            raise CancelledError("Cancelled.")
        self.progress = progress

    def cancel(self) -> None:
        """Ask the work to end at its next report."""
        self._stop.set()


class BackgroundJob(Generic[Result]):
    """Runs `work` once, in a daemon thread that touches no widget and emits no signal."""

    def __init__(self, work: Callable[[JobControl], Result]) -> None:
        self._work = work
        self.control = JobControl()
        self._result: Result | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="data", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the work has ended, well or badly."""
        return not self._thread.is_alive()

    def result(self) -> Result:
        """Return what the work returned, or raise what it raised; only after it is done."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]

    def join(self, timeout_s: float) -> bool:
        """Wait for the end; returns whether it came."""
        self._thread.join(timeout_s)
        return self.done

    def _run(self) -> None:
        try:
            self._result = self._work(self.control)
        except BaseException as error:  # it is raised again where the result is asked for
            self._error = error
