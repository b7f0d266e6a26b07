"""scikit-learn's side of the benchmark: a pass over all samples by ``MLPClassifier.partial_fit``."""

from __future__ import annotations

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

from tests.benchmarks.peer import Train, serve
from tests.benchmarks.workloads import WORKLOADS, Dense, Workload


def refusal(workload: Workload) -> str:
    """Why scikit-learn cannot train this, or nothing."""
    if not all(isinstance(layer, Dense) for layer in workload.layers):
        return "it has no convolution"
    if workload.loss != "cross_entropy":
        return "its squared error goes with linear outputs only"
    return ""


def build(workload: Workload, _variant: int) -> Train:
    inputs, targets = workload.data()
    labels = targets.argmax(axis=1)
    hidden = [layer for layer in workload.layers if isinstance(layer, Dense)][:-1]
    network = MLPClassifier(
        tuple(layer.units for layer in hidden),
        activation="logistic" if hidden[0].activation == "sigmoid" else hidden[0].activation,
        solver="adam" if workload.optimizer == "adam" else "sgd",
        alpha=0.0,
        batch_size=workload.batch_size,
        learning_rate_init=workload.learning_rate,
        momentum=0.9 if workload.optimizer == "momentum" else 0.0,
        nesterovs_momentum=False,
        random_state=1,
    )
    batches = -(-len(inputs) // workload.batch_size)
    classes = np.arange(workload.outputs)

    def train(count: int) -> int:
        made = 0
        while made < count:
            network.partial_fit(inputs, labels, classes=classes)
            made += batches
        return made

    return train


if __name__ == "__main__":
    refused = {workload.key: refusal(workload) for workload in WORKLOADS if refusal(workload)}
    serve(f"scikit-learn {sklearn.__version__}", ["scikit-learn partial_fit"], refused, build)
