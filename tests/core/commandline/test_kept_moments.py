"""Moments that a training in the terminal keeps, to go back to in the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.storage.reader import read_project
from core.training.timeline import Timeline
from designer.__main__ import main


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "--layers", "64,8,10", "--batch-size", "100", "n.h5"]) == 0


def _train(*arguments: str) -> Timeline:
    assert main(["train", "n.h5", *arguments]) == 0
    return read_project(Path("n.h5")).project.timeline


def _epochs(timeline: Timeline) -> list[int]:
    return [moment.epoch for moment in timeline]


def test_moments_go_into_the_file_where_it_is_asked_for_and_are_added_to() -> None:
    first = _train("--epochs", "2", "--set", "keep_in_file=true")
    assert _epochs(first) == [0, 1, 2]
    second = _train("--epochs", "1")
    assert _epochs(second) == [0, 1, 2, 3]
    for earlier, later in zip(first, second, strict=False):
        for key, array in earlier.state.parameters.items():
            np.testing.assert_array_equal(array, later.state.parameters[key])


def test_every_nth_iteration_is_kept() -> None:
    every = ("--set", "keep_moments=iterations", "--set", "keep_every=4")
    kept = _train("--iterations", "10", "--set", "keep_in_file=true", *every)
    assert [moment.iteration for moment in kept] == [0, 4, 8]


def test_without_it_the_file_holds_none() -> None:
    assert not len(_train("--epochs", "1"))


def test_another_seed_starts_without_moments_of_the_old_one() -> None:
    _train("--epochs", "2", "--set", "keep_in_file=true")
    assert _epochs(_train("--epochs", "1", "--seed", "7")) == [0, 1]
