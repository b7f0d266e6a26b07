"""The benchmark runs: what it times is the training that it names. How long that takes is no matter for a test."""

from __future__ import annotations

import math
import sys

import pytest

from tests.benchmarks import training
from tests.benchmarks.ours import session_of
from tests.benchmarks.peer_process import PeerProcess
from tests.benchmarks.workloads import WORKLOADS, Workload

KERNELS = {
    "A": [(784, 30), (30, 10)],
    "B": [(784, 100), (100, 10)],
    "C": [(784, 128), (128, 128), (128, 10)],
    "D": [(784, 512), (512, 512), (512, 10)],
    "E": [(2, 8), (8, 8), (8, 1)],
    "F": [(5, 5, 1, 6), (5, 5, 6, 16), (400, 120), (120, 84), (84, 10)],
    "G": [(5, 5, 1, 6), (5, 5, 6, 16), (400, 120), (120, 84), (84, 10)],
}
"""As in the titles; LeNet-5's with those of LeCun et al. 1998, but full links between its planes."""


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.key)
def test_a_workload_is_the_network_of_its_title(workload: Workload) -> None:
    session = session_of(workload)
    assert math.isfinite(session.step())
    specs = session.parameters.specs.values()
    assert [spec.shape for spec in specs if spec.role == "kernel"] == KERNELS[workload.key]
    assert len(session.samples) == workload.batch_size


def test_the_products_of_the_floor_are_those_of_the_layers_that_train() -> None:
    products = {workload.key: list(workload.products()) for workload in WORKLOADS}
    assert products["E"] == [
        (10, 2, 8), (2, 10, 8),
        (10, 8, 8), (8, 10, 8), (10, 8, 8),
        (10, 8, 1), (8, 10, 1), (10, 1, 8),
    ]  # fmt: skip
    # LeNet-5, 28 × 28 and 10 × 10 places in a batch of 64.
    assert products["F"][:5] == [(6, 25, 50176), (25, 50176, 6), (16, 150, 6400), (150, 6400, 16), (150, 16, 6400)]


def test_without_the_other_programs_ours_and_the_floor_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "ROUND_SECONDS", 1e-3)
    figures = training.measure(WORKLOADS[4], [], rounds=1)
    assert {name.split(",")[0] for name in figures} == {"floor", "layerloom"}
    assert figures["layerloom"]["times_ours"] == 1.0
    assert all(row["us_per_step"] > 0.0 for row in figures.values())


def test_each_program_that_cannot_be_had_is_named_with_the_reason() -> None:
    found, missing = training.start_peers("/no such interpreter")
    assert found == []
    assert list(missing) == ["PyTorch", "JAX", "scikit-learn"]
    assert all("no such interpreter" in reason for reason in missing.values())


def test_a_program_that_ends_says_why() -> None:
    with pytest.raises(OSError, match="No module named"):
        PeerProcess(sys.executable, "no_such_peer")
