"""Training threads under the hand of a test."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from core.training.config import TrainingConfig
from core.training.runner import Ending, Runner
from core.training.session import Session
from tests.core.graph.networks import chain
from tests.core.training.digests import digest
from tests.core.training.prepared import random_data

PATIENCE_S = 20.0


def session_of(**training: Any) -> Session:
    config = TrainingConfig(**{"dtype": "float64", "batch_size": 4, "epochs": 3, **training})
    return Session(chain(5, 4, 3), config, random_data(43))


class Turnstile:
    """Lets a session make as many steps as the test allows, one by one."""

    def __init__(self, session: Session) -> None:
        self._steps, self._allowed = session.steps, threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        session.steps = self._stepped  # type: ignore[method-assign]

    def _stepped(self, limit: int) -> int:
        assert limit >= 1
        self.begun.release()
        assert self._allowed.acquire(timeout=PATIENCE_S), "the test allowed no further step"
        return self._steps(1)

    def wait_for_a_step_to_begin(self) -> None:
        assert self.begun.acquire(timeout=PATIENCE_S), "no step began"

    def allow(self, steps: int = 1) -> None:
        self._allowed.release(steps)


def ended(runner: Runner) -> Ending:
    ending = runner.collect(PATIENCE_S)
    assert ending is not None, "the training thread did not stop"
    return ending


def twin(steps: int, change: Callable[[Session], None] = lambda session: None, **training: Any) -> dict[str, Any]:
    """The state after so many steps without any thread; `change` is called before each step."""
    session = session_of(**training)
    for _ in range(steps):
        change(session)
        session.step()
    return digest(session.state())
