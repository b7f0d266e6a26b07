"""What the other programs' sides of the benchmark have in common; each runs in a process of its own.

A worker first writes one JSON object: version, names of its variants, and by workload why it cannot do it. Then it
reads one JSON list per line, ``[workload key, number of the variant, steps]``, and answers each with the seconds that
so many steps took.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks.workloads import WORKLOADS, Workload

Train = Callable[[int], int]
"""Makes at least so many steps, and returns how many it has made."""


def serve(
    version: str,
    variants: Sequence[str],
    refused: Mapping[str, str],
    build: Callable[[Workload, int], Train],
) -> None:
    """Answer requests until standard input ends; `build` makes a training of one workload and one variant."""
    print(json.dumps({"version": version, "variants": list(variants), "refused": dict(refused)}), flush=True)
    workloads = {workload.key: workload for workload in WORKLOADS}
    trainings: dict[tuple[str, int], Train] = {}
    for line in sys.stdin:
        key, variant, count = json.loads(line)
        if (key, variant) not in trainings:
            # Another workload: what the last one held is let go.
            trainings = {known: train for known, train in trainings.items() if known[0] == key}
            trainings[key, variant] = build(workloads[key], variant)
        begin = time.perf_counter()
        made = trainings[key, variant](count)
        print(json.dumps((time.perf_counter() - begin) * count / made), flush=True)
