"""How long large networks take to check and to compile: ``python -m tests.benchmarks.compiling``.

That the cost grows no faster than the network is a test (``tests/core/compiler/test_compile.py``); this only prints.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from core.compiler.checks import check_graph
from core.compiler.compile import compile_plan
from core.compiler.parameters import Parameters
from core.graph.model import Graph
from tests.core.graph.networks import chain, ladder

ROUNDS = 5
NETWORKS = {
    "chain of 250 layers": lambda: chain(*[2] * 251),
    "chain of 2,000 layers": lambda: chain(*[2] * 2_001),
    "ladder of 5 diamonds": lambda: ladder(5),
    "ladder of 30 diamonds": lambda: ladder(30),
}


def _shortest_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return 1e3 * min(times)


def _compiled(graph: Graph) -> None:
    parameters = Parameters(graph, "float32")
    parameters.initialise(1)
    compile_plan(graph, parameters, 10, training=True)


def main() -> None:
    print(f"{'ms, shortest of ' + str(ROUNDS):22}{'links':>8}{'check':>9}{'check and compile':>19}")
    for name, network in NETWORKS.items():
        # Automatic names, all alike: telling them apart is part of the work.
        graph = network()
        graph = replace(graph, nodes=tuple(replace(node, name="") for node in graph.nodes))
        check = _shortest_ms(lambda graph=graph: check_graph(graph))
        whole = _shortest_ms(lambda graph=graph: _compiled(graph))
        print(f"{name:22}{len(graph.links):8,}{check:9.1f}{whole:19.1f}")


if __name__ == "__main__":
    main()
