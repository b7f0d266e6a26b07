"""How good the network of a picture of the run is on a whole part of the data, worked out beside the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.data.dataset import PreparedData
from core.errors import LayerloomError
from core.graph.model import Graph
from core.texts import Text, text
from core.training.gate import Gate
from core.training.part_figures import Examiner, Part, PartFigures
from core.training.snapshot import RunPhase, Snapshot
from designer.background import Background

CALM_S = 1.0
"""While a run goes on, so much time lies between two examinations at least, in seconds."""

REST = 30.0
"""And so many times what the last one took: it uses a core, and calls that the training waits for."""

PATIENCE_S = 0.3
"""What nobody waits for any more is finished if it takes no longer: else a slider that moves would show nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What is to be examined: the network of `snapshot` on a part of the data."""

    snapshot: Snapshot
    data: PreparedData
    part: Part

    def is_for(self, other: Request) -> bool:
        """Whether both come to the same figures."""
        same_question = self.data is other.data and self.part is other.part
        return same_question and self.snapshot.parameters is other.snapshot.parameters

    @property
    def waits(self) -> bool:
        """Whether another picture comes soon, so that this one may be left out."""
        return self.snapshot.phase is RunPhase.RUNNING


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What a request came to.

    Attributes
    ----------
    figures : None where the network cannot answer.
    problem : why not.
    seconds : what it took.
    """

    request: Request
    figures: PartFigures | None
    problem: Text | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class _Work:
    request: Request
    superseded: bool = False
    started: float = field(default_factory=time.perf_counter)


class _SupersededError(Exception):
    """Nobody waits for this result any more."""


class Examinations(QObject):
    """Examines one picture at a time in a thread of its own.

    While a run goes on it takes a picture now and then and leaves the others out; a picture at which the run rests is
    always examined. It waits while the window draws, and keeps nothing but the last result.

    Signals
    -------
    finished(Examination) : there is a new result.
    """

    finished = Signal(object)

    def __init__(
        self, gate: Gate, parent: QObject | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(parent)
        self._gate, self._clock = gate, clock
        self._background = Background("examination", self)
        self._examiner: tuple[Graph, str, Examiner] | None = None
        self._work: _Work | None = None
        self._next: Request | None = None
        self._last: Examination | None = None
        self._rests_until = -1.0

    @property
    def busy(self) -> bool:
        """Whether something is being examined."""
        return self._work is not None

    def ask(self, request: Request) -> Examination | None:
        """Return the result of this request if it is there already, else examine it, at once or as soon as it may.

        What was asked for before and has not begun is forgotten.
        """
        if self._last is not None and request.is_for(self._last.request):
            # Work for another moment that is not over yet would take the place of this result.
            self._next = request if self._work is not None else None
            return self._last
        if self._work is None:
            self._begin_if_due(request)
        else:
            known = request.is_for(self._work.request)
            self._next = None if known else request
            follows = request.waits and _same_question(request, self._work.request)
            self._work.superseded = not known and not follows
        return None

    def shutdown(self) -> None:
        """Stop what is being done and wait for that."""
        if self._work is not None:
            self._work.superseded, self._work.started = True, -1e9
        self._background.shutdown()

    def _begin_if_due(self, request: Request) -> None:
        follows = request.waits and self._last is not None and _same_question(request, self._last.request)
        if follows and self._clock() < self._rests_until:
            return
        self._work = work = _Work(request)
        self._background.submit(partial(self._examine, work), self._take, self._give_up)

    def _examine(self, work: _Work) -> Examination:
        """Work out the figures; in the thread, so nothing here may touch a widget."""
        request, snapshot = work.request, work.request.snapshot

        def between() -> None:
            self._gate.pass_through()
            if work.superseded and time.perf_counter() - work.started > PATIENCE_S:
                raise _SupersededError

        try:
            examiner = self._examiner_for(request)
            figures = examiner.examine(snapshot.parameters, snapshot.buffers, request.data, request.part, between)
        except LayerloomError as error:
            return Examination(request, None, error.text)
        except MemoryError:
            return Examination(request, None, text("There is not enough memory to answer this part of the data."))
        return Examination(request, figures, None, time.perf_counter() - work.started)

    def _examiner_for(self, request: Request) -> Examiner:
        graph, parameters = request.snapshot.graph, request.snapshot.parameters
        dtype = next((str(array.dtype) for array in parameters.values()), str(request.data.training.inputs.dtype))
        if self._examiner is None or self._examiner[0] is not graph or self._examiner[1] != dtype:
            self._examiner = graph, dtype, Examiner(graph, dtype)
        return self._examiner[2]

    def _take(self, found: Examination) -> None:
        self._work, self._last = None, found
        self._rests_until = self._clock() + max(CALM_S, REST * found.seconds)
        self.finished.emit(found)
        self._go_on()

    def _give_up(self, error: Exception) -> None:
        self._work = None
        if not isinstance(error, _SupersededError):
            raise error
        self._go_on()

    def _go_on(self) -> None:
        request, self._next = self._next, None
        known = request is not None and self._last is not None and request.is_for(self._last.request)
        # What a listener of the result asked for is newer.
        if request is not None and not known and self._work is None:
            self._begin_if_due(request)


def _same_question(one: Request, other: Request) -> bool:
    """Whether both are for the same part of the same data and network, at most at another time of the run."""
    return one.data is other.data and one.part is other.part and one.snapshot.graph is other.snapshot.graph
