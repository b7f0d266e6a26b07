"""How much of kept moments the steps of undo hold on to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.project.model import NO_MOMENTS, Project
from core.training.timeline import Moment, Timeline
from designer.commands import ProjectCommand


def forget_old_moments(commands: Iterable[ProjectCommand], present: Project, limit: int) -> None:
    """Take the moments out of older projects where those that the present does not have exceed `limit` bytes.

    Parameters
    ----------
    commands : from the newest to the oldest.
    """
    memory = _Memory(present, limit)
    for command in commands:
        command.replace_projects(memory.kept_or_without)


class _Memory:
    def __init__(self, present: Project, room: int) -> None:
        self._room = room
        self._known: dict[int, Moment] = {id(moment): moment for moment in present.timeline}
        self._decided: dict[int, tuple[Timeline, bool]] = {id(present.timeline): (present.timeline, True)}
        self._replaced: dict[int, tuple[Project, Project]] = {}

    def kept_or_without(self, project: Project) -> Project:
        """Return the project itself, or without its moments; the same one for the same project."""
        if not len(project.timeline) or self._keeps(project.timeline):
            return project
        # Both are held, so that no other project gets the identity of the former.
        _, found = self._replaced.setdefault(id(project), (project, replace(project, timeline=NO_MOMENTS)))
        return found

    def _keeps(self, timeline: Timeline) -> bool:
        if id(timeline) not in self._decided:
            more = {id(moment): moment for moment in timeline if id(moment) not in self._known}
            size = sum(moment.own_bytes for moment in more.values())
            keeps = size <= self._room
            # What is older goes too: undo should not bring back a few moments among none.
            self._room = self._room - size if keeps else -1
            self._known |= more if keeps else {}
            self._decided[id(timeline)] = (timeline, keeps)
        return self._decided[id(timeline)][1]
