"""Weights set by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import GraphError, OptionError
from core.project import edits
from core.project.model import Project
from core.project.weights import set_weight
from core.training.config import TrainingConfig
from core.training.session import Session, initial_state
from tests.core.graph.networks import chain
from tests.core.training.prepared import random_data

KEY = ("d1", "kernel.x-d1")
CONFIG = TrainingConfig(dtype="float64", batch_size=8)


def test_one_number_changes_and_all_others_are_those_of_the_seed() -> None:
    project = Project(chain(5, 4, 3), training=CONFIG)
    edited = set_weight(project, KEY, (2, 1), 0.25).state
    fresh = initial_state(project.graph, CONFIG)
    assert edited is not None and edited.edited_by_hand
    assert edited.parameters[KEY][2, 1] == 0.25
    for key, array in fresh.parameters.items():
        same = edited.parameters[key] == array
        assert np.count_nonzero(~same) == (1 if key == KEY else 0)


def test_training_goes_on_from_the_weight_where_it_was() -> None:
    session = Session(chain(5, 4, 3), CONFIG, random_data())
    for _ in range(3):
        session.step()
    project = Project(chain(5, 4, 3), training=CONFIG, state=session.state())
    edited = set_weight(project, ("d2", "bias"), (1,), -1.5).state
    assert edited is not None and edited.position.iteration == 3
    again = Session(project.graph, CONFIG, random_data(), edited)
    assert again.iteration == 3
    assert again.parameters.views(again.parameters.values)["d2", "bias"][1] == -1.5


def test_a_layer_that_was_widened_since_starts_from_the_seed() -> None:
    state = initial_state(chain(5, 4, 3), CONFIG)
    project = Project(chain(5, 6, 3), training=CONFIG, state=state)
    edited = set_weight(project, KEY, (2, 5), 2.0).state
    assert edited is not None
    assert edited.parameters[KEY].shape == (5, 6)
    assert edited.parameters[KEY][2, 5] == 2.0
    assert np.array_equal(edited.parameters["d2", "bias"], state.parameters["d2", "bias"])


def test_the_same_number_again_is_no_edit() -> None:
    project = edits.set_state(Project(chain(5, 4, 3), training=CONFIG), initial_state(chain(5, 4, 3), CONFIG))
    assert project.state is not None
    assert set_weight(project, KEY, (2, 1), float(project.state.parameters[KEY][2, 1])) is project


@pytest.mark.parametrize(("key", "index"), [(KEY, (5, 0)), (KEY, (0, -1)), (KEY, (1,)), (("gone", "bias"), (0,))])
def test_a_number_that_the_network_does_not_have_is_refused_by_name(
    key: tuple[str, str], index: tuple[int, ...]
) -> None:
    with pytest.raises(GraphError, match=key[0]):
        set_weight(Project(chain(5, 4, 3), training=CONFIG), key, index, 1.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_a_number_too_large_for_the_dtype_is_refused(value: float) -> None:
    project = Project(chain(5, 4, 3), training=replace(CONFIG, dtype="float32"))
    with pytest.raises(OptionError, match="finite"):
        set_weight(project, KEY, (0, 0), value)
