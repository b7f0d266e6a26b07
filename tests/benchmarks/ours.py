"""Our side of the benchmark, and the floor below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.data.dataset import PreparedData, Samples
from core.graph.model import Graph
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.benchmarks.workloads import Convolution, Pooling, Workload
from tests.core.graph.networks import Row, graph_of, row


def graph_of_workload(workload: Workload) -> Graph:
    rows: list[Row] = [row("x", "input", shape=workload.shape)]
    for number, layer in enumerate(workload.layers, start=1):
        name, before = f"l{number}", rows[-1].node.id
        if isinstance(layer, Pooling):
            rows.append(row(name, f"{layer.kind}_pooling", before, window=(layer.size, layer.size)))
        elif isinstance(layer, Convolution):
            options = {"filters": layer.filters, "kernel": (layer.size, layer.size), "activation": layer.activation}
            rows.append(row(name, "convolution", before, padding="number", margin=layer.padding, **options))
        else:
            rows.append(row(name, "dense", before, units=layer.units, activation=layer.activation))
    return graph_of(*rows, row("out", "output", rows[-1].node.id, loss=workload.loss))


def session_of(workload: Workload) -> Session:
    """The workload as the program trains it: a session with everything that it records."""
    training = TrainingConfig(
        optimizer=workload.optimizer, learning_rate=workload.learning_rate, batch_size=workload.batch_size
    )
    inputs, targets = workload.data()
    labels = targets.argmax(axis=1) if targets.shape[1] > 1 else targets[:, 0].astype(np.int64)
    samples = Samples(inputs, targets, labels)
    nothing = Samples(inputs[:0], targets[:0], labels[:0])
    classes = tuple(str(number) for number in range(targets.shape[1]))
    data = PreparedData("Numbers", samples, nothing, nothing, classes, inputs.shape[1:], "0" * 64)
    return Session(graph_of_workload(workload), training, data)


def floor(workload: Workload) -> Callable[[], object]:
    """The matrix products of a step and nothing else; those of a convolution over windows that are laid out."""
    rng = np.random.default_rng(1)
    products: list[tuple[Any, Any, Any]] = []
    for rows, inner, columns in workload.products():
        left, right = rng.random((rows, inner), dtype=np.float32), rng.random((inner, columns), dtype=np.float32)
        products.append((left, right, np.empty((rows, columns), dtype=np.float32)))
    matmul = np.matmul

    def step() -> None:
        for left, right, out in products:
            matmul(left, right, out)

    return step
