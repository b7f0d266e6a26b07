"""The worked examples of the course as traced iterations (conventions.md, section 4)."""

from __future__ import annotations

import math

import numpy as np

from core.data.dataset import PreparedData
from core.graph.model import Graph
from core.tracing.explaining import Explainer
from tests.core.graph.networks import chain
from tests.core.tracing.traces import explained, recorder_of
from tests.core.training.prepared import data_of, samples_of

BILL_KERNEL = ("d1", "kernel.x-d1")


def _one(inputs: list[float], targets: list[float]) -> PreparedData:
    return data_of(samples_of([inputs], [targets]))


def bill(weeks: int = 1) -> Explainer:
    """004: coffee 5, juice 2, toast 3 cost 8.50; every price is guessed as 0.50; η = 1/35."""
    graph = chain(3, 1, activation="linear", bias=False)
    recorder = recorder_of(graph, _one([5.0, 2.0, 3.0], [8.5]), {BILL_KERNEL: [0.5, 0.5, 0.5]}, learning_rate=1 / 35)
    for _ in range(weeks - 1):
        recorder.next()
    return Explainer(recorder.next())


def sigmoid_neuron() -> Explainer:
    """000: w = (2, −3), b = −3, x = (−1, −2); the target is such that ∂C/∂a = 1."""
    target = 1.0 / (1.0 + math.exp(-1.0)) - 1.0
    values = {("d1", "kernel.x-d1"): [2.0, -3.0], ("d1", "bias"): [-3.0]}
    return explained(chain(2, 1), _one([-1.0, -2.0], [target]), values)


PERCEPTRON_X, PERCEPTRON_T = [0.5, -1.0, 0.25, 2.0, -0.75], [1.0, 0.0, 0.0]


def perceptron_weights() -> tuple[np.ndarray, np.ndarray]:
    """Θ¹ (3, 6) and Θ² (3, 4) of the 5-3-3 perceptron of 002, the bias in column 0."""
    rng = np.random.default_rng(7)
    return rng.normal(size=(3, 6)).round(2), rng.normal(size=(3, 4)).round(2)


def perceptron() -> Explainer:
    """002: 5-3-3 with 30 weights."""
    first, second = perceptron_weights()
    values = {
        ("d1", "kernel.x-d1"): first[:, 1:].T,
        ("d1", "bias"): first[:, 0],
        ("d2", "kernel.d1-d2"): second[:, 1:].T,
        ("d2", "bias"): second[:, 0],
    }
    return explained(chain(5, 3, 3), _one(PERCEPTRON_X, PERCEPTRON_T), values)


def squared_error() -> Explainer:
    """000: the answer (.9, .1, .1, .2, .1, .1, 0, 0, 0, 0) to the digit 0; the network is the identity."""
    answer = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0]
    graph: Graph = chain(10, 10, activation="linear", bias=False)
    return explained(graph, _one(answer, [1.0] + 9 * [0.0]), {("d1", "kernel.x-d1"): np.eye(10)})
