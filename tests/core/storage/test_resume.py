"""A run that is saved, opened and continued gives the bits of one that was never interrupted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.dataset import PreparedData, Samples
from core.project import edits
from core.project.model import Project
from core.storage.reader import read_project
from core.storage.writer import write_project
from core.training.session import Session
from tests.core.storage.projects import assert_same, chain

SAMPLES, BATCH, STEPS = 47, 5, 60


def samples(count: int, seed: int, dtype: str) -> Samples:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    return Samples(rng.random((count, 6)).astype(dtype), np.eye(3, dtype=dtype)[labels], labels)


def data(dtype: str) -> PreparedData:
    parts = [samples(count, seed, dtype) for seed, count in enumerate((SAMPLES, 11, 7))]
    return PreparedData("made up", *parts, classes=("a", "b", "c"), sample_shape=(6,), fingerprint="f" * 64)


def project(optimizer: str, dtype: str) -> Project:
    result = edits.set_training(chain(6, 8, 3), "optimizer", optimizer)
    return edits.set_training(edits.set_training(result, "batch_size", BATCH), "dtype", dtype)


EVERYTHING = {
    "learning_rate": 0.4,
    "schedule": "plateau",
    "warm_up": 7,
    "order": "curriculum",
    "input_noise": 0.05,
    "l1": 1e-4,
    "l2": 1e-3,
    "clipping": "norm",
    "early_stopping": "restore",
    "patience": 2,
    "stop_loss": 1e-9,
}


@pytest.mark.parametrize("settings", [{}, EVERYTHING], ids=["plain", "everything"])
@pytest.mark.parametrize(
    ("optimizer", "dtype"), [("sgd", "float32"), ("momentum", "float32"), ("momentum", "float64"), ("nadam", "float32")]
)
def test_a_continued_run_equals_an_uninterrupted_one(
    tmp_path: Path, optimizer: str, dtype: str, settings: dict[str, Any]
) -> None:
    start, prepared, path = project(optimizer, dtype), data(dtype), tmp_path / "p.h5"
    for key, value in settings.items():
        start = edits.set_training(start, key, value)
    whole = Session(start.graph, start.training, prepared)
    for _ in range(STEPS):
        whole.step()
    expected = edits.set_state(start, whole.state())
    # Before the first step, within an epoch, before and after its short last batch, within the record interval.
    for stop in (0, 1, 9, 10, 17, 20, 59):
        first = Session(start.graph, start.training, prepared)
        for _ in range(stop):
            first.step()
        write_project(edits.set_state(start, first.state()), path)
        read = read_project(path).project
        second = Session(read.graph, read.training, prepared, read.state)
        for _ in range(STEPS - stop):
            second.step()
        assert_same(edits.set_state(read, second.state()), expected)


def test_a_run_that_is_saved_without_its_order_differs(tmp_path: Path) -> None:
    """The comparison above can fail: one piece of the state left out is seen."""
    start, prepared = project("momentum", "float32"), data("float32")
    whole = Session(start.graph, start.training, prepared)
    for _ in range(17):
        whole.step()
    state = whole.state()
    other = Session(start.graph, start.training, prepared, replace(state, position=replace(state.position, sample=0)))
    for _ in range(5):
        whole.step(), other.step()
    with pytest.raises(AssertionError):
        assert_same(edits.set_state(start, other.state()), edits.set_state(start, whole.state()))
