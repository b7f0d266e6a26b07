"""Files of every released format version open for ever; each version adds one, made by the writer of its time."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from core.storage.reader import read_project
from core.storage.schema import VERSION
from core.storage.writer import write_project

GOLDEN = Path(__file__).parent / "golden"


def test_every_version_has_its_file() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == [f"version{v}.h5" for v in range(1, VERSION + 1)]


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.stem)
def test_a_file_of_an_older_version_opens_and_can_be_saved_again(path: Path, tmp_path: Path) -> None:
    project = read_project(path).project
    # What version 1 was written with: a trained 6-4-3 network.
    assert [node.kind for node in project.graph.nodes] == ["input", "dense", "dense", "output"]
    assert [link.source + link.target for link in project.graph.links] == ["n1n2", "n2n4", "n4n6"]
    assert project.graph.node("n2").options["units"] == 4
    assert project.graph.node("n4").options["activation"] == "sigmoid"
    assert project.graph.node("n6").options["loss"] == "squared_error"
    assert project.layout["n2"] == (240.0, 8.5)
    assert (project.training.optimizer, project.training.optimizer_options["momentum"]) == ("momentum", 0.9)
    state = project.state
    assert state is not None
    assert (state.position.iteration, state.position.epoch, state.position.sample) == (50, 2, 6)
    with h5py.File(path, "r") as file:
        for (node, parameter), array in state.parameters.items():
            assert array.tobytes() == file[f"/weights/{node}/{parameter}"][()].tobytes()
            stored = file[f"/optimizer/velocity/{node}/{parameter}"][()]
            assert state.slots["velocity"][node, parameter].tobytes() == stored.tobytes()
        assert np.array_equal(state.position.order, file["/order"][()])
        assert np.array_equal(state.history.training["loss"], file["/history/training/loss"][()], equal_nan=True)
    write_project(project, tmp_path / "again.h5")
    assert read_project(tmp_path / "again.h5").project.graph == project.graph
