"""Time travel: looking at kept moments of the run in place of the present, and going back to them."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.compiler.parameters import Parameters
from core.errors import LayerloomError
from core.graph.model import Graph
from core.project import edits
from core.project.delta import ProjectDelta
from core.project.model import Project
from core.training.preview import preview, work_of_preview
from core.training.snapshot import Snapshot
from core.training.timeline import Moment, Timeline
from designer.background import Background
from designer.datasets.service import DataService
from designer.document import Document
from designer.numbers import whole
from designer.run.controller import RunController

WORK_AT_ONCE = 50_000_000
"""Multiplications, some 20 to 40 ms: what takes more is worked out beside the window."""

SECONDS_BETWEEN_NEWS = 0.25


class TimeTravel(QObject):
    """The moment that is in view: the present, or a kept one.

    The document is not changed by looking. A run that begins meanwhile begins from the moment in view: the document
    goes back to it first, as one step of undo, so that what came after it is not lost.

    Signals
    -------
    changed() : the kept moments, the present or the moment in view differ.
    """

    changed = Signal()

    def __init__(
        self, document: Document, data: DataService, run: RunController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._data, self._run = document, data, run
        self._background = Background("moments", self)
        self._viewed: Moment | None = None
        self._working: Moment | None = None
        self._parameters: tuple[Graph, Parameters] | None = None
        self._told_at = 0.0
        document.changed.connect(self._follow)
        data.changed.connect(self.back_to_now)
        run.starting.connect(self.go_back)
        run.status_changed.connect(self._follow_run)
        run.snapshot_taken.connect(lambda _snapshot: self._tell())

    @property
    def viewed(self) -> Moment | None:
        """The kept moment in view, or None for the present."""
        return self._viewed

    @property
    def project(self) -> Project:
        """The project of the document with the state of the moment in view."""
        project = self._document.project
        return project if self._viewed is None else edits.set_state(project, self._viewed.state)

    @property
    def timeline(self) -> Timeline:
        """The kept moments that the network as it is now can go back to; the present is not among them."""
        timeline = self._run.timeline
        if not len(timeline) or self._run.blocked_reason is not None or not self._fits(timeline[-1]):
            return Timeline()
        return _without_present(timeline, self._present())

    @property
    def unfitting(self) -> bool:
        """Whether moments are kept to which the network cannot go back as it is now."""
        timeline = self._run.timeline
        return len(timeline) > 0 and (self._run.blocked_reason is not None or not self._fits(timeline[-1]))

    @property
    def now(self) -> int:
        """Iterations made until now."""
        present = self._run.present
        if self._run.running and present is not None:
            return present.iteration
        state = self._document.project.state
        return 0 if state is None else state.position.iteration

    def view(self, moment: Moment) -> None:
        """Show a kept moment in all panels."""
        if moment is not self._viewed and self._run.blocked_reason is None:
            self._viewed = moment
            self._look()
            self.changed.emit()

    def back_to_now(self) -> None:
        """Show the present again."""
        if self._viewed is not None:
            self._viewed = None
            self._run.hold(None)
            self.changed.emit()

    def earlier(self) -> None:
        """Show the kept moment before the one in view."""
        before = self.timeline.until(self.now if self._viewed is None else self._viewed.iteration - 1)
        if len(before):
            self.view(before[-1])

    def later(self) -> None:
        """Show the kept moment after the one in view; after the last of them comes the present."""
        if self._viewed is None:
            return
        timeline = self.timeline
        count = len(timeline.until(self._viewed.iteration))
        if count < len(timeline):
            self.view(timeline[count])
        else:
            self.back_to_now()

    def branch(self) -> None:
        """Make the moment in view the present; what came after it is given back by undo."""
        self._run.when_stopped(self.go_back)

    def go_back(self) -> None:
        """Do the same at once; only while nothing trains."""
        moment = self._viewed
        if moment is None:
            return
        text = self.tr("Go back to {moment}").format(moment=self.name_of(moment))
        self._viewed = None
        # In this order the project in view never changes: else who looks at it would begin anew.
        self._document.apply(text, edits.set_state, moment.state)
        # Not drawn anew: the present that comes is the moment that is in sight already.
        self._run.hold(None, redraw=False)
        self.changed.emit()

    def name_of(self, moment: Moment) -> str:
        """Return what a moment is called: the epoch that it ends, or its iteration."""
        if moment.iteration == 0:
            return self.tr("the beginning")
        if moment.between_epochs and moment.epoch:
            return self.tr("epoch {number}").format(number=whole(moment.epoch))
        return self.tr("iteration {number}").format(number=whole(moment.iteration))

    def shutdown(self) -> None:
        """Wait for what is being worked out."""
        self._background.shutdown()

    def _look(self) -> None:
        """Work out the picture of the moment in view, at once where that is quick, and show it."""
        project, data, moment = self._document.project, self._data.data, self._viewed
        if data is None or moment is None or self._working is not None:
            return
        work = partial(preview, project.graph, project.training, data, moment.state)
        if work_of_preview(project.graph, project.training, len(data.training)) <= WORK_AT_ONCE:
            try:
                self._show(moment, work())
            except (LayerloomError, MemoryError) as error:
                self._fail(error)
        else:
            self._working = moment
            self._background.submit(work, lambda snapshot: self._take(moment, snapshot), self._fail)

    def _take(self, moment: Moment, snapshot: Snapshot) -> None:
        """Show what was worked out beside the window, or begin with the moment that is wanted by now."""
        self._working = None
        if moment is self._viewed:
            self._show(moment, snapshot)
        else:
            self._look()

    def _show(self, moment: Moment, snapshot: Snapshot) -> None:
        present = self._run.present
        record = moment.state.history if present is None else present.history
        self._run.hold(replace(snapshot, whole_record=record))

    def _fail(self, _error: Exception) -> None:
        """Show the present: the run says what is wrong with the network or the data, and how much memory there is."""
        self._working = None
        self.back_to_now()

    def _follow(self, delta: ProjectDelta) -> None:
        if self._viewed is not None:
            if delta.graph or delta.data or ((delta.state or delta.timeline) and not self._run.committing):
                self.back_to_now()
            elif delta.training:
                self._look()
        self.changed.emit()

    def _follow_run(self) -> None:
        if self._run.blocked_reason is not None:
            self.back_to_now()
        self.changed.emit()

    def _tell(self) -> None:
        """Say now and then that a run goes on."""
        if time.monotonic() - self._told_at > SECONDS_BETWEEN_NEWS:
            self._told_at = time.monotonic()
            self.changed.emit()

    def _fits(self, moment: Moment) -> bool:
        """Whether the network as it is now has the parameters of a moment; those of one timeline are all alike."""
        graph = self._document.project.graph
        if self._parameters is None or self._parameters[0] is not graph:
            self._parameters = graph, Parameters(graph, moment.state.dtype)
        return moment.state.is_of(self._parameters[1])

    def _present(self) -> tuple[int, bool]:
        state = self._document.project.state
        return self.now, state is not None and state.edited_by_hand and not self._run.running


def _without_present(timeline: Timeline, present: tuple[int, bool]) -> Timeline:
    """Return the timeline without its last moment where that is the present itself."""
    if not len(timeline):
        return timeline
    last = timeline[-1]
    same = last.iteration == present[0] and last.state.edited_by_hand == present[1]
    return timeline.until(last.iteration - 1) if same else timeline
