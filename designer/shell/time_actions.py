"""Lets the actions of time travel do what they say, where there is a moment to go to."""

from __future__ import annotations

from PySide6.QtCore import QObject

from designer.actions import ActionTable
from designer.run.time_travel import TimeTravel


class TimeActions(QObject):
    """Connects ``train.earlier``, ``train.later``, ``train.back_to_now`` and ``train.branch``."""

    def __init__(self, actions: ActionTable, time: TimeTravel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions, self._time = actions, time
        actions.bind("train.earlier", time.earlier)
        actions.bind("train.later", time.later)
        actions.bind("train.back_to_now", time.back_to_now)
        actions.bind("train.branch", time.branch)
        time.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        viewed, timeline = self._time.viewed, self._time.timeline
        first = timeline[0].iteration if len(timeline) else 0
        here = viewed.iteration if viewed is not None else None
        self._actions["train.earlier"].setEnabled(len(timeline) > 0 and (here is None or first < here))
        for key in ("train.later", "train.back_to_now", "train.branch"):
            self._actions[key].setEnabled(viewed is not None)
