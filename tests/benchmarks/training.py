"""How long a training step takes, beside PyTorch and beside its bare matrix products.

    python -m tests.benchmarks.training [--json] [--torch-python PYTHON]

Every contender works in turn, round after round, so that what else the machine does meets all alike; shown is the
median of the rounds in microseconds per step, and the median of the ratios within a round. Only ratios are to be
trusted on a shared machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np

from core.data.dataset import PreparedData, Samples
from core.data.reference import DataReference
from core.project.templates import layered_project
from core.training.conditions import limit_blas_threads
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.benchmarks.workloads import WORKLOADS, Workload

ROUNDS = 9
ROUND_SECONDS = 0.25
Steps = Callable[[int], float]
"""Makes so many steps and returns the seconds that they took."""


def _timed(step: Callable[[], object]) -> Steps:
    def steps(count: int) -> float:
        begin = time.perf_counter()
        for _ in range(count):
            step()
        return time.perf_counter() - begin

    return steps


def session_of(workload: Workload) -> Session:
    """The workload as the program trains it: a session with everything that it records."""
    training = TrainingConfig(
        optimizer=workload.optimizer, learning_rate=workload.learning_rate, batch_size=workload.batch_size
    )
    project = layered_project(
        workload.widths,
        activation=workload.hidden,
        loss=workload.loss,
        initializer="glorot_normal",
        training=training,
        data=DataReference(),
    )
    inputs, targets = workload.data()
    labels = targets.argmax(axis=1) if targets.shape[1] > 1 else targets[:, 0].astype(np.int64)
    samples = Samples(inputs, targets, labels)
    nothing = Samples(inputs[:0], targets[:0], labels[:0])
    classes = tuple(str(number) for number in range(targets.shape[1]))
    data = PreparedData("Numbers", samples, nothing, nothing, classes, inputs.shape[1:], "0" * 64)
    return Session(project.graph, training, data)


def _floor(workload: Workload) -> Callable[[], object]:
    """The matrix products of a step and nothing else: forward, and backward by weights and by inputs."""
    rng = np.random.default_rng(1)
    products: list[tuple[Any, Any, Any]] = []
    widths, rows = workload.widths, workload.batch_size

    def array(*shape: int) -> Any:
        return rng.random(shape, dtype=np.float32)

    for number, (width, units) in enumerate(pairwise(widths)):
        x, kernel, delta = array(rows, width), array(width, units), array(rows, units)
        products += [(x, kernel, array(rows, units)), (x.T, delta, array(width, units))]
        if number:
            products.append((delta, kernel.T, array(rows, width)))
    matmul = np.matmul

    def step() -> None:
        for left, right, out in products:
            matmul(left, right, out)

    return step


class TorchProcess:
    """PyTorch in a process of its own; raises OSError with the reason where it cannot be had."""

    def __init__(self, python: str) -> None:
        root = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [python, "-m", "tests.benchmarks.torch_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._to: IO[str] = self._process.stdin
        self._from: IO[str] = self._process.stdout
        hello = self._from.readline()
        if not hello:
            lines = self._process.stderr.read().strip().splitlines() or ["it ended without a word"]
            self.close()
            raise OSError(lines[-1])
        self.version, self.threads = json.loads(hello)

    def steps(self, workload: Workload, threads: int) -> Steps:
        def steps(count: int) -> float:
            print(json.dumps([workload.key, threads, count]), file=self._to, flush=True)
            return float(json.loads(self._from.readline()))

        return steps

    def close(self) -> None:
        self._process.communicate()


def _contenders(workload: Workload, torch: TorchProcess | None) -> dict[str, Steps]:
    contenders = {"floor": _timed(_floor(workload)), "layerloom": _timed(session_of(workload).step)}
    if torch is not None:
        contenders["torch, 1 thread"] = torch.steps(workload, 1)
        if torch.threads > 1:
            contenders[f"torch, {torch.threads} threads (default)"] = torch.steps(workload, torch.threads)
    return contenders


def measure(workload: Workload, torch: TorchProcess | None, rounds: int) -> dict[str, dict[str, float]]:
    """Return, by contender, the median microseconds per step and the median ratio to ours in the same round."""
    contenders = _contenders(workload, torch)
    counts = {}
    for name, steps in contenders.items():
        steps(50)
        counts[name] = max(20, int(100 * ROUND_SECONDS / steps(100)))
    micros: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, steps in contenders.items():
            micros[name].append(1e6 * steps(counts[name]) / counts[name])
    return {
        name: {
            "us_per_step": statistics.median(values),
            "times_ours": statistics.median(v / ours for v, ours in zip(values, micros["layerloom"], strict=True)),
        }
        for name, values in micros.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Microseconds per training step, beside PyTorch.")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--only", default="", help="keys of the workloads, such as A or ACE; default: all")
    parser.add_argument(
        "--torch-python", default=sys.executable, help="interpreter that has PyTorch, where this one has not"
    )
    arguments = parser.parse_args()
    limit_blas_threads()
    torch, missing = None, ""
    try:
        torch = TorchProcess(arguments.torch_python)
    except OSError as error:
        missing = str(error)
    chosen = [workload for workload in WORKLOADS if not arguments.only or workload.key in arguments.only.upper()]
    results = {workload.key: measure(workload, torch, arguments.rounds) for workload in chosen}
    about = {"torch": torch.version if torch else None, "torch_missing": missing, "numpy": np.__version__}
    if torch is not None:
        torch.close()
    if arguments.json:
        print(json.dumps({**about, "cores": os.cpu_count(), "workloads": results}))
        return
    _print_tables(chosen, results)
    print(f"PyTorch {about['torch']}" if torch else f"PyTorch left out: {missing}")


def _print_tables(chosen: list[Workload], results: dict[str, dict[str, dict[str, float]]]) -> None:
    for workload in chosen:
        print(workload.title)
        for name, figures in results[workload.key].items():
            print(f"   {name:28}{figures['us_per_step']:10.1f} µs/step{figures['times_ours']:9.2f} × ours")


if __name__ == "__main__":
    main()
