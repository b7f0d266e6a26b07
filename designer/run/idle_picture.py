"""What is shown while nothing trains: the network as it stands, with what its next step would compute."""

from __future__ import annotations

from dataclasses import replace

from core.data.dataset import PreparedData
from core.errors import LayerloomError
from core.project.model import Project
from core.training.preview import preview, work_of_preview
from core.training.runner import Runner
from core.training.snapshot import RunPhase, Snapshot

MOST_WORK = 1_000_000_000
"""Multiplications, about a third of a second: for more, what the next step would compute is left out."""


def idle_picture(runner: Runner, project: Project, data: PreparedData) -> Snapshot:
    """Return a picture of a session that has made no step yet, so that no panel is empty before the first one."""
    snapshot = runner.snapshot_now(RunPhase.PAUSED)
    if work_of_preview(project.graph, project.training, len(data.training)) > MOST_WORK:
        return snapshot
    try:
        ahead = preview(project.graph, project.training, data, project.state)
    except (LayerloomError, MemoryError):
        return snapshot
    return replace(snapshot, layers=ahead.layers, samples=ahead.samples, batch_loss=ahead.batch_loss)
