"""A frozen layer keeps its parameters bit for bit while the others train; its input still gets a gradient."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.reference import DataReference
from core.numerics.optimizers import OPTIMIZERS
from core.project import edits
from core.project.model import Project
from core.project.templates import layered_project
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.training.prepared import data_of, random_samples


def _project(optimizer: str) -> Project:
    return layered_project(
        [4, 5, 3],
        activation="tanh",
        loss="squared_error",
        initializer="glorot_normal",
        training=TrainingConfig(learning_rate=0.1, optimizer=optimizer, batch_size=4),
        data=DataReference(),
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS.keys)
@pytest.mark.parametrize("place", [1, 2])
def test_a_frozen_layer_stays_bit_for_bit_and_the_other_trains(place: int, optimizer: str) -> None:
    project = _project(optimizer)
    frozen = project.graph.nodes[place].id
    project = edits.set_option(project, frozen, "frozen", True)
    session = Session(project.graph, project.training, data_of(random_samples(10, (4,), 3, "float32")))
    before = session.state().parameters
    for _ in range(7):
        session.step()
    after = session.state().parameters
    for key, start in before.items():
        assert np.array_equal(after[key], start) == (key[0] == frozen), key
