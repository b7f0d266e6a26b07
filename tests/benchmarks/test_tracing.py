"""The benchmark of the microscope runs, and a trace costs what it may: at most 20 plain steps."""

from __future__ import annotations

import pytest

from tests.benchmarks.tracing import WORKLOADS, measure
from tests.benchmarks.workloads import Workload


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.key)
def test_a_traced_iteration_costs_at_most_20_plain_steps(workload: Workload) -> None:
    figures = measure(workload, rounds=15)
    assert 0.0 < figures["times a plain step"] <= 20.0
    assert all(value > 0.0 for value in figures.values())
