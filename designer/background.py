"""Work that would make the window wait, done in one thread beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

Result = TypeVar("Result")


class Background(QObject):
    """Runs functions one after the other in a thread of its own; answers arrive in the window's thread.

    The functions must not touch widgets. After ``shutdown`` no answer arrives any more.
    """

    _answered = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._open = True
        self._answered.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Do `work` in the thread, then call `done` with its result, or `failed` with what it raised."""
        if self._open:
            self._executor.submit(self._run, work, done, failed)

    def shutdown(self, finish: bool = False) -> None:
        """Wait for what has begun; what has not is done too where `finish`, else forgotten."""
        self._open = False
        self._executor.shutdown(wait=True, cancel_futures=not finish)

    def _run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], object],
        failed: Callable[[Exception], object],
    ) -> None:
        # Whatever goes wrong must reach the window: an executor keeps exceptions to itself.
        try:
            answer: Callable[[], Any] = partial(done, work())
        except Exception as error:
            answer = partial(failed, error)
        self._answered.emit(answer)

    def _call(self, answer: Callable[[], Any]) -> None:
        if self._open:
            answer()
