"""Work that must be done before the window can go on, in a thread, so that the window is painted meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QTimer

Result = TypeVar("Result")

SOON_S = 0.25
"""Work that takes no longer is simply waited for."""

LOOK_MS = 15


def awaited(work: Callable[[], Result], begin: Callable[[], object], end: Callable[[], object]) -> Result:
    """Return what some work returns, or raise what it raises.

    Where it takes long, `begin` is called, and `end` when it is over; meanwhile the window is painted and its clocks
    run, but it takes no keys and no clicks.
    """
    answer: Future[Result] = Future()
    thread = threading.Thread(target=_answer, args=(work, answer), name="prepare", daemon=True)
    thread.start()
    thread.join(SOON_S)
    if thread.is_alive():
        begin()
        try:
            _live_until(answer.done)
        finally:
            end()
    thread.join()
    return answer.result()


def _answer(work: Callable[[], Result], answer: Future[Result]) -> None:
    try:
        answer.set_result(work())
    except BaseException as error:  # it is raised again where the answer is waited for
        answer.set_exception(error)


def _live_until(done: Callable[[], bool]) -> None:
    loop = QEventLoop()
    timer = QTimer(interval=LOOK_MS)
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    timer.start()
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    timer.stop()
