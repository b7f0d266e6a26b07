"""The benchmark runs: what it times is the training that it names. How long that takes is no matter for a test."""

from __future__ import annotations

import math

import pytest

from tests.benchmarks import training
from tests.benchmarks.workloads import WORKLOADS, Workload


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.key)
def test_a_workload_is_the_network_of_its_title(workload: Workload) -> None:
    session = training.session_of(workload)
    assert math.isfinite(session.step())
    kernels = [spec.shape for spec in session.parameters.specs.values() if spec.role == "kernel"]
    assert kernels == list(zip(workload.widths, workload.widths[1:], strict=False))
    assert len(session.samples) == workload.batch_size


def test_without_pytorch_ours_and_the_floor_are_timed_and_the_reason_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "ROUND_SECONDS", 1e-3)
    figures = training.measure(WORKLOADS[-1], None, rounds=1)
    assert list(figures) == ["floor", "layerloom"]
    assert figures["layerloom"]["times_ours"] == 1.0
    assert all(row["us_per_step"] > 0.0 for row in figures.values())
    with pytest.raises(OSError, match="no such interpreter"):
        training.TorchProcess("/no such interpreter")
