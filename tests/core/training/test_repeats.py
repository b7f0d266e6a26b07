"""One seed, one result to the last bit, however often and in whichever process; what else the bits hang on is kept."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import core
from core.project.edits import set_state
from core.project.model import Project
from core.storage.reader import read_project
from core.storage.writer import write_project
from core.training.config import TrainingConfig
from core.training.session import Session
from core.training.state import TrainedState
from tests.core.graph.networks import graph_of, row
from tests.core.training.digests import digest
from tests.core.training.prepared import data_of, random_samples

ROOT = Path(__file__).resolve().parents[3]
REPEATS, STEPS = 100, 25
# Everything that draws at random: first weights, order, noise on inputs, noise layers, dropout; and running statistics.
GRAPH = graph_of(
    row("x", "input", shape=(6, 5)),
    row("n", "gaussian_noise", "x", deviation=0.2),
    row("c", "convolution", "n", filters=3, kernel=(3, 3), activation="relu"),
    row("b", "batch_normalization", "c"),
    row("p", "max_pooling", "b"),
    row("d", "dropout", "p", rate=0.3),
    row("h", "dense", "d", "x", units=9, activation="tanh"),
    row("e", "dropout", "h", rate=0.5),
    row("y", "dense", "e", units=3, activation="softmax"),
    row("out", "output", "y", loss="cross_entropy"),
)


def _trained(seed: int, dtype: str) -> TrainedState:
    config = TrainingConfig(
        optimizer="adam", learning_rate=0.01, batch_size=4, input_noise=0.1, l2=1e-3, seed=seed, dtype=dtype
    )
    session = Session(GRAPH, config, data_of(random_samples(33, (6, 5), 3, dtype), random_samples(7, (6, 5), 3, dtype)))
    for _ in range(STEPS):
        session.step()
    return session.state()


def fingerprint(seed: int, dtype: str) -> str:
    return hashlib.sha256(repr(digest(_trained(seed, dtype))).encode()).hexdigest()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_hundred_repeats_have_the_same_bits_and_another_seed_has_others(dtype: str) -> None:
    first, between = digest(_trained(1, dtype)), []
    for number in range(REPEATS - 1):
        # Arrays of other sizes in between, so that those of the session lie elsewhere in memory each time.
        between.append(np.empty(number * 37 + 1, np.uint8))
        assert digest(_trained(1, dtype)) == first, number
    other = digest(_trained(2, dtype))
    assert other["parameters"] != first["parameters"] and other["position"] != first["position"]


def test_other_processes_have_the_same_bits() -> None:
    program = "from tests.core.training.test_repeats import fingerprint; print(fingerprint(5, 'float32'))"
    for hash_seed in ("0", "1234"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
        assert done.stdout.decode().strip() == fingerprint(5, "float32")


def test_versions_machine_and_thread_count_are_kept_with_the_run(tmp_path: Path) -> None:
    state = _trained(1, "float32")
    write_project(set_state(Project(GRAPH), state), tmp_path / "p.h5")
    read = read_project(tmp_path / "p.h5").project.state
    assert read is not None and read.run_conditions == state.run_conditions
    kept = json.loads(json.dumps(dict(read.run_conditions)))
    assert (kept["layerloom"], kept["numpy"]) == (core.__version__, np.__version__)
    assert (kept["python"], kept["machine"]) == (platform.python_version(), platform.machine())
    assert int(kept["blas_threads"]) >= 1
    compiled = find_spec("numba") is not None and os.environ.get("LAYERLOOM_LOOPS") != "numpy"
    assert kept["loops"] == (f"numba {version('numba')}" if compiled else "numpy")
    # The kernels that OpenBLAS and its like take depend on the processor.
    assert kept["blas"].split()[0] and any(part[0].isdigit() for part in kept["blas"].split())
