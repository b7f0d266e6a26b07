"""What a run was compiled from, and the runner that trains it: one network with its configuration and data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.data.dataset import PreparedData
from core.errors import LayerloomError
from core.project.model import Project
from core.training.gate import Gate
from core.training.runner import Runner
from core.training.session import Session
from core.training.snapshot import Snapshot
from core.training.state import TrainedState
from designer.run.idle_picture import idle_picture
from designer.run.run_status import is_stale


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRun:
    """A runner and what it trains.

    Attributes
    ----------
    project : as it was compiled, with the learning rate of now and the state that was brought into the document last.
    data : what it trains on.
    """

    runner: Runner
    project: Project
    data: PreparedData

    @property
    def running(self) -> bool:
        """Whether the training thread is at work."""
        return self.runner.running

    def is_of(self, project: Project, data: PreparedData | None) -> bool:
        """Return whether the session is that of a project as it is now, so that it can go on."""
        own = self.project
        same = self.data is data and own.state is project.state
        return same and own.graph == project.graph and own.training == project.training

    def is_stale(self, project: Project) -> bool:
        """Return whether network, configuration or data were edited since a run that is going on was compiled."""
        return self.running and is_stale(project, self.project)

    def follows_rate_of(self, project: Project) -> bool:
        """Return whether a new learning rate is for this run: one of another optimiser waits, as that does."""
        return project.training.optimizer == self.project.training.optimizer

    def with_rate(self, learning_rate: float) -> CompiledRun:
        """Return the run with the learning rate that it goes on with."""
        training = replace(self.project.training, learning_rate=learning_rate)
        return replace(self, project=replace(self.project, training=training))

    def with_state(self, state: TrainedState) -> CompiledRun:
        """Return the run with the state that the document has of it."""
        return replace(self, project=replace(self.project, state=state))

    def picture(self) -> Snapshot:
        """Return what is shown of it before it has made a step."""
        return idle_picture(self.runner, self.project, self.data)


def compile_run(project: Project, data: PreparedData, gate: Gate) -> CompiledRun:
    """Make a session and a runner; raises LayerloomError that says why that cannot be."""
    try:
        session = Session(project.graph, project.training, data, project.state)
    except MemoryError:
        raise LayerloomError("This network needs more memory than there is. Make a layer smaller.") from None
    return CompiledRun(Runner(session, gate, project.timeline), project, data)
