"""PyTorch's side of the benchmark: eager training as the tutorials do it, with one thread and with its default."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from tests.benchmarks.peer import Train, serve
from tests.benchmarks.workloads import Convolution, Dense, Pooling, Workload

ACTIVATIONS = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
POOLINGS = {"max": torch.nn.MaxPool2d, "mean": torch.nn.AvgPool2d}


def network_of(workload: Workload) -> torch.nn.Sequential:
    """The layers in a row; softmax is a part of PyTorch's cross-entropy."""
    modules: list[torch.nn.Module] = [torch.nn.Unflatten(1, (1, -1))] if len(workload.shape) == 2 else []
    images = bool(modules)
    for layer, shape in zip(workload.layers, workload.shapes(), strict=True):
        if isinstance(layer, Pooling):
            modules.append(POOLINGS[layer.kind](layer.size))
            continue
        if isinstance(layer, Convolution):
            modules.append(torch.nn.Conv2d(shape[2], layer.filters, layer.size, padding=layer.padding))
        elif isinstance(layer, Dense):
            modules += [torch.nn.Flatten()] if images else []
            images, width = False, 1
            for size in shape:
                width *= size
            modules.append(torch.nn.Linear(width, layer.units))
        modules += [ACTIVATIONS[layer.activation]()] if layer.activation != "softmax" else []
    return torch.nn.Sequential(*modules)


def optimizer_of(workload: Workload, network: torch.nn.Module) -> torch.optim.Optimizer:
    if workload.optimizer == "adam":
        return torch.optim.Adam(network.parameters(), lr=workload.learning_rate)
    momentum = 0.9 if workload.optimizer == "momentum" else 0.0
    return torch.optim.SGD(network.parameters(), lr=workload.learning_rate, momentum=momentum)


def steps(workload: Workload) -> Iterator[None]:
    """Train for ever, one step per ``next``: batches by permutation, autograd, optimiser."""
    inputs, targets = (torch.from_numpy(array) for array in workload.data())
    classes = targets.argmax(dim=1)
    network = network_of(workload)
    optimizer = optimizer_of(workload, network)
    while True:
        for rows in torch.randperm(len(inputs)).split(workload.batch_size):
            answers = network(inputs[rows])
            if workload.loss == "cross_entropy":
                loss = torch.nn.functional.cross_entropy(answers, classes[rows])
            else:
                loss = 0.5 * ((answers - targets[rows]) ** 2).sum(dim=1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield


def main() -> None:
    default = torch.get_num_threads()
    threads = [1, default] if default > 1 else [1]

    def build(workload: Workload, variant: int) -> Train:
        training = steps(workload)

        def train(count: int) -> int:
            torch.set_num_threads(threads[variant])
            for _ in range(count):
                next(training)
            return count

        return train

    names = ["1 thread", f"{default} threads (default)"][: len(threads)]
    serve(f"PyTorch {torch.__version__}", [f"PyTorch eager, {name}" for name in names], {}, build)


if __name__ == "__main__":
    main()
