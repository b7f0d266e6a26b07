"""Compare the engine with PyTorch, live, on as many random networks as one likes, and print the worst differences.

    python -m tests.reference.compare_graphs [--graphs 2000] [--first SEED]

A difference is |a − b|/(1 + |b|) of outputs, of gradients, and with each optimiser of the losses, the weights and the
answers after 20 steps. Ends with status 1 where one is above 10⁻⁹ in float64 or 10⁻⁴ in float32.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict

from tests.reference import engine_graphs
from tests.reference.graph_results import DTYPES, TOLERANCE, worst
from tests.reference.make_graph_references import networks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graphs", type=int, default=2_000, help="how many networks (default: 2000)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default: 0)")
    arguments = parser.parse_args()
    largest: dict[str, dict[str, tuple[float, int]]] = {dtype: defaultdict(lambda: (0.0, 0)) for dtype in DTYPES}
    kinds: Counter[str] = Counter()
    seed = arguments.first
    for network, expected in networks(arguments.graphs, arguments.first):
        seed = network.seed
        kinds += Counter(layer.kind for layer in network.layers)
        for dtype in DTYPES:
            for what, error in worst(engine_graphs.result_of(network, dtype), expected[dtype]).items():
                largest[dtype][what] = max(largest[dtype][what], (error, seed))
                if error > TOLERANCE[dtype]:
                    print(f"seed {seed}, {dtype}, {what}: {error:.2e}", flush=True)
    print(f"{arguments.graphs} networks of the seeds {arguments.first} to {seed}; layers: {dict(kinds.most_common())}")
    for dtype in DTYPES:
        for what, (error, at) in largest[dtype].items():
            print(f"{dtype}  {what:10}  {error:.2e}  (seed {at})")
    return int(any(error > TOLERANCE[dtype] for dtype in DTYPES for error, _ in largest[dtype].values()))


if __name__ == "__main__":
    sys.exit(main())
