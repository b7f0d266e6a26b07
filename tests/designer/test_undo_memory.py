"""Steps of undo hold on to kept moments, but only to so many."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from core.project import edits
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.session import initial_state
from core.training.state import Position, TrainedState
from core.training.timeline import Moment, Timeline
from designer.document import Document
from tests.core.graph.networks import chain

WIDE = chain(100, 2_000, 10)
"""A state of it takes 2,000 · 111 + 10 float32: a little less than 0.85 MB."""

INITIAL = initial_state(WIDE, TrainingConfig())


def _run(document: Document, moments: list[Moment]) -> None:
    """What a run of a window does at its end; each brings moments of its own."""
    state = replace(INITIAL, position=Position(100))
    document.apply("Train", edits.take_run, state, Timeline(tuple(moments)))


def _moments(count: int) -> list[Moment]:
    return [Moment(_at(number)) for number in range(count)]


def _at(iteration: int) -> TrainedState:
    return replace(INITIAL, position=Position(iteration))


def _held(document: Document) -> list[int]:
    """How many moments the project has before each step of undo, from the newest."""
    found = [len(document.project.timeline)]
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
        found.append(len(document.project.timeline))
    return found


def test_the_oldest_steps_give_up_their_moments_first(qtbot: QtBot) -> None:
    document = Document()
    document.start(Project(WIDE, training=TrainingConfig(keep_memory=6)))
    for _ in range(4):
        _run(document, _moments(3))
    assert _held(document) == [3, 3, 3, 0, 0], "6 MB hold two runs of 3 moments beside the present, but not three"
    for kept in (0, 3, 3, 3):
        document.undo_stack.redo()
        assert len(document.project.timeline) == kept


def test_moments_that_the_present_has_too_cost_nothing(qtbot: QtBot) -> None:
    document = Document()
    document.start(Project(WIDE, training=TrainingConfig(keep_memory=1)))
    grown = _moments(5)
    for count in range(1, 6):
        _run(document, grown[:count])
    assert _held(document) == [5, 4, 3, 2, 1, 0]


def test_what_is_in_the_document_now_stays_whatever_its_size(qtbot: QtBot) -> None:
    document = Document()
    document.start(Project(WIDE, training=TrainingConfig(keep_memory=1)))
    _run(document, _moments(5))
    assert len(document.project.timeline) == 5
    document.apply("Rewind", edits.set_state, None)
    assert _held(document)[0] == 0
