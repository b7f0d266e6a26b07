"""PyTorch's side of the benchmark, in a process of its own so that no thread pool meets another.

Reads one JSON list per line from standard input, ``[workload key, threads, steps]``, and answers each with the
seconds that so many eager training steps took. The first line it writes is PyTorch's version and thread count.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator

import torch

from tests.benchmarks.workloads import WORKLOADS, Workload

ACTIVATIONS = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}


def steps(workload: Workload) -> Iterator[None]:
    """Train for ever as the tutorials do, one step per ``next``: batches by permutation, autograd, optimiser."""
    inputs, targets = (torch.from_numpy(array) for array in workload.data())
    layers: list[torch.nn.Module] = []
    activations = [*[workload.hidden] * (len(workload.widths) - 2), workload.last]
    for width, units, activation in zip(workload.widths, workload.widths[1:], activations, strict=False):
        layers.append(torch.nn.Linear(width, units))
        # Softmax is a part of PyTorch's cross-entropy.
        layers += [ACTIVATIONS[activation]()] if activation != "softmax" else []
    network = torch.nn.Sequential(*layers)
    momentum = 0.9 if workload.optimizer == "momentum" else 0.0
    optimizer = torch.optim.SGD(network.parameters(), lr=workload.learning_rate, momentum=momentum)
    while True:
        order = torch.randperm(len(inputs))
        for rows in order.split(workload.batch_size):
            answers = network(inputs[rows])
            if workload.loss == "cross_entropy":
                loss = torch.nn.functional.cross_entropy(answers, targets[rows])
            else:
                loss = 0.5 * ((answers - targets[rows]) ** 2).sum(dim=1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield


def main() -> None:
    print(json.dumps([torch.__version__, torch.get_num_threads()]), flush=True)
    trainings = {workload.key: steps(workload) for workload in WORKLOADS}
    for line in sys.stdin:
        key, threads, count = json.loads(line)
        torch.set_num_threads(threads)
        training = trainings[key]
        begin = time.perf_counter()
        for _ in range(count):
            next(training)
        print(json.dumps(time.perf_counter() - begin), flush=True)


if __name__ == "__main__":
    main()
