"""The kept moments of a project are always the past of its state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.project import edits
from core.project.delta import diff
from core.project.model import Project
from core.training.config import TrainingConfig
from core.training.session import initial_state
from core.training.state import Position, TrainedState
from core.training.timeline import Moment, Timeline
from tests.core.graph.networks import chain

GRAPH = chain(5, 4, 3)
INITIAL = initial_state(GRAPH, TrainingConfig())


def state(iteration: int) -> TrainedState:
    return replace(INITIAL, position=Position(iteration))


MOMENTS = [Moment(state(iteration)) for iteration in (0, 10, 20, 30)]
TRAINED = edits.take_run(Project(GRAPH), state(35), Timeline(tuple(MOMENTS)))


def kept(project: Project) -> list[int]:
    return [moment.iteration for moment in project.timeline]


def test_a_run_brings_its_moments() -> None:
    assert kept(TRAINED) == [0, 10, 20, 30]


def test_a_state_that_was_taken_meanwhile_brings_those_until_then() -> None:
    assert kept(edits.take_run(Project(GRAPH), state(20), TRAINED.timeline)) == [0, 10, 20]


@pytest.mark.parametrize(("number", "past"), [(0, [0]), (2, [0, 10, 20]), (3, [0, 10, 20, 30])])
def test_going_back_to_a_moment_leaves_it_and_its_past(number: int, past: list[int]) -> None:
    back = edits.set_state(TRAINED, MOMENTS[number].state)
    assert back.state is MOMENTS[number].state
    assert kept(back) == past
    assert kept(TRAINED) == [0, 10, 20, 30], "what it was before is still there for undo"


def test_rewinding_and_new_weights_leave_no_moment() -> None:
    assert kept(edits.set_state(TRAINED, None)) == []
    assert kept(edits.new_weights(TRAINED)) == []


def test_a_weight_set_by_hand_keeps_the_moments() -> None:
    assert TRAINED.state is not None
    edited = edits.set_parameter_value(TRAINED, TRAINED.state, ("d1", "bias"), (0,), 0.5)
    assert edited.timeline is TRAINED.timeline


def test_a_difference_tells_whether_the_moments_differ() -> None:
    delta = diff(TRAINED, replace(TRAINED, timeline=TRAINED.timeline.until(10)))
    assert delta.timeline and not delta.state and not delta.empty
    same = diff(TRAINED, replace(TRAINED, timeline=Timeline(tuple(MOMENTS))))
    assert same.empty
