"""Trainings that need these layers: a residual network where the plain one fails, LeNet-5 on the real digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.idx_folder import load_idx_folder
from core.data.preprocessing import prepare
from core.data.reference import DataReference
from core.graph.model import Graph
from core.training.config import TrainingConfig
from core.training.session import Session
from tests.core.graph.networks import Row, graph_of, row
from tests.core.training.prepared import data_of, random_samples

pytestmark = pytest.mark.timeout(900)
"""Real trainings take their time where the machine does other things too."""

DEPTH = 20


def _deep(residual: bool, activation: str) -> Graph:
    """20 dense layers of 16 units one after the other, each with a link past it where it is residual."""
    rows: list[Row] = [row("x", "input", shape=(6,)), row("s0", "dense", "x", units=16, activation="linear")]
    for number in range(1, DEPTH + 1):
        before = rows[-1].node.id
        rows.append(row(f"f{number}", "dense", before, units=16, activation=activation))
        if residual:
            rows.append(row(f"s{number}", "add", f"f{number}", before))
    last = row("y", "dense", rows[-1].node.id, units=3, activation="softmax")
    return graph_of(*rows, last, row("out", "output", "y", loss="cross_entropy"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_residual_network_of_20_layers_learns_what_the_plain_one_does_not(seed: int) -> None:
    data = data_of(random_samples(300, (6,), 3, "float32"))
    accuracies = []
    for residual in (True, False):
        config = TrainingConfig(learning_rate=0.02, batch_size=10, epochs=15, seed=seed)
        session = Session(_deep(residual, "sigmoid"), config, data)
        while session.epoch < config.epochs:
            session.step()
        accuracies.append(session.evaluate(data.training).accuracy)
    commonest = np.bincount(data.training.labels).max() / len(data.training)
    assert accuracies[0] > 0.9
    assert accuracies[1] <= commonest + 0.01


def _lenet(activation: str, pooling: str) -> Graph:
    return graph_of(
        row("x", "input", shape=(28, 28)),
        row("c1", "convolution", "x", filters=6, kernel=(5, 5), padding="same", activation=activation),
        row("p1", pooling, "c1"),
        row("c2", "convolution", "p1", filters=16, kernel=(5, 5), activation=activation),
        row("p2", pooling, "c2"),
        row("f", "flatten", "p2"),
        row("d1", "dense", "f", units=120, activation=activation),
        row("d2", "dense", "d1", units=84, activation=activation),
        row("y", "dense", "d2", units=10, activation="softmax"),
        row("out", "output", "y", loss="cross_entropy"),
    )


@pytest.mark.parametrize(
    ("activation", "pooling", "batch_size"), [("relu", "max_pooling", 64), ("tanh", "mean_pooling", 32)]
)
def test_lenet_5_reads_98_8_percent_of_the_test_digits_after_5_epochs(
    mnist_folder: Path, activation: str, pooling: str, batch_size: int
) -> None:
    data = prepare(load_idx_folder(mnist_folder), DataReference(validation_percent=0), "float32")
    config = TrainingConfig(
        optimizer="momentum", learning_rate=0.05, schedule="cosine", batch_size=batch_size, epochs=5
    )
    session = Session(_lenet(activation, pooling), config, data)
    while session.epoch < config.epochs:
        session.step()
    assert session.evaluate(data.test).accuracy >= 0.988
