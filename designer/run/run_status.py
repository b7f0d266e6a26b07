"""What a run is doing or would do, and why it cannot."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from core.project.model import Project
from core.texts import Text, text
from designer.datasets.service import DataService
from designer.problems.service import ProblemService


class RunStatus(Enum):
    """What Run would do, or is doing."""

    BLOCKED = "blocked"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


def why_blocked(project: Project, problems: ProblemService, data: DataService) -> Text | None:
    """Return why Run cannot start, or None."""
    if not project.graph.nodes:
        return text("The network has no layers yet. Drag an Input from the palette onto the canvas.")
    first = problems.first_error
    if first is not None:
        return first.text
    if data.data is None:
        return text("The data are not loaded.") if data.error is None else data.error.text
    return None


def is_stale(now: Project, then: Project) -> bool:
    """Whether what was compiled `then` is another network, configuration or data than those of `now`.

    The learning rate does not count: a run takes it over as it goes on.
    """
    live = replace(now.training, learning_rate=then.training.learning_rate)
    # The layers and wires themselves: a layer added and deleted again leaves only a higher next number behind.
    edited = (now.graph.nodes, now.graph.links) != (then.graph.nodes, then.graph.links)
    return edited or live != then.training or now.data != then.data
