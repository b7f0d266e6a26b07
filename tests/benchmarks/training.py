"""How long a training step takes, beside other programs and beside its bare matrix products.

    python -m tests.benchmarks.training [--json] [--only KEYS] [--peers-python PYTHON]

The others are PyTorch (eager), JAX (one compiled scan per epoch) and scikit-learn, each where it is installed: in the
project's own environment by the extras ``bench``, or in that of ``--peers-python``. Every contender works in turn,
round after round, so that what else the machine does meets all alike; shown is the median of the rounds in
microseconds per step, the fastest round, and the median of the ratios within a round. Only ratios are to be trusted on
a shared machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from core.training.session import Session
from tests.benchmarks.ours import floor, session_of
from tests.benchmarks.peer_process import PeerProcess, Steps
from tests.benchmarks.workloads import WORKLOADS, Workload

ROUNDS = 9
ROUND_SECONDS = 0.25
REST_SECONDS = 0.15
"""Threads of a contender that go on looking for work after its turn must not take a core from the next."""

OURS = "layerloom"
PEERS = {"PyTorch": "pytorch_peer", "JAX": "jax_peer", "scikit-learn": "sklearn_peer"}
Figures = dict[str, dict[str, float]]


def _timed(step: Callable[[], object]) -> Steps:
    def steps(count: int) -> float:
        begin = time.perf_counter()
        for _ in range(count):
            step()
        return time.perf_counter() - begin

    return steps


def _trained(session: Session) -> Steps:
    def steps(count: int) -> float:
        begin = time.perf_counter()
        while count:
            count -= session.steps(count)
        return time.perf_counter() - begin

    return steps


def _with_threads(steps: Steps, threads: int) -> Steps:
    def limited(count: int) -> float:
        with threadpool_limits(threads, user_api="blas"):
            return steps(count)

    return limited


def _contenders(workload: Workload, peers: Sequence[PeerProcess]) -> dict[str, Steps]:
    bare, cores = _timed(floor(workload)), os.cpu_count() or 1
    contenders = {"floor, 1 thread": _with_threads(bare, 1)}
    if cores > 1:
        contenders[f"floor, {cores} threads"] = _with_threads(bare, cores)
    contenders[OURS] = _trained(session_of(workload))
    for peer in peers:
        contenders |= peer.contenders(workload)
    return contenders


def measure(workload: Workload, peers: Sequence[PeerProcess], rounds: int) -> Figures:
    """Return, by contender, microseconds per step (median, fastest) and the median ratio to ours in the same round."""
    contenders = _contenders(workload, peers)
    counts = {}
    for name, steps in contenders.items():
        steps(50)
        counts[name] = max(20, int(100 * ROUND_SECONDS / steps(100)))
    micros: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, steps in contenders.items():
            time.sleep(REST_SECONDS)
            micros[name].append(1e6 * steps(counts[name]) / counts[name])
    return {
        name: {
            "us_per_step": statistics.median(values),
            "fastest_us_per_step": min(values),
            "times_ours": statistics.median(v / ours for v, ours in zip(values, micros[OURS], strict=True)),
        }
        for name, values in micros.items()
    }


def start_peers(python: str) -> tuple[list[PeerProcess], dict[str, str]]:
    """Return the other programs that can be had, and why the rest cannot, by name."""
    found, missing = [], {}
    for name, module in PEERS.items():
        try:
            found.append(PeerProcess(python, module))
        except OSError as error:
            missing[name] = str(error)
    return found, missing


def main() -> None:
    parser = argparse.ArgumentParser(description="Microseconds per training step, beside other programs.")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default {ROUNDS}")
    parser.add_argument("--only", default="", help="keys of the workloads, such as A or ACE; default: all")
    parser.add_argument(
        "--peers-python",
        default=sys.executable,
        help="interpreter that has PyTorch, JAX and scikit-learn, where this one has not",
    )
    arguments = parser.parse_args()
    peers, missing = start_peers(arguments.peers_python)
    chosen = [workload for workload in WORKLOADS if not arguments.only or workload.key in arguments.only.upper()]
    about: dict[str, Any] = {
        "cores": os.cpu_count(),
        "numpy": np.__version__,
        "peers": [peer.version for peer in peers],
        "missing": missing,
        "workloads": {},
    }
    for workload in chosen:
        figures = measure(workload, peers, arguments.rounds)
        about["workloads"][workload.key] = figures
        if not arguments.json:
            _print_table(workload, figures, peers)
    for peer in peers:
        peer.close()
    if arguments.json:
        print(json.dumps(about))
        return
    print(", ".join([*about["peers"], f"numpy {np.__version__}", f"{os.cpu_count()} cores"]))
    for name, reason in missing.items():
        print(f"{name} left out: {reason}")


def _print_table(workload: Workload, figures: Figures, peers: Sequence[PeerProcess]) -> None:
    print(f"{workload.title:64}µs per step, fastest")
    for name, row in figures.items():
        micros = f"{row['us_per_step']:10.1f}{row['fastest_us_per_step']:10.1f}"
        print(f"   {name:54}{micros}{row['times_ours']:9.2f} × ours", flush=True)
    for peer in peers:
        if workload.key in peer.refused:
            print(f"   {peer.version} left out: {peer.refused[workload.key]}")


if __name__ == "__main__":
    main()
